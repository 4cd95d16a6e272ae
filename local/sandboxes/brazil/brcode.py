"""Pix codes as a bank prints them: EMV tags closed by a CRC (BCB, Manual de Padrões para Iniciação do Pix, 2.9)."""

from __future__ import annotations

GUI = "br.gov.bcb.pix"


def static_code(*, key: str, cents: int, name: str, city: str, txid: str) -> str:
    """The text of a code that holds the receiver's key and a fixed amount. `txid`: up to 25 letters and digits."""
    return _closed(_tag("26", _tag("00", GUI) + _tag("01", key)), cents=cents, name=name, city=city, txid=txid)


def dynamic_code(*, location: str, cents: int, name: str, city: str) -> str:
    """The text of a code that names where the charge is described. `location`: up to 77 characters, no `https://`."""
    account = _tag("26", _tag("00", GUI) + _tag("25", location))
    return _closed(_tag("01", "12") + account, cents=cents, name=name, city=city, txid="***")


def _closed(account: str, *, cents: int, name: str, city: str, txid: str) -> str:
    amount = f"{cents // 100}.{cents % 100:02}"
    text = (
        _tag("00", "01")
        + account
        + _tag("52", "0000")
        + _tag("53", "986")
        + _tag("54", amount)
        + _tag("58", "BR")
        + _tag("59", name[:25])
        + _tag("60", city[:15])
        + _tag("62", _tag("05", txid))
        + "6304"
    )
    return f"{text}{crc16(text.encode()):04X}"


def crc16(data: bytes) -> int:
    """CRC-16/CCITT-FALSE: polynomial 0x1021, start 0xFFFF, nothing reflected."""
    register = 0xFFFF
    for byte in data:
        register ^= byte << 8
        for _ in range(8):
            register = (register << 1) ^ 0x1021 if register & 0x8000 else register << 1
        register &= 0xFFFF
    return register


def _tag(number: str, value: str) -> str:
    return f"{number}{len(value):02}{value}"
