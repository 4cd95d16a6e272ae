"""The txid of a charge follows from our payment's id, so that every try names the same charge, and one whose making was
never answered can be looked up (API Pix 2.9.0, TxId: 26 to 35 letters and digits, unique per receiver)."""

from __future__ import annotations

import hashlib
import re

IMMEDIATE, BY_DATE = "cob", "cobv"

_KINDS = {"c": IMMEDIATE, "v": BY_DATE}
_TXID = re.compile(r"[cv][0-9a-f]{31}", re.ASCII)


def txid_of(payment_id: str, *, by_date: bool) -> str:
    """32 characters; the first one tells a cob from a cobv."""
    return f"{'v' if by_date else 'c'}{hashlib.sha256(payment_id.encode()).hexdigest()[:31]}"


def is_ours(txid: str) -> bool:
    """Whether it has the shape of our txids; whose it is, only a read can tell."""
    return _TXID.fullmatch(txid) is not None


def kind_of(txid: str) -> str:
    """The collection in which the bank keeps it.

    Raises:
        KeyError: none of our txids.
    """
    return _KINDS[txid[:1]]


def names(txid: str, payment_id: str) -> bool:
    """Whether the txid was made of this payment id."""
    return txid == txid_of(payment_id, by_date=txid.startswith("v"))
