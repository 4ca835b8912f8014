"""What a server says of the requests that it answered: the truth that a decrypted capture is compared with."""

import hashlib
import json
import threading

from server import Handler


class RequestLog:
    """One JSON object a line for each request, written before the client has the whole response."""

    def __init__(self, path):
        self.file = open(path, "a", buffering=1)
        self.lock = threading.Lock()

    def write(self, proto, method, host, path, status, body=b"", response_length=0):
        """`proto` is http/1.1, h2, h3 or websocket; `host` loses its port; lengths are those of the bodies as sent.

        A `status` of None is for what was sent and never answered.
        """
        line = json.dumps({
            "method": method, "host": without_port(host), "path": path, "status": status,
            "body_sha256": hashlib.sha256(body).hexdigest(), "body_length": len(body),
            "response_length": response_length, "proto": proto,
        })
        with self.lock:
            self.file.write(line + "\n")


def without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() else host).strip("[]").lower()


class LoggedHandler(Handler):
    """The scripted server's answers, and a line in `log` for each."""

    log: RequestLog
    received = b""

    def body(self) -> bytes:
        self.received = super().body()
        return self.received

    def answer(self, content: bytes, type="application/json", status=200, **fields):
        super().answer(content, type, status, **fields)
        self.log.write(
            "http/1.1", self.command, self.headers.get("Host", ""), self.path, status, self.received,
            0 if self.command == "HEAD" else len(content))
