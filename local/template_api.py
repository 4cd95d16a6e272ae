"""The HTTP API as template.yaml has it, without a stack that runs: its routes, their functions, authorizer and CORS."""

from __future__ import annotations

from pathlib import Path

from local.build.artifacts import ROOT
from local.build.blueprint import sample_template, symbolic
from local.stack.api_body import read_api
from local.stack.errors import TemplateError
from local.stack.model import ApiSpec

API = "AWS::ApiGatewayV2::Api"


def template_api(path: Path = ROOT / "template.yaml") -> ApiSpec:
    """Functions are named by their logical ids.

    Raises:
        TemplateError: the template has none, or more than one.
    """
    template = sample_template(path)
    resolver = symbolic(template)
    found = [logical_id for logical_id, resource in template.resources.items() if resource["Type"] == API]
    if len(found) != 1:
        raise TemplateError(f"{path} must have one HTTP API; it has {len(found)}.")

    def function_of(uri: str) -> str:
        """arn:…:path/2015-03-31/functions/<alias>/invocations; the alias names its function."""
        alias = uri.rpartition("/functions/")[2].partition("/")[0]
        function: str = resolver.resolve(template.resources[alias]["Properties"]["FunctionName"])
        return function

    body = resolver.resolve(template.resources[found[0]]["Properties"]["Body"])
    return read_api(found[0], found[0], body, function_of)
