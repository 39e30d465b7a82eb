"""What a caller knows that no schema can say: how webhooks are signed, and that an Idempotency-Key
belongs to one request. Headers that were made to be wrong stay wrong.
"""

import base64
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


# Signed and made unique where the bytes are known: when the request is prepared.
@schemathesis.hook
def before_call(context, case, kwargs):
    if case.operation.path == WEBHOOK:
        kwargs["auth"] = Signature()
    elif "Idempotency-Key" in (case.headers or {}):
        kwargs["auth"] = OwnKey()
