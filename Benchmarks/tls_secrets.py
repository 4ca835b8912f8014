"""TLS 1.3 that is truly encrypted, with TLS_AES_128_GCM_SHA256, and the key log that opens it."""

import hashlib
import hmac
import random

from line import Line, share_line
from tls import APPLICATION_DATA, Server, Session, converse
from tls_messages import CLIENTS
from traffic import Traffic

AES_128_GCM_SHA256 = 0x1301
TAG_SIZE = 16


def expand_label(secret, label, size) -> bytes:
    """HKDF-Expand-Label (RFC 8446 section 7.1) with SHA-256, an empty context, and at most 32 bytes."""
    name = b"tls13 " + label
    info = size.to_bytes(2, "big") + bytes([len(name)]) + name + b"\0"
    return hmac.digest(secret, info + b"\1", hashlib.sha256)[:size]


class Protection:
    """Both directions of a connection; each secret is random, and told to the key log when it comes into use."""

    def __init__(self, rng, session, key_log):
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        self.make_cipher = AESGCM
        self.rng, self.session, self.key_log = rng, session, key_log
        self.cipher, self.nonce, self.sequence = {}, {}, {}

    def begin(self, from_client, secrets):
        secret = self.rng.randbytes(32)
        side = "CLIENT" if from_client else "SERVER"
        label = f"{side}_HANDSHAKE_TRAFFIC_SECRET" if secrets == "HANDSHAKE" else f"{side}_TRAFFIC_SECRET_0"
        self.key_log.append(f"{label} {self.session.client_random.hex()} {secret.hex()}\n")
        self.cipher[from_client] = self.make_cipher(expand_label(secret, b"key", 16))
        self.nonce[from_client] = int.from_bytes(expand_label(secret, b"iv", 12), "big")
        self.sequence[from_client] = 0

    def protect(self, from_client, type, content) -> bytes:
        """Sections 5.2 and 5.3."""
        plain = b"%b%c" % (content, type)
        header = b"%c\3\3%b" % (APPLICATION_DATA, (len(plain) + TAG_SIZE).to_bytes(2, "big"))
        nonce = (self.nonce[from_client] ^ self.sequence[from_client]).to_bytes(12, "big")
        self.sequence[from_client] += 1
        return header + self.cipher[from_client].encrypt(nonce, plain, header)


def write_tls_secrets(capture, options):
    """Writes the key log beside the capture, with the suffix .keylog."""
    rng = random.Random(options.seed)
    traffic, key_log = Traffic(rng, options.mebibytes), []
    servers = [Server(rng, number) for number in range(120)]
    for server in servers:
        server.suite_13, server.is_old = AES_128_GCM_SHA256, False

    def connect(number, clock):
        session = Session(rng, rng.choice(servers), rng.choice(CLIENTS), rng.random() < 0.25)
        session.protocol = b"http/1.1"
        exchanges = (traffic.next() for _ in range(rng.randrange(1, 40)))
        return converse(Line(rng, number, 443, clock), session, Protection(rng, session, key_log), exchanges)

    told = share_line(capture, options.mebibytes, rng, connect)
    options.output.with_suffix(".keylog").write_text("".join(key_log))
    return f"{told}; {traffic.summary()}"
