"""BR Codes by other hands, and what each says."""

from __future__ import annotations

from dataclasses import replace

from commerce.payments.pix.brcode import BrCode

_FULANO = BrCode(merchant_name="Fulano de Tal", merchant_city="BRASILIA")

MANUAL = (
    "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR5913Fulano de Tal"
    "6008BRASILIA62070503***63041D3D"
)
"""Manual do BR Code, Banco Central."""

DYNAMIC = (
    "00020101021226480014br.gov.bcb.pix2526pix.example.com/qr/v2/12345204000053039865802BR5913Fulano de Tal"
    "6008Brasilia62070503***6304FC66"
)
"""npm @brazilian-utils/brazilian-utils 2.4.0."""

RECURRING = (
    "00020126180014br.gov.bcb.pix5204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***80800014br.gov.bcb.pix"
    "2558pix.example.com/qr/v2/rec/2353c790eefb11eaadc10242ac120002630462C9"
)
CHARGE_AND_RECURRING = (
    "00020101021226760014br.gov.bcb.pix2554pix.example.com/qr/v2/8b3da2f39a4140d1a91abd93113bd441520400005303986"
    "5802BR5913Fulano de Tal6008BRASILIA62070503***80800014br.gov.bcb.pix"
    "2558pix.example.com/qr/v2/rec/94ed2badcbc04c15b0bb7fa35319489063047741"
)
DUE_CHARGE_AND_RECURRING = (
    "00020101021226810014br.gov.bcb.pix2559pix.example.com/qr/v2/cobv/1e6c54d3ec9449b7a7fc53b6b0f998e7520400005303986"
    "5802BR5913Fulano de Tal6008BRASILIA62070503***80800014br.gov.bcb.pix"
    "2558pix.example.com/qr/v2/rec/3ffa640fa4f14080adccb949fa2dc0d06304A441"
)
"""Banco Central's pix-api, openapi.yaml 2.9.0, examples of pixCopiaECola."""

DYNAMIC_UPPER = (
    "00020101021226770014BR.GOV.BCB.PIX2555pix.example.com/qr/93598be0-1bd0-4997-8318-81776a1d8a99520400005303986"
    "5802BR5907EMPRESA6009SAO PAULO62070503***6304EEAB"
)
"""A public write-up of the manual's section 6.2, with the GUI in upper case."""

LOWER_CASE = {
    MANUAL: replace(_FULANO, key="123e4567-e12b-12d1-a456-426655440000"),
    DYNAMIC: replace(_FULANO, merchant_city="Brasilia", url="pix.example.com/qr/v2/1234", single_use=True),
    RECURRING: replace(_FULANO, recurrence_url="pix.example.com/qr/v2/rec/2353c790eefb11eaadc10242ac120002"),
    CHARGE_AND_RECURRING: replace(
        _FULANO,
        url="pix.example.com/qr/v2/8b3da2f39a4140d1a91abd93113bd441",
        single_use=True,
        recurrence_url="pix.example.com/qr/v2/rec/94ed2badcbc04c15b0bb7fa353194890",
    ),
    DUE_CHARGE_AND_RECURRING: replace(
        _FULANO,
        url="pix.example.com/qr/v2/cobv/1e6c54d3ec9449b7a7fc53b6b0f998e7",
        single_use=True,
        recurrence_url="pix.example.com/qr/v2/rec/3ffa640fa4f14080adccb949fa2dc0d0",
    ),
}
ALL = LOWER_CASE | {
    DYNAMIC_UPPER: BrCode(
        merchant_name="EMPRESA",
        merchant_city="SAO PAULO",
        url="pix.example.com/qr/93598be0-1bd0-4997-8318-81776a1d8a99",
        single_use=True,
    ),
}
