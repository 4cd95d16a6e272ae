"""Checks values against the schemas of an OpenAPI 3.0 document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jsonschema import Draft4Validator
from referencing import Registry
from referencing.jsonschema import DRAFT4

_BASE = "urn:description"


class OpenApi:
    """A description whose schemas can be asked for by path and method, or by name.

    OpenAPI 3.0 is JSON Schema draft 4 with `nullable`, which is rewritten here so that null passes beside an `enum`
    or an `anyOf` that does not list it: that is what the providers' own examples mean by it.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document: dict[str, Any] = _draft4(document)
        self._registry: Registry[Any] = Registry().with_resource(_BASE, DRAFT4.create_resource(self.document))

    def schema(self, name: str) -> dict[str, Any]:
        return {"$ref": f"{_BASE}#/components/schemas/{name}"}

    def response(self, path: str, method: str, status: str = "200") -> dict[str, Any]:
        """The schema of an answer; a status that is not listed falls back to `default`."""
        responses = self.document["paths"][path][method.lower()]["responses"]
        content = (responses.get(status) or responses["default"])["content"]
        return dict(content["application/json"]["schema"])

    def request(self, path: str, method: str, media_type: str = "application/json") -> dict[str, Any]:
        operation = self.document["paths"][path][method.lower()]
        return dict(operation["requestBody"]["content"][media_type]["schema"])

    def query(self, path: str, method: str) -> dict[str, dict[str, Any]]:
        """The declared query parameters by name."""
        parameters = self.document["paths"][path][method.lower()].get("parameters", [])
        return {parameter["name"]: parameter for parameter in parameters if parameter["in"] == "query"}

    def problems(self, schema: Mapping[str, Any], value: object, limit: int = 10) -> list[str]:
        """What is wrong with `value`, in words; empty when it fits."""
        checker = Draft4Validator(schema, registry=self._registry)
        found = []
        for error in checker.iter_errors(value):
            where = "/".join(str(step) for step in error.absolute_path) or "(root)"
            found.append(f"{where}: {error.message[:300]}")
            if len(found) == limit:
                break
        return found


def _draft4(value: Any) -> Any:
    if isinstance(value, list):
        return [_draft4(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    schema = {key: _draft4(item) for key, item in value.items()}
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference.startswith("#"):
        schema["$ref"] = f"{_BASE}{reference}"
    if schema.get("nullable") is True:
        return {"anyOf": [{"type": "null"}, schema]}
    return schema
