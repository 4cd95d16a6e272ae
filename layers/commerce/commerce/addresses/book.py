"""What can be done with an address book."""

from __future__ import annotations

from commerce.addresses.book_model import AddressFields, SavedAddress
from commerce.addresses.book_store import AddressStore
from commerce.addresses.completion import FindCep, complete
from commerce.platform.errors import VersionConflict
from commerce.platform.idempotency import IdempotencyRecords, KeyedRequest
from commerce.platform.ids import Ids


class AddressBook:
    """Use cases over a store; whose book may be touched is the door's business."""

    def __init__(self, store: AddressStore, records: IdempotencyRecords, find: FindCep, ids: Ids) -> None:
        self._store = store
        self._records = records
        self._find = find
        self._ids = ids

    def add(self, user_id: str, typed: AddressFields, keyed: KeyedRequest, correlation_id: str) -> SavedAddress:
        """Save a new address, once for each Idempotency-Key; a repeat gives it as it is by now.

        Raises:
            Unprocessable: `idempotency_key_reused`; and as `complete` says.
            NotFound: it was saved under this key and has been deleted.
            Conflict: `address_book_full`.
            VersionConflict: `address_changed`, another change of this book was faster.
        """
        known = self._records.find(keyed)
        if known is not None and known.subject is not None:
            return self._store.get(user_id, known.subject)
        # Random: one derived from the key would be taken for ever, and the key is free again after two days.
        address_id = self._ids.new("addr")
        completed = complete(typed, self._find)
        try:
            self._store.add(user_id, address_id, completed, self._records.take(keyed, address_id), correlation_id)
        except VersionConflict:
            # The same key at the same moment: by now it stands for another body, or for the address that is there.
            known = self._records.find(keyed)
            if known is None or known.subject is None:
                raise
            return self._store.get(user_id, known.subject)
        return self._store.get(user_id, address_id)

    def all_of(self, user_id: str) -> list[SavedAddress]:
        """The default first, then the newest."""
        return self._store.all_of(user_id)

    def get(self, user_id: str, address_id: str) -> SavedAddress:
        """Raises NotFound: `address_not_found`."""
        return self._store.get(user_id, address_id)

    def replace(self, user_id: str, address_id: str, typed: AddressFields, correlation_id: str) -> SavedAddress:
        """Raises NotFound: `address_not_found`; VersionConflict: `address_changed`; and as `complete` says."""
        before = self._store.get(user_id, address_id)
        return self._store.replace(before, complete(typed, self._find), correlation_id)

    def remove(self, user_id: str, address_id: str, correlation_id: str) -> None:
        """Raises NotFound: `address_not_found`; VersionConflict: `address_changed`."""
        self._store.remove(self._store.get(user_id, address_id), correlation_id)

    def make_default(self, user_id: str, address_id: str) -> SavedAddress:
        """Raises NotFound: `address_not_found`."""
        self._store.make_default(user_id, address_id)
        return self._store.get(user_id, address_id)
