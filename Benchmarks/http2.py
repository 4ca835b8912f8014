"""HTTP/2 in clear, by prior knowledge (RFC 9113 section 3.3): streams that share a connection, frame by frame."""

import random

from hpack import Encoder
from line import Line, share_line
from traffic import Traffic

DATA, HEADERS, SETTINGS, PING, GOAWAY, WINDOW_UPDATE = 0, 1, 4, 6, 7, 8
END_STREAM, ACK, END_HEADERS = 0x1, 0x1, 0x4
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
FRAME_SIZE = 16_384  # RFC 9113 section 6.5.2: what a peer takes that has said nothing else.
# Bytes of one direction before the other side opens its windows again: below the 65,535 of section 6.9.2.
TURN = 48_000
STREAMS_AT_A_TIME = 8


def frame(type, flags, stream, payload=b"") -> bytes:
    return b"%b%c%c%b%b" % (len(payload).to_bytes(3, "big"), type, flags, stream.to_bytes(4, "big"), payload)


def settings(*pairs) -> bytes:
    return frame(SETTINGS, 0, 0, b"".join(name.to_bytes(2, "big") + value.to_bytes(4, "big") for name, value in pairs))


def window_update(stream, count) -> bytes:
    return frame(WINDOW_UPDATE, 0, stream, count.to_bytes(4, "big"))


def request_fields(exchange):
    yield from ((":method", exchange.method), (":scheme", "http"), (":authority", exchange.host),
                (":path", exchange.target), ("user-agent", "python-httpx/0.28.1"), ("accept", "*/*"),
                ("accept-encoding", "gzip, deflate"))
    yield from ((name.lower(), value) for name, value in exchange.fields)
    if exchange.asked is not None:
        yield "content-length", str(len(exchange.asked))


def response_fields(exchange):
    yield from ((":status", "200"), ("server", "nginx"), ("date", "Tue, 24 Mar 2026 10:39:00 GMT"),
                ("content-type", exchange.type))
    if not exchange.pieces:
        yield "content-length", str(len(exchange.body))
    yield "cache-control", "max-age=600"
    yield from ((name.lower(), value) for name, value in exchange.answer_fields)


class Conversation:
    """One connection: what each side writes next waits in `pending` until its turn."""

    def __init__(self, rng, traffic, line):
        self.rng, self.traffic, self.line = rng, traffic, line
        self.encoders = {True: Encoder(), False: Encoder()}
        self.pending = {True: [], False: []}  # By whether the client writes.
        self.credits = {True: {}, False: {}}  # Content in what is pending, by stream; 0 for those that end.

    def bursts(self):
        rng = self.rng
        yield self.line.open()
        # ENABLE_PUSH, INITIAL_WINDOW_SIZE and MAX_CONCURRENT_STREAMS as nghttp2's client says them; nginx's answer.
        self.pending[True] += [PREFACE, settings((2, 0), (4, 65_535), (3, 100)), window_update(0, 1 << 24)]
        self.pending[False] += [settings((3, 128), (4, 65_535), (5, FRAME_SIZE)), frame(SETTINGS, ACK, 0)]
        left, opened, streams = rng.randrange(1, 80), 0, []
        while left or streams:
            while left and len(streams) < STREAMS_AT_A_TIME and (not streams or rng.random() < 0.7):
                streams.append(self.stream(2 * opened + 1, self.traffic.next()))
                opened, left = opened + 1, left - 1
                if opened % 16 == 0:
                    self.pending[True].append(frame(PING, 0, 0, bytes(8)))
                    self.pending[False].append(frame(PING, ACK, 0, bytes(8)))
            yield from self.turn(streams)
        self.pending[True].append(frame(GOAWAY, 0, 0, bytes(8)))
        yield from self.flush()
        yield self.line.close()

    def turn(self, streams):
        """Frames of the streams at random, as far as the windows let them through."""
        while streams:
            place = self.rng.randrange(len(streams))
            if next(streams[place], None) is None:
                streams[place] = streams[-1]
                streams.pop()
                break
            if any(sum(credit.values()) > TURN - FRAME_SIZE for credit in self.credits.values()):
                break
        yield from self.flush()

    def flush(self):
        """The client writes first, since what the server writes may answer it; each then opens the windows it used."""
        for from_client in (True, False):
            credit, self.credits[from_client] = self.credits[from_client], {}
            message, self.pending[from_client] = b"".join(self.pending[from_client]), []
            if message:
                yield from self.line.send(from_client, message)
            if credit:
                used = {0: sum(credit.values())} | {stream: count for stream, count in credit.items() if stream}
                self.pending[not from_client] += [window_update(*window) for window in used.items()]

    def stream(self, number, exchange):
        """Each step writes a frame. Fields are encoded when their turn comes: the tables follow the order sent."""
        ends = 0 if exchange.asked is not None else END_STREAM
        fields = self.encoders[True].encode(request_fields(exchange))
        yield self.write(True, HEADERS, END_HEADERS | ends, number, fields)
        if exchange.asked is not None:
            yield from self.content(True, number, [exchange.asked])
        fields = self.encoders[False].encode(response_fields(exchange))
        yield self.write(False, HEADERS, END_HEADERS, number, fields)
        yield from self.content(False, number, exchange.pieces or [exchange.body])

    def content(self, from_client, number, pieces):
        """Content of a length that was said ends with its last frame, other content with an empty one."""
        is_known = len(pieces) == 1
        for piece in pieces:
            for start in range(0, len(piece), FRAME_SIZE):
                part, credit = piece[start:start + FRAME_SIZE], self.credits[from_client]
                credit[number] = credit.get(number, 0) + len(part)
                if is_last := is_known and start + FRAME_SIZE >= len(piece):
                    credit[0] = credit.get(0, 0) + credit.pop(number)
                yield self.write(from_client, DATA, END_STREAM if is_last else 0, number, part)
        if not is_known:
            yield self.write(from_client, DATA, END_STREAM, number, b"")

    def write(self, from_client, type, flags, number, payload):
        self.pending[from_client].append(frame(type, flags, number, payload))
        return True


def write_http2(capture, options):
    rng = random.Random(options.seed)
    traffic = Traffic(rng, options.mebibytes)
    converse = lambda number, clock: Conversation(rng, traffic, Line(rng, number, 8080, clock)).bursts()
    told = share_line(capture, options.mebibytes, rng, converse)
    return f"{told}; {traffic.summary()}"
