"""PUT, GET and DELETE /webhook/{chave} (API Pix, tag Webhook)."""

from __future__ import annotations

from commerce.platform.clock import iso
from local.sandboxes.kernel.answer import Answer, json_answer
from local.sandboxes.pix_bank.bank import Bank, Hook
from local.sandboxes.pix_bank.bodies import WEBHOOK
from local.sandboxes.pix_bank.call import Call, Operations
from local.sandboxes.pix_bank.fields import report
from local.sandboxes.pix_bank.notices import register
from local.sandboxes.pix_bank.problems import Violation, invalid, not_found

operations = Operations()


@operations.on("PUT", "/webhook/<key>", "webhook.write")
def put_webhook(bank: Bank, call: Call, key: str) -> Answer:
    found: list[Violation] = []
    if key not in bank.settings.pix_keys:
        report(found, "chave", "A chave não pertence a este usuário recebedor.", key)
    WEBHOOK(call.body, "webhook", found)
    if found:
        raise invalid("WebhookOperacaoInvalida", *found)
    register(bank, key, call.body["webhookUrl"])
    return Answer(200)


@operations.on("GET", "/webhook/<key>", "webhook.read")
def get_webhook(bank: Bank, call: Call, key: str) -> Answer:  # noqa: ARG001
    hook = _find(bank, key)
    return json_answer({"webhookUrl": hook.url, "chave": key, "criacao": iso(hook.created_at)})


@operations.on("DELETE", "/webhook/<key>", "webhook.write")
def delete_webhook(bank: Bank, call: Call, key: str) -> Answer:  # noqa: ARG001
    _find(bank, key)
    del bank.hooks[key]
    return Answer(204)


def _find(bank: Bank, key: str) -> Hook:
    hook = bank.hooks.get(key)
    if hook is None:
        raise not_found("WebhookNaoEncontrado", "O webhook desta chave")
    return hook
