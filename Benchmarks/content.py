"""Seeded bodies and messages: what a developer's machine says and hears over plain HTTP."""

import random
import string
import zlib

WORDS = (
    "the of and to in for is on that by this with you it not or be are from at as your all have new more an was we "
    "will can us about if page my has search free but our one other do no information time they site he up may what "
    "which their news out use any there see only so his when contact here business who web also now help function "
    "return const export import default value key token api_key error result data response request status config "
    "build test deploy cluster region"
).split()
# Words that hold the start of a key, as text has them: once in some thousand words.
LOOKALIKES = ("task-list", "disk-cache", "risk-free", "help-desk-queue", "async-task-runner", "sk-folding-cube")


class Pools:
    """Large texts made once; bodies are slices of them at random places."""

    def __init__(self, rng: random.Random, mebibytes: int = 6):
        self.rng = rng
        size = mebibytes << 20
        self.html = self._repeat(self._html, size)
        self.script = self._repeat(self._script, size)
        self.json = self._repeat(self._json, size)
        self.binary = memoryview(rng.randbytes(4 * size))
        self.gzipped = [self._gzip(rng.randrange(12_000, 400_000)) for _ in range(48)]

    def _repeat(self, make, size) -> memoryview:
        parts, total = [], 0
        while total < size:
            parts.append(make())
            total += len(parts[-1])
        return memoryview("".join(parts).encode()[:size])

    def _text(self, count):
        words = self.rng.choices(WORDS, k=count)
        if self.rng.random() < count / 3000:
            words[0] = self.rng.choice(LOOKALIKES)
        return " ".join(words)

    def _html(self):
        image = self.rng.randbytes(24).hex()
        return (f'<div class="card c-{self.rng.randrange(99)}"><h2>{self._text(6)}</h2><p>{self._text(70)}</p>'
                f'<img src="/img/{image}.png" alt="{self._text(3)}">'
                f'<a href="/a/{image[:12]}">{self._text(2)}</a></div>\n')

    def _script(self):
        name, other = self.rng.choices(WORDS, k=2)
        number = self.rng.randrange(1 << 30)
        return (f"function f{number:x}(a,b){{var {other[:1]}{number % 97}=a[\"{name}\"]||{{}};if(!b)return null;"
                f"return g{number % 9973}({other[:1]}{number % 97},b+{number})}}/*{self._text(8)}*/"
                f".{name[:4]}-{number % 101}{{margin:{number % 31}px;color:#{number & 0xFFFFFF:06x}}}\n")

    def _json(self):
        rng = self.rng
        return (f'{{"id":"{rng.randbytes(16).hex()}","name":"{self._text(3)}",'
                f'"created":{1790000000 + rng.randrange(10**7)},'
                f'"digest":"sha256:{rng.randbytes(32).hex()}","tags":["{rng.choice(WORDS)}","{rng.choice(WORDS)}"],'
                f'"description":"{self._text(24)}","score":{rng.random():.6f},"ok":true}},\n')

    def _gzip(self, size):
        packer = zlib.compressobj(6, zlib.DEFLATED, 31)
        return memoryview(packer.compress(self.slice(self.rng.choice([self.html, self.json]), size)) + packer.flush())

    def slice(self, pool: memoryview, size: int) -> memoryview:
        start = self.rng.randrange(max(1, len(pool) - size))
        return pool[start:start + size]


def characters(rng: random.Random, count: int, extra: str = "") -> str:
    alphabet = string.ascii_letters + string.digits
    return "".join(rng.choices(alphabet + extra, k=count - 1)) + rng.choice(alphabet)


def openai_key(rng: random.Random) -> str:
    """A synthetic key of the right form, valid nowhere."""
    return "sk-proj-" + characters(rng, 74, "-_") + "T3BlbkFJ" + characters(rng, 74, "-_")


def anthropic_key(rng: random.Random) -> str:
    return "sk-ant-api03-" + characters(rng, 93, "-_") + "AA"


def request(method: str, host: str, target: str, fields: str = "", body_size: int | None = None) -> bytes:
    length = f"Content-Length: {body_size}\r\n" if body_size is not None else ""
    return (f"{method} {target} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: python-requests/2.32.3\r\n"
            f"Accept: */*\r\nAccept-Encoding: gzip, deflate\r\nConnection: keep-alive\r\n{fields}{length}\r\n").encode()


def response(type: str, size: int | None, fields: str = "") -> bytes:
    framing = "Transfer-Encoding: chunked" if size is None else f"Content-Length: {size}"
    return (f"HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Tue, 24 Mar 2026 10:39:00 GMT\r\nContent-Type: {type}\r\n"
            f"{framing}\r\nCache-Control: max-age=600\r\n{fields}\r\n").encode()
