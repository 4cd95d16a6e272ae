"""The words of a confirmation, by language. Anything but Portuguese is answered in English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from babel import Locale


@dataclass(frozen=True, slots=True)
class Words:
    """One language. Fields with `{}` are filled by `str.format`; the values are escaped where they are shown."""

    language: str
    locale: Locale
    subject: str
    preheader: str
    greeting: str
    greeting_nameless: str
    intro: str
    order: str
    date: str
    items: str
    sku: str
    each: str
    subtotal: str
    shipping: str
    discount: str
    total: str
    paid: str
    address: str
    payment: str
    kinds: Mapping[str, str]
    card_ending: str
    footer: str
    reply: str

    def kind(self, kind: str) -> str:
        """A payment method's name; one without a name here is shown as the provider calls it."""
        return self.kinds.get(kind, kind.replace("_", " ").capitalize())


PORTUGUESE = Words(
    language="pt-BR",
    locale=Locale("pt", "BR"),
    subject="Seu pedido {order} está confirmado",
    preheader="Recebemos o pagamento de {total}. Aqui está o seu recibo.",
    greeting="Obrigado, {name}!",
    greeting_nameless="Obrigado!",
    intro="Recebemos o seu pagamento e o seu pedido está confirmado. Já estamos cuidando dele.",
    order="Pedido",
    date="Pago em",
    items="Itens do pedido",
    sku="Cód. {sku}",
    each="{quantity} \N{MULTIPLICATION SIGN} {price}",
    subtotal="Subtotal",
    shipping="Frete e ajustes",
    discount="Descontos e ajustes",
    total="Total",
    paid="Valor pago",
    address="Endereço de entrega",
    payment="Pagamento",
    kinds={"card": "Cartão", "pix": "Pix", "boleto": "Boleto", "link": "Link", "paypal": "PayPal"},
    card_ending="{brand} final {last4}",
    footer="Você recebeu este e-mail porque fez uma compra em {store}.",
    reply="Dúvidas sobre o pedido? Basta responder a este e-mail.",
)

ENGLISH = Words(
    language="en",
    locale=Locale("en"),
    subject="Your order {order} is confirmed",
    preheader="We received your payment of {total}. Here is your receipt.",
    greeting="Thank you, {name}!",
    greeting_nameless="Thank you!",
    intro="We have received your payment and your order is confirmed. We are already taking care of it.",
    order="Order",
    date="Paid on",
    items="What you ordered",
    sku="SKU {sku}",
    each="{quantity} \N{MULTIPLICATION SIGN} {price}",
    subtotal="Subtotal",
    shipping="Shipping and adjustments",
    discount="Discounts and adjustments",
    total="Total",
    paid="Amount paid",
    address="Shipping address",
    payment="Payment",
    kinds={"card": "Card", "pix": "Pix", "boleto": "Boleto", "link": "Link", "paypal": "PayPal"},
    card_ending="{brand} ending in {last4}",
    footer="You received this e-mail because you bought something at {store}.",
    reply="Questions about your order? Just reply to this e-mail.",
)


def words_for(locale: str) -> Words:
    """The language for a BCP 47 tag such as pt-BR, pt_PT or en-GB."""
    return PORTUGUESE if locale.replace("_", "-").split("-")[0].lower() == "pt" else ENGLISH
