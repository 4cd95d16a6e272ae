"""template.yaml -> the plain CloudFormation that AWS would make of it, offline.

The SAM transform wants code on S3, so each code folder is replaced by an S3 key that is the resource's logical id; the
transformed functions and layers carry it, and that is how their folders are found again.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

from local.stack.errors import TemplateError
from local.stack.parameters import Parameters, parameter_values

REGION = "us-east-1"
# It warns of metrics that it has nowhere to send.
logging.getLogger("samtranslator.metrics.metrics").setLevel(logging.ERROR)

_CODE_PROPERTY = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}


@dataclass(frozen=True, slots=True)
class Template:
    """A transformed template. `code` maps a logical id of the source template to the folder of its code."""

    resources: dict[str, dict[str, Any]]
    parameters: Parameters
    conditions: dict[str, Any]
    mappings: dict[str, Any]
    rules: dict[str, Any]
    outputs: dict[str, Any]
    code: dict[str, Path]


class _NoManagedPolicies:
    """Names of managed policies are looked up on AWS; the templates of this house write their policies out."""

    def load(self) -> dict[str, str]:
        return {}


def load_template(path: Path, given: Mapping[str, str], suggested: Mapping[str, str] | None = None) -> Template:
    """Read and transform the template at `path` with the parameter values `given`.

    Args:
        suggested: values for parameters that are not given, where the template declares them.

    Raises:
        TemplateError: the template or a parameter is wrong; the message is the transform's own.
    """
    source = yaml_parse(path.read_text(encoding="utf-8"))
    if not isinstance(source, dict) or "Resources" not in source:
        raise TemplateError(f"{path} is not a template: it has no Resources.")
    declared = source.get("Parameters", {})
    offered = {name: value for name, value in (suggested or {}).items() if name in declared}
    values = parameter_values(declared, {**offered, **given})
    rules = source.pop("Rules", {})
    code = _stub_code(source, path.parent)
    with _region():
        try:
            result = transform(source, dict(values), _NoManagedPolicies())
        except InvalidDocumentException as error:
            causes = "; ".join(cause.message for cause in error.causes)
            raise TemplateError(f"{path} does not pass the SAM transform: {causes}") from error
    return Template(
        resources=result["Resources"],
        parameters=values,
        conditions=result.get("Conditions", {}),
        mappings=result.get("Mappings", {}),
        rules=rules,
        outputs=result.get("Outputs", {}),
        code=code,
    )


def _stub_code(source: dict[str, Any], folder: Path) -> dict[str, Path]:
    shared = source.get("Globals", {}).get("Function", {}).pop("CodeUri", None)
    code: dict[str, Path] = {}
    for logical_id, resource in source["Resources"].items():
        name = _CODE_PROPERTY.get(resource.get("Type"))
        if name is None:
            continue
        properties = resource.setdefault("Properties", {})
        uri = properties.get(name, shared)
        if not isinstance(uri, str) or uri.startswith("s3://"):
            raise TemplateError(f"{logical_id}: {name} must be a folder beside the template; it is {uri!r}.")
        code[logical_id] = (folder / uri).resolve()
        if not code[logical_id].is_dir():
            raise TemplateError(f"{logical_id}: {name} {uri} is not a folder beside the template.")
        properties[name] = f"s3://local/{logical_id}"
    return code


@contextmanager
def _region() -> Iterator[None]:
    """The transform reads the region from the environment, and nothing else from it."""
    before = os.environ.get("AWS_DEFAULT_REGION")
    os.environ["AWS_DEFAULT_REGION"] = REGION
    try:
        yield
    finally:
        if before is None:
            del os.environ["AWS_DEFAULT_REGION"]
        else:
            os.environ["AWS_DEFAULT_REGION"] = before
