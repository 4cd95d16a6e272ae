"""What the template says about the functions to build: handler, folder, environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local.build.artifacts import LAYER, ROOT
from local.stack.resolve import Resolver
from local.stack.transform import Template, load_template

SAMPLE_PARAMETERS: Mapping[str, str] = {
    "JwtIssuer": "https://issuer.example",
    "MailFromAddress": "orders@store.example",
    "ReleaseHash": "0123456789abcdef",
}
"""Values for the parameters without a default, where the template is looked at and not deployed."""

_PSEUDO = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::StackName": "commerce-dev",
}


@dataclass(frozen=True, slots=True)
class FunctionBlueprint:
    """`environment` holds the template's values, with logical ids where the deployment would put physical ones."""

    logical_id: str
    handler: str
    folder: Path
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Blueprint:
    layer: Path
    functions: tuple[FunctionBlueprint, ...]


class LogicalIds:
    """Answers references with the logical ids themselves."""

    def ref(self, logical_id: str) -> str:
        return logical_id

    def attribute(self, logical_id: str, name: str) -> str:
        return f"{logical_id}.{name}"


def sample_template(path: Path = ROOT / "template.yaml", /, **parameters: str) -> Template:
    """The transformed template, with sample values for what has no default."""
    return load_template(path, {**SAMPLE_PARAMETERS, **parameters})


def symbolic(template: Template) -> Resolver:
    """Resolves the template's values down to parameters, conditions and logical ids."""
    return Resolver(template, _PSEUDO, LogicalIds())


def read_blueprint(path: Path = ROOT / "template.yaml") -> Blueprint:
    template = sample_template(path)
    resolve = symbolic(template).resolve
    functions = tuple(
        FunctionBlueprint(
            logical_id=logical_id,
            handler=resource["Properties"]["Handler"],
            folder=template.code[logical_id],
            environment=resolve(resource["Properties"]["Environment"]["Variables"]),
        )
        for logical_id, resource in sorted(template.resources.items())
        if resource["Type"] == "AWS::Lambda::Function"
    )
    return Blueprint(template.code[LAYER], functions)
