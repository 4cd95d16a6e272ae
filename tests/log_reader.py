"""Reads every log line and metric that the suite causes, and finds what none may hold (AUT-04).

It knows nothing of commerce.platform.redaction: its patterns are its own, and it knows the people of the tests by name,
whom no pattern would find.
"""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass
from typing import Any

import pytest
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider

from commerce.platform.observability import RedactingFormatter
from local.stack.logs import LogLine, Logs

LAST_TEST = "test_no_line_of_this_run_holds_anything_private"

_PATTERNS = {
    "an e-mail address": re.compile(r"[A-Za-z0-9._+-]+(@|%40)[A-Za-z0-9-]+\.[A-Za-z]{2,}"),
    "a provider's key": re.compile(
        r"\b(sk|rk|pk)_(test|live)_\w+|\bwhsec_\w+|\bSG\.[\w-]{8,}|\bAIza[\w-]+|\b(TEST|APP_USR)-\d[\w-]{8,}|-----BEGIN"
    ),
    "a client secret": re.compile(r"\w+_secret_\w+"),
    "a token": re.compile(r"\beyJ[\w-]{8,}\.[\w-]+|\bBearer\s+[\w.~+/=-]{8,}", re.IGNORECASE),
    "a Pix code": re.compile(r"br\.gov\.bcb\.pix", re.IGNORECASE),
    "a phone number": re.compile(r"(?<![\w+])\+[1-9]\d{7,14}(?!\w)"),
    "a tax id": re.compile(
        r"(?<![\w.-])\d{3}\.\d{3}\.\d{3}-\d{2}(?![\w-])|(?<![\w.-])[\dA-Z]{2}\.[\dA-Z]{3}\.[\dA-Z]{3}/[\dA-Z]{4}-\d{2}(?![\w-])"
    ),
    "somebody of the tests": re.compile(
        r"Ana Souza|Bruno|Rua das Flores|39053344705|5511987654321|01310-?100|01001-?000", re.IGNORECASE
    ),
}
_SECRETS = (
    "paypal_sandbox_secret",
    "pix_sandbox_secret",
    "pix-sandbox-webhook-secret",
    "3f0c1a52-7d6e-4b8a-9e21-5c4d7f9b2a60",
    "mercado-pago-sandbox-webhook-secret",
    "brazil-payments-sandbox-key",
    "SG.sandbox",
)
"""What the sandboxes take for their keys, and the store's Pix key: no pattern would find them. Written out, because
whoever asks the sandboxes for them loads half of the local stack into every test run."""

_CARD = re.compile(r"(?<![\w.-])\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?\d{1,7}(?![\w-])")


def findings(line: str) -> list[str]:
    """What a line holds that it must not, in words; the line's own value is not among them."""
    text = _without_clock(line)
    found = [kind for kind, pattern in _PATTERNS.items() if pattern.search(text)]
    if any(secret in text for secret in _SECRETS):
        found.append("a secret of a sandbox")
    if any(_has_check_digit(re.sub(r"\D", "", match.group())) for match in _CARD.finditer(text)):
        found.append("a card number")
    return found


@dataclass(frozen=True, slots=True)
class Leak:
    """A line that holds something private."""

    source: str
    test: str
    kinds: tuple[str, ...]
    line: str


class LogReader:
    """A pytest plugin. Lines come from the logger and the metrics of this process and from every local stack."""

    def __init__(self) -> None:
        self.lines = 0
        self.leaks: list[Leak] = []
        self._test = "(collection)"
        self._lock = threading.Lock()

    def read(self, source: str, line: str) -> None:
        kinds = findings(line)
        with self._lock:
            self.lines += 1
            if kinds:
                self.leaks.append(Leak(source, self._test, tuple(kinds), line))

    def listen(self) -> None:
        """Stand behind whatever writes lines, from now on."""
        serialize, metrics, add = (
            RedactingFormatter.serialize,
            AmazonCloudWatchEMFProvider.serialize_metric_set,
            Logs.add,
        )

        def read_line(formatter: RedactingFormatter, log: Any) -> str:
            line = serialize(formatter, log)
            self.read("logger", line)
            return line

        def read_metrics(provider: AmazonCloudWatchEMFProvider, *args: Any, **kwargs: Any) -> Any:
            written = metrics(provider, *args, **kwargs)
            self.read("metrics", json.dumps(written))
            return written

        def read_stack(logs: Logs, function: str, text: str) -> None:
            self.read(str(LogLine(function, "")).strip(), text)
            add(logs, function, text)

        RedactingFormatter.serialize = read_line  # type: ignore[assignment, method-assign]
        AmazonCloudWatchEMFProvider.serialize_metric_set = read_metrics  # type: ignore[assignment, method-assign]
        Logs.add = read_stack  # type: ignore[assignment, method-assign]

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """The test that looks at all lines comes after everything that writes some."""
        items.sort(key=lambda item: item.name == LAST_TEST)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._test = nodeid

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.leaks:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for leak in self.leaks:
            kinds = " and ".join(leak.kinds)
            terminalreporter.write_line(
                f"PRIVATE: {kinds} in a line of {leak.source} during {leak.test}:\n  {leak.line}"
            )


def _without_clock(line: str) -> str:
    """Metrics carry the time in milliseconds, which has as many digits as a card."""
    try:
        parsed = json.loads(line)
    except ValueError:
        return line
    if not isinstance(parsed, dict):
        return line
    parsed.pop("_aws", None)
    return json.dumps(parsed, ensure_ascii=False)


def _has_check_digit(digits: str) -> bool:
    """Luhn's, over 13 to 19 digits."""
    if not 13 <= len(digits) <= 19:
        return False
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0
