"""Who is paid by a static code: the store's key, name and city, as a BR Code can carry them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from commerce.payments.pix.brcode import CITY_LIMIT, NAME_LIMIT
from commerce.payments.pix.keys import key_kind
from commerce.payments.pix.transliteration import transliterate
from commerce.platform.errors import ConfigurationError
from commerce.platform.secrets import put_command, secret_field


@dataclass(frozen=True, slots=True)
class Store:
    pix_key: str = field(repr=False)
    merchant_name: str
    merchant_city: str


def store_of(fields: Mapping[str, str], secret_name: str) -> Store:
    """The store in the fields of the secret.

    Raises:
        ConfigurationError: `missing_secret`; `wrong_secret` when no code can carry a field. Names the field and shows
            nothing of it.
    """
    store = Store(*(secret_field(fields, secret_name, name) for name in ("pix_key", "merchant_name", "merchant_city")))
    wrong = _wrong_field(store)
    if wrong is None:
        return store
    name, problem = wrong
    raise ConfigurationError(
        f"The {name} in the secret {secret_name} {problem}. Set all its fields at once with "
        f"{put_command(secret_name, *fields)}.",
        code="wrong_secret",
        details={"secret": secret_name, "field": name},
    )


def _wrong_field(store: Store) -> tuple[str, str] | None:
    if key_kind(store.pix_key) is None:
        return "pix_key", (
            "is no Pix key as the directory writes them: a CPF or CNPJ without punctuation, a phone as +55 and digits, "
            "an e-mail address or a random key in small letters"
        )
    for name, text, limit in (
        ("merchant_name", store.merchant_name, NAME_LIMIT),
        ("merchant_city", store.merchant_city, CITY_LIMIT),
    ):
        if not transliterate(text, limit):
            return name, "has no letter that a Pix code can carry; write it in Latin letters"
    return None
