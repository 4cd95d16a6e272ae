"""Links to a sandbox's own pages, which buyers open without any key."""

from __future__ import annotations

from html import escape

from werkzeug.wrappers import Request

from local.sandboxes.kernel.answer import Answer


def base_url(request: Request, otherwise: str) -> str:
    """Where this sandbox was called, without a slash at its end; `otherwise` when it was called below `requests`."""
    return request.host_url.rstrip("/") if "Host" in request.headers else otherwise


def pdf_answer(document: bytes) -> Answer:
    return Answer(200, document, {"Content-Type": "application/pdf"})


def pix_page(title: str, code: str, png: str) -> Answer:
    """A page that shows a Pix code as a picture (base64 of a PNG) and as text."""
    page = (
        f'<!doctype html><html lang="pt-BR"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<h1>{escape(title)}</h1>"
        f'<p><img alt="QR Code Pix" src="data:image/png;base64,{png}"></p><p><code>{escape(code)}</code></p></html>'
    )
    return Answer(200, page.encode(), {"Content-Type": "text/html; charset=utf-8"})
