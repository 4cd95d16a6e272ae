"""The table of moves."""

from __future__ import annotations

from commerce.payments.status import DEAD, LIVE, MOVES, SETTLED, PaymentStatus


def test_every_state_has_its_row_and_belongs_to_one_group() -> None:
    assert set(MOVES) == set(PaymentStatus)
    assert set(PaymentStatus) == LIVE | SETTLED | DEAD
    assert not (LIVE & SETTLED or LIVE & DEAD or SETTLED & DEAD)


def test_captured_money_never_leaves_the_settled_states() -> None:
    assert all(MOVES[status] <= SETTLED for status in SETTLED)


def test_every_state_can_still_become_paid_except_by_standing_still() -> None:
    assert all(PaymentStatus.PAID in MOVES[status] for status in PaymentStatus)


def test_only_a_read_leaves_unknown_and_nothing_goes_back_to_created() -> None:
    assert all(PaymentStatus.CREATED not in moves for moves in MOVES.values())
