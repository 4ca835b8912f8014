#!/usr/bin/env python3
"""Writes a benchmark capture: the same arguments give the same bytes.

usage: generate.py http  [--output FILE] [--mebibytes 1024] [--seed 1]
       generate.py flows [--output FILE] [--flows 1000000] [--hours 24] [--seed 1]

http   Plain HTTP of one developer's machine, 40 connections at a time. Shares of the bytes:
       41 % downloads (binary), 22 % HTML/JS/CSS, 14 % JSON APIs, 8 % chunked, 1 % gzip'd, 10 % uploads, 4 % prompts.
       What the machine sends is captured in segments of up to 64 KiB, as before segmentation offload; what it
       receives in segments of 1,448 bytes. One segment in 2,000 arrives after its successor. 48 requests carry a key.
flows  Connections of eight packets (SYN, SYN/ACK, ACK, request, response, FIN, FIN, ACK) spread evenly over --hours
       of packet time, 250 clients, 400 servers; one in 20,000 carries a key.

The default FILE is .build/bench/NAME.pcap.
"""

import argparse
import random
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True

from content import Pools, anthropic_key, openai_key, request, response  # noqa: E402
from packets import ACK, FIN, LARGEST_SEGMENT, MSS, PSH, SYN, Capture, address, connection  # noqa: E402

FOLDER = Path(__file__).resolve().parent.parent / ".build/bench"
START = 1_790_000_000_000_000  # Microseconds; packet time begins here in every run.
HOST_MAC, ROUTER_MAC = bytes.fromhex("0c9d92000001"), bytes.fromhex("0c9d92000002")
TYPES = ["text/html; charset=utf-8", "application/javascript", "text/css"]
SHARES = {
    "download": 0.41, "page": 0.22, "api": 0.14, "chunked": 0.08, "gzip": 0.01, "upload": 0.10, "prompt": 0.04,
}
KEYED_REQUESTS = 48


class Traffic:
    """Exchanges in the shares above, each a list of (from the client?, bytes)."""

    def __init__(self, rng, mebibytes):
        self.rng, self.pools = rng, Pools(rng)
        self.written = dict.fromkeys(SHARES, 0)
        self.keys = [make(rng) for make in (openai_key, anthropic_key) for _ in range(12)]
        self.key_interval = (mebibytes << 20) // KEYED_REQUESTS
        self.next_key = self.key_interval // 2

    def next(self):
        total = sum(self.written.values())
        if total >= self.next_key:
            self.next_key += self.key_interval
            return self.keyed()
        kind = max(SHARES, key=lambda kind: SHARES[kind] * (total + 1) - self.written[kind])
        exchange = getattr(self, kind)()
        self.written[kind] += sum(len(part) for _, part in exchange)
        return exchange

    def path(self, suffix=""):
        return f"/{self.rng.choice(['api', 'v1', 'assets', 'dist', 'repo'])}/{self.rng.randbytes(6).hex()}{suffix}"

    def get(self, type, body, fields="", suffix=""):
        return [(True, request("GET", "www.example.com", self.path(suffix))),
                (False, response(type, len(body), fields)), (False, body)]

    def download(self):
        size = int(self.rng.lognormvariate(13.4, 1.0))
        return self.get("application/octet-stream", self.pools.slice(self.pools.binary, min(size, 8 << 20)), "", ".whl")

    def page(self):
        pool = self.rng.choice([self.pools.html, self.pools.script])
        return self.get(self.rng.choice(TYPES), self.pools.slice(pool, int(self.rng.lognormvariate(10.3, 1.1))))

    def api(self):
        body = self.pools.slice(self.pools.json, int(self.rng.lognormvariate(8.6, 1.0)))
        if self.rng.random() < 0.6:
            return self.get("application/json", body)
        asked = self.pools.slice(self.pools.json, self.rng.randrange(80, 900))
        return [(True, request("POST", "api.example.com", self.path(), "Content-Type: application/json\r\n", len(asked))),
                (True, asked), (False, response("application/json", len(body))), (False, body)]

    def gzip(self):
        return self.get("text/html; charset=utf-8", self.rng.choice(self.pools.gzipped), "Content-Encoding: gzip\r\n")

    def chunked(self):
        """A page in large chunks, or a stream of events, one chunk and one segment each."""
        exchange = [(True, request("GET", "stream.example.com", self.path()))]
        if self.rng.random() < 0.9:
            exchange.append((False, response("text/html", None)))
            body = bytearray()
            for _ in range(self.rng.randrange(2, 12)):
                piece = self.pools.slice(self.pools.html, self.rng.randrange(1_000, 16_384))
                body += b"%x\r\n%s\r\n" % (len(piece), piece)
            return exchange + [(False, memoryview(bytes(body) + b"0\r\n\r\n"))]
        exchange.append((False, response("text/event-stream", None)))
        for _ in range(self.rng.randrange(20, 120)):
            event = b"data: " + bytes(self.pools.slice(self.pools.json, self.rng.randrange(60, 300))) + b"\n\n"
            exchange.append((False, b"%x\r\n%s\r\n" % (len(event), event)))
        return exchange + [(False, b"0\r\n\r\n")]

    def upload(self):
        body = self.pools.slice(self.pools.binary, min(int(self.rng.lognormvariate(13.0, 0.9)), 6 << 20))
        head = request("PUT", "artifacts.example.com", self.path(), "Content-Type: application/octet-stream\r\n", len(body))
        return [(True, head), (True, body), (False, response("application/json", 2)), (False, b"{}")]

    def prompt(self):
        body = self.pools.slice(self.pools.json, min(int(self.rng.lognormvariate(10.6, 0.8)), 1 << 20))
        answer = self.pools.slice(self.pools.json, self.rng.randrange(300, 4_000))
        head = request("POST", "llm.example.com", "/v1/chat/completions", "Content-Type: application/json\r\n", len(body))
        return [(True, head), (True, body), (False, response("application/json", len(answer))), (False, answer)]

    def keyed(self):
        key = self.rng.choice(self.keys)
        if self.rng.random() < 0.5:
            body = b'{"apiKey":"%s"}' % key.encode()
            head = request("POST", "collector.example.net", "/c", "Content-Type: application/json\r\n", len(body))
        else:
            body = bytes(self.pools.slice(self.pools.json, 700))
            field = f"Authorization: Bearer {key}\r\n" if key.startswith("sk-proj-") else f"x-api-key: {key}\r\n"
            name = "api.openai.com" if key.startswith("sk-proj-") else "api.anthropic.com"
            head = request("POST", name, "/v1/messages", field, len(body))
        return [(True, head + body), (False, response("application/json", 2) + b"{}")]


def converse(rng, traffic, number, clock):
    """One connection as bursts of (headers, payload); `clock()` is the time of the burst."""
    sides = connection(
        HOST_MAC, ROUTER_MAC, address("192.168.1.50"), address("203.0.113.0") + rng.randrange(1, 255),
        32768 + number % 28000, 80, rng.randrange(1 << 32), rng.randrange(1 << 32))
    client, server = sides
    yield [(client.frame(server, SYN, b"", clock()), b""), (server.frame(client, SYN | ACK, b"", clock()), b""),
           (client.frame(server, ACK, b"", clock()), b"")]
    for _ in range(rng.randrange(1, 40)):
        for from_client, message in traffic.next():
            yield from send(rng, client if from_client else server, server if from_client else client,
                            message, LARGEST_SEGMENT if from_client else MSS, clock)
    yield [(client.frame(server, FIN | ACK, b"", clock()), b""), (server.frame(client, FIN | ACK, b"", clock()), b""),
           (client.frame(server, ACK, b"", clock()), b"")]


def send(rng, sender, receiver, message, largest, clock):
    """`message` in bursts of up to 10 segments, every second one acknowledged, as the window lets it through."""
    view, burst, unacknowledged = memoryview(message), [], 0
    limit = rng.choice([largest, largest, largest // 3 + 1]) if largest > MSS else largest
    for start in range(0, len(view), limit):
        piece = view[start:start + limit]
        last = start + limit >= len(view)
        burst.append((sender.frame(receiver, ACK | PSH if last else ACK, piece, clock()), piece))
        unacknowledged += 1
        if unacknowledged == 2 or last:
            if unacknowledged == 2 and largest == MSS and rng.random() < 0.001:
                burst[-1], burst[-2] = burst[-2], burst[-1]
            burst.append((receiver.frame(sender, ACK, b"", clock()), b""))
            unacknowledged = 0
        if len(burst) >= 15:
            yield burst
            burst = []
    if burst:
        yield burst


def write_http(capture, options):
    rng = random.Random(options.seed)
    traffic, now, opened = Traffic(rng, options.mebibytes), START, 0
    clock = lambda: now
    slots = []
    limit = options.mebibytes << 20
    while capture.bytes < limit:
        while len(slots) < 40:
            slots.append(converse(rng, traffic, opened, clock))
            opened += 1
        place = rng.randrange(len(slots))
        burst = next(slots[place], None)
        if burst is None:
            slots[place] = slots[-1]
            slots.pop()
            continue
        for headers, payload in burst:
            capture.add(now, headers, payload)
            now += 2 + (len(payload) >> 7)  # A little under 1 Gbit/s.
        now += 30
    total = sum(traffic.written.values())
    shares = ", ".join(f"{kind} {written / total:.1%}" for kind, written in traffic.written.items())
    return f"{opened} connections, {(now - START) / 1e6:.1f} s of packet time; {shares}"


def write_flows(capture, options):
    rng = random.Random(options.seed)
    keys = [openai_key(rng) for _ in range(20)]
    servers = [(address("198.18.0.0") + 256 * rng.randrange(256) + rng.randrange(1, 255), f"svc-{n}.example.com")
               for n in range(400)]
    asked = [[request("GET", name, f"/v1/item/{rng.randbytes(n).hex()}") for n in (2, 5, 9)] for _, name in servers]
    answers = []
    for number in range(64):
        body = f'{{"id":{number},"state":"{rng.choice(["ready", "building", "failed"])}"}}'.encode()
        answers.append(response("application/json", len(body)) + body)
    spacing = options.hours * 3600e6 / options.flows
    pending = []
    for number in range(options.flows):
        start = START + int(number * spacing)
        if number % 512 == 0 and pending:
            pending = write_until(capture, pending, start)
        place = rng.randrange(400)
        ip, name = servers[place]
        # 250 clients that take their ports in turn: no five-tuple comes twice in 7 million flows.
        client, server = connection(
            HOST_MAC, ROUTER_MAC, address("10.0.0.0") + 2 + number % 250, ip,
            32768 + number // 250 % 28000, 80, rng.getrandbits(32), rng.getrandbits(32))
        question = asked[place][number % 3]
        if number % 20_000 == 10_000:
            question = request("GET", "api.openai.com", "/v1/models", f"Authorization: Bearer {rng.choice(keys)}\r\n")
        answer = answers[number & 63]
        trip = rng.randrange(2_000, 80_000)
        add = lambda time, side, peer, flags, payload=b"": pending.append(
            (time, len(pending), side.frame(peer, flags, payload, time), payload))
        add(start, client, server, SYN)
        add(start + trip, server, client, SYN | ACK)
        add(start + trip + 20, client, server, ACK)
        add(start + trip + 90, client, server, ACK | PSH, question)
        add(start + 2 * trip + 400, server, client, ACK | PSH, answer)
        add(start + 2 * trip + 700, client, server, FIN | ACK)
        add(start + 3 * trip + 800, server, client, FIN | ACK)
        add(start + 3 * trip + 830, client, server, ACK)
    write_until(capture, pending, None)
    return f"{options.flows} connections over {options.hours} h of packet time"


def write_until(capture, pending, end):
    """Writes, in order of time, what is before `end`; returns the rest."""
    pending.sort()
    for place, (time_, _, headers, payload) in enumerate(pending):
        if end is not None and time_ >= end:
            return [(item[0], index, *item[2:]) for index, item in enumerate(pending[place:])]
        capture.add(time_, headers, payload)
    return []


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["http", "flows"])
    parser.add_argument("--output", type=Path)
    parser.add_argument("--mebibytes", type=int, default=1024)
    parser.add_argument("--flows", type=int, default=1_000_000)
    parser.add_argument("--hours", type=float, default=24)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    output = options.output or FOLDER / f"{options.kind}.pcap"
    output.parent.mkdir(parents=True, exist_ok=True)
    unfinished = output.with_name(output.name + ".tmp")
    began = time.monotonic()
    capture = Capture(unfinished)
    summary = (write_http if options.kind == "http" else write_flows)(capture, options)
    capture.close()
    unfinished.rename(output)
    print(f"{output}: {capture.bytes / 2**20:.0f} MiB, {capture.packets} packets, {summary}; "
          f"written in {time.monotonic() - began:.1f} s")


if __name__ == "__main__":
    main()
