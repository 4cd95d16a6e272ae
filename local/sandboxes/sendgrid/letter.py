"""The rules of everything beside `personalizations`: sender, subject, content, attachments, settings.

Sources: tsg_mail_v3.json (PostMailSend) and SendGrid's list of Mail Send errors. What those do not name is refused:
a misspelt field is worth knowing about.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from local.sandboxes.sendgrid.envelope import (
    check_custom_args,
    check_headers,
    check_personalizations,
    check_send_at,
)
from local.sandboxes.sendgrid.findings import Findings

_KNOWN = [
    "personalizations",
    "from",
    "reply_to",
    "reply_to_list",
    "subject",
    "content",
    "attachments",
    "template_id",
    "headers",
    "categories",
    "custom_args",
    "send_at",
    "batch_id",
    "asm",
    "ip_pool_name",
    "mail_settings",
    "tracking_settings",
]
_BYPASSES = [
    "bypass_list_management",
    "bypass_spam_management",
    "bypass_bounce_management",
    "bypass_unsubscribe_management",
]
_TRACKING = ["click_tracking", "open_tracking", "subscription_tracking", "ganalytics"]
_ORDER = ("text/plain", "text/html")


def check_mail(body: Mapping[str, Any], now: datetime) -> Findings:
    """All that is wrong with the body of a Mail Send request."""
    found = Findings()
    found.mapping(body, "", _KNOWN)
    check_personalizations(body, found, now)
    found.mailbox(body.get("from"), "from")
    _check_replies(body, found)
    _check_subject(body, found)
    _check_content(body, found)
    _check_attachments(body, found)
    _check_categories(body, found)
    check_custom_args(body, found, "custom_args")
    check_headers(body, found, "headers")
    check_send_at(body, found, "send_at", now)
    _check_small_fields(body, found)
    _check_settings(body, found)
    return found


def sandbox_mode(body: Mapping[str, Any]) -> bool:
    """Whether a valid body asks only to be checked."""
    return bool(body.get("mail_settings", {}).get("sandbox_mode", {}).get("enable", False))


def _check_replies(body: Mapping[str, Any], found: Findings) -> None:
    if "reply_to" in body and "reply_to_list" in body:
        found.add("reply_to", "Use reply_to or reply_to_list, not both.")
    if "reply_to" in body:
        found.mailbox(body["reply_to"], "reply_to")
    for number, box in enumerate(found.items(body.get("reply_to_list", []), "reply_to_list", most=1000)):
        found.mailbox(box, f"reply_to_list.{number}")


def _check_subject(body: Mapping[str, Any], found: Findings) -> None:
    people = body.get("personalizations")
    everyone_has_one = isinstance(people, list) and all(isinstance(p, dict) and "subject" in p for p in people)
    if "subject" in body:
        found.text(body["subject"], "subject", one_line=True)
    elif "template_id" not in body and not everyone_has_one:
        found.add("subject", "A subject is required, unless a template or every personalization has one.")


def _check_content(body: Mapping[str, Any], found: Findings) -> None:
    if "content" not in body:
        if "template_id" not in body:
            found.add("content", "Content is required unless a template is used.")
        return
    types: list[str] = []
    for number, part in enumerate(found.items(body["content"], "content", least=1, most=100)):
        field = f"content.{number}"
        known = found.mapping(part, field, ("type", "value"))
        kind = found.text(known.get("type"), f"{field}.type", one_line=True)
        if ";" in kind or "," in kind:
            found.add(f"{field}.type", "A type cannot contain ';' or ','.")
        found.text(known.get("value"), f"{field}.value")
        types.append(kind)
    ranks = [_ORDER.index(kind) if kind in _ORDER else len(_ORDER) for kind in types]
    if ranks != sorted(ranks):
        found.add("content", "text/plain comes first, then text/html, then any other type (RFC 1341, section 7.2).")


def _check_attachments(body: Mapping[str, Any], found: Findings) -> None:
    for number, attachment in enumerate(found.items(body.get("attachments", []), "attachments", most=1000)):
        field = f"attachments.{number}"
        known = found.mapping(attachment, field, ("content", "type", "filename", "disposition", "content_id"))
        content = found.text(known.get("content"), f"{field}.content")
        try:
            base64.b64decode(content, validate=True)
        except binascii.Error:
            found.add(f"{field}.content", "The content must be base64 encoded.")
        for name in ("filename", *(name for name in ("type", "content_id") if name in known)):
            if re.search(r"[;,\r\n]", found.text(known.get(name), f"{field}.{name}")):
                found.add(f"{field}.{name}", "This cannot contain ';', ',', CR or LF.")
        if known.get("disposition", "attachment") not in ("attachment", "inline"):
            found.add(f"{field}.disposition", "This is either attachment or inline.")


def _check_categories(body: Mapping[str, Any], found: Findings) -> None:
    categories = found.items(body.get("categories", []), "categories", most=10)
    for number, category in enumerate(categories):
        if not found.text(category, f"categories.{number}", most=255).isascii():
            found.add(f"categories.{number}", "Categories cannot contain non-ASCII characters.")
    if len({str(category) for category in categories}) != len(categories):
        found.add("categories", "Each category may be given once.")


def _check_small_fields(body: Mapping[str, Any], found: Findings) -> None:
    for name in ("template_id", "batch_id"):
        if name in body:
            found.text(body[name], name)
    if "ip_pool_name" in body:
        found.text(body["ip_pool_name"], "ip_pool_name", least=2, most=64)
    if "asm" in body:
        asm = found.mapping(body["asm"], "asm", ("group_id", "groups_to_display"))
        shown = found.items(asm.get("groups_to_display", []), "asm.groups_to_display", most=25)
        if any(type(group) is not int for group in (asm.get("group_id"), *shown)):
            found.add("asm", "Group ids are integers.")


def _check_settings(body: Mapping[str, Any], found: Findings) -> None:
    mail = found.mapping(body.get("mail_settings", {}), "mail_settings", (*_BYPASSES, "footer", "sandbox_mode"))
    tracking = found.mapping(body.get("tracking_settings", {}), "tracking_settings", _TRACKING)
    for group, settings in (("mail_settings", mail), ("tracking_settings", tracking)):
        for name, setting in settings.items():
            if not isinstance(setting, dict):
                found.add(f"{group}.{name}", "This must be an object.")
                continue
            for key in ("enable", "enable_text"):
                if key in setting:
                    found.switch(setting[key], f"{group}.{name}.{key}")
    if "bypass_list_management" in mail and len([name for name in _BYPASSES if name in mail]) > 1:
        found.add("mail_settings", "bypass_list_management cannot be combined with another bypass.")
