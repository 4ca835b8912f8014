"""TLS connections: the handshakes, the records, and a mix of them to which nobody has the keys."""

import random

import tls_messages as messages
from certificates import chain, signature
from line import Line, share_line
from traffic import Traffic

CHANGE_CIPHER_SPEC, HANDSHAKE, APPLICATION_DATA = 20, 22, 23
RECORD_SIZE = 16_384  # RFC 8446 section 5.1.
DOMAINS = ["example.com", "example.net", "example.org"]


def record(type, fragment, version=0x0303) -> bytes:
    return b"%c%b%b%b" % (type, version.to_bytes(2, "big"), len(fragment).to_bytes(2, "big"), fragment)


CHANGE = record(CHANGE_CIPHER_SPEC, b"\1")


class Noise:
    """Records as they look without keys: random bytes of the right number."""

    def __init__(self, pools, overhead):
        self.pools, self.overhead = pools, overhead

    def protect(self, from_client, type, content) -> bytes:
        return record(type, self.pools.slice(self.pools.binary, len(content) + self.overhead))

    def begin(self, from_client, secrets):
        pass


class Server:
    """A server: its name, certificates, and how it cuts what it sends into records."""

    def __init__(self, rng, number):
        self.host = f"{rng.choice(['api', 'cdn', 'registry', 'files', 'www'])}-{number}.{rng.choice(DOMAINS)}"
        self.chain = chain(rng, self.host)
        self.has_rsa = rng.random() < 0.5
        self.suite_13 = rng.choices(messages.SUITES_13, [6, 3, 1])[0]
        self.suite_12 = rng.choice([0xC02F, 0xC030, 0xCCA8] if self.has_rsa else [0xC02B, 0xC02C, 0xCCA9])
        self.is_old = rng.random() < 0.25
        self.starts_small = rng.random() < 0.3  # As those do that want the first bytes read soon.
        self.record_size = rng.choice([RECORD_SIZE] * 5 + [4_096])

    def cut(self, content, sent):
        """Pieces of one record each; `sent` is how much went before."""
        start = 0
        while start < len(content):
            size = 1_369 if self.starts_small and sent + start < 60_000 else self.record_size
            yield content[start:start + size]
            start += size


class Session:
    """The TLS of one connection: `handshake` and `content` give (from the client?, bytes)."""

    def __init__(self, rng, server, client, is_resumed):
        self.rng, self.server, self.client, self.is_resumed = rng, server, client, is_resumed
        self.sent = 0
        self.is_13 = client.newest == 0x0304 and not server.is_old
        self.protocol = b"h2" if b"h2" in client.protocols else next(iter(client.protocols), b"")

    def overhead(self):
        """Of a record: content type and tag, or an explicit nonce (RFC 5288 section 3) and tag."""
        return 17 if self.is_13 else 16 if self.server.suite_12 in (0xCCA8, 0xCCA9) else 24

    def hello(self, session):
        size = 208 if self.client.newest == 0x0304 else 176
        ticket = self.rng.randbytes(size) if self.is_resumed else None
        self.client_random, hello = self.client.hello(self.rng, self.server.host, session, ticket)
        return record(HANDSHAKE, hello, version=0x0301)

    def handshake(self, protection):
        session = self.rng.randbytes(32)
        yield True, self.hello(session)
        yield from (self.handshake_13 if self.is_13 else self.handshake_12)(session, protection)

    def handshake_13(self, session, protection):
        rng, server, size = self.rng, self.server, 48 if self.server.suite_13 == 0x1302 else 32
        hello = messages.server_hello_13(rng, session, server.suite_13, self.client.shared[0], self.is_resumed)
        flight = [messages.encrypted_extensions(self.protocol)]
        if not self.is_resumed:
            proof = signature(rng, server.has_rsa)
            flight += [messages.certificate_13(server.chain), messages.certificate_verify(proof)]
        flight.append(messages.finished(rng, size))
        protection.begin(False, "HANDSHAKE")
        yield False, record(HANDSHAKE, hello) + CHANGE + b"".join(
            protection.protect(False, HANDSHAKE, part) for part in flight)
        protection.begin(True, "HANDSHAKE")
        yield True, CHANGE + protection.protect(True, HANDSHAKE, messages.finished(rng, size))
        protection.begin(True, "TRAFFIC")
        protection.begin(False, "TRAFFIC")
        for _ in range(2):
            yield False, protection.protect(False, HANDSHAKE, messages.session_ticket_13(rng))

    def handshake_12(self, session, protection):
        rng, server = self.rng, self.server
        finish = lambda from_client: CHANGE + protection.protect(from_client, HANDSHAKE, messages.finished(rng, 12))
        if self.is_resumed:
            yield False, record(HANDSHAKE, messages.server_hello_12(
                rng, session, server.suite_12, self.protocol)) + finish(False)
            yield True, finish(True)
            return
        flight = [
            messages.server_hello_12(rng, rng.randbytes(32), server.suite_12, self.protocol),
            messages.certificate_12(server.chain),
            messages.server_key_exchange(rng, signature(rng, server.has_rsa)),
            messages.message(messages.SERVER_HELLO_DONE)]
        yield False, b"".join(record(HANDSHAKE, part) for part in flight)
        yield True, record(HANDSHAKE, messages.client_key_exchange(rng)) + finish(True)
        yield False, record(HANDSHAKE, messages.session_ticket_12(rng)) + finish(False)

    def content(self, protection, from_client, content):
        if from_client:
            pieces = (content[start:start + RECORD_SIZE] for start in range(0, len(content), RECORD_SIZE))
        else:
            pieces = self.server.cut(content, self.sent)
            self.sent += len(content)
        return from_client, b"".join(protection.protect(from_client, APPLICATION_DATA, piece) for piece in pieces)


def converse(line, session, protection, exchanges):
    yield line.open()
    for from_client, flight in session.handshake(protection):
        yield from line.send(from_client, flight)
    for exchange in exchanges:
        for from_client, content in exchange.messages():
            yield from line.send(*session.content(protection, from_client, content))
    yield line.close()


def write_tls(capture, options):
    rng = random.Random(options.seed)
    traffic = Traffic(rng, options.mebibytes)
    servers = [Server(rng, number) for number in range(120)]

    def connect(number, clock):
        client = rng.choice(messages.CLIENTS if rng.random() < 0.9 else messages.CLIENTS_12)
        session = Session(rng, rng.choice(servers), client, rng.random() < 0.25)
        exchanges = (traffic.next() for _ in range(rng.randrange(1, 12)))
        return converse(Line(rng, number, 443, clock), session, Noise(traffic.pools, session.overhead()), exchanges)

    told = share_line(capture, options.mebibytes, rng, connect)
    return f"{told}; {traffic.summary()}"
