"""functions/pix/webhook.py: let in by its path, queued, acknowledged; and nothing it does not need is imported."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from commerce.platform.secrets import StaticSecrets
from local.sandboxes.pix_bank.app import WEBHOOK_SECRET
from tests.conftest import FakeContext
from tests.unit.payments.bacen.objects import E2EID, TXID, devolucao, pix
from tests.unit.payments.bacen.rig import Rig, soon

ROOT = Path(__file__).resolve().parents[4]


class Queue:
    """The part of an SQS client that sending needs."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.broken = False

    def send_message(self, **sent: Any) -> dict[str, str]:
        if self.broken:
            raise OSError("no route to SQS")
        self.messages.append(json.loads(sent["MessageBody"]))
        return {"MessageId": "1"}


@pytest.fixture
def queue() -> Queue:
    return Queue()


@pytest.fixture
def webhook(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setenv("PIX_SECRET_NAME", "dev/pix")
    monkeypatch.setenv("PIX_QUEUE_URL", "https://sqs.example/pix")
    monkeypatch.setattr("commerce.platform.aws.client", lambda _: queue)
    spec = importlib.util.spec_from_file_location("pix_webhook_function", ROOT / "functions/pix/webhook.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    keep(monkeypatch, module, {"webhook_secret": WEBHOOK_SECRET})
    return module


def keep(monkeypatch: pytest.MonkeyPatch, module: ModuleType, fields: dict[str, str]) -> None:
    monkeypatch.setattr(module, "secrets", StaticSecrets({"dev/pix": fields}))


def delivery(body: object, path: str = f"/{WEBHOOK_SECRET}/pix", method: str = "POST") -> dict[str, Any]:
    return {
        "version": "2.0",
        "rawPath": path,
        "requestContext": {"http": {"method": method, "path": path}, "requestId": "r1"},
        "headers": {"content-type": "application/json"},
        "body": body if isinstance(body, str) else json.dumps(body),
        "isBase64Encoded": False,
    }


@pytest.mark.invariant("PAY-16")
@pytest.mark.parametrize("path", [f"/{WEBHOOK_SECRET}", f"/{WEBHOOK_SECRET}/pix"])
@pytest.mark.parametrize("body", [{"pix": [pix()]}, [pix()]])
def test_a_genuine_call_is_queued_and_acknowledged(
    webhook: ModuleType, queue: Queue, context: FakeContext, path: str, body: object
) -> None:
    assert webhook.handler(delivery(body, path), context)["statusCode"] == 200
    (message,) = queue.messages
    assert (message["kind"], message["event_id"], message["txid"]) == ("event", E2EID, TXID)


@pytest.mark.invariant("PAY-16")
def test_a_batch_is_queued_piece_by_piece(webhook: ModuleType, queue: Queue, context: FakeContext) -> None:
    body = {"pix": [pix(), pix(devolucoes=[devolucao()]), pix(txid="TABLE7")]}
    assert webhook.handler(delivery(body), context)["statusCode"] == 200
    assert [message["type"] for message in queue.messages] == ["pix", "devolucao"]


@pytest.mark.invariant("PAY-12")
@pytest.mark.parametrize("path", ["/", "/pix", "/guess/pix", f"/{WEBHOOK_SECRET}x/pix", f"/{WEBHOOK_SECRET}/rec"])
@pytest.mark.parametrize("body", [{"pix": [pix()]}, "not json"])
def test_a_stranger_is_refused_and_nothing_is_read_or_written(
    webhook: ModuleType, queue: Queue, context: FakeContext, path: str, body: object
) -> None:
    answer = webhook.handler(delivery(body, path), context)
    assert answer["statusCode"] == 401
    assert WEBHOOK_SECRET not in json.dumps(answer)
    assert queue.messages == []


@pytest.mark.invariant("PAY-12")
@pytest.mark.parametrize("fields", [{}, {"webhook_secret": ""}, {"webhook_secret": "REPLACE_ME"}])
def test_without_a_secret_everybody_is_refused(
    webhook: ModuleType, queue: Queue, context: FakeContext, fields: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(monkeypatch, webhook, fields)
    for path in ("/", "/REPLACE_ME/pix", f"/{WEBHOOK_SECRET}/pix"):
        assert webhook.handler(delivery({"pix": [pix()]}, path), context)["statusCode"] == 401
    assert queue.messages == []


def test_the_call_with_which_a_bank_tries_the_address_is_acknowledged(
    webhook: ModuleType, queue: Queue, context: FakeContext
) -> None:
    assert webhook.handler(delivery({"evento": "teste_webhook"}), context)["statusCode"] == 200
    assert queue.messages == []


@pytest.mark.parametrize(
    ("event", "status"),
    [
        (delivery("not json"), 400),
        (delivery({"pix": ["x"]}), 400),
        (delivery({"pix": []}, method="GET"), 405),
        (delivery("x" * 600_000), 413),
    ],
)
def test_what_cannot_be_read_is_the_senders_fault(
    webhook: ModuleType, queue: Queue, context: FakeContext, event: dict[str, Any], status: int
) -> None:
    assert webhook.handler(event, context)["statusCode"] == status
    assert queue.messages == []


@pytest.mark.invariant("PAY-16")
def test_what_could_not_be_queued_is_not_acknowledged(webhook: ModuleType, queue: Queue, context: FakeContext) -> None:
    queue.broken = True
    assert webhook.handler(delivery({"pix": [pix()]}), context)["statusCode"] >= 500


@pytest.mark.invariant("AUT-04")
def test_neither_the_secret_nor_a_payer_is_logged(
    webhook: ModuleType, context: FakeContext, capsys: pytest.CaptureFixture[str]
) -> None:
    payer = {"cpf": "39053344705", "nome": "Ana Souza"}
    webhook.handler(delivery({"pix": [pix(pagador=payer, infoPagador="Oi, Ana")]}), context)
    webhook.handler(delivery({"pix": ["39053344705"]}), context)
    logged = capsys.readouterr().out
    assert not [value for value in (WEBHOOK_SECRET, "39053344705", "Ana") if value in logged]


@pytest.mark.invariant("PAY-15")
def test_a_foreign_receiver_at_our_address_makes_us_look_at_our_own_charge_at_most(
    webhook: ModuleType, queue: Queue, context: FakeContext
) -> None:
    """bacen/pix-api#239: another receiver of the bank aims its webhook here, with our txid in it."""
    rig = Rig()
    rig.box.set_endpoint(f"https://abc.lambda-url.sa-east-1.on.aws/{WEBHOOK_SECRET}")
    txid = rig.start().snapshot.provider_ref
    rig.box.world.foreign(txid=txid)
    rig.box.world.foreign()
    for sent in rig.box.webhooks.drain():
        path = "/" + str(sent.endpoint.url).split("/", 3)[3]
        assert webhook.handler(delivery(sent.body.decode(), path), context)["statusCode"] == 200
    (message,) = queue.messages
    seen = rig.gateway.read(message["txid"], deadline=soon()).snapshot
    assert (seen.receipts, seen.raw_status) == ((), "ATIVA")


@pytest.mark.invariant("PLT-06")
def test_it_imports_nothing_that_it_does_not_need() -> None:
    script = (
        "import os, sys; "
        f"sys.path[:0] = [{str(ROOT / 'functions/pix')!r}, {str(ROOT / 'layers/commerce')!r}]; "
        "os.environ.update(PIX_SECRET_NAME='s', PIX_QUEUE_URL='https://q.example', LIVE_MODE='false', "
        "AWS_DEFAULT_REGION='us-east-1'); "
        "import webhook; "
        "heavy = {'requests', 'pydantic', 'cryptography', 'segno', 'commerce.payments.gateways.bacen.gateway'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "[]"
