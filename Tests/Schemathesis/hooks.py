"""What a caller knows that no schema can say: how webhooks are signed, that an Idempotency-Key belongs to
one request, that a period does not end before it begins, and that no text has the character NUL, however
deep it is: generators of clients do not take a schema that names itself. What was made to be wrong stays wrong.
"""

import base64
import datetime
import hashlib
import hmac
import os
import re
import time

import requests
import schemathesis

WEBHOOK = "/api/resman/webhooks/status-update"
SECRET = base64.b64decode(os.environ["WEBHOOK_SECRET"].removeprefix("whsec_"))


def text(value):
    return value.decode("latin-1") if isinstance(value, bytes) else value


def fits(value, pattern):
    return value is not None and re.fullmatch(pattern, text(value)) is not None


class Signature(requests.auth.AuthBase):
    """Signs the bytes that are sent, now, where all three headers could be a signature's."""

    def __call__(self, request):
        headers = request.headers
        if (
            fits(headers.get("webhook-id"), "[!-~]{1,255}")
            and fits(headers.get("webhook-timestamp"), "[0-9]{1,12}")
            and fits(headers.get("webhook-signature"), "[!-~ ]+")
        ):
            now = str(int(time.time()))
            body = request.body or b""
            body = body.encode() if isinstance(body, str) else body
            signed = f"{text(headers['webhook-id'])}.{now}.".encode() + body
            digest = hmac.new(SECRET, signed, hashlib.sha256).digest()
            headers["webhook-timestamp"] = now
            headers["webhook-signature"] = "v1," + base64.b64encode(digest).decode()
        return request


class OwnKey(requests.auth.AuthBase):
    """Makes the key that of this request alone."""

    def __call__(self, request):
        key = request.headers.get("Idempotency-Key")
        if fits(key, "[!-~]{1,255}"):
            body = request.body or b""
            body = body.encode() if isinstance(body, str) else body
            whole = f"{text(key)} {request.method} {request.url} ".encode() + body
            request.headers["Idempotency-Key"] = hashlib.sha256(whole).hexdigest()
        return request


def moment(value):
    """The time that a text is; None for what is none."""
    try:
        time = datetime.datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return time if time.tzinfo else time.replace(tzinfo=datetime.timezone.utc)


def in_order(query):
    """Swaps the ends of a period that were drawn the wrong way round."""
    start, end = moment(query.get("date_from")), moment(query.get("date_to"))
    if start and end and start > end:
        query["date_from"], query["date_to"] = query["date_to"], query["date_from"]


def without_nul(value):
    """The value with the character NUL in none of its texts and names."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [without_nul(item) for item in value]
    if isinstance(value, dict):
        return {without_nul(name): without_nul(item) for name, item in value.items()}
    return value


# Fields of a webhook that may be anything; in the others a NUL is against the schema.
STRICT = {"lead_id", "old_status", "new_status", "status_reason", "updated_by", "updated_at"}


# Signed and made unique when the request is prepared, because its bytes are known only then.
@schemathesis.hook
def before_call(context, case, kwargs):
    if isinstance(case.query, dict):
        in_order(case.query)
    if case.operation.path == WEBHOOK:
        kwargs["auth"] = Signature()
        if isinstance(case.body, dict):
            case.body.update(
                {name: without_nul(value) for name, value in case.body.items() if name not in STRICT}
            )
    elif "Idempotency-Key" in (case.headers or {}):
        kwargs["auth"] = OwnKey()
