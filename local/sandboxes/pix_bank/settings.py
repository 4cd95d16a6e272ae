"""Who the receiver is, and in what this bank differs from another within the standard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

CLIENT_ID = "pix_sandbox_client"
CLIENT_SECRET = "pix_sandbox_secret"  # noqa: S105  the sandbox's, known to all
PIX_KEY = "3f0c1a52-7d6e-4b8a-9e21-5c4d7f9b2a60"
WEBHOOK_SECRET = "pix-sandbox-webhook-secret"  # noqa: S105  the sandbox's, known to all
"""What a receiver of the sandbox's webhooks expects in the path of its address."""

SCOPES = ("cob.read", "cob.write", "cobv.read", "cobv.write", "pix.read", "pix.write", "webhook.read", "webhook.write")


class TokenForm(StrEnum):
    """How a client shows its id and secret when it asks for a token.

    `basic`: HTTP Basic, form body. `form`: both in the form body. `json`: JSON body, with HTTP Basic or both in it.
    """

    BASIC = "basic"
    FORM = "form"
    JSON = "json"


class DevolucaoMode(StrEnum):
    """How a devolução goes on: settled within the request, kept in process until told, or failed right after."""

    IMMEDIATE = "immediate"
    PENDING = "pending"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Receiver:
    """The shop as the bank knows it (API Pix, `DadosRecebedor`); it goes into BR Codes and cobv answers."""

    name: str = "Loja Exemplo"
    city: str = "SAO PAULO"
    cnpj: str = "11222333000181"
    address: Mapping[str, str] = field(
        default_factory=lambda: {
            "logradouro": "Rua das Flores, 100",
            "cidade": "Sao Paulo",
            "uf": "SP",
            "cep": "01310100",
        }
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """
    Args:
        base_path: before every route but the token's.
        token_forms: the ways of asking for a token that this bank takes.
        token_seconds: life of a token.
        scopes: what the client was granted; a token has these or those of them that it was asked for.
        pix_keys: the receiver's keys; a cob or webhook with another one is refused.
        ispb: the bank's number in ids of Pix, eight digits.
        location_host: host of the payload's address in the BR Code.
        refuse_repeated_devolucao: whether the same devolução asked for twice is refused, as some banks do.
    """

    base_path: str = "/pix/v2"
    token_path: str = "/oauth/token"  # noqa: S105  a path
    client_id: str = CLIENT_ID
    client_secret: str = CLIENT_SECRET
    token_forms: tuple[TokenForm, ...] = tuple(TokenForm)
    token_seconds: int = 3600
    scopes: tuple[str, ...] = SCOPES
    pix_keys: tuple[str, ...] = (PIX_KEY,)
    receiver: Receiver = field(default_factory=Receiver)
    ispb: str = "99999004"
    location_host: str = "pix.sandbox.example"
    refuse_repeated_devolucao: bool = False
