"""HTTP to one of Google's hosts: the key on every call and in no log, time out of the deadline, JSON or an error."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import requests

from commerce.geocoding.gateways.google import failures
from commerce.platform.config import base_url
from commerce.platform.deadline import Deadline
from commerce.platform.errors import IntegrationError, ProviderAmbiguous, ProviderError
from commerce.platform.http import ProviderHttp, ProviderSession, Retry, provider_session, retry_after
from commerce.platform.secrets import Secrets, secret_field

PROVIDER = "google"
REPEATED = frozenset({500, 502, 503, 504})
"""Not 429: a quota that is used up is told at once, to whoever can wait (GEO-02)."""

CEILING_SECONDS = 5.0
"""The most that one question may take, its repeats included."""


class GoogleKey:
    """The API key, read when it is needed and read anew after it was refused."""

    def __init__(self, secrets: Secrets, name: str) -> None:
        self._secrets = secrets
        self._name = name

    def __call__(self) -> str:
        return secret_field(self._secrets.get(self._name), self._name, "api_key")

    def forget(self) -> None:
        self._secrets.forget(self._name)


class GoogleTransport:
    """One host.

    Args:
        api: the API's name for people, as in "Google's Geocoding API".
        session: of the host; a test mounts a sandbox on it.
    """

    def __init__(
        self, api: str, url: str, key: GoogleKey, session: ProviderSession | None = None, retry: Retry | None = None
    ) -> None:
        self.api = api
        self._key = key
        self._http = ProviderHttp(session or provider_session(url, provider=PROVIDER), url, retry=retry)

    @classmethod
    def from_settings(cls, api: str, setting: str, host: str, key: GoogleKey) -> GoogleTransport:
        """The host that `setting` names; in live mode only Google's own."""
        return cls(api, base_url(setting, official_hosts=(host,)), key)

    def get(self, path: str, params: Mapping[str, str], *, deadline: Deadline) -> Any:
        """A call of the older APIs, which take the key as a parameter; the JSON of its 200."""
        return self._call("GET", path, deadline, params=lambda key: {**params, "key": key})

    def ask(
        self,
        method: str,
        path: str,
        *,
        mask: str,
        deadline: Deadline,
        params: Mapping[str, str] | None = None,
        body: object = None,
        shown: str | None = None,
    ) -> Any:
        """A call of the newer APIs, which take key and field mask as headers; the JSON of its 200.

        Args:
            shown: stands for the path in the log, where the path holds an address.
        """

        def headers(key: str) -> dict[str, str]:
            return {"X-Goog-Api-Key": key, "X-Goog-FieldMask": mask}

        return self._call(
            method, path, deadline, params=lambda _: params or {}, headers=headers, body=body, shown=shown
        )

    def _call(
        self,
        method: str,
        path: str,
        deadline: Deadline,
        *,
        params: Callable[[str], Mapping[str, str]],
        headers: Callable[[str], Mapping[str, str]] = lambda _: {},
        body: object = None,
        shown: str | None = None,
    ) -> Any:
        key = self._key()
        capped = Deadline.after(deadline.remaining(), ceiling=CEILING_SECONDS, monotonic=deadline.monotonic)
        try:
            answer = self._http.call(
                method,
                path,
                deadline=capped,
                safe_to_repeat=True,
                repeat_on=REPEATED,
                params=params(key),
                headers=headers(key),
                json=body,
                shown=shown,
            )
        except ProviderAmbiguous as error:
            # A read that was not answered in full: nothing can have happened that a repeat would double.
            raise failures.unavailable(self.api, "no answer") from error
        return self._read(answer)

    def refuse(self, status: object) -> IntegrationError:
        """The error of a v3 status; a refused key is read anew next time."""
        return self._noted(failures.of_status(status, self.api))

    def _read(self, answer: requests.Response) -> Any:
        try:
            # Coordinates stay as they were written: no number passes through a float.
            found = json.loads(answer.content, parse_float=Decimal)
        except (ValueError, RecursionError):
            found = None
        if answer.status_code != 200:
            error = failures.of_http(answer.status_code, found, self.api, retry_after(answer.headers))
            raise self._noted(error)
        if found is None:
            raise failures.unavailable(self.api, "an answer that is no JSON")
        return found

    def _noted(self, error: IntegrationError) -> IntegrationError:
        if error.code == "provider_credentials":
            self._key.forget()
        return error


def unreadable(api: str) -> ProviderError:
    """The answer is JSON, but not what the API is described to answer."""
    return failures.unavailable(api, "an answer of another shape")
