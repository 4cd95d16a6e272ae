"""The central bank's description of the Pix API, made usable: every repair and deviation is here, with its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft4Validator, FormatChecker

from tests.contract.openapi import OpenApi
from tests.contract.specs import spec_yaml

NAME = "pix/openapi.yaml"
_FORMATS = FormatChecker(["date", "date-time"])
_COMBINED = ("allOf", "anyOf", "oneOf")


@dataclass(frozen=True)
class Repair:
    """`mend(document)` changes it in place and says in how many places; none means that it is no longer needed.

    A repair that `tightens` makes the description refuse more; any other makes it take what is right.
    """

    reason: str
    mend: Callable[[Any], int]
    tightens: bool = False


def _walk(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner)


def _patterns(document: Any, wanted: Callable[[str], bool], mended: Callable[[str], str]) -> int:
    every = [schema for schema in _walk(document) if isinstance(schema.get("pattern"), str)]
    found = [schema for schema in every if wanted(schema["pattern"])]
    for schema in found:
        schema["pattern"] = mended(schema["pattern"])
    return len(found)


def _schema(document: Any, name: str) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"][name]
    return found


def _unquote(document: Any) -> int:
    return _patterns(document, lambda text: text.startswith("/^"), lambda text: text.strip("/"))


def _anchor(document: Any) -> int:
    return _patterns(document, lambda text: not text.startswith("^"), lambda text: f"^({text})$")


def _widen_received_txids(document: Any) -> int:
    wanted = "^([a-zA-Z0-9]{1,35})$"
    found = [schema for schema in _walk(document) if {"pattern": wanted} in schema.get("allOf", [])]
    for schema in found:
        schema["allOf"] = [{"type": "string", "pattern": wanted}]
    return len(found)


def _drop_required(wrong: str, *schemas: str) -> Callable[[Any], int]:
    """From what each of these schemas requires, of itself or of its items."""

    def mend(document: Any) -> int:
        every = [inner for name in schemas for inner in _walk(_schema(document, name))]
        found = [inner for inner in every if wrong in (inner.get("required") or ())]
        for inner in found:
            inner["required"] = [name for name in inner["required"] if name != wrong]
        return len(found)

    return mend


def _require_pix(document: Any) -> int:
    _schema(document, "PixConsultados")["required"].append("pix")
    return _drop_required("cobs", "PixConsultados")(document)


def _free_the_receivers_address(document: Any) -> int:
    return int(_schema(document, "DadosRecebedor").pop("required", None) is not None)


def _part_the_discounts(document: Any) -> int:
    dated = _schema(document, "CobVValor")["properties"]["desconto"]["oneOf"][0]
    dated["required"] = ["descontoDataFixa"]
    return 1


def _locate_by_txid(document: Any) -> int:
    properties = _schema(document, "PayloadLocation")["properties"]
    return int(properties.setdefault("txid", {"$ref": "#/components/schemas/TxId"}) is not None)


def _locate_charges_with_a_due_date(document: Any) -> int:
    described = next(part for part in _schema(document, "CobGerada")["allOf"] if "location" in part["properties"])
    _schema(document, "CobVGerada")["allOf"].append(described)
    return 1


def _name_the_webhooks_key(document: Any) -> int:
    schema = _schema(document, "WebhookCompleto")
    del schema["properties"]["cnpj"]
    schema["properties"]["chave"] = {"type": "string", "maxLength": 77}
    schema["required"] = ["webhookUrl", "chave", "criacao"]
    return 1


def _count_information(document: Any) -> int:
    schema = _schema(document, "CobBase")["properties"]["infoAdicionais"]
    schema["maxItems"] = schema.pop("maximum")
    return 1


def _show_payers(document: Any) -> int:
    person = {"oneOf": [{"$ref": f"#/components/schemas/Pessoa{kind}"} for kind in ("Fisica", "Juridica")]}
    return int(_schema(document, "Pix")["properties"].setdefault("pagador", person) is person)


REPAIRS = (
    Repair("patterns written as JavaScript literals, slashes included, match nothing", _unquote),
    Repair("patterns without anchors let any text pass that holds a match", _anchor, tightens=True),
    Repair("the txid of a received Pix has 1 to 35 signs and must not also be one of 26 to 35", _widen_received_txids),
    Repair(
        "lists require an `idCob`, which no charge has", _drop_required("idCob", "CobsConsultadas", "CobsVConsultadas")
    ),
    Repair("the list of Pix requires the `cobs` of another list", _require_pix),
    Repair(
        "`loc` in a request requires a `tipoCob`, which it has not", _drop_required("tipoCob", "PayloadLocationCob")
    ),
    Repair("the receiver's address is required beside `recebedor` as well as in it", _free_the_receivers_address),
    Repair("a discount per day fits both of the two kinds, of which it may fit only one", _part_the_discounts),
    Repair("`loc` of a charge requires a `txid` that it does not describe", _locate_by_txid),
    Repair("a charge with a due date requires a `location` that it does not describe", _locate_charges_with_a_due_date),
    Repair("a webhook is described with a `cnpj`; its own example and every bank have `chave`", _name_the_webhooks_key),
    Repair("a limit of entries is written as one of a number's size", _count_information, tightens=True),
)

ADDITIONS = (
    Repair("`pagador` of a Pix was part of the standard before 2.9.0 and is still sent by banks", _show_payers),
)
"""What the sandbox sends beyond the standard."""

GENERAL_STATUSES = {400, 429, 500}
"""Errors that any route may answer with (description, "Gerais"), whether its own list of answers has them or not; 429
is not in the description, and every bank sends it."""

OAUTH_STATUSES = {401}
"""A missing or dead token is an error of OAuth 2.0 (RFC 6750, 3), of which the description says nothing."""

UNNAMED_TYPES = {"about:blank"}
"""Problem types beside the description's: RFC 7807's own, for 429."""


class PixDescription(OpenApi):
    """Strict: `problems` also finds fields that no schema knows, and dates that are none."""

    def problems(self, schema: Mapping[str, Any], value: object, limit: int = 10) -> list[str]:
        checker = Draft4Validator(schema, registry=self._registry, format_checker=_FORMATS)
        found = []
        for error in checker.iter_errors(value):
            where = "/".join(str(step) for step in error.absolute_path) or "(root)"
            found.append(f"{where}: {error.message[:300]}")
        found += [f"{where}: unknown field" for where in self._strangers(schema, value, "")]
        return found[:limit]

    def answer(self, path: str, method: str, status: int) -> tuple[str, dict[str, Any]] | None:
        """Media type and schema of an answer, None for one without a body."""
        responses = self.document["paths"][path][method.lower()]["responses"]
        if str(status) not in responses:
            assert status in GENERAL_STATUSES, f"{method} {path} never answers {status}"
            return "application/problem+json", self.schema("Problema")
        response = self.resolved(responses[str(status)])
        for media_type, content in response.get("content", {}).items():
            return media_type, content["schema"]
        return None

    def request(self, path: str, method: str, media_type: str = "application/json") -> dict[str, Any]:
        body = self.resolved(self.document["paths"][path][method.lower()]["requestBody"])
        return dict(body["content"][media_type]["schema"])

    def webhook(self) -> dict[str, Any]:
        body = self.resolved({"$ref": "#/components/requestBodies/WebhookPixBody"})
        return dict(body["content"]["application/json"]["schema"])

    def scope(self, path: str, method: str) -> str:
        ((scope,),) = (entry["OAuth2"] for entry in self.document["paths"][path][method.lower()]["security"])
        return str(scope)

    def parameters(self, path: str, method: str) -> set[str]:
        declared = self.document["paths"][path][method.lower()].get("parameters", [])
        return {self.resolved(parameter)["name"] for parameter in declared}

    def resolved(self, value: Any) -> Any:
        while "$ref" in value:
            target: Any = self.document
            for step in value["$ref"].partition("#/")[2].split("/"):
                target = target[step]
            value = target
        return value

    def _strangers(self, schema: Mapping[str, Any], value: object, at: str) -> Iterator[str]:
        layers = list(self._layers(schema))
        if isinstance(value, list):
            items = [layer["items"] for layer in layers if "items" in layer]
            for number, item in enumerate(value):
                yield from self._strangers({"allOf": items}, item, f"{at}/{number}")
        elif isinstance(value, dict) and any("properties" in layer for layer in layers):
            for name, inner in value.items():
                known = [layer["properties"][name] for layer in layers if name in layer.get("properties", {})]
                if not known:
                    yield f"{at}/{name}"
                yield from self._strangers({"allOf": known}, inner, f"{at}/{name}") if known else ()

    def _layers(self, schema: Any) -> Iterator[dict[str, Any]]:
        schema = self.resolved(schema)
        yield schema
        for combination in _COMBINED:
            for part in schema.get(combination, ()):
                yield from self._layers(part)


def pix_description(without: Repair | None = None) -> PixDescription:
    """The repaired description with the additions; skips where there is no description.

    Args:
        without: a repair to leave out, to see what it is for.
    """
    document = deepcopy(spec_yaml(NAME))
    for change in (*REPAIRS, *ADDITIONS):
        if change is not without:
            assert change.mend(document) > 0, f"no longer needed: {change.reason}"
    return PixDescription(document)
