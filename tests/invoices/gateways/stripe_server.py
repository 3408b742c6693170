"""A server of our own that speaks the part of Stripe's API that we use, on a port of this machine.

What a payment method does stands in its name: pm_works, pm_declined, pm_confirm, pm_gone, and
pm_silent, which is charged, but the server hangs up before it answers.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

CARD = {"brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2031}
PAGE = "https://pay.example/1"
Answer = tuple[int, dict[str, Any]]


class Stripe:
    """The memory of the server: what was asked for, and answers by idempotency key."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.answers: dict[str, Answer] = {}
        self.intents: list[dict[str, Any]] = []
        self.setup_done = False
        self.hang_ups = 0

    def answer(self, method: str, path: str, sent: dict[str, str], key: str) -> Answer | None:
        """Answer as before to a known key; None hangs up."""
        self.asked.append((f"{method} {path}", sent))
        if key in self.answers:
            known = self.answers[key]
        else:
            known = self._do(method, path.removeprefix("/v1/"), sent)
            if key:
                self.answers[key] = known
        if sent.get("payment_method") == "pm_silent" and self.hang_ups:
            self.hang_ups -= 1
            return None
        return known

    def forget_keys(self) -> None:
        """As Stripe does after a day."""
        self.answers.clear()

    def _do(self, method: str, path: str, sent: dict[str, str]) -> Answer:
        if (method, path) == ("POST", "payment_intents"):
            return self._intent(sent)
        session, listed = "checkout.session", {"object": "list", "has_more": False}
        known: dict[str, dict[str, Any]] = {
            "POST customers": {"id": "cus_1", "object": "customer"},
            "POST checkout/sessions": {"id": "cs_1", "object": session, "url": PAGE},
            "GET checkout/sessions/cs_1": self._session(),
            "GET payment_intents": {**listed, "data": self.intents, "url": "/v1/payment_intents"},
            "POST refunds": {"id": "re_1", "object": "refund", "status": "succeeded"},
            "POST payment_methods/pm_works/detach": {"id": "pm_works", "object": "payment_method"},
        }
        found = known.get(f"{method} {path}")
        return (200, found) if found else _error(404, "invalid_request_error", "resource_missing")

    def _session(self) -> dict[str, Any]:
        made = {"object": "payment_method", "id": "pm_works", "card": CARD}
        intent = {"object": "setup_intent", "id": "seti_1", "payment_method": made}
        done = {"status": "complete", "setup_intent": intent}
        still = {"status": "open", "setup_intent": None}
        state = done if self.setup_done else still
        return {"object": "checkout.session", "id": "cs_1", **state}

    def _intent(self, sent: dict[str, str]) -> Answer:
        match sent["payment_method"]:
            case "pm_declined":
                return _error(402, "card_error", "card_declined", "insufficient_funds")
            case "pm_gone":
                return _error(400, "invalid_request_error", "resource_missing")
        waits = sent["payment_method"] == "pm_confirm"
        intent = {
            "object": "payment_intent",
            "id": f"pi_{len(self.intents) + 1}",
            "status": "requires_action" if waits else "succeeded",
            "amount": int(sent["amount"]),
            "last_payment_error": None,
            "metadata": {"meisai_key": sent["metadata[meisai_key]"]},
        }
        self.intents.append(intent)
        return 200, intent


def _error(status: int, kind: str, code: str, decline: str = "") -> Answer:
    error = {"type": kind, "code": code, "message": code}
    return status, {"error": error | ({"decline_code": decline} if decline else {})}


@contextmanager
def running() -> Iterator[Stripe]:
    """Start the server; it is gone at the end."""
    stripe = Stripe()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._serve({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            self._serve(dict(parse_qsl(body)))

        def _serve(self, sent: dict[str, str]) -> None:
            address = urlsplit(self.path)
            key = self.headers.get("Idempotency-Key", "") if self.command == "POST" else ""
            sent |= dict(parse_qsl(address.query))
            answer = stripe.answer(self.command, address.path, sent, key)
            if answer is None:
                self.close_connection = True
                return
            status, values = answer
            body = json.dumps(values).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_values: Any) -> None:
            """Nothing on the screen of the tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stripe.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield stripe
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
