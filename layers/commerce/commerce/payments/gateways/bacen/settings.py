"""Which bank carries our Pix, and where it answers: from PIX_BANK, PIX_API_BASE and LIVE_MODE."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from commerce.payments.gateways.bacen.profile import Addresses, BankProfile
from commerce.payments.gateways.bacen.profiles import PROFILES
from commerce.platform.config import HINTS, base_url, live_mode, setting
from commerce.platform.errors import ConfigurationError

PROVIDER = "bacen"
BY_PROFILE = "profile"
STAND_IN_TOKEN_PATH = "/oauth/token"  # noqa: S105 - a path


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank as this deployment talks to it.

    Args:
        stand_in: it is not the bank itself: a client certificate is shown if the secret has one, and not asked for.
    """

    profile: BankProfile
    addresses: Addresses
    stand_in: bool = False


def chosen_bank() -> Bank:
    """The bank of the settings; in live mode only the addresses of its profile (AUT-05).

    Raises:
        ConfigurationError: `missing_setting`, `wrong_setting`.
    """
    profile = PROFILES.get(setting("PIX_BANK"))
    if profile is None:
        raise _wrong("PIX_BANK", f"is none of {', '.join(sorted(PROFILES))}")
    return bank_at(profile)


def bank_at(profile: BankProfile) -> Bank:
    """Raises ConfigurationError: `missing_setting`, `wrong_setting`."""
    if setting("PIX_API_BASE") == BY_PROFILE:
        return Bank(profile, profile.live if live_mode() else profile.test)
    if live_mode():
        raise _wrong("PIX_API_BASE", f'must be "{BY_PROFILE}" while LIVE_MODE is true')
    base = base_url("PIX_API_BASE", official_hosts=profile.live_hosts)
    if urlsplit(base).hostname in profile.live_hosts:
        raise _wrong(
            "PIX_API_BASE", f'is where real money moves, but LIVE_MODE is false: "{BY_PROFILE}" is its test address'
        )
    return stand_in(profile, base)


def stand_in(profile: BankProfile, base: str) -> Bank:
    """A server in the bank's place: the API under the bank's own path, tokens under /oauth/token."""
    return Bank(profile, Addresses(f"{base}{profile.path}", f"{base}{STAND_IN_TOKEN_PATH}"), stand_in=True)


def _wrong(name: str, problem: str) -> ConfigurationError:
    return ConfigurationError(f"{name} {problem}. {HINTS[name]}", code="wrong_setting", details={"setting": name})
