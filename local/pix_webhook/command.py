"""`python -m local pix-webhook`: tells the bank where to send its Pix webhooks, and shows what it has on file.

    make pix-webhook STACK=commerce-prod                  registers the stack's own address, after asking
    make pix-webhook STACK=commerce-prod ARGS=--show      only shows what is registered
    make pix-webhook STACK=commerce-prod ARGS=--remove    takes it back
    make pix-webhook STACK=commerce-prod ARGS="--url https://pix.store.example --mtls"    one of yours

Reads the stack and its secret with your AWS credentials, and calls the bank from here, with the store's certificate.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from commerce.payments.gateways.bacen.client import BankClient
from commerce.payments.gateways.bacen.connection import BankConnection
from commerce.payments.gateways.bacen.settings import chosen_bank
from commerce.payments.gateways.bacen.webhook_address import WebhookAddress, register, registered, remove
from commerce.platform.clock import SystemClock
from commerce.platform.deadline import Deadline
from commerce.platform.errors import IntegrationError, ProviderMissing
from commerce.platform.secrets import StaticSecrets
from local.pix_webhook.deployed import DeployedPix, NoTable, NotSetUp, read_stack

SECONDS = 20.0

type Ask = Callable[[str], bool]


def main(arguments: Sequence[str]) -> int:
    """Exit code 0 when it is as asked, 1 when it failed, 2 when it was not confirmed."""
    options = _parser().parse_args(arguments)
    try:
        pix = read_stack(boto3.client("cloudformation"), boto3.client("secretsmanager"), options.stack)
        os.environ.update(pix.settings)
        return run(pix, client_of(pix), options, _ask)
    except NotSetUp as problem:
        print(f"pix-webhook: {problem}", file=sys.stderr)
    except IntegrationError as error:
        over = "".join(f" ({name}: {value})" for name, value in error.details.items())
        print(f"pix-webhook: {error.message}{over}", file=sys.stderr)
    except (BotoCoreError, ClientError) as error:
        print(f"pix-webhook: AWS refused: {error}. Check AWS_PROFILE and AWS_REGION.", file=sys.stderr)
    return 1


def client_of(pix: DeployedPix) -> BankClient:
    """The bank as the stack's functions talk to it; raises ConfigurationError."""
    secrets = StaticSecrets({pix.secret_name: pix.fields})
    return BankClient(BankConnection(chosen_bank(), NoTable(), secrets, pix.secret_name, SystemClock()))


def run(pix: DeployedPix, client: BankClient, options: argparse.Namespace, ask: Ask) -> int:
    wanted = None if options.show or options.remove else pix.address(options.url)
    bank = client.connection.bank.profile.title
    there = _registered(client)
    _tell(pix, bank, there)
    if options.show:
        return 0
    if wanted is None:
        return _remove(client, bank, there, options, ask)
    if there is not None and there.url.rstrip("/") == wanted:
        print("That is the address of this stack: nothing to do.")
        return 0
    if not _agreed(f"Register {pix.masked(wanted)} instead? [y/N] " if there else "Register it? [y/N] ", options, ask):
        return 2
    register(client, wanted, asks_for_certificate=options.mtls, deadline=Deadline.after(SECONDS))
    now = _registered(client)
    _tell(pix, bank, now)
    if now is None or now.url.rstrip("/") != wanted:
        print(f"{bank} took the address, but does not show it. Ask again with --show in a minute.", file=sys.stderr)
        return 1
    return 0


def _remove(client: BankClient, bank: str, there: WebhookAddress | None, options: argparse.Namespace, ask: Ask) -> int:
    if there is None:
        return 0
    if not _agreed("Remove it? The poller then finds payments alone. [y/N] ", options, ask):
        return 2
    remove(client, deadline=Deadline.after(SECONDS))
    print(f"{bank} sends no webhooks any more.")
    return 0


def _registered(client: BankClient) -> WebhookAddress | None:
    try:
        return registered(client, deadline=Deadline.after(SECONDS))
    except ProviderMissing:
        return None


def _tell(pix: DeployedPix, bank: str, there: WebhookAddress | None) -> None:
    if there is None:
        print(f"{bank} has no webhook for the Pix key of {pix.secret_name}.")
        return
    since = f", since {there.created}" if there.created else ""
    print(f"{bank} sends webhooks of the Pix key of {pix.secret_name} to {pix.masked(there.url)}{since}.")


def _agreed(question: str, options: argparse.Namespace, ask: Ask) -> bool:
    if options.yes or ask(question):
        return True
    print("Nothing was changed.")
    return False


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m local pix-webhook", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--stack", default="commerce-dev", help="name of the deployed stack (default: %(default)s)")
    parser.add_argument("--url", help="an address in front of the function's, such as one that checks certificates")
    parser.add_argument("--mtls", action="store_true", help="that address asks for the bank's client certificate")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--show", action="store_true", help="only show what is registered")
    what.add_argument("--remove", action="store_true", help="remove what is registered")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    return parser


def _ask(question: str) -> bool:
    if not sys.stdin.isatty():
        print("Nobody to ask; say --yes to go on.", file=sys.stderr)
        return False
    return input(question).strip().lower() in ("y", "yes")
