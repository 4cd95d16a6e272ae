"""What each function may do, by its role, against what it did, by the local stack's records (PLT-05).

Rights and uses are compared as (action, resource), where a resource is the logical id in the template, with
`/index/<name>` for an index: the same on a laptop and on AWS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Protocol

from tests.infrastructure.stackview import StackView, as_list, logical

# Written by Lambda's own runtime and agents: no call of the function's code shows them.
_UNSEEN = ("logs:", "xray:")

_POLLING = {
    "AWS::SQS::Queue": ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
    "AWS::DynamoDB::Table": (
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
    ),
}
"""What an event source mapping does under the function's role (Lambda Developer Guide, event source mappings)."""


PAYMENT_QUEUES = "PAYMENT_QUEUES"
"""The one variable that tells a function of several resources: `provider=queue` pairs, one for each provider."""


class Use(Protocol):
    """One recorded call, or its part that touches one resource: `local.stack.recorder.Call` is one.

    `actions` are the IAM actions it needs: those of its parts for a transaction. `keys` are partition key values.
    """

    @property
    def function(self) -> str: ...
    @property
    def actions(self) -> tuple[str, ...]: ...
    @property
    def resource(self) -> str: ...
    @property
    def keys(self) -> tuple[str, ...]: ...
    @property
    def by_source(self) -> bool: ...


@dataclass(frozen=True, slots=True, order=True)
class Right:
    """`leading_keys` are patterns that every partition key must match, or empty for no such condition."""

    action: str
    resource: str
    leading_keys: tuple[str, ...] = ()

    def covers(self, action: str, resource: str, keys: Iterable[str]) -> bool:
        return (
            fnmatchcase(action, self.action)
            and self.resource in ("*", resource)
            and all(any(fnmatchcase(key, pattern) for pattern in self.leading_keys or ("*",)) for key in keys)
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """Lines a person can read: calls without a right, and rights without a call."""

    missing: list[str]
    unused: list[str]


def rights_of(stack: StackView, function: str) -> set[Right]:
    """What the function's own role allows it."""
    return {
        Right(action, _canonical(resource), _leading_keys(statement))
        for statement in stack.statements(stack.role_of(function))
        for action in statement["Action"]
        for resource in statement["Resource"]
    }


def queues_of_providers(variables: Mapping[str, str]) -> dict[str, str]:
    """Provider -> the logical id of its queue, as a function is told of them."""
    return dict(pair.split("=") for pair in variables.get(PAYMENT_QUEUES, "").split())


def compare(stack: StackView, uses: Iterable[Use], names: Mapping[str, str]) -> Comparison:
    """Every call must have its right, and every right its call.

    Args:
        uses: the calls of every function; those `by_source` were made by its event source in its name.
        names: physical name -> logical id, as `physical_names` tells them.
    """
    rights = {function: rights_of(stack, function) for function in stack.functions}
    used: dict[str, set[Right]] = {function: set() for function in rights}
    missing: set[str] = set()
    for use in uses:
        resource = _located(use.resource, names)
        for action in use.actions:
            covering = {right for right in rights[use.function] if right.covers(action, resource, use.keys)}
            used[use.function] |= covering
            if not covering and not use.by_source:
                missing.add(f"{use.function} called {action} on {resource}{_hint(use.keys)}")
    unused = [
        f"{function} may {right.action} on {right.resource}, but never did"
        for function in sorted(rights)
        for right in sorted(
            rights[function] - used[function] - _used_by_lambda(stack, function) - _alike(stack, function, used)
        )
        if not right.action.startswith(_UNSEEN)
    ]
    return Comparison(sorted(missing), unused)


def physical_names(stack: StackView, physical_id: Callable[[str], str]) -> dict[str, str]:
    """Physical name -> logical id of tables, queues, buses and secrets, given what `Ref` answers in the deployment."""
    name_in: dict[str, Callable[[str], str]] = {
        "AWS::DynamoDB::Table": str,
        "AWS::SQS::Queue": lambda url: url.rsplit("/", 1)[-1],
        "AWS::Events::EventBus": str,
        "AWS::SecretsManager::Secret": lambda arn: arn.rsplit(":", 1)[-1].rpartition("-")[0],
    }
    return {
        name_in[resource["Type"]](physical_id(logical_id)): logical_id
        for logical_id, resource in stack.resources.items()
        if resource["Type"] in name_in
    }


def _alike(stack: StackView, function: str, used: Mapping[str, set[Right]]) -> set[Right]:
    """Rights to queues of other providers than those that were used: which one it is says the payment's row alone."""
    queues = set(queues_of_providers(stack.properties(function)["Environment"]["Variables"]).values())
    actions = {right.action for right in used[function] if right.resource in queues}
    return {Right(action, queue) for action in actions for queue in queues}


def _used_by_lambda(stack: StackView, function: str) -> set[Right]:
    """Rights that the service needs to poll for the function and to set aside what failed."""
    found: set[Right] = set()
    for mapping in stack.every("AWS::Lambda::EventSourceMapping").values():
        if logical(mapping["FunctionName"]) != f"{function}Aliaslive":
            continue
        source = logical(mapping["EventSourceArn"])
        found |= {Right(action, source) for action in _POLLING[stack.resources[source]["Type"]]}
        failures = mapping.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        if failures:
            found.add(Right("sqs:SendMessage", logical(failures)))
    return found


def _canonical(resource: str) -> str:
    """`CommerceTable.Arn/index/due` -> `CommerceTable/index/due`; a stream counts as its table."""
    owner, _, rest = resource.partition(".")
    if not rest:
        return owner
    path = rest.partition("/")[2]
    return owner if not path or path.startswith("stream/") else f"{owner}/{path}"


def _located(resource: str, names: Mapping[str, str]) -> str:
    """`commerce-dev-CommerceTable-1AB/index/due` -> `CommerceTable/index/due`."""
    if resource in names:
        return names[resource]
    owner, separator, index = resource.partition("/index/")
    return f"{names.get(owner, owner)}{separator}{index}"


def _leading_keys(statement: Mapping[str, Any]) -> tuple[str, ...]:
    conditions = statement.get("Condition", {}).get("ForAllValues:StringLike", {})
    return tuple(as_list(conditions.get("dynamodb:LeadingKeys", [])))


def _hint(keys: tuple[str, ...]) -> str:
    kinds = sorted({key.partition("#")[0] for key in keys})
    return f" with keys of {', '.join(kinds)}" if kinds else ""
