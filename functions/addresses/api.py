"""A buyer's address book, filled in from the CEP."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path

from commerce.addresses.book import AddressBook
from commerce.addresses.book_model import SavedAddress
from commerce.addresses.book_schemas import AddressEnvelope, AddressesEnvelope, BookAddressModel, saved_view
from commerce.addresses.book_store import AddressStore
from commerce.addresses.directory import CepDirectory
from commerce.addresses.gateways.brasilapi.client import BrasilApi
from commerce.addresses.gateways.opencep.client import OpenCep
from commerce.addresses.gateways.viacep.client import ViaCep
from commerce.addresses.sources import guarded
from commerce.orders.schemas import UserId
from commerce.platform import aws
from commerce.platform.answers import JSON
from commerce.platform.api.caller import caller, require_idempotency_key
from commerce.platform.api.models import Id
from commerce.platform.api.openapi import operation
from commerce.platform.api.resolver import create_api, handle
from commerce.platform.cache import TableCache
from commerce.platform.clock import SystemClock
from commerce.platform.config import setting
from commerce.platform.idempotency import IdempotencyRecords, KeyedRequest
from commerce.platform.ids import RandomIds
from commerce.platform.lambda_types import Context, Event, ProxyAnswer
from commerce.platform.observability import observed

SCOPES = ("buyer", "store")

app = create_api()
dynamodb = aws.client("dynamodb")
quick_dynamodb = aws.cache_client()
clock = SystemClock()
ids = RandomIds()
directory = CepDirectory(
    guarded([ViaCep.from_settings(), OpenCep.from_settings(), BrasilApi.from_settings()], quick_dynamodb),
    TableCache(quick_dynamodb, setting("CEP_CACHE_TABLE"), clock, name="cep"),
)
book = AddressBook(
    AddressStore(
        dynamodb,
        setting("ADDRESSES_TABLE"),
        places=setting("GEOCODING_TABLE"),
        outbox=setting("COMMERCE_TABLE"),
        clock=clock,
        ids=ids,
    ),
    IdempotencyRecords(dynamodb, setting("IDEMPOTENCY_TABLE"), clock),
    directory.find,
    ids,
)


@app.post(
    "/users/<user_id>/addresses",
    **operation(
        "Save an address",
        scopes=SCOPES,
        answers={201: "The address, filled in from its CEP; the first of a book is its default."},
        errors=[404, 409],
        keyed=True,
        tag="addresses",
    ),
)
def add(user_id: Annotated[UserId, Path()], body: BookAddressModel) -> Response[AddressEnvelope]:
    owner = caller(app)
    owner.ensure_may_touch(user_id)
    key = require_idempotency_key(app)
    keyed = KeyedRequest.of(route=f"addresses:{user_id}", caller=owner.sub, key=key, body=body.model_dump())
    return _answer(201, book.add(user_id, body.fields(), keyed, app.request_id()))


@app.get(
    "/users/<user_id>/addresses",
    **operation(
        "List the addresses of a user",
        scopes=SCOPES,
        answers={200: "The default first, then the newest."},
        tag="addresses",
    ),
)
def list_addresses(user_id: Annotated[UserId, Path()]) -> Response[AddressesEnvelope]:
    caller(app).ensure_may_touch(user_id)
    body = AddressesEnvelope.model_validate({"addresses": [saved_view(address) for address in book.all_of(user_id)]})
    return Response(status_code=200, content_type=JSON, body=body)


@app.get(
    "/users/<user_id>/addresses/<address_id>",
    **operation("Read an address", scopes=SCOPES, answers={200: "The address."}, errors=[404], tag="addresses"),
)
def get_address(user_id: Annotated[UserId, Path()], address_id: Annotated[Id, Path()]) -> Response[AddressEnvelope]:
    caller(app).ensure_may_touch(user_id)
    return _answer(200, book.get(user_id, address_id))


@app.put(
    "/users/<user_id>/addresses/<address_id>",
    **operation(
        "Replace an address",
        scopes=SCOPES,
        answers={200: "Its next version, filled in from its CEP."},
        errors=[404, 409],
        tag="addresses",
    ),
)
def replace(
    user_id: Annotated[UserId, Path()], address_id: Annotated[Id, Path()], body: BookAddressModel
) -> Response[AddressEnvelope]:
    caller(app).ensure_may_touch(user_id)
    return _answer(200, book.replace(user_id, address_id, body.fields(), app.request_id()))


@app.put(
    "/users/<user_id>/addresses/<address_id>/default",
    **operation(
        "Make an address the default",
        scopes=SCOPES,
        answers={200: "The address, now the default."},
        errors=[404, 409],
        tag="addresses",
    ),
)
def make_default(user_id: Annotated[UserId, Path()], address_id: Annotated[Id, Path()]) -> Response[AddressEnvelope]:
    caller(app).ensure_may_touch(user_id)
    return _answer(200, book.make_default(user_id, address_id))


@app.delete(
    "/users/<user_id>/addresses/<address_id>",
    **operation(
        "Delete an address",
        scopes=SCOPES,
        answers={204: "It is gone, and where it was too. A default that is deleted leaves none."},
        errors=[404, 409],
        tag="addresses",
    ),
)
def remove(user_id: Annotated[UserId, Path()], address_id: Annotated[Id, Path()]) -> Response[None]:
    caller(app).ensure_may_touch(user_id)
    book.remove(user_id, address_id, app.request_id())
    return Response(status_code=204, body=None)


@observed
def handler(event: Event, context: Context) -> ProxyAnswer:
    return handle(app, event, context)


def _answer(status: int, address: SavedAddress) -> Response[AddressEnvelope]:
    body = AddressEnvelope.model_validate({"address": saved_view(address)})
    return Response(status_code=status, content_type=JSON, body=body)
