"""Queue of saved addresses: each gets its place on the map, kept for as long as Google's terms allow."""

from __future__ import annotations

from addresses import saved_address

from commerce.geocoding.cache import PlaceCache
from commerce.geocoding.finding import PlaceFinder
from commerce.geocoding.gateways.google.choice import google_geocoder
from commerce.geocoding.locating import Locator
from commerce.geocoding.saved import SavedPlaces, address_saved
from commerce.platform import aws
from commerce.platform.batch import Received, process_batch
from commerce.platform.clock import SystemClock
from commerce.platform.config import setting
from commerce.platform.deadline import Deadline
from commerce.platform.lambda_types import BatchAnswer, Context, Event
from commerce.platform.observability import observed
from commerce.platform.secrets import SecretsManagerSecrets

sqs = aws.client("sqs")
dynamodb = aws.client("dynamodb")
secrets = SecretsManagerSecrets()
clock = SystemClock()

locator = Locator(
    places=SavedPlaces(dynamodb, book=setting("ADDRESSES_TABLE"), table=setting("GEOCODING_TABLE"), clock=clock),
    finder=PlaceFinder(google_geocoder(secrets), PlaceCache(dynamodb, setting("GEOCODING_TABLE"), clock)),
    read=saved_address,
)


@observed
def handler(event: Event, context: Context) -> BatchAnswer:
    return process_batch(event, locate, context, client=sqs, queue="geocode")


def locate(message: Received, deadline: Deadline) -> None:
    """One message of the queue: the event `address.saved`."""
    locator.locate(address_saved(message.body), deadline)
