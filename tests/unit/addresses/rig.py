"""The sources of CEPs in this process: the real clients over the sandboxes, a table that is a dict, no sockets."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from commerce.addresses.directory import CepDirectory
from commerce.addresses.gateways.brasilapi.client import BrasilApi
from commerce.addresses.gateways.opencep.client import OpenCep
from commerce.addresses.gateways.viacep.client import ViaCep
from commerce.addresses.model import CepAddress
from commerce.addresses.sources import GuardedSource
from commerce.platform.cache import TableCache
from commerce.platform.clock import ManualClock
from commerce.platform.deadline import Deadline
from commerce.platform.errors import ProviderUnavailable
from commerce.platform.http import ProviderHttp, provider_session
from local.sandboxes.brasilapi.sandbox import BrasilApiSandbox
from local.sandboxes.kernel.adapter import WsgiAdapter
from local.sandboxes.kernel.sandbox import Sandbox
from local.sandboxes.opencep.sandbox import OpenCepSandbox
from local.sandboxes.viacep.sandbox import ViaCepSandbox
from tests.builders import NOW

PERDIZES = CepAddress("05010000", "São Paulo", "SP", "Rua Caiubi", "", "Perdizes", "3550308")


def over(sandbox: Sandbox[Any]) -> ProviderHttp:
    """A client whose requests end in `sandbox`."""
    base = f"https://{sandbox.name}.example"
    session = provider_session(base, provider=sandbox.name)
    session.mount("https://", WsgiAdapter(sandbox))
    return ProviderHttp(session, base)


class Through:
    """A circuit that is always closed."""

    def call[T](self, function: Callable[[], T]) -> T:
        return function()


class Table:
    """As much of a DynamoDB client as a cache needs; counts what it is asked."""

    def __init__(self) -> None:
        self.rows: dict[str, Any] = {}
        self.calls: list[str] = []

    def get_item(self, **arguments: Any) -> dict[str, Any]:
        self.calls.append("GetItem")
        row = self.rows.get(arguments["Key"]["pk"]["S"])
        return {} if row is None else {"Item": row}

    def put_item(self, **arguments: Any) -> dict[str, Any]:
        self.calls.append("PutItem")
        self.rows[arguments["Item"]["pk"]["S"]] = arguments["Item"]
        return {}

    update_item = delete_item = None


class Scripted:
    """A source that says what it is told to; `asked` counts."""

    def __init__(self, name: str, *answers: CepAddress | Exception | None, after: threading.Event | None = None):
        self.name = name
        self.asked = 0
        self._answers = list(answers)
        self._after = after

    def find(self, cep: str, deadline: Deadline) -> CepAddress | None:  # noqa: ARG002 - as a source
        self.asked += 1
        if self._after is not None:
            self._after.wait(5)
        answer = self._answers[0] if len(self._answers) == 1 else self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def down() -> ProviderUnavailable:
    return ProviderUnavailable("The source is down.", code="provider_failed")


class Desk:
    """A directory with everything around it."""

    def __init__(self, *scripted: Scripted) -> None:
        self.clock = ManualClock(NOW)
        self.table = Table()
        self.viacep, self.opencep, self.brasilapi = ViaCepSandbox(), OpenCepSandbox(), BrasilApiSandbox()
        real = (ViaCep(over(self.viacep)), OpenCep(over(self.opencep)), BrasilApi(over(self.brasilapi)))
        client: Any = self.table
        self.cache = TableCache(client, "CepCacheTable", self.clock, name="cep")
        sources = [GuardedSource(source, Through(), 1.5) for source in (scripted or real)]
        self.directory = CepDirectory(sources, self.cache)
