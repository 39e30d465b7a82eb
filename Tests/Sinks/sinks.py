"""A mail server (aiosmtpd) and a web server in the forms of Slack and Twilio, with faults.

What happens to a message is in its address: the word before the first hyphen of a mailbox, the
first part of a webhook's path, the last digit of a number. The ledger says what was taken.
Prints its ports as one line of JSON; ends when its standard input does.
"""

import asyncio
import json
import os
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from aiosmtpd.smtp import SMTP, AuthResult

LOCK = threading.Lock()
LEDGER = []
ARRIVALS = {}
DIGITS = {"2": "later", "3": "drop", "4": "limit", "5": "gone"}


def arrive(channel, key):
    """How often this message came, this time included."""
    with LOCK:
        ARRIVALS[channel, key] = ARRIVALS.get((channel, key), 0) + 1
        return ARRIVALS[channel, key]


def take(channel, key, message_id=None, **more):
    with LOCK:
        LEDGER.append({"channel": channel, "key": key, "message_id": message_id, **more})


class Mail:
    async def handle_RCPT(self, server, session, envelope, address, options):
        fault = address.split("-")[0]
        if fault == "gone":
            return "550 5.1.1 no such mailbox"
        if fault == "limit" and arrive("rcpt", address) == 1:
            return "450 4.2.1 too much mail for now"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        address = envelope.rcpt_tos[0]
        fault = address.split("-")[0]
        times = arrive("email", address)
        if fault == "later" and times == 1:
            return "451 4.3.0 try again later"
        if fault == "spam":
            return "554 5.7.1 not wanted"
        if fault == "silent":
            await asyncio.Event().wait()
        content = envelope.content.decode("ascii")
        headers = dict(
            line.split(": ", 1) for line in content.split("\r\n\r\n")[0].split("\r\n") if ": " in line)
        take("email", address, headers.get("Message-ID"), content=content,
             sender=envelope.mail_from, tls=session.ssl is not None,
             login=session.auth_data if session.authenticated else None)
        if fault == "drop" and times == 1:
            server.transport.abort()
        return "250 2.0.0 queued as " + str(times)


class Web(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        with LOCK:
            self.answer(200, json.dumps(LEDGER))

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if self.path.startswith("/2010-04-01/Accounts/"):
            key = parse_qs(body)["To"][0]
            self.behave("sms", key, DIGITS.get(key[-1], "ok"), body)
        else:
            self.behave("slack", self.path, self.path.split("/")[1], body)

    def behave(self, channel, key, fault, body):
        times = arrive(channel, key)
        if fault == "gone":
            return self.answer(*((404, "no_service") if channel == "slack" else
                                 (400, '{"code": 21211, "message": "invalid number"}')))
        if fault == "redirect":
            return self.answer(302, "", Location="/ok/redirected")
        if times == 1 and fault == "later":
            return self.answer(500, "later")
        if times == 1 and fault == "limit":
            return self.answer(429, "slowly", **{"Retry-After": "7"})
        if fault == "silent":
            threading.Event().wait()
        take(channel, key, content=body, authorization=self.headers.get("Authorization"))
        if times == 1 and fault == "drop":
            self.close_connection = True
            return self.connection.shutdown(2)
        if channel == "slack":
            return self.answer(200, "ok")
        self.answer(201, json.dumps({"sid": "SM%04d" % len(LEDGER), "status": "queued"}))

    def answer(self, status, text, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())


class Sink(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def secure(folder):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder + "/cert.pem", folder + "/key.pem")
    return context


def authenticate(server, session, envelope, mechanism, data):
    good = data.login == b"mailer" and data.password == b"s3cret"
    return AuthResult(success=good, auth_data=data.login.decode() if good else None)


async def listen(**options):
    """A mail server on a free port of the loopback interface; gives the port."""
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(Mail(), hostname="sink", **options), "127.0.0.1", 0, backlog=128)
    return server, server.sockets[0].getsockname()[1]


def wait_for_the_end():
    sys.stdin.read()
    os._exit(0)


async def main():
    web = Sink(("127.0.0.1", 0), Web)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    plain, port = await listen()
    ports = {"mail": port, "web": web.server_address[1]}
    if len(sys.argv) > 1:
        safe, ports["safe"] = await listen(
            tls_context=secure(sys.argv[1]), require_starttls=True, authenticator=authenticate,
            auth_required=True)
        safe_web = Sink(("127.0.0.1", 0), Web)
        safe_web.socket = secure(sys.argv[1]).wrap_socket(safe_web.socket, server_side=True)
        threading.Thread(target=safe_web.serve_forever, daemon=True).start()
        ports["safe_web"] = safe_web.server_address[1]
    print(json.dumps(ports), flush=True)
    threading.Thread(target=wait_for_the_end, daemon=True).start()
    await asyncio.Event().wait()


asyncio.run(main())
