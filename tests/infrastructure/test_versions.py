"""Behind an alias, old code or old settings must not go on running after a deploy."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
import yaml

from local.build.artifacts import ROOT
from local.build.release import FILES, SOURCES, release_hash
from local.build.sam import bake
from tests.infrastructure.stackview import StackView
from tests.infrastructure.test_functions import FUNCTIONS

DESCRIPTION_LIMIT = 256
"""Characters of a version's description (Lambda API, PublishVersion)."""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what is deployed."""
    for folder in SOURCES:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def versions(checkout: Path) -> set[str]:
    """Logical ids of the versions that a deploy of this checkout would publish."""
    view = StackView.of(checkout / "template.yaml", ReleaseHash=release_hash(checkout))
    return set(view.every("AWS::Lambda::Version"))


@pytest.mark.parametrize(
    "changed",
    [
        "layers/commerce/commerce/platform/errors.py",
        "layers/commerce/requirements.txt",
        "functions/stripe/requirements.txt",
        "local/locks/runtime.lock",
    ],
)
def test_a_change_publishes_a_new_version_of_every_function(checkout: Path, changed: str) -> None:
    before = versions(checkout)
    with (checkout / changed).open("a", encoding="utf-8") as file:
        file.write("# one more line\n")
    after = versions(checkout)
    assert len(before) == len(after) == len(FUNCTIONS)
    assert not before & after


def test_the_same_sources_publish_nothing_new(checkout: Path) -> None:
    before = release_hash(checkout)
    for path in checkout.rglob("*.py"):
        os.utime(path, (0, 0))
    cached = checkout / "layers" / "commerce" / "commerce" / "__pycache__"
    cached.mkdir()
    (cached / "errors.cpython-313.pyc").write_bytes(b"bytecode")
    assert release_hash(checkout) == before


def test_every_function_is_called_through_its_alias(stack: StackView) -> None:
    aliases = stack.every("AWS::Lambda::Alias")
    assert {alias["FunctionName"] for alias in aliases.values()} == set(stack.functions)
    targets = [mapping["FunctionName"] for mapping in stack.every("AWS::Lambda::EventSourceMapping").values()]
    targets += [schedule["Target"]["Arn"] for schedule in stack.every("AWS::Scheduler::Schedule").values()]
    targets += [url["TargetFunctionArn"] for url in stack.every("AWS::Lambda::Url").values()]
    targets += [permission["FunctionName"] for permission in stack.every("AWS::Lambda::Permission").values()]
    assert set(targets) <= set(aliases)
    assert set(targets) >= {f"{name}Aliaslive" for name in stack.functions}


def test_every_parameter_in_an_environment_is_in_the_versions_description(stack: StackView) -> None:
    """A version freezes the environment; CloudFormation replaces the version when its description differs."""
    source = stack.template.resources
    for name in stack.functions:
        variables = source[name]["Properties"]["Environment"]["Variables"]
        used = {parameter for value in variables.values() for parameter in _references(value)} & set(
            stack.template.parameters
        )
        (version,) = [
            resource["Properties"]
            for resource in source.values()
            if resource["Type"] == "AWS::Lambda::Version" and resource["Properties"]["FunctionName"] == {"Ref": name}
        ]
        described = set(re.findall(r"\$\{(\w+)\}", version["Description"]["Fn::Sub"]))
        assert used <= described, f"{name}: add {sorted(used - described)} to its VersionDescription"


def test_the_longest_description_is_short_enough(stack: StackView) -> None:
    declared = yaml.load((ROOT / "template.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)["Parameters"]
    for resource in stack.template.resources.values():
        if resource["Type"] == "AWS::Lambda::Version":
            text = resource["Properties"]["Description"]["Fn::Sub"]
            longest = re.sub(r"\$\{(\w+)\}", lambda match: "x" * _longest(declared[match.group(1)]), text)
            assert len(longest) <= DESCRIPTION_LIMIT, text


def test_the_address_of_a_gateway_has_room_for_a_long_host_and_a_path() -> None:
    declared = yaml.load((ROOT / "template.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)["Parameters"]
    assert len("https://sandbox-api.pagamentos-da-loja.com.br/v1/loja") <= _longest(declared["BrazilPaymentsApiBase"])


def test_the_built_template_carries_the_hash_itself() -> None:
    """As a parameter, `sam deploy` would keep the value of the deploy before."""
    template = "Parameters: {ReleaseHash: {}, Stage: {}}\nResources: {A: {Hash: {Ref: ReleaseHash}}}"
    built = yaml.safe_load(bake(template, "abc123"))
    assert built == {"Parameters": {"Stage": {}}, "Resources": {"A": {"Hash": "abc123"}}}


def _references(value: object) -> set[str]:
    if isinstance(value, dict):
        return {str(part) for key, part in value.items() if key == "Ref"}.union(*map(_references, value.values()))
    if isinstance(value, list):
        return set().union(*map(_references, value))
    return set()


def _longest(parameter: dict[str, str | list[str]]) -> int:
    if "AllowedValues" in parameter:
        return max(map(len, parameter["AllowedValues"]))
    if parameter["Type"] == "Number":
        return len(str(parameter["MaxValue"]))
    if "MaxLength" in parameter:
        return int(str(parameter["MaxLength"]))
    bound = re.search(r"\{1,(\d+)\}\$$", str(parameter["AllowedPattern"]))
    assert bound, f"{parameter} has no upper bound"
    return int(bound.group(1))
