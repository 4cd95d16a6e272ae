"""A PaymentIntent that waits for a Pix or boleto: issued when it is confirmed, expired by the clock.

A boleto that can still be paid can be neither changed nor canceled: integrators report that refusal of Stripe's, which
its guide does not describe. It also says that the end of an unpaid boleto is told one business day after its due day.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, time, timedelta

from local.sandboxes.brazil.bank_days import SAO_PAULO, next_bank_day, opening_of
from local.sandboxes.brazil.brcode import dynamic_code
from local.sandboxes.brazil.slips import barcode, digitable_line
from local.sandboxes.kernel.clock import from_epoch
from local.sandboxes.stripe.account import Account
from local.sandboxes.stripe.brazilian import DEFAULT_DAYS, DEFAULT_PIX_SECONDS, KINDS, PIX_SECONDS, check_terms
from local.sandboxes.stripe.call import Call
from local.sandboxes.stripe.errors import invalid
from local.sandboxes.stripe.events import emit
from local.sandboxes.stripe.render import render
from local.sandboxes.stripe.resource import Resource

_BANK = "033"
_EXPIRED = "payment_intent_payment_attempt_expired"


def issue(account: Account, call: Call | None, intent: Resource, method: Resource, base_url: str) -> None:
    """Show the buyer what to pay.

    Raises:
        StripeProblem: a Pix whose end is too near or too far.
    """
    check_terms((method["type"],), intent)
    number = intent.get("_issue", 0) + 1
    draw = _pix if method["type"] == "pix" else _boleto
    intent.update(status="requires_action", last_payment_error=None, _issue=number, **draw(account, intent, base_url))
    emit(account, "payment_intent.requires_action", intent, call)

    def end() -> None:
        if intent["status"] == "requires_action" and intent["_issue"] == number:
            expire(account, intent)

    account.later(intent["_told_at"] - account.now, end)


def expire(account: Account, intent: Resource) -> None:
    """The buyer did not pay; the intent could be confirmed again with another method."""
    method = account.methods.get(intent["payment_method"])
    method["_spent"] = True
    intent.update(
        status="requires_payment_method",
        payment_method=None,
        next_action=None,
        last_payment_error={
            "code": _EXPIRED,
            "doc_url": f"https://docs.stripe.com/error-codes/{_EXPIRED.replace('_', '-')}",
            "message": "The latest payment attempt of the PaymentIntent has expired.",
            "payment_method": render(account, method),
            "type": "invalid_request_error",
        },
    )
    emit(account, "payment_intent.payment_failed", intent)


def waits_for(account: Account, intent: Resource) -> str | None:
    """`pix` or `boleto` while the buyer is shown what to pay."""
    method = account.methods.find(intent["payment_method"])
    waits = method is not None and method["type"] in KINDS and intent["status"] == "requires_action"
    return method["type"] if method is not None and waits else None


def check_free(account: Account, intent: Resource) -> None:
    """
    Raises:
        StripeProblem: a boleto is out.
    """
    if waits_for(account, intent) == "boleto" and not account.settings.takes_boletos_back:
        raise invalid("A Boleto PaymentIntent cannot be updated or canceled while its voucher can still be paid.")


def local_day(account: Account) -> date:
    return from_epoch(account.now).astimezone(SAO_PAULO).date()


def _pix(account: Account, intent: Resource, base_url: str) -> Resource:
    options = intent["payment_method_options"]["pix"]
    ends = options["expires_at"] or account.now + (options["expires_after_seconds"] or DEFAULT_PIX_SECONDS)
    least, most = PIX_SECONDS
    if not least <= ends - account.now <= most:
        raise invalid(
            f"A Pix expires {least} to {most} seconds from now.", param="payment_method_options[pix][expires_at]"
        )
    location = f"pix.stripe.example/qr/v2/{hashlib.sha256(intent['id'].encode()).hexdigest()[:32]}"
    code = dynamic_code(location=location, cents=intent["amount"], name="Loja Sandbox", city="Sao Paulo")
    page = f"{base_url}_sandbox/pix/{intent['id']}"
    action = {
        "data": code,
        "expires_at": ends,
        "hosted_instructions_url": page,
        "image_url_png": f"{page}/code.png",
        "image_url_svg": f"{page}/code.svg",
    }
    return {
        "next_action": {"type": "pix_display_qr_code", "pix_display_qr_code": action},
        "_ends": ends,
        "_told_at": ends,
        "_code": code,
    }


def _boleto(account: Account, intent: Resource, base_url: str) -> Resource:
    days = intent["payment_method_options"]["boleto"]["expires_after_days"]
    due = local_day(account) + timedelta(days=DEFAULT_DAYS if days is None else days)
    ends = int(datetime.combine(due, time(23, 59), SAO_PAULO).astimezone(UTC).timestamp())
    free = f"{int(hashlib.sha256(intent['id'].encode()).hexdigest(), 16) % 10**25:025}"
    line = digitable_line(barcode(bank=_BANK, due=due, cents=intent["amount"], free=free))
    page = f"{base_url}_sandbox/boletos/{intent['id']}"
    action = {"expires_at": ends, "hosted_voucher_url": page, "number": line, "pdf": f"{page}/pdf"}
    return {
        "next_action": {"type": "boleto_display_details", "boleto_display_details": action},
        "_ends": ends,
        "_told_at": int(opening_of(next_bank_day(due)).timestamp()),
        "_code": line,
    }
