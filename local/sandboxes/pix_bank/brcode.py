"""The BR Code of a charge: EMV tag-length-value with a checksum (BCB, "Manual do BR Code"; "Manual de Padrões").

Written apart from the product's own builder and parser, so that one can be held against the other.
"""

from __future__ import annotations


def dynamic_code(location: str, name: str, city: str) -> str:
    """Args:
    location: address of the payload without scheme, at most 77 characters.
    name: of the receiver, 25 characters of it are shown.
    city: 15 characters of it are shown.
    """
    account = _field("00", "br.gov.bcb.pix") + _field("25", location)
    body = "".join(
        (
            _field("00", "01"),
            _field("01", "12"),
            _field("26", account),
            _field("52", "0000"),
            _field("53", "986"),
            _field("58", "BR"),
            _field("59", name[:25]),
            _field("60", city[:15]),
            _field("62", _field("05", "***")),
            "6304",
        )
    )
    return f"{body}{checksum(body.encode()):04X}"


def checksum(data: bytes) -> int:
    """CRC-16/CCITT-FALSE: polynomial 0x1021, initial value 0xFFFF, nothing reflected."""
    register = 0xFFFF
    for byte in data:
        register ^= byte << 8
        for _ in range(8):
            register = (register << 1) ^ (0x1021 if register & 0x8000 else 0)
        register &= 0xFFFF
    return register


def _field(tag: str, value: str) -> str:
    if len(value) > 99:
        raise ValueError(f"BR Code field {tag} is {len(value)} characters long; 99 fit")
    return f"{tag}{len(value):02d}{value}"
