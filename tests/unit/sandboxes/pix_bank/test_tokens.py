"""Asking the bank for a token, and what a token opens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from local.sandboxes.pix_bank.app import CLIENT_ID, CLIENT_SECRET
from local.sandboxes.pix_bank.settings import SCOPES, Settings, TokenForm
from tests.unit.sandboxes.pix_bank.support import BASE, TXID, Desk, open_desk, problem

URL = f"{BASE}/oauth/token"
GRANT = {"grant_type": "client_credentials"}
CLIENT = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
ASKING: dict[TokenForm, Callable[[requests.Session], requests.Response]] = {
    TokenForm.BASIC: lambda session: session.post(URL, data=GRANT, auth=(CLIENT_ID, CLIENT_SECRET)),
    TokenForm.FORM: lambda session: session.post(URL, data=GRANT | CLIENT),
    TokenForm.JSON: lambda session: session.post(URL, json=GRANT, auth=(CLIENT_ID, CLIENT_SECRET)),
}


@pytest.mark.parametrize("form", TokenForm)
def test_a_bank_may_take_credentials_in_one_way_only(form: TokenForm) -> None:
    desk = open_desk(Settings(token_forms=(form,)))
    for asked, ask in ASKING.items():
        assert ask(desk.session).status_code == (200 if asked is form else 401)


def test_a_json_body_may_hold_the_credentials_too(desk: Desk) -> None:
    assert desk.session.post(URL, json=GRANT | CLIENT).status_code == 200


def test_a_token_says_what_it_opens_and_how_long() -> None:
    body = open_desk(Settings(token_seconds=600)).token().json()
    assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 600, " ".join(SCOPES))


@pytest.mark.parametrize(
    ("data", "auth", "status", "error"),
    [
        (GRANT, (CLIENT_ID, "wrong"), 401, "invalid_client"),
        (GRANT, ("wrong", CLIENT_SECRET), 401, "invalid_client"),
        (GRANT, None, 401, "invalid_client"),
        ({"grant_type": "password"}, (CLIENT_ID, CLIENT_SECRET), 400, "unsupported_grant_type"),
        (GRANT | {"scope": "cob.read rec.read"}, (CLIENT_ID, CLIENT_SECRET), 400, "invalid_scope"),
        (GRANT | CLIENT, (CLIENT_ID, CLIENT_SECRET), 400, "invalid_request"),
        ("[]", (CLIENT_ID, CLIENT_SECRET), 400, "invalid_request"),
    ],
)
def test_a_wrong_request_for_a_token_is_an_oauth_error(
    desk: Desk, data: Any, auth: Any, status: int, error: str
) -> None:
    answer = desk.session.post(URL, data=data, auth=auth)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_every_request_for_a_token_is_counted(desk: Desk) -> None:
    desk.session.post(URL, data=GRANT)
    desk.token()
    assert desk.box.state.tokens.calls == 3
    assert desk.session.get(f"{BASE}/_sandbox/tokens").json() == {"calls": 3, "live": 2}


def test_nothing_opens_without_a_token(desk: Desk) -> None:
    desk.bearer = ""
    answer = desk.cob()
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert desk.box.state.charges == {}


def test_a_token_ends_with_the_banks_clock(desk: Desk) -> None:
    desk.box.advance(3599)
    assert desk.cob().status_code == 201
    desk.box.advance(1)
    assert desk.cob().status_code == 401


def test_revoked_tokens_are_dead_and_a_new_one_opens(desk: Desk) -> None:
    assert desk.control("/tokens/revoke").json() == {"revoked": 1}
    assert desk.cob().status_code == 401
    desk.token()
    assert desk.cob().status_code == 201


def test_a_token_opens_only_its_scopes(desk: Desk) -> None:
    desk.token(scope="cob.read pix.read")
    problem(desk.cob(), 403, "AcessoNegado")
    problem(desk.call("GET", f"/cob/{TXID}"), 404, "CobNaoEncontrado")
    problem(desk.call("PUT", f"/pix/{'E' * 32}/devolucao/1", {"valor": "1.00"}), 403, "AcessoNegado")


@pytest.mark.parametrize("base", ["", "/v2", "/pix/v2"])
def test_banks_differ_in_their_paths(base: str) -> None:
    desk = open_desk(Settings(base_path=base))
    desk.token()
    assert desk.cob().status_code == 201
    assert desk.session.get(f"{BASE}/elsewhere/cob/{TXID}").status_code == 501
