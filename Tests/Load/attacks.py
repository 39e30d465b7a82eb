"""Attacks the live API in one way for a while, and measures meanwhile how others are served.

One attack a run, named by the first argument. The last line is a JSON object: for each kind of request of
the others how many were answered, how many were not, and the median and 99th percentile in milliseconds;
and the most memory that the server had in the first and in the last quarter of the time, in MiB.
"""

import asyncio
import json
import os
import sys
import time
from urllib.parse import urlsplit

ADDRESS = urlsplit(os.environ["URL"])
KEY = os.environ["KEY"]
FOREIGN = os.environ["ATTACKER_KEY"]
PROPERTY = os.environ["PROPERTY"]
SECONDS = float(os.environ["SECONDS"])
PID = os.environ["PID"]
END = time.monotonic() + SECONDS
# The least number of probes, however slow the machine is: one in ten may be closed.
PROBES = 20
probes_seen = 0


def going():
    now = time.monotonic()
    return now < END or (probes_seen < PROBES and now < END + 60)


def head(line, key=None, body=b"", length=None):
    fields = [f"{line} HTTP/1.1", "host: x"]
    if key:
        fields.append(f"authorization: Bearer {key}")
    if body or length:
        fields += ["content-type: application/json", f"content-length: {length or len(body)}"]
    return "\r\n".join(fields).encode() + b"\r\n\r\n" + body


async def connect():
    return await asyncio.open_connection(ADDRESS.hostname, ADDRESS.port)


async def answer(reader):
    """Status and body of one answer."""
    lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    length = [line for line in lines if line.lower().startswith("content-length:")]
    body = await reader.readexactly(int(length[0].split(":")[1])) if length else b""
    return int(lines[0].split()[1]), body


async def again(attack):
    """One attacker, who comes back whenever it is thrown out."""
    while going():
        writer = None
        try:
            reader, writer = await connect()
            await attack(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            if writer:
                writer.close()
        await asyncio.sleep(0.05)


async def trickle(reader, writer):
    """No key, and a byte a second of a body that nobody asked for."""
    writer.write(head("PUT /api/resman/leads/L-1/status", length=60_000))
    while going():
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(1)


async def silent(reader, writer):
    """No key, and the beginning of a head that never goes on."""
    writer.write(b"GET /hea")
    await reader.read()


async def crowd(reader, writer):
    """No key, and one request after the other."""
    while going():
        writer.write(head("GET /openapi.json"))
        await answer(reader)


async def pipeline(reader, writer):
    """Two hundred requests at once, and not one answer is read."""
    writer.transport.pause_reading()
    writer.write(head("GET /openapi.json") * 200)
    while going() and not writer.is_closing():
        await asyncio.sleep(1)
        writer.write(head("GET /openapi.json"))
        await writer.drain()


async def absent(reader, writer):
    """Changes of leads that are not there, one after the other."""
    body = b'{"new_status":"lost","updated_by":"chatbot"}'
    number = 0
    while going():
        number += 1
        line = f"PUT /api/resman/leads/L-absent-{id(writer)}-{number}/status"
        writer.write(head(line, FOREIGN, body))
        status, _ = await answer(reader)
        if status == 429:
            await asyncio.sleep(0.1)


async def drip(reader, writer):
    """Changes of leads whose record ResMan sends a byte a second."""
    body = b'{"new_status":"lost","updated_by":"chatbot"}'
    while going():
        line = f"PUT /api/resman/leads/L-drip-{id(writer) // 64 % 100}/status"
        writer.write(head(line, FOREIGN, body))
        status, _ = await answer(reader)
        if status == 429:
            await asyncio.sleep(0.1)


async def windows(reader, writer):
    """Windows that no report has."""
    while going():
        day = f"2026-10-{1 + id(writer) // 64 % 28:02}"
        line = f"GET /api/resman/analytics/{PROPERTY}/metrics?date_from={day}"
        writer.write(head(line, FOREIGN))
        status, _ = await answer(reader)
        if status == 429:
            await asyncio.sleep(0.1)


ATTACKS = {
    "none": (0, None),
    "drip": (100, drip),
    "endless": (0, None),
    "trickle": (1_000, trickle),
    "silent": (1_000, silent),
    "pipeline": (100, pipeline),
    "crowd": (100, crowd),
    "absent": (100, absent),
    "windows": (40, windows),
}


class Watch:
    """One kind of request of somebody else, again and again."""

    def __init__(self, pause, requests, good, is_probe=False):
        self.pause, self.requests, self.good = pause, requests, good
        self.is_probe = is_probe
        self.times, self.failures, self.closed = [], [], 0

    async def run(self):
        reader = writer = None
        for request in self.requests:
            if not going():
                break
            began = time.monotonic()
            # A connection that is closed before an answer is made again once, as HTTP clients do; the time
            # counts. A probe has one chance.
            for chance in range(1 if self.is_probe else 2):
                try:
                    if writer is None:
                        reader, writer = await connect()
                    writer.write(request)
                    status, body = await asyncio.wait_for(answer(reader), 15)
                    if status != self.good:
                        self.failures.append(f"{status} {body[:200].decode()}")
                    break
                except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError) as error:
                    writer = None
                    if chance == 0 and not self.is_probe:
                        self.closed += 1
                    else:
                        self.failures.append(repr(error))
            self.times.append(time.monotonic() - began)
            if self.is_probe:
                global probes_seen
                probes_seen += 1
            await asyncio.sleep(self.pause)

    def figures(self):
        times = sorted(self.times)
        at = lambda share: round(1000 * times[min(len(times) - 1, int(share * len(times)))], 1)
        return {
            "answered": len(times) - len(self.failures), "failed": self.failures[:3],
            "made_again": self.closed,
            "most_answered": len(self.failures) * 10 <= len(times),
            "p50_ms": at(0.5), "p99_ms": at(0.99),
        }


def endless(request):
    while True:
        yield request


def probe():
    """Whoever asks how the server is comes on a connection of its own."""
    while True:
        yield head("GET /health")
        yield head("GET /ready")


def changes():
    body = b'{"new_status":"contacted","updated_by":"chatbot"}'
    for number in range(int(os.environ["LEADS"])):
        yield head(f"PUT /api/resman/leads/L-load-{number}/status", KEY, body)


async def memory(seen):
    while going():
        with open(f"/proc/{PID}/statm") as file:
            seen.append(int(file.read().split()[1]) * 4 / 1024)
        await asyncio.sleep(0.5)


async def main():
    count, attack = ATTACKS[sys.argv[1]]
    watches = {
        "history": Watch(0.02, endless(head("GET /api/resman/leads/L-1/status-history", KEY)), 200),
        "put": Watch(0.1, changes(), 200),
        "probe": Watch(0.2, probe(), 200, is_probe=True),
    }
    seen = []
    attackers = [asyncio.create_task(again(attack)) for _ in range(count)]
    await asyncio.gather(memory(seen), *(watch.run() for watch in watches.values()))
    for attacker in attackers:
        attacker.cancel()
    figures = {name: watch.figures() for name, watch in watches.items()}
    quarter = max(1, len(seen) // 4)
    figures["rss_mib"] = [round(max(seen[:quarter])), round(max(seen[-quarter:]))]
    print(json.dumps({"attack": sys.argv[1]} | figures))


asyncio.run(main())
