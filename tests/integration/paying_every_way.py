"""Every way to pay but cards, with all that its functions may ever touch: for test_rights_in_use.py."""

from __future__ import annotations

from local.sandboxes.kernel.faults import Fault, FaultKind
from tests.buyers import approve, pay
from tests.shop import Shop, wait_for

LONG_AGO = "2026-01-01T00:00:00.000Z"
CERTIFICATE = r"/v1/notifications/certs/"


def check_out(shop: Shop, method: str, order_id: str) -> str:
    """The payment's id; the client repeats itself once."""
    shop.order(order_id)
    body = {"order_id": order_id}
    for _ in range(2):
        answer = shop.ask("buyer", "POST", f"/checkout/{method}", body, expect=201, key=order_id)
    payment_id: str = answer["payment"]["payment_id"]
    return payment_id


def pay_with_paypal(shop: Shop) -> None:
    """Each function has to get an access token of its own; the certificate of the first webhook cannot be had."""
    forget_tokens(shop, "PaypalApiFunction")
    payment_id = check_out(shop, "paypal", "paypal-paid")
    paypal = shop.stack.sandbox("paypal")
    paypal.sandbox.faults.add(Fault(FaultKind.STATUS, status=500, path=CERTIFICATE, times=1))
    forget_tokens(shop, "PaypalWebhookFunction")
    approve(shop, payment_id)
    wait_for(lambda: shop.has_called("PaypalWebhookFunction", "sqs:SendMessage"))
    shop.ask("buyer", "POST", f"/checkout/paypal/{payment_id}/capture", expect=200)
    shop.stack.drain()
    forget_tokens(shop, "PaypalWorkerFunction")
    open_circuit(shop, "paypal", "PaypalWorkerFunction")
    refund(shop, payment_id)


def pay_by_pix(shop: Shop) -> None:
    forget_tokens(shop, "PixApiFunction")
    payment_id = check_out(shop, "pix", "pix-paid")
    forget_tokens(shop, "PixWorkerFunction")
    open_circuit(shop, "bacen", "PixWorkerFunction")
    pay(shop, payment_id)
    shop.stack.drain()
    refund(shop, payment_id)


def pay_by_boleto(shop: Shop, provider: str, worker: str) -> None:
    payment_id = check_out(shop, "boleto", f"boleto-{provider}")
    open_circuit(shop, provider, worker)
    pay(shop, payment_id)
    shop.ask("operator", "POST", f"/payments/{payment_id}/refresh", {}, expect=202)
    shop.stack.drain()


def change_ones_mind(shop: Shop) -> None:
    """What is open at one provider is ended there for a checkout at another."""
    shop.checkout(shop.order("card-then-any"))
    for method in ("paypal", "pix", "boleto"):
        end_for(shop, method, "card-then-any")
        shop.ask("buyer", "POST", f"/checkout/{method}", {"order_id": "card-then-any"}, expect=201)
    end_for(shop, "card", "card-then-any")


def end_for(shop: Shop, method: str, order_id: str) -> None:
    path, body = f"/checkout/{method}", {"order_id": order_id}
    error = shop.ask("buyer", "POST", path, body, expect=409, key=f"{method}-first")["error"]
    assert error["code"] == "cancel_in_progress"
    shop.stack.drain()


def look_at_every_provider(shop: Shop, *payments: str) -> None:
    """Their looks are made due; the poller hands each to the queue of its provider."""
    table = shop.stack.resource("CommerceTable")
    for payment_id in payments:
        shop.stack.aws("dynamodb").update_item(
            TableName=table,
            Key={"pk": {"S": f"PAY#{payment_id}"}, "sk": {"S": "STATE"}},
            UpdateExpression="SET due_at = :now",
            ConditionExpression="attribute_exists(due_shard)",
            ExpressionAttributeValues={":now": {"S": LONG_AGO}},
        )
    assert not shop.stack.run_schedule("PaymentsPollerFunction").failed
    shop.stack.drain()


def refund(shop: Shop, payment_id: str) -> None:
    body = {"refund_id": "some", "amount": 1000}
    shop.ask("operator", "POST", f"/payments/{payment_id}/refunds", body, expect=202)
    shop.stack.drain()


def forget_tokens(shop: Shop, function: str) -> None:
    """Nobody has an access token, neither the table nor the function's processes."""
    dynamodb, table = shop.stack.aws("dynamodb"), shop.stack.resource("TokensTable")
    for row in dynamodb.scan(TableName=table)["Items"]:
        dynamodb.delete_item(TableName=table, Key={"pk": row["pk"]})
    shop.stack.kill(function)


def open_circuit(shop: Shop, provider: str, function: str) -> None:
    """Opened long ago: the next call of the function, which has forgotten what it knew, is the probe that closes it."""
    circuit = {"name": {"S": provider}, "state": {"S": "OPEN"}, "opened_at": {"N": "1700000000"}}
    shop.stack.aws("dynamodb").put_item(TableName=shop.stack.resource("BreakersTable"), Item=circuit)
    shop.stack.kill(function)
