"""Operations on disputes, early fraud warnings and reviews."""

from __future__ import annotations

from local.sandboxes.stripe.account import Account
from local.sandboxes.stripe.call import Call, Operations
from local.sandboxes.stripe.disputing import EVIDENCE, EVIDENCE_FILES, close_dispute, close_review
from local.sandboxes.stripe.errors import invalid
from local.sandboxes.stripe.events import emit
from local.sandboxes.stripe.fields import PAGE, Flag, Kind, Metadata, Obj, Span, Text
from local.sandboxes.stripe.lists import page
from local.sandboxes.stripe.resource import Resource, merge_metadata

operations = Operations()

_BY_CHARGE: dict[str, Kind] = {**PAGE, "created": Span(), "charge": Text(), "payment_intent": Text()}
_EVIDENCE: dict[str, Kind] = {name: Text(longest=20_000) for name in EVIDENCE if name not in EVIDENCE_FILES}
_OPEN = ("needs_response", "under_review", "warning_needs_response", "warning_under_review")


@operations.get("/v1/disputes", Obj(_BY_CHARGE))
def list_all(account: Account, call: Call) -> Resource:
    return page(account.disputes, call, "/v1/disputes", equal=("charge", "payment_intent"))


@operations.get("/v1/disputes/<dispute>")
def retrieve(account: Account, call: Call, dispute: str) -> Resource:  # noqa: ARG001
    return account.disputes.get(dispute, "dispute")


@operations.post("/v1/disputes/<dispute>", Obj({"evidence": Obj(_EVIDENCE), "metadata": Metadata(), "submit": Flag()}))
def update(account: Account, call: Call, dispute: str) -> Resource:
    found = account.disputes.get(dispute, "dispute")
    evidence = call.params.get("evidence") or {}
    if evidence:
        _check_open(found)
        found["evidence"].update(evidence)
        found["evidence_details"]["has_evidence"] = True
        if call.params.get("submit", True):
            found["evidence_details"]["submission_count"] += 1
            found["status"] = found["status"].replace("needs_response", "under_review")
    merge_metadata(found, call.params.get("metadata"))
    emit(account, "charge.dispute.updated", found, call)
    return found


@operations.post("/v1/disputes/<dispute>/close")
def close(account: Account, call: Call, dispute: str) -> Resource:
    """To close a dispute is to admit that it is right: it is lost."""
    found = account.disputes.get(dispute, "dispute")
    _check_open(found)
    return close_dispute(account, found, "lost", call)


def _check_open(dispute: Resource) -> None:
    if dispute["status"] not in _OPEN:
        raise invalid(f"This dispute is already closed with a status of {dispute['status']}.")


@operations.get("/v1/radar/early_fraud_warnings", Obj(_BY_CHARGE))
def list_warnings(account: Account, call: Call) -> Resource:
    return page(account.warnings, call, "/v1/radar/early_fraud_warnings", equal=("charge", "payment_intent"))


@operations.get("/v1/radar/early_fraud_warnings/<warning>")
def retrieve_warning(account: Account, call: Call, warning: str) -> Resource:  # noqa: ARG001
    return account.warnings.get(warning, "early_fraud_warning")


@operations.get("/v1/reviews", Obj({**PAGE, "created": Span()}))
def list_reviews(account: Account, call: Call) -> Resource:
    return page(account.reviews, call, "/v1/reviews", where=lambda review: bool(review["open"]))


@operations.get("/v1/reviews/<review>")
def retrieve_review(account: Account, call: Call, review: str) -> Resource:  # noqa: ARG001
    return account.reviews.get(review, "review")


@operations.post("/v1/reviews/<review>/approve")
def approve(account: Account, call: Call, review: str) -> Resource:  # noqa: ARG001
    found = account.reviews.get(review, "review")
    if not found["open"]:
        raise invalid(f"The review {review} is already closed.")
    return close_review(account, found)
