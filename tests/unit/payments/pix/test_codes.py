"""The code that a buyer pays: read before it is shown."""

from __future__ import annotations

import pytest

from commerce.payments.instructions import Instructions
from commerce.payments.pix.asked import pix_mismatch
from commerce.payments.pix.codes import Code, is_odd, judge
from tests.builders import payment
from tests.unit.payments.pix.codes import CODE, resealed, with_amount
from tests.unit.payments.pix.vectors import DYNAMIC, LOWER_CASE, MANUAL


@pytest.mark.parametrize("text", [CODE, MANUAL, DYNAMIC, *LOWER_CASE])
def test_a_good_code_is_taken_as_it_is(text: str) -> None:
    assert judge(text) == Code(text)
    assert not is_odd(text)


@pytest.mark.parametrize(
    ("text", "centavos"), [("129.90", 12_990), ("129.9", 12_990), ("129", 12_900), ("0.00", None), ("abc", None)]
)
def test_the_amount_that_a_code_names_itself(text: str, centavos: int | None) -> None:
    assert judge(with_amount(text)).amount == centavos


@pytest.mark.invariant("PAY-05")
def test_the_code_s_own_amount_has_to_be_the_payment_s() -> None:
    asked = payment(method="pix")
    reasons = [
        pix_mismatch(asked, issued if issued is None else Instructions(pix_code=issued))
        for issued in (None, CODE, with_amount("129.90"), with_amount("999.00"))
    ]
    assert reasons == [None, None, None, "amount"]


@pytest.mark.parametrize(
    "odd",
    [
        resealed(CODE.replace("5912Loja Exemplo", "5930" + "L" * 30)),
        CODE[:-4] + CODE[-4:].lower(),
        resealed(CODE.replace("62070503***", "62090505a-b_c")),
        resealed(CODE.replace("010212", "010213")),
    ],
)
def test_what_only_a_strict_reader_objects_to_is_taken_and_told(odd: str) -> None:
    assert judge(odd) == Code(odd)
    assert is_odd(odd)


@pytest.mark.parametrize(
    "none",
    [
        "",
        "hello",
        "https://pix.bank.example/qr/v2/1",
        CODE[:-1],
        CODE[:-4] + "0000",
        CODE.replace("Loja", "Lojx"),
        resealed(CODE.replace("5912", "5913")),
        CODE[:-8],
    ],
)
def test_what_no_app_would_read_is_no_code(none: str) -> None:
    with pytest.raises(ValueError, match=r"BR Code|checksum"):
        judge(none)
