"""A customer deleted in Stripe's dashboard, and two who notice it at once: in the end there is one customer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from commerce.payments.customer_store import CustomerRecord, CustomerTable
from commerce.payments.gateways.stripe.customers import StripeCustomers
from commerce.payments.gateways.stripe.methods import Profile
from commerce.platform.errors import NotFound
from tests.faults.conftest import open_world
from tests.world import TABLE, World, deadline

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PROFILE = Profile(email="ana@example.com")


class Paused(CustomerTable):
    """The customers' rows; `meanwhile` happens once, just before the first call of `step`."""

    step = ""
    meanwhile: Callable[[], object] = staticmethod(lambda: None)

    def _before(self, step: str) -> None:
        if step == self.step:
            self.step = ""
            self.meanwhile()

    def claim(self, user_id: str, now: datetime) -> CustomerRecord:
        self._before("claim")
        return super().claim(user_id, now)

    def put(self, claimed: CustomerRecord, customer_ref: str) -> CustomerRecord:
        self._before("put")
        return super().put(claimed, customer_ref)

    def replace(self, gone: CustomerRecord, now: datetime) -> CustomerRecord:
        self._before("replace")
        return super().replace(gone, now)


class Rig:
    """Two containers that register customers of one store."""

    def __init__(self, world: World, client: DynamoDBClient) -> None:
        self.world = world
        self.table = Paused(client, TABLE, "stripe")
        self.ours = StripeCustomers(lambda: world.stripe, self.table, world.clock)
        self.theirs = StripeCustomers(lambda: world.stripe, CustomerTable(client, TABLE, "stripe"), world.clock)

    def register(self, customers: StripeCustomers, profile: Profile = PROFILE) -> str:
        return customers.register("user-1", profile, deadline=deadline()).customer_ref

    def delete(self, customer_ref: str) -> None:
        self.world.at_stripe("DELETE", f"/v1/customers/{customer_ref}", key="sk_test_sandbox")

    def meanwhile(self, step: str, happens: Callable[[], object]) -> None:
        self.table.step, self.table.meanwhile = step, happens

    @property
    def living(self) -> list[str]:
        everybody: Any = self.world.sandbox.state.customers
        return [customer["id"] for customer in everybody if not customer.get("deleted")]


@pytest.fixture
def rig() -> Iterator[Rig]:
    with open_world() as world:
        yield Rig(world, world.client)


@pytest.mark.parametrize("profile", [Profile(), PROFILE])
def test_who_registers_again_can_save_methods_again(rig: Rig, profile: Profile) -> None:
    first = rig.register(rig.ours)
    rig.delete(first)
    with pytest.raises(NotFound) as gone:
        rig.ours.get("user-1", deadline=deadline())
    assert gone.value.code == "customer_not_found"

    second = rig.register(rig.ours, profile)

    assert second != first
    assert rig.living == [second]
    assert rig.ours.reference("user-1") == second
    assert rig.ours.attach("user-1", "pm_card_visa", deadline=deadline()).last4 == "4242"
    assert rig.register(rig.theirs) == second


def test_it_can_happen_more_than_once(rig: Rig) -> None:
    seen = []
    for _ in range(4):
        seen.append(rig.register(rig.ours))
        rig.delete(seen[-1])
    seen.append(rig.register(rig.theirs))
    assert len(set(seen)) == 5
    assert rig.living == [seen[-1]]


@pytest.mark.parametrize("step", ["claim", "put", "replace"])
def test_two_who_notice_at_once_make_one(rig: Rig, step: str) -> None:
    rig.delete(rig.register(rig.theirs))
    theirs: list[str] = []
    rig.meanwhile(step, lambda: theirs.append(rig.register(rig.theirs)))

    ours = rig.register(rig.ours)

    assert theirs == [ours]
    assert rig.living == [ours]
    assert rig.ours.reference("user-1") == ours


@pytest.mark.parametrize("finished", [True, False])
def test_who_comes_late_with_one_that_is_gone_does_not_bring_it_back(rig: Rig, finished: bool) -> None:
    def goes_on() -> None:
        gone = rig.register(rig.theirs)
        rig.delete(gone)
        if finished:
            rig.register(rig.theirs)
        else:
            record = rig.table.get("user-1")
            assert record is not None
            rig.table.replace(record, rig.world.clock.now())

    rig.meanwhile("put", goes_on)

    ours = rig.register(rig.ours)

    assert rig.living == [ours]
    assert rig.ours.reference("user-1") == ours


def test_one_that_was_lost_before_it_was_kept_and_deleted_is_no_dead_end(rig: Rig) -> None:
    class Crash(Exception):
        pass

    def crash() -> None:
        raise Crash

    rig.meanwhile("put", crash)
    with pytest.raises(Crash):
        rig.register(rig.ours)
    rig.delete(rig.living[0])

    assert rig.living == []
    registered = rig.register(rig.ours)
    assert rig.living == [registered]
