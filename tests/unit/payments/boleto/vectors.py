"""Boletos by other hands: line, barcode, due date and cents as their sources state them."""

from __future__ import annotations

from datetime import date

BOLETOS: list[tuple[str, str, date | None, int | None]] = [
    # node-boleto 2.3.0, test/integration/bradesco/boleto.spec.js
    (
        "23790.00124 50005.663146 87123.456706 8 10010000000200",
        "23798100100000002000001250005663148712345670",
        date(2025, 2, 23),
        200,
    ),
    (
        "23790.00124 50007.550721 88123.456704 7 19990000000200",
        "23797199900000002000001250007550728812345670",
        date(2027, 11, 18),
        200,
    ),
    # @mrmgomes/boleto-utils 1.3.3, test/test.js
    (
        "10492006506100010004200997263900989810000021403",
        "10499898100000214032006561000100040099726390",
        date(2022, 5, 10),
        21403,
    ),
    # boleto.js 1.1.4, README
    (
        "23794150099001980167035000211405700000000000000",
        "23797000000000000004150090019801673500021140",
        None,
        None,
    ),
]

COLLECTION_LINE = "838600000050096000190009000801782309000343062712"
COLLECTION_BARCODE = "83860000005096000190000008017823000034306271"
"""boleto-utils, test/test.js: third digit 8, so modulus 11."""

WRONG_GENERAL_DIGIT = "10491.44338 55119.000002 00000.000141 3 25230000093423"
