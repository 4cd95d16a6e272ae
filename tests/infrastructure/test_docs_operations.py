"""docs/operations.md against the template, the code and AWS's own description of its commands."""

from __future__ import annotations

import ast
import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import botocore.session
import pytest
import yaml
from botocore import xform_name

from commerce.orders.schemas import OrderAnswer, order_view
from commerce.orders.store import OrderStore
from commerce.payments.codec import from_row, payment_key, to_row
from commerce.payments.model import CheckoutChoices
from commerce.payments.payer import Payer
from commerce.platform import dynamodb
from commerce.platform.clock import ManualClock
from commerce.platform.ids import RandomIds
from local.stack.transform import load_template
from tests.builders import NOW, order_terms, paid
from tests.tables import PARAMETERS, tables
from tests.unit.pages import PAGES, ROOT, blocks, read, shell_commands, spans

PAGE = ROOT / "docs" / "operations.md"
TEXT = read(PAGE)
RESOURCES = load_template(ROOT / "template.yaml", PARAMETERS).resources
_OF_THE_CLI = {"query", "output", "region", "profile", "endpoint-url"}
_MADE_BY_THE_CLI = {("logs", "tail"), ("s3", "mb"), ("s3", "cp")}
_OTHER_NAMES = {"s3api": "s3"}


def of_type(kind: str) -> list[str]:
    return [name for name, resource in RESOURCES.items() if resource["Type"] == kind]


def test_every_alarm_is_explained() -> None:
    functions = [name.removesuffix("Function") for name in of_type("AWS::Lambda::Function")]
    usual = {f"{function}{kind}" for function in functions for kind in ("Errors", "Throttles", "Slow")}
    alarms = set(of_type("AWS::CloudWatch::Alarm"))
    assert usual <= alarms
    named = set(spans(PAGE))
    assert {"<function>Errors", "<function>Throttles", "<function>Slow"} <= named
    assert alarms - usual <= named, alarms - usual - named


def test_every_parameter_is_explained_with_its_default() -> None:
    source = re.sub(r"!(\w+)", "", read(ROOT / "template.yaml"))
    parameters: Mapping[str, Mapping[str, Any]] = yaml.safe_load(source)["Parameters"]
    rows = {row[0]: row[1] for line in TEXT.splitlines() if len(row := re.findall(r"[^|]+", line.strip())) >= 2}
    for name, parameter in parameters.items():
        (default,) = [cell.strip() for names, cell in rows.items() if f"`{name}`" in names]
        expected = parameter.get("Default", "-")
        assert default in (str(expected), "empty" if expected == "" else "", "the official ones"), name


def test_every_metric_is_explained() -> None:
    named = set(spans(PAGE))
    counted = {name for path in (ROOT / "layers").rglob("*.py") for name in _counted(read(path))}
    counted |= {name for path in (ROOT / "functions").rglob("*.py") for name in _counted(read(path))}
    assert {"request", "PaymentsInReview", "MessagesUnknown", "LooksDue"} <= counted
    assert counted <= named, counted - named


def _counted(source: str) -> Iterator[str]:
    """Names given to `count`, and the values of tables of names."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")).endswith("count"):
            yield from _texts(node.args[:1])
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in ("_ALARMS", "_METRICS"):
            assert isinstance(node.value, ast.Dict)
            yield from _texts(node.value.values)


def _texts(nodes: Iterable[ast.expr]) -> Iterator[str]:
    return (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))


def aws_commands() -> set[str]:
    """Every use of the AWS CLI on any page, without its quoted words; those inside of `$(…)` for themselves."""
    lines = [line for page in PAGES for line in (*shell_commands(page), *spans(page))]
    return {command for line in lines for command in _aws_in(line)}


def _aws_in(line: str) -> Iterator[str]:
    while inner := re.search(r"\$\(([^()]*)\)", line):
        yield from _aws_in(inner[1])
        line = line.replace(inner[0], "x")
    line = re.sub(r"'[^']*'|\"[^\"]*\"", "x", line)
    yield from (part.strip() for part in re.split(r"&&|;|\|", line) if re.match(r"aws [a-z]", part.strip()))


@pytest.mark.parametrize("command", sorted(aws_commands()))
def test_every_aws_command_exists_with_its_options(command: str) -> None:
    _, service, operation, *_ = command.split()
    if (service, operation) in _MADE_BY_THE_CLI:
        return
    model = botocore.session.get_session().get_service_model(_OTHER_NAMES.get(service, service))
    operations = {xform_name(name, "-"): name for name in model.operation_names}
    assert operation in operations
    shape = model.operation_model(operations[operation]).input_shape
    assert shape is not None
    given = set(re.findall(r"--([a-z-]+)", command))
    assert given <= {xform_name(name, "-") for name in shape.members} | _OF_THE_CLI
    assert {xform_name(name, "-") for name in shape.required_members} <= given


def test_the_commands_above_are_really_looked_at() -> None:
    assert len(aws_commands()) > 15
    assert list(_aws_in("X=$(aws a b --c 'd --e') && aws f g --h \"$(aws i j)\"")) == [
        "aws a b --c x",
        "aws i j",
        "aws f g --h x",
    ]


class TestScopesOfCognito:
    """The trigger on the page, run with events as Cognito sends them (developer guide, pre token generation)."""

    def scopes(self, source: str, *, scopes: tuple[str, ...] = (), groups: tuple[str, ...] = ()) -> list[str]:
        (code,) = blocks(PAGE, "python")
        namespace: dict[str, Any] = {}
        exec(compile(code, "operations.md", "exec"), namespace)
        event = {
            "version": "3",
            "triggerSource": source,
            "request": {
                "userAttributes": {},
                "scopes": list(scopes),
                "groupConfiguration": {"groupsToOverride": list(groups)},
            },
            "response": {},
        }
        answer = namespace["handler"](event, None)
        added: list[str] = answer["response"]["claimsAndScopeOverrideDetails"]["accessTokenGeneration"]["scopesToAdd"]
        return added

    def test_the_backend_is_the_store_and_another_machine_is_nobody(self) -> None:
        assert self.scopes("TokenGeneration_ClientCredentials", scopes=("commerce/store",)) == ["store"]
        assert self.scopes("TokenGeneration_ClientCredentials", scopes=("commerce/other",)) == []

    def test_a_shopper_is_a_buyer_and_only_staff_are_operators(self) -> None:
        assert self.scopes("TokenGeneration_Authentication", scopes=("commerce/store",)) == ["buyer"]
        assert self.scopes("TokenGeneration_HostedAuth", groups=("operators",)) == ["buyer", "operator"]


def test_a_buyer_can_be_forgotten_as_the_page_says() -> None:
    of_order, of_payment = [line for line in shell_commands(PAGE) if line.startswith("aws dynamodb update-item")]
    with tables() as client:
        store = OrderStore(client, "CommerceTable", clock=ManualClock(NOW), ids=RandomIds())
        order = store.register(order_terms(), correlation_id="test").order
        payer = Payer(order.buyer.name, order.buyer.tax_id or "", order.buyer.email, order.shipping_address)
        old = paid(method="boleto", choices=CheckoutChoices(payer=payer))
        dynamodb.write(client, dynamodb.put("CommerceTable", to_row(old)))
        client.update_item(**_arguments(of_order, "<order_id>", "order-1"))
        client.update_item(**_arguments(of_payment, "<payment_id>", old.payment_id))
        still = from_row(dynamodb.get(client, "CommerceTable", payment_key(old.payment_id)) or {})
        assert still == replace(old, choices=replace(old.choices, payer=None))
        forgotten = store.get("order-1")
        assert forgotten is not None
        left = json.dumps(OrderAnswer(**order_view(forgotten)).model_dump())
    buyer, address = order.buyer, order.shipping_address
    for personal in (buyer.name, buyer.email, buyer.phone, buyer.tax_id, address.line1, address.postal_code):
        assert personal
        assert personal not in left
    assert forgotten.buyer.id == buyer.id
    assert forgotten.money == order.money


def _arguments(command: str, placeholder: str, value: str) -> dict[str, Any]:
    """What the AWS CLI makes of the command, with the page's placeholder filled in."""
    words = shlex.split(command.replace('"$TABLE"', "CommerceTable").replace(placeholder, value))[3:]
    given = dict(zip(words[::2], words[1::2], strict=True))
    return {_camel(name): _value(text) for name, text in given.items()}


def _camel(flag: str) -> str:
    return "".join(word.capitalize() for word in flag.removeprefix("--").split("-"))


def _value(text: str) -> Any:
    return json.loads(text) if text.startswith("{") else text
