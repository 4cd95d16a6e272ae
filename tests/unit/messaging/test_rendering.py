from __future__ import annotations

from html.parser import HTMLParser

import pytest

from commerce.messaging.confirmation import Line, OrderConfirmation, PaidWith
from commerce.messaging.rendering import WIDTH, render_confirmation
from commerce.platform.errors import Unprocessable
from commerce.platform.money import Money
from tests.unit.messaging.samples import CONFIRMATION, confirmation

GMAIL_CLIPS_AT = 102_000


class Page(HTMLParser):
    """The tags and the visible text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).replace("\xa0", " ").split())


def rendered(order: OrderConfirmation = CONFIRMATION) -> tuple[Page, str]:
    mail = render_confirmation(order, "Casa do Café")
    return Page(mail.html), mail.text.replace("\xa0", " ")


@pytest.mark.parametrize("twin", ["html", "text"])
def test_both_twins_say_all_that_a_receipt_says(twin: str) -> None:
    page, text = rendered()
    shown = page.text if twin == "html" else text
    for fact in (
        "Obrigado, Ana!",
        "order-2042",
        "24 de nov. de 2026, 14:42",
        "Café da Serra",
        "2 \N{MULTIPLICATION SIGN} R$ 42,90",
        "Cód. CAF-250",
        "R$ 85,80",
        "Coador V60",
        "R$ 119,00",
        "Subtotal",
        "R$ 204,80",
        "Frete e ajustes",
        "R$ 19,00",
        "Total",
        "R$ 223,80",
        "Rua Augusta, 1508, ap. 42",
        "CEP 01305-000",
        "Visa final 4242",
        "Casa do Café",
    ):
        assert fact in shown


def test_the_mail_is_in_the_buyers_language() -> None:
    mail = render_confirmation(confirmation(locale="en-GB"), "Casa do Café")
    assert mail.subject == "Your order order-2042 is confirmed"
    assert "Thank you, Ana!" in mail.text
    assert '<html lang="en"' in mail.html
    assert "Obrigado" not in mail.html + mail.text


def test_without_shipping_or_discount_there_is_one_total() -> None:
    page, text = rendered(confirmation(total=Money(20480, "BRL"), paid=Money(20480, "BRL")))
    assert "Subtotal" not in page.text + text
    assert "ajustes" not in page.text + text
    assert text.count("R$ 204,80") == 1


def test_a_discount_is_called_one() -> None:
    _, text = rendered(confirmation(total=Money(20000, "BRL"), paid=Money(20000, "BRL")))
    assert "Descontos e ajustes" in text
    assert "-R$ 4,80" in text


def test_a_partial_capture_shows_what_was_paid_beside_the_total() -> None:
    page, text = rendered(confirmation(paid=Money(10000, "BRL")))
    for shown in (page.text, text):
        assert "R$ 223,80" in shown
        assert "Valor pago" in shown
        assert "R$ 100,00" in shown


@pytest.mark.parametrize(
    ("paid_with", "shown"),
    [
        (PaidWith("card", "mastercard", "4444"), "Mastercard final 4444"),
        (PaidWith("card", "cartes_bancaires", None), "Cartes_bancaires"),
        (PaidWith("card"), "Cartão"),
        (PaidWith("pix"), "Pix"),
        (PaidWith("card", None, "4242"), "Cartão final 4242"),
        (PaidWith("card", "visa", "4242424242424242"), "Visa"),
        (None, None),
    ],
)
def test_the_payment_shows_four_digits_at_most(paid_with: PaidWith | None, shown: str | None) -> None:
    _, text = rendered(confirmation(paid_with=paid_with))
    if shown is None:
        assert "Pagamento" not in text
    else:
        assert f"Pagamento\n  {shown}\n" in text
    assert "42424242" not in text


@pytest.mark.invariant("MSG-07")
def test_hostile_names_stay_text() -> None:
    hostile = "<script>alert(1)</script>\r\nBcc: victim@example.com"
    mail = render_confirmation(
        confirmation(
            order_id='x"><b>',
            buyer_name=hostile,
            lines=(Line("<i>", '<img src=x onerror="alert(1)">{{ 7*7 }}{% raw %}', 22380, 1),),
        ),
        "Store & <em>Sons</em>",
    )
    page = Page(mail.html)
    assert not {"script", "img", "i", "b", "em"} & {tag for tag, _ in page.tags}
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    assert '<img src=x onerror="alert(1)">{{ 7*7 }}{% raw %}' in page.text
    assert "Store & <em>Sons</em>" in page.text
    assert "49" not in page.text
    assert "\r" not in mail.subject + mail.recipient.name + mail.text
    assert "\n" not in mail.subject + mail.recipient.name
    assert not any(line.startswith("Bcc:") for line in mail.text.splitlines())


@pytest.mark.invariant("MSG-07")
def test_a_recipient_that_is_more_than_one_address_is_refused() -> None:
    with pytest.raises(Unprocessable) as refused:
        render_confirmation(confirmation(buyer_email="ana@example.com\r\nBcc: all@example.com"), "Store")
    assert refused.value.code == "invalid_recipient"
    assert "all@example.com" not in refused.value.message


@pytest.mark.parametrize("name", ["", " ", "\r\n"])
def test_a_buyer_without_a_name_is_greeted_all_the_same(name: str) -> None:
    page, text = rendered(confirmation(buyer_name=name))
    assert "Obrigado!" in page.text
    assert text.startswith("Obrigado!\n")


def test_the_plain_text_fits_a_mail_client() -> None:
    long_name = "Conjunto de canecas de porcelana pintadas à mão com motivos da Serra da Mantiqueira"
    lines = tuple(Line(f"SKU-{n}", long_name, 123456, 12) for n in range(3))
    text = render_confirmation(confirmation(lines=lines), "Casa do Café").text
    assert max(len(line) for line in text.splitlines()) <= WIDTH
    assert "\n\n\n" not in text


def test_a_hundred_items_are_not_clipped_by_gmail() -> None:
    lines = tuple(Line(f"SKU-{n:05}", f"Um produto de nome mediano, número {n}", 1990, 2) for n in range(100))
    html = render_confirmation(confirmation(lines=lines), "Casa do Café").html
    assert len(html.encode()) < GMAIL_CLIPS_AT


def test_the_html_asks_for_nothing_from_the_network() -> None:
    html = render_confirmation(CONFIRMATION, "Casa do Café").html
    page = Page(html)
    assert not {"img", "link", "script", "iframe", "a"} & {tag for tag, _ in page.tags}
    assert "url(" not in html
    assert "@import" not in html
