"""The row that all functions share: the newest token of some credentials, and who is fetching one.

A row is `pk`; of the token `access_token`, `token_id`, `granted_scope`, `issued_at`, `ends_at`; of the lease
`lease_owner`, `lease_until`; of a fetch that failed `fetch_failure`, in force until `lease_until`. Times are epoch
milliseconds, except `expires_at`, which is DynamoDB's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from commerce.platform import dynamodb
from commerce.platform.errors import VersionConflict
from commerce.platform.tokens import Token

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

_EPOCH = datetime.fromtimestamp(0, UTC)
_TOKEN_PARTS = ("access_token", "token_id", "granted_scope", "issued_at", "ends_at")


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the last fetch got no token, safe to show; `refused` when the provider does not accept the credentials."""

    code: str
    text: str
    refused: bool


@dataclass(frozen=True, slots=True)
class TokenRow:
    """The row as it was read. While `busy_until` lies ahead nobody else fetches, and `failure` is in force."""

    token: Token | None = None
    busy_until: datetime = _EPOCH
    failure: Failure | None = None


class TokenStore:
    """The rows of one table. Every method raises StoreError or ConfigurationError, as `dynamodb` does."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def read(self, key: str) -> TokenRow:
        row = dynamodb.get(self._client, self._table, {"pk": key}) or {}
        failure = Failure(**row["fetch_failure"]) if "fetch_failure" in row else None
        return TokenRow(_token_of(row), _moment(row.get("lease_until", 0)), failure)

    def lease(self, key: str, seen: TokenRow, owner: str, *, now: datetime, until: datetime) -> bool:
        """Take on the fetching of a token; False when another was faster.

        Args:
            seen: what was read: no lease on a row whose token was renewed since.
            owner: new for each lease.
        """
        # The owner's own name passes as well: boto3 may repeat the write after losing the answer to it.
        free = "attribute_not_exists(lease_until) OR lease_until <= :now OR lease_owner = :owner"
        same = "attribute_not_exists(token_id)" if seen.token is None else "token_id = :seen"
        kept_until = until if seen.token is None else max(until, seen.token.expires_at)
        values: dict[str, object] = {
            ":now": _ms(now),
            ":owner": owner,
            ":until": _ms(until),
            ":kept": _seconds(kept_until),
        }
        if seen.token is not None:
            values[":seen"] = seen.token.token_id
        return self._wrote(
            dynamodb.update(
                self._table,
                {"pk": key},
                "SET lease_owner = :owner, lease_until = :until, expires_at = :kept REMOVE fetch_failure",
                condition=f"({free}) AND {same}",
                values=values,
            )
        )

    def keep(self, key: str, token: Token) -> bool:
        """Share a token, which ends the lease; False when a newer one is there already."""
        row = {
            "pk": key,
            "access_token": token.value,
            "token_id": token.token_id,
            "granted_scope": token.scope,
            "issued_at": _ms(token.issued_at),
            "ends_at": _ms(token.expires_at),
            "expires_at": _seconds(token.expires_at),
        }
        newest = "attribute_not_exists(issued_at) OR issued_at <= :issued"
        return self._wrote(dynamodb.put(self._table, row, condition=newest, values={":issued": row["issued_at"]}))

    def fail(self, key: str, owner: str, failure: Failure, *, until: datetime) -> bool:
        """End the lease without a token: until then nobody tries again. False when the lease was lost meanwhile."""
        return self._wrote(
            dynamodb.update(
                self._table,
                {"pk": key},
                "SET lease_until = :until, fetch_failure = :failure",
                condition="lease_owner = :owner",
                values={":until": _ms(until), ":failure": asdict(failure), ":owner": owner},
            )
        )

    def drop(self, key: str, token: Token) -> bool:
        """Forget this very token; False when somebody had renewed or dropped it already."""
        return self._wrote(
            dynamodb.update(
                self._table,
                {"pk": key},
                f"REMOVE {', '.join(_TOKEN_PARTS)}",
                condition="token_id = :dropped",
                values={":dropped": token.token_id},
            )
        )

    def _wrote(self, entry: dynamodb.TransactEntry) -> bool:
        try:
            dynamodb.write(self._client, entry)
        except VersionConflict:
            return False
        return True


def _token_of(row: Mapping[str, Any]) -> Token | None:
    if "access_token" not in row:
        return None
    times = (_moment(row["issued_at"]), _moment(row["ends_at"]))
    return Token(row["access_token"], *times, scope=row["granted_scope"])


def _moment(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)


def _ms(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _seconds(moment: datetime) -> int:
    return -((_EPOCH - moment) // timedelta(seconds=1))
