#!/usr/bin/env python3
"""A scripted web server: every host of the captures, told apart by the Host field and the path.

usage: server.py --files DIR LISTENER… [KEY…]
LISTENER is ADDRESS:PORT or ADDRESS:PORT/tls (the certificate is chosen by the name that the client asks for);
KEY… are the secrets that the key-serving routes hand out. Prints `listening` when ready.
"""

import base64
import gzip
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

files = Path()
keys: list[str] = []


def completion(request: bytes) -> bytes:
    """An answer in the form of OpenAI's chat completions."""
    try:
        model = json.loads(request).get("model", "gpt-4o-mini")
    except ValueError:
        model = "unknown"
    return json.dumps({
        "id": "chatcmpl-synthetic", "object": "chat.completion", "created": 1790000000, "model": model,
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello."}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 12, "completion_tokens": 2, "total_tokens": 14},
    }).encode()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "nginx", ""
    # Head and body leave in one segment where they fit; chunks are flushed one by one.
    disable_nagle_algorithm, wbufsize = True, -1

    def log_message(self, *_):
        pass

    def body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            whole = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                whole += self.rfile.read(size)
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
            return whole
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def answer(self, content: bytes, type="application/json", status=200, **fields):
        self.send_response(status)
        if status != 304:
            self.send_header("Content-Type", type)
            self.send_header("Content-Length", str(len(content)))
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD" and status != 304:
            self.wfile.write(content)

    def answer_chunked(self, pieces, type="text/html"):
        self.send_response(200)
        self.send_header("Content-Type", type)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in [*pieces, b""]:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.flush()

    def answer_file(self, name: str, type="application/octet-stream"):
        path = files / "served" / name
        if not path.is_file():
            return self.answer(b"not found\n", "text/plain", 404)
        content = path.read_bytes()
        tag = f'"{len(content):x}-{int(path.stat().st_mtime):x}"'
        date = self.date_time_string(path.stat().st_mtime)
        if tag == self.headers.get("If-None-Match") or date == self.headers.get("If-Modified-Since"):
            return self.answer(b"", status=304, ETag=tag)
        if type.startswith("text/") and "gzip" in self.headers.get("Accept-Encoding", ""):
            return self.answer(gzip.compress(content), type, ETag=tag, Content_Encoding="gzip")
        self.answer(content, type, ETag=tag, Last_Modified=date, Accept_Ranges="bytes")

    def answer_git(self, body: bytes):
        """git-http-backend over CGI (RFC 3875), as any smart-HTTP server runs it."""
        path, _, query = self.path.partition("?")
        variables = os.environ | {
            "GIT_PROJECT_ROOT": str(files / "served"), "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": path,
            "QUERY_STRING": query, "REQUEST_METHOD": self.command, "REMOTE_ADDR": self.client_address[0],
            "CONTENT_TYPE": self.headers.get("Content-Type", ""), "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }
        output = subprocess.run(["git", "http-backend"], input=body, env=variables, capture_output=True).stdout
        head, _, content = output.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
        status = int(fields.pop("Status", "200").split()[0])
        self.answer(content, fields.pop("Content-Type", "text/plain"), status, **fields)

    def reply(self):
        body = self.body()
        host = self.headers.get("Host", "").rsplit(":", 1)[0].strip("[]")
        path = self.path.split("?")[0]
        match host, path:
            case "39.107.60.51", "/api/software/key":
                self.answer(b'{"code":200,"msg":"ok"}')
            case "39.107.60.51", "/api/software/check":
                self.answer(json.dumps({"code": 200, "data": {"vip": True, "apiKey": keys[0]}}).encode())
            case "83.142.209.203", "/ringtone.wav":
                self.answer_file("ringtone.wav", "audio/x-wav")
            case ("83.142.209.203" | "models.litellm.cloud" | "collector.example.net" | "drop.example.org"), _:
                self.answer(b"ok", "text/plain")
            case "keys.corp.example", "/v1/credentials/research":
                self.answer(json.dumps({"team": "research", "provider": "anthropic", "api_key": keys[0]}).encode())
            case "git.example.net", _:
                self.answer_git(body)
            case ("pypi.example.net" | "registry.example.net" | "deb.example.net" | "www.example.com"), _:
                self.reply_developer(host, path)
            case _, ("/v1/chat/completions" | "/v1/messages"):
                self.answer(completion(body))
            case _:
                self.answer(b'{"error":"not found"}', status=404)

    do_GET = do_HEAD = do_POST = do_PUT = reply

    def reply_developer(self, host, path):
        types = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".json": "application/json"}
        if host == "registry.example.net" and re.fullmatch(r"/[a-z-]+", path):
            return self.answer_file("npm" + path + ".json", "application/json")
        if host == "pypi.example.net" and path.endswith("/"):
            return self.answer_file("pypi" + path + "index.html", "text/html")
        if path == "/stream":
            return self.answer_chunked([b"<p>line %d of a slow page</p>\n" % n * n for n in range(1, 12)])
        if path == "/favicon.ico":
            return self.answer(base64.b64decode("R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs="), "image/gif")
        folder = {"pypi.example.net": "pypi", "registry.example.net": "npm", "deb.example.net": "deb"}.get(host, "www")
        self.answer_file(folder + path, types.get(Path(path).suffix, "application/octet-stream"))


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


class Server6(Server):
    address_family = socket.AF_INET6


def listen(listener: str) -> Server:
    place, _, tls = listener.partition("/")
    address, _, port = place.rpartition(":")
    server = (Server6 if "[" in address else Server)((address.strip("[]"), int(port)), Handler)
    if tls:
        contexts = {}
        for certificate in files.glob("*.*.pem"):
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, certificate.with_suffix(".key"))
            context.set_alpn_protocols(["http/1.1"])
            contexts[certificate.stem] = context
        default = next(iter(contexts.values()))

        def choose(connection, name, _):
            connection.context = contexts.get(name, default)

        default.sni_callback = choose
        server.socket = default.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    return server


def main():
    global files
    files = Path(sys.argv[2])
    arguments = sys.argv[3:]
    listeners = [argument for argument in arguments if re.search(r":\d+(/tls)?$", argument)]
    keys.extend(argument for argument in arguments if argument not in listeners)
    servers = [listen(listener) for listener in listeners]
    print("listening", flush=True)
    for server in servers[1:]:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    servers[0].serve_forever()


if __name__ == "__main__":
    main()
