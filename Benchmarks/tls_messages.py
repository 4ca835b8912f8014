"""Handshake messages of TLS 1.2 (RFC 5246) and 1.3 (RFC 8446) as clients and servers in wide use write them."""

CLIENT_HELLO, SERVER_HELLO, NEW_SESSION_TICKET, ENCRYPTED_EXTENSIONS, CERTIFICATE = 1, 2, 4, 8, 11
SERVER_KEY_EXCHANGE, SERVER_HELLO_DONE, CERTIFICATE_VERIFY, CLIENT_KEY_EXCHANGE, FINISHED = 12, 14, 15, 16, 20
SERVER_NAME, STATUS_REQUEST, GROUPS, POINT_FORMATS, SIGNATURE_ALGORITHMS, ALPN, TIMESTAMPS = 0, 5, 10, 11, 13, 16, 18
EXTENDED_MASTER_SECRET, COMPRESS_CERTIFICATE, SESSION_TICKET, PRE_SHARED_KEY, VERSIONS = 23, 27, 35, 41, 43
PSK_MODES, KEY_SHARE, ALPS, ENCRYPTED_CLIENT_HELLO, RENEGOTIATION_INFO = 45, 51, 17613, 65037, 65281
X25519, X25519_MLKEM768 = 29, 4588
SHARE_SIZES = {X25519: 32, X25519_MLKEM768: 1216}

SUITES_13 = [0x1301, 0x1302, 0x1303]
SUITES_12 = [0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0xC013, 0xC014, 0x009C, 0x009D, 0x002F, 0x0035]
SIGNATURES = [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601]
OPENSSL_SUITES = [
    0x1302, 0x1303, 0x1301, 0xC02C, 0xC030, 0x009F, 0xCCA9, 0xCCA8, 0xCCAA, 0xC02B, 0xC02F, 0x009E, 0xC024, 0xC028,
    0x006B, 0xC023, 0xC027, 0x0067, 0xC00A, 0xC014, 0x0039, 0xC009, 0xC013, 0x0033, 0x009D, 0x009C, 0x003D, 0x003C,
    0x0035, 0x002F, 0x00FF,
]
OPENSSL_SIGNATURES = [
    0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0809, 0x080A, 0x080B, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601,
]


def number(value, size=2) -> bytes:
    return value.to_bytes(size, "big")


def vector(size, *parts) -> bytes:
    """Parts behind their length, which takes `size` bytes."""
    body = b"".join(parts)
    return len(body).to_bytes(size, "big") + body


def numbers(size, values) -> bytes:
    return vector(size, *map(number, values))


def message(type, *parts) -> bytes:
    return bytes([type]) + vector(3, *parts)


def extension(type, *parts) -> bytes:
    return number(type) + vector(2, *parts)


def shares(rng, groups) -> bytes:
    return vector(2, *(number(group) + vector(2, rng.randbytes(SHARE_SIZES.get(group, 1))) for group in groups))


class Client:
    """A program that opens connections. `newest` is the highest version that it offers."""

    def __init__(self, suites, groups, signatures, shared, protocols, is_browser=False, newest=0x0304):
        self.suites, self.groups, self.signatures, self.shared = suites, groups, signatures, shared
        self.protocols, self.is_browser, self.newest = protocols, is_browser, newest

    def hello(self, rng, host, session=b"", ticket=None):
        """The message; `ticket` is that of TLS 1.3 or 1.2, by what the client offers."""
        grease = [0x1010 * rng.randrange(16) + 0x0A0A for _ in range(4)] if self.is_browser else []
        is_13 = self.newest == 0x0304
        names = [vector(1, protocol) for protocol in self.protocols]
        extensions = [
            extension(SERVER_NAME, vector(2, b"\0", vector(2, host.encode()))),
            extension(EXTENDED_MASTER_SECRET),
            extension(RENEGOTIATION_INFO, b"\0"),
            extension(GROUPS, numbers(2, grease[:1] + self.groups)),
            extension(POINT_FORMATS, b"\1\0"),
            extension(SESSION_TICKET, b"" if is_13 else ticket or b""),
            extension(SIGNATURE_ALGORITHMS, numbers(2, self.signatures))]
        if names:
            extensions.append(extension(ALPN, vector(2, *names)))
        if is_13:
            extensions += [
                extension(KEY_SHARE, shares(rng, grease[:1] + self.shared)),
                extension(PSK_MODES, b"\1\1"),
                extension(VERSIONS, numbers(1, grease[1:2] + [0x0304, 0x0303]))]
        if self.is_browser:
            extensions += [
                extension(STATUS_REQUEST, b"\1\0\0\0\0"), extension(TIMESTAMPS),
                extension(COMPRESS_CERTIFICATE, b"\2\0\2"), extension(ALPS, vector(2, names[0])),
                extension(ENCRYPTED_CLIENT_HELLO, b"\0\0\1\0\1", rng.randbytes(1), vector(2, rng.randbytes(32)),
                          vector(2, rng.randbytes(144 + 32 * rng.randrange(4))))]
            rng.shuffle(extensions)
            extensions = [extension(grease[2]), *extensions, extension(grease[3], b"\0")]
        if is_13 and ticket:
            identity = vector(2, vector(2, ticket) + rng.randbytes(4))
            extensions.append(extension(PRE_SHARED_KEY, identity, vector(2, vector(1, rng.randbytes(32)))))
        random = rng.randbytes(32)
        return random, message(CLIENT_HELLO, b"\3\3", random, vector(1, session), numbers(2, grease[:1] + self.suites),
                               b"\1\0", vector(2, *extensions))


BROWSER = Client(SUITES_13 + SUITES_12, [X25519_MLKEM768, X25519, 23, 24], SIGNATURES, [X25519_MLKEM768, X25519],
                 [b"h2", b"http/1.1"], is_browser=True)
CURL = Client(OPENSSL_SUITES, [X25519, 23, 30, 25, 24], OPENSSL_SIGNATURES, [X25519], [b"h2", b"http/1.1"])
PYTHON = Client(OPENSSL_SUITES[:12], [X25519, 23, 24], OPENSSL_SIGNATURES, [X25519], [b"http/1.1"])
GO = Client(SUITES_12[:8] + SUITES_13, [X25519_MLKEM768, X25519, 23, 24, 25], SIGNATURES, [X25519_MLKEM768, X25519],
            [b"h2"])
CLIENTS = [BROWSER, CURL, PYTHON, GO]
CLIENTS_12 = [
    Client(OPENSSL_SUITES[3:], [X25519, 23, 25, 24], OPENSSL_SIGNATURES, [], [b"http/1.1"], newest=0x0303),
    Client(SUITES_12, [X25519, 23, 24], SIGNATURES, [], [], newest=0x0303),
]


def server_hello_13(rng, session, suite, group, is_resumed):
    size = 1120 if group == X25519_MLKEM768 else 32
    extensions = [extension(KEY_SHARE, number(group), vector(2, rng.randbytes(size))), extension(VERSIONS, b"\3\4")]
    if is_resumed:
        extensions.append(extension(PRE_SHARED_KEY, b"\0\0"))
    return message(SERVER_HELLO, b"\3\3", rng.randbytes(32), vector(1, session), number(suite), b"\0",
                   vector(2, *extensions))


def server_hello_12(rng, session, suite, protocol):
    extensions = [extension(RENEGOTIATION_INFO, b"\0"), extension(EXTENDED_MASTER_SECRET), extension(SESSION_TICKET)]
    if protocol:
        extensions.append(extension(ALPN, vector(2, vector(1, protocol))))
    return message(SERVER_HELLO, b"\3\3", rng.randbytes(32), vector(1, session), number(suite), b"\0",
                   vector(2, *extensions))


def encrypted_extensions(protocol):
    return message(ENCRYPTED_EXTENSIONS, vector(2, extension(ALPN, vector(2, vector(1, protocol)))))


def certificate_12(chain):
    return message(CERTIFICATE, vector(3, *(vector(3, one) for one in chain)))


def certificate_13(chain):
    return message(CERTIFICATE, b"\0", vector(3, *(vector(3, one) + b"\0\0" for one in chain)))


def certificate_verify(signature):
    return message(CERTIFICATE_VERIFY, number(0x0804 if len(signature) == 256 else 0x0403), vector(2, signature))


def server_key_exchange(rng, signature):
    return message(SERVER_KEY_EXCHANGE, b"\3", number(X25519), vector(1, rng.randbytes(32)),
                   number(0x0804 if len(signature) == 256 else 0x0403), vector(2, signature))


def client_key_exchange(rng):
    return message(CLIENT_KEY_EXCHANGE, vector(1, rng.randbytes(32)))


def session_ticket_12(rng):
    return message(NEW_SESSION_TICKET, number(7200, 4), vector(2, rng.randbytes(176)))


def session_ticket_13(rng):
    return message(NEW_SESSION_TICKET, number(7200, 4), rng.randbytes(4), vector(1, rng.randbytes(8)),
                   vector(2, rng.randbytes(208)), vector(2))


def finished(rng, size):
    return message(FINISHED, rng.randbytes(size))
