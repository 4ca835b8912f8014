"""What a developer's machine asks for and is answered over HTTP, whatever the version of HTTP is."""

from typing import NamedTuple

from content import Pools, anthropic_key, openai_key, request, response

TYPES = ["text/html; charset=utf-8", "application/javascript", "text/css"]
SHARES = {
    "download": 0.41, "page": 0.22, "api": 0.14, "chunked": 0.08, "gzip": 0.01, "upload": 0.10, "prompt": 0.04,
}
KEYED_REQUESTS = 48


class Exchange(NamedTuple):
    """A request and its response."""

    host: str
    target: str
    type: str
    body: bytes | memoryview | None = None
    method: str = "GET"
    fields: tuple = ()  # Of the request, (name, value), beyond those that each has.
    asked: bytes | memoryview | None = None
    answer_fields: tuple = ()
    pieces: tuple = ()  # The response's body when it comes in pieces, its length not said before.
    is_stream: bool = False  # Each piece is sent when it is made.
    is_short: bool = False  # Head and body go out together.

    def messages(self):
        """As HTTP/1.1 has it: a list of (from the client?, bytes)."""
        size = None if self.asked is None else len(self.asked)
        head = request(self.method, self.host, self.target, lines(self.fields), size)
        answer = response(self.type, None if self.pieces else len(self.body), lines(self.answer_fields))
        if self.is_short:
            return [(True, head + self.asked), (False, answer + self.body)]
        asked = [(True, head)] + ([(True, self.asked)] if self.asked is not None else [])
        if not self.pieces:
            return asked + [(False, answer), (False, self.body)]
        chunks = [b"%x\r\n%s\r\n" % (len(piece), piece) for piece in self.pieces] + [b"0\r\n\r\n"]
        parts = chunks if self.is_stream else [b"".join(chunks)]
        return asked + [(False, answer)] + [(False, part) for part in parts]


def lines(fields):
    return "".join(f"{name}: {value}\r\n" for name, value in fields)


class Traffic:
    """Exchanges in the shares above, counted in bytes of HTTP/1.1."""

    def __init__(self, rng, mebibytes):
        self.rng, self.pools = rng, Pools(rng)
        self.written = dict.fromkeys(SHARES, 0)
        self.keys = [make(rng) for make in (openai_key, anthropic_key) for _ in range(12)]
        self.key_interval = (mebibytes << 20) // KEYED_REQUESTS
        self.next_key = self.key_interval // 2

    def summary(self):
        total = sum(self.written.values())
        return ", ".join(f"{kind} {written / total:.1%}" for kind, written in self.written.items())

    def next(self) -> Exchange:
        total = sum(self.written.values())
        if total >= self.next_key:
            self.next_key += self.key_interval
            return self.keyed()
        kind = max(SHARES, key=lambda kind: SHARES[kind] * (total + 1) - self.written[kind])
        exchange = getattr(self, kind)()
        self.written[kind] += sum(len(part) for _, part in exchange.messages())
        return exchange

    def path(self, suffix=""):
        return f"/{self.rng.choice(['api', 'v1', 'assets', 'dist', 'repo'])}/{self.rng.randbytes(6).hex()}{suffix}"

    def get(self, type, body, suffix="", **rest):
        return Exchange("www.example.com", self.path(suffix), type, body, **rest)

    def post(self, host, target, type, asked, body, method="POST", fields=(), **rest):
        fields = (*fields, ("Content-Type", type))
        return Exchange(host, target, "application/json", body, method, fields, asked, **rest)

    def download(self):
        size = int(self.rng.lognormvariate(13.4, 1.0))
        return self.get("application/octet-stream", self.pools.slice(self.pools.binary, min(size, 8 << 20)), ".whl")

    def page(self):
        pool = self.rng.choice([self.pools.html, self.pools.script])
        return self.get(self.rng.choice(TYPES), self.pools.slice(pool, int(self.rng.lognormvariate(10.3, 1.1))))

    def api(self):
        body = self.pools.slice(self.pools.json, int(self.rng.lognormvariate(8.6, 1.0)))
        if self.rng.random() < 0.6:
            return self.get("application/json", body)
        asked = self.pools.slice(self.pools.json, self.rng.randrange(80, 900))
        return self.post("api.example.com", self.path(), "application/json", asked, body)

    def gzip(self):
        return self.get("text/html; charset=utf-8", self.rng.choice(self.pools.gzipped),
                        answer_fields=(("Content-Encoding", "gzip"),))

    def chunked(self):
        """A page in large chunks, or a stream of events, one chunk and one segment each."""
        rng, pools, path = self.rng, self.pools, self.path()
        if rng.random() < 0.9:
            pieces = [pools.slice(pools.html, rng.randrange(1_000, 16_384)) for _ in range(rng.randrange(2, 12))]
            return Exchange("stream.example.com", path, "text/html", pieces=tuple(pieces))
        pieces = [b"data: " + bytes(pools.slice(pools.json, rng.randrange(60, 300))) + b"\n\n"
                  for _ in range(rng.randrange(20, 120))]
        return Exchange("stream.example.com", path, "text/event-stream", pieces=tuple(pieces), is_stream=True)

    def upload(self):
        body = self.pools.slice(self.pools.binary, min(int(self.rng.lognormvariate(13.0, 0.9)), 6 << 20))
        return self.post("artifacts.example.com", self.path(), "application/octet-stream", body, b"{}", "PUT")

    def prompt(self):
        body = self.pools.slice(self.pools.json, min(int(self.rng.lognormvariate(10.6, 0.8)), 1 << 20))
        answer = self.pools.slice(self.pools.json, self.rng.randrange(300, 4_000))
        return self.post("llm.example.com", "/v1/chat/completions", "application/json", body, answer)

    def keyed(self):
        key = self.rng.choice(self.keys)
        if self.rng.random() < 0.5:
            asked = b'{"apiKey":"%s"}' % key.encode()
            return self.post("collector.example.net", "/c", "application/json", asked, b"{}", is_short=True)
        asked, is_openai = bytes(self.pools.slice(self.pools.json, 700)), key.startswith("sk-proj-")
        return Exchange(
            "api.openai.com" if is_openai else "api.anthropic.com", "/v1/messages", "application/json", b"{}", "POST",
            (("Authorization", f"Bearer {key}") if is_openai else ("x-api-key", key),), asked, is_short=True)
