"""What a provider issued, against what was asked."""

from __future__ import annotations

from datetime import date

import pytest

from commerce.payments.boleto.checking import Difference, check_boleto
from commerce.payments.boleto.codes import parse_barcode
from commerce.platform.errors import Unprocessable
from commerce.platform.money import Money
from tests.unit.payments.boleto import vectors

TODAY = date(2025, 2, 20)
LINE, BARCODE, DUE, _CENTS = vectors.BOLETOS[0]
OTHER_LINE = vectors.BOLETOS[1][0]
OPEN_LINE, OPEN_BARCODE = vectors.BOLETOS[3][:2]
ASKED = Money(200, "BRL")


def check(barcode: str, line: str, amount: Money = ASKED, due: date | None = DUE) -> tuple[Difference, ...]:
    assert due is not None
    return check_boleto(barcode, line, amount=amount, due_date=due, reference=TODAY)


def test_a_boleto_as_asked() -> None:
    assert check(BARCODE, LINE) == ()


def test_another_amount() -> None:
    assert check(BARCODE, LINE, amount=Money(201, "BRL")) == (Difference("amount", "201", "200"),)


def test_another_due_date_across_the_rollover() -> None:
    found = check(BARCODE, LINE, due=date(2025, 2, 21))

    assert found == (Difference("due_date", "2025-02-21", "2025-02-23"),)


def test_a_line_that_is_another_boleto_s() -> None:
    found = check(BARCODE, OTHER_LINE)

    assert [difference.field for difference in found] == ["digitable_line"]
    assert found[0].asked == parse_barcode(BARCODE).line


def test_a_boleto_that_leaves_everything_open() -> None:
    assert check(OPEN_BARCODE, OPEN_LINE) == (
        Difference("amount", "200", "0"),
        Difference("due_date", "2025-02-23", "none"),
    )


@pytest.mark.parametrize(
    ("barcode", "line", "code"),
    [
        (BARCODE[:-1], LINE, "invalid_barcode"),
        (BARCODE, LINE[:-1], "invalid_digitable_line"),
        (vectors.COLLECTION_BARCODE, vectors.COLLECTION_LINE, "invalid_barcode"),
    ],
)
def test_codes_that_are_none_are_no_mere_difference(barcode: str, line: str, code: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        check(barcode, line)

    assert refused.value.code == code
