"""Many short connections, all at the least cost: eight packets each."""

import random

from content import openai_key, request, response
from line import HOST_MAC, ROUTER_MAC, START
from packets import ACK, FIN, PSH, SYN, address, connection


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
