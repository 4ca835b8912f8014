"""Fields as HTTP/2 writes them: RFC 7541, with the dynamic table and the Huffman code, as nghttp2 uses them."""

from collections import deque
from functools import lru_cache

# Appendix A from index 1 on; most entries have a name only.
STATIC = [entry.partition("=")[::2] for entry in (
    ":authority|:method=GET|:method=POST|:path=/|:path=/index.html|:scheme=http|:scheme=https|:status=200|:status=204|"
    ":status=206|:status=304|:status=400|:status=404|:status=500|accept-charset|accept-encoding=gzip, deflate|"
    "accept-language|accept-ranges|accept|access-control-allow-origin|age|allow|authorization|cache-control|"
    "content-disposition|content-encoding|content-language|content-length|content-location|content-range|content-type|"
    "cookie|date|etag|expect|expires|from|host|if-match|if-modified-since|if-none-match|if-range|if-unmodified-since|"
    "last-modified|link|location|max-forwards|proxy-authenticate|proxy-authorization|range|referer|refresh|"
    "retry-after|server|set-cookie|strict-transport-security|transfer-encoding|user-agent|vary|via|www-authenticate"
).split("|")]
STATIC_NAMES = {name: index for index, (name, _) in reversed(list(enumerate(STATIC, 1)))}
NOT_INDEXED = {":path", "content-length", "age", "etag", "location", "set-cookie", "if-none-match"}
NEVER_INDEXED = {"authorization", "x-api-key"}
TABLE_SIZE = 4096

# Bits of the code of each character from the space on (appendix B), in hexadecimal; 0 for the backslash, which is left
# out as all other octets are: a string that has one is written as it is.
CODE_LENGTHS = "6aacd68baa8b8666555666666678f6cad67777777777777777777777878d0de6f56565666577666567655677777fbed"


def huffman_codes():
    """The code is canonical: its lengths say all. Code 0 of those of 13 bits is that of the octet 0."""
    codes, code, length = {}, 0, 0
    lengths = [(int(digit, 16), chr(32 + place)) for place, digit in enumerate(CODE_LENGTHS)] + [(13, "\0")]
    for bits, character in sorted(item for item in lengths if item[0]):
        code <<= bits - length
        codes[character] = (code, bits)
        code, length = code + 1, bits
    return codes


CODES = huffman_codes()


def integer(value: int, prefix: int, flags: int) -> bytes:
    """Section 5.1: `value` from the lowest `prefix` bits of the first octet on, whose others are `flags`."""
    limit = (1 << prefix) - 1
    if value < limit:
        return bytes([flags | value])
    octets, value = [flags | limit], value - limit
    while value >= 0x80:
        octets.append(0x80 | value & 0x7F)
        value >>= 7
    return bytes([*octets, value])


@lru_cache(4096)
def string(text: str) -> bytes:
    """Section 5.2: Huffman's code where that is shorter."""
    try:
        code, length = 0, 0
        for character in text:
            more, bits = CODES[character]
            code, length = code << bits | more, length + bits
    except KeyError:
        length = 8 * len(text)
    count = (length + 7) // 8
    if count >= len(text):
        return integer(len(text), 7, 0) + text.encode()
    padding = 8 * count - length
    return integer(count, 7, 0x80) + (code << padding | (1 << padding) - 1).to_bytes(count, "big")


class Encoder:
    """One direction of a connection."""

    def __init__(self):
        self.table, self.size = deque(), 0

    def encode(self, fields) -> bytes:
        return b"".join(self._field(name, value) for name, value in fields)

    def _field(self, name, value):
        if (name, value) in self.table:
            return integer(len(STATIC) + 1 + self.table.index((name, value)), 7, 0x80)
        if (name, value) in STATIC:
            return integer(STATIC.index((name, value)) + 1, 7, 0x80)
        if name in NEVER_INDEXED:
            return self._literal(name, value, 4, 0x10)
        if name in NOT_INDEXED:
            return self._literal(name, value, 4, 0x00)
        literal = self._literal(name, value, 6, 0x40)
        self._add(name, value)
        return literal

    def _literal(self, name, value, prefix, flags):
        index = STATIC_NAMES.get(name) or next(
            (len(STATIC) + 1 + place for place, (known, _) in enumerate(self.table) if known == name), 0)
        return integer(index, prefix, flags) + (b"" if index else string(name)) + string(value)

    def _add(self, name, value):
        self.table.appendleft((name, value))
        self.size += len(name) + len(value) + 32  # Section 4.1.
        while self.size > TABLE_SIZE:
            self.size -= sum(map(len, self.table.pop())) + 32
