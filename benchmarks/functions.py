"""The functions in this process: their handler files, loaded anew with the clients that a benchmark wants."""

from __future__ import annotations

import importlib.util
import itertools
import os
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import ModuleType
from typing import Any
from unittest.mock import patch

from requests.adapters import BaseAdapter

from benchmarks.events import CONTEXT
from commerce.platform import aws
from commerce.platform.http import ProviderSession, provider_session
from local.build.blueprint import Blueprint, FunctionBlueprint

ORDERS = "OrdersFunction"
CHECKOUT = "StripeApiFunction"
WEBHOOK = "StripeWebhookFunction"
WORKER = "StripeWorkerFunction"
PAYPAL_CHECKOUT = "PaypalApiFunction"
PAYPAL_WEBHOOK = "PaypalWebhookFunction"
PAYPAL_WORKER = "PaypalWorkerFunction"
PIX_CHECKOUT = "PixApiFunction"
PIX_WEBHOOK = "PixWebhookFunction"
PIX_WORKER = "PixWorkerFunction"
POLLER = "PaymentsPollerFunction"

type Providers = Mapping[ModuleType, BaseAdapter]
"""Who answers the sessions that a module builds with its `provider_session`."""

type Handler = Callable[[Mapping[str, Any]], dict[str, Any]]
"""A handler, with its context already given."""

_numbers = itertools.count()


def load(
    blueprint: Blueprint,
    names: Collection[str],
    *,
    client: Callable[[str], Any],
    **environment: str,
) -> dict[str, Handler]:
    """Handlers by logical id, with the template's environment.

    Args:
        client: makes AWS clients, in the place of `commerce.platform.aws.client`.
        environment: what differs from the template's values.
    """
    functions = [function for function in blueprint.functions if function.logical_id in names]
    settings = {name: value for function in functions for name, value in function.environment.items()}
    with (
        patch.dict(os.environ, {**settings, **environment}),
        patch.object(aws, "client", client),
        patch.object(aws, "cache_client", lambda: client("dynamodb")),
    ):
        return {function.logical_id: _load(function) for function in functions}


@contextmanager
def answered_by(providers: Providers) -> Iterator[None]:
    """Sessions that are built inside the block ask these adapters: some are when a function is loaded, others when it
    first calls."""
    with ExitStack() as patches:
        for module, adapter in providers.items():
            patches.enter_context(patch.object(module, "provider_session", _sessions_over(adapter)))
        yield


def _sessions_over(adapter: BaseAdapter) -> Callable[..., ProviderSession]:
    def session(base_url: str, *, provider: str, **tls: Any) -> ProviderSession:
        built = provider_session(base_url, provider=provider, **tls)
        # In the place of what the session would have sent with, mutual TLS included.
        built.mount("https://", adapter)
        return built

    return session


def _load(function: FunctionBlueprint) -> Handler:
    module_name, _, name = function.handler.rpartition(".")
    unique = f"benchmarked_{function.logical_id}_{next(_numbers)}"
    spec = importlib.util.spec_from_file_location(unique, function.folder / f"{module_name}.py")
    if spec is None or spec.loader is None:
        raise ImportError(f"{function.folder / module_name}.py cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    with patch.object(sys, "path", [str(function.folder), *sys.path]):
        spec.loader.exec_module(module)
    handler = getattr(module, name)
    return lambda event: handler(event, CONTEXT)
