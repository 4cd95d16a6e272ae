"""What a CEP stands for, and which CEPs a street has. ViaCEP first; OpenCEP and BrasilAPI beside it."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import StringConstraints, WithJsonSchema

from commerce.addresses.cep import parse_cep, written
from commerce.addresses.directory import CepDirectory
from commerce.addresses.gateways.brasilapi.client import BrasilApi
from commerce.addresses.gateways.opencep.client import OpenCep
from commerce.addresses.gateways.viacep.client import ViaCep
from commerce.addresses.schemas import CepAnswerModel, StreetMatchesModel, cep_view, matches_view
from commerce.addresses.sources import GuardedStreets, breaker_of, guarded
from commerce.addresses.states import STATES
from commerce.addresses.street_search import StreetSearch
from commerce.platform import aws
from commerce.platform.answers import JSON
from commerce.platform.api.openapi import operation
from commerce.platform.api.resolver import create_api, handle
from commerce.platform.cache import TableCache
from commerce.platform.clock import SystemClock
from commerce.platform.config import setting
from commerce.platform.errors import NotFound
from commerce.platform.lambda_types import Context, Event, ProxyAnswer
from commerce.platform.observability import observed

SCOPES = ("buyer", "store")

app = create_api()
dynamodb = aws.cache_client()
cache = TableCache(dynamodb, setting("CEP_CACHE_TABLE"), SystemClock(), name="cep")
viacep = ViaCep.from_settings()
sources = guarded([viacep, OpenCep.from_settings(), BrasilApi.from_settings()], dynamodb)
directory = CepDirectory(sources, cache)
streets = StreetSearch(GuardedStreets(viacep, breaker_of("viacep-search", dynamodb)), cache)

_THREE_LETTERS = {"type": "string", "pattern": r"^([^A-Za-z0-9]*[A-Za-z0-9]){3}", "maxLength": 100}

State = Annotated[str, StringConstraints(max_length=100), WithJsonSchema({"type": "string", "enum": sorted(STATES)})]
"""Two letters; its name is taken as well."""

Name = Annotated[str, StringConstraints(max_length=100), WithJsonSchema(_THREE_LETTERS)]
"""Three letters at least: the search itself says so, with a code of its own."""

Cep = Annotated[str, WithJsonSchema({"type": "string", "pattern": "^[0-9]{5}-?[0-9]{3}$", "maxLength": 64})]
"""Dots and spaces are taken as well."""


@app.get(
    "/addresses/cep/<cep>",
    **operation(
        "Find the address of a CEP",
        scopes=SCOPES,
        answers={200: "The address, as far down as the CEP leads."},
        errors=[400, 404],
        tag="addresses",
    ),
)
def get_cep(cep: Annotated[Cep, Path()]) -> Response[CepAnswerModel]:
    digits = parse_cep(cep)
    answer = directory.find(digits)
    if answer.address is None:
        raise NotFound(
            f"Nobody knows the CEP {written(digits)}. Check it; the buyer may type the address all the same.",
            code="cep_not_found",
            details={"cached": answer.cached},
        )
    body = CepAnswerModel.model_validate(cep_view(answer, answer.address))
    return Response(status_code=200, content_type=JSON, body=body)


@app.get(
    "/addresses/search",
    **operation(
        "Find the CEPs of a street",
        scopes=SCOPES,
        answers={200: "The best matches first, 50 at most."},
        errors=[400],
        tag="addresses",
    ),
)
def search(
    state: Annotated[State, Query()], city: Annotated[Name, Query()], street: Annotated[Name, Query()]
) -> Response[StreetMatchesModel]:
    body = StreetMatchesModel.model_validate(matches_view(streets.search(state, city, street)))
    return Response(status_code=200, content_type=JSON, body=body)


@observed
def handler(event: Event, context: Context) -> ProxyAnswer:
    return handle(app, event, context)
