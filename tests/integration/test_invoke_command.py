"""`python -m local invoke`: the samples in events/ can be tried without Docker."""

from __future__ import annotations

import json

import pytest

from local.build.artifacts import ROOT
from local.invoke import main

EVENTS = ROOT / "events"


def test_events_one_after_the_other_on_one_stack(capsys: pytest.CaptureFixture[str]) -> None:
    calls = ["OrdersFunction", EVENTS / "orders" / "http.json", "StripeApiFunction", EVENTS / "stripe" / "http.json"]
    assert main([str(part) for part in calls]) == 0
    out = capsys.readouterr().out
    answers = [json.loads("{" + text.partition("\n}\n")[0] + "}") for text in out.split("\n{")[1:]]
    assert [answer["statusCode"] for answer in answers] == [201, 201]
    assert '"route":"POST /checkout/card"' in out


def test_what_cannot_be_called_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    event = str(EVENTS / "health" / "http.json")
    assert main(["HealthFunction", "nowhere.json"]) == 2
    assert main(["NoFunction", event]) == 2
    told = capsys.readouterr().err
    assert "There is no file nowhere.json." in told
    assert "There is no function NoFunction; there are: AddressesFunction," in told
    with pytest.raises(SystemExit):
        main(["HealthFunction"])
    assert "each function needs an event" in capsys.readouterr().err
