"""Certificates of the right form (RFC 5280) whose keys and signatures are random bytes: nobody can use them."""

UTF8, PRINTABLE, UTC_TIME, OID, BITS, OCTETS, INTEGER, SEQUENCE, SET = 12, 19, 23, 6, 3, 4, 2, 0x30, 0x31
RSA_SHA256, ECDSA_SHA256 = "1.2.840.113549.1.1.11", "1.2.840.10045.4.3.2"


def der(tag, *parts) -> bytes:
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + body


def oid(dotted) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    octets = [40 * first + second]
    for number in rest:
        groups = [number & 0x7F]
        while number := number >> 7:
            groups.append(0x80 | number & 0x7F)
        octets += reversed(groups)
    return der(OID, bytes(octets))


def algorithm(name) -> bytes:
    return der(SEQUENCE, oid(name), b"" if name == ECDSA_SHA256 else b"\x05\x00")


def name(country, organisation, common) -> bytes:
    return der(SEQUENCE, *(
        der(SET, der(SEQUENCE, oid(type), der(tag, text.encode())))
        for type, tag, text in (("2.5.4.6", PRINTABLE, country), ("2.5.4.10", UTF8, organisation),
                                ("2.5.4.3", UTF8, common)) if text))


def public_key(rng, is_rsa) -> bytes:
    if is_rsa:
        key = der(SEQUENCE, der(INTEGER, b"\0\xC1" + rng.randbytes(255)), der(INTEGER, b"\1\0\1"))
        return der(SEQUENCE, der(SEQUENCE, oid("1.2.840.113549.1.1.1"), b"\x05\x00"), der(BITS, b"\0", key))
    curve = der(SEQUENCE, oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.7"))
    return der(SEQUENCE, curve, der(BITS, b"\0\4", rng.randbytes(64)))


def signature(rng, is_rsa) -> bytes:
    if is_rsa:
        return b"\x5A" + rng.randbytes(255)
    return der(SEQUENCE, der(INTEGER, b"\x4B" + rng.randbytes(31)), der(INTEGER, b"\x3C" + rng.randbytes(31)))


def extension(type, *value) -> bytes:
    return der(SEQUENCE, oid(type), der(OCTETS, *value))


def timestamps(rng) -> bytes:
    """Signed certificate timestamps of two logs: RFC 6962 section 3.3."""
    sized = lambda part: len(part).to_bytes(2, "big") + part
    one = lambda: b"\0" + rng.randbytes(32) + (1_770_000_000_000).to_bytes(8, "big") + b"\0\0\4\3" + sized(
        signature(rng, is_rsa=False))
    return sized(sized(one()) + sized(one()))


def certificate(rng, issuer, subject, validity, extensions, is_rsa, is_signed_by_rsa) -> bytes:
    signed_with = algorithm(RSA_SHA256 if is_signed_by_rsa else ECDSA_SHA256)
    body = der(
        SEQUENCE, der(0xA0, der(INTEGER, b"\2")), der(INTEGER, b"\4" + rng.randbytes(16)), signed_with, issuer,
        der(SEQUENCE, *(der(UTC_TIME, time.encode()) for time in validity)), subject, public_key(rng, is_rsa),
        der(0xA3, der(SEQUENCE, *extensions)))
    return der(SEQUENCE, body, signed_with, der(BITS, b"\0", signature(rng, is_signed_by_rsa)))


def chain(rng, host) -> list[bytes]:
    """The certificate of `host` and the one of who issued it, as a server sends them."""
    is_rsa, number = rng.random() < 0.5, rng.randrange(1, 20)
    root = name("US", "Example Root Services", "Example Root X1")
    issuer = name("US", "Example Trust", f"Example CA {'R' if is_rsa else 'E'}{number}")
    location = f"http://crl.example.net/{number}.crl".encode()
    host_names = der(SEQUENCE, *(der(0x82, text.encode()) for text in (host, "*." + host)))
    leaf = certificate(
        rng, issuer, name("", "", host), ("260201000000Z", "270301000000Z"), (
            extension("2.5.29.17", host_names),
            extension("2.5.29.37", der(SEQUENCE, oid("1.3.6.1.5.5.7.3.1"))),
            extension("2.5.29.31", der(SEQUENCE, der(SEQUENCE, der(0xA0, der(0xA0, der(0x86, location)))))),
            extension("1.3.6.1.4.1.11129.2.4.2", der(OCTETS, timestamps(rng)))), is_rsa, is_rsa)
    upper = certificate(
        rng, root, issuer, ("240313000000Z", "290312235959Z"), (
            extension("2.5.29.19", der(SEQUENCE, b"\1\1\xFF\2\1\0")),
            extension("2.5.29.14", der(OCTETS, rng.randbytes(20)))), is_rsa, True)
    return [leaf, upper]
