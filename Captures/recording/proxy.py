#!/usr/bin/env python3
"""A SOCKS5 (RFC 1928) and HTTP CONNECT proxy, told apart by the first byte. usage: proxy.py LOG PORT

CONNECT requests are told in LOG, as they are requests too. Prints `listening` when ready.
"""

import socket
import socketserver
import sys
import threading

from truth import RequestLog


class Relay(socketserver.BaseRequestHandler):
    log: RequestLog

    def handle(self):
        try:
            first = self.request.recv(1, socket.MSG_PEEK)
            remote = self.socks() if first == b"\x05" else self.connect()
            back = threading.Thread(target=self.pump, args=(remote, self.request), daemon=True)
            back.start()
            self.pump(self.request, remote)
            back.join(5)
        except OSError:
            pass  # One of the two went.

    def read(self, count: int) -> bytes:
        return self.request.recv(count, socket.MSG_WAITALL)

    def socks(self) -> socket.socket:
        methods = self.read(self.read(2)[1])
        self.request.sendall(b"\x05\x00" if 0 in methods else b"\x05\xff")
        kind = self.read(4)[3]
        host = self.read(self.read(1)[0]).decode() if kind == 3 else socket.inet_ntoa(self.read(4))
        port = int.from_bytes(self.read(2), "big")
        remote = socket.create_connection((host, port))
        self.request.sendall(b"\x05\x00\x00\x01" + socket.inet_aton(remote.getsockname()[0]) + b"\x00\x00")
        return remote

    def connect(self) -> socket.socket:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.read(1)
        target = head.decode().split(" ")[1]
        host, _, port = target.rpartition(":")
        remote = socket.create_connection((host, int(port)))
        self.log.write("http/1.1", "CONNECT", host, target, 200)
        self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        return remote

    @staticmethod
    def pump(source: socket.socket, sink: socket.socket):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass


class Proxy(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


def main():
    Relay.log = RequestLog(sys.argv[1])
    server = Proxy(("0.0.0.0", int(sys.argv[2])), Relay)
    print("listening", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
