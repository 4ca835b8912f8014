#!/usr/bin/env python3
"""A name server on port 53, UDP and TCP. usage: dns_server.py RECORDS ADDRESS

RECORDS is a JSON object: NAME to [[TYPE, VALUE]…].

TYPE is A, AAAA, CNAME, TXT or HTTPS; the VALUE of HTTPS is ALPN names parted by commas, with the A and AAAA records of
the name as hints (RFC 9460). Other names do not exist. Prints `listening` when ready.
"""

import json
import socket
import socketserver
import sys
import threading

TYPES = {"A": 1, "CNAME": 5, "TXT": 16, "AAAA": 28, "HTTPS": 65}
RECORDS: dict[str, list[list[str]]] = {}


def encode_name(name: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


def parameter(key: int, value: bytes) -> bytes:
    return key.to_bytes(2, "big") + len(value).to_bytes(2, "big") + value


def encode_data(name: str, kind: str, value: str) -> bytes:
    match kind:
        case "A":
            return socket.inet_aton(value)
        case "AAAA":
            return socket.inet_pton(socket.AF_INET6, value)
        case "CNAME":
            return encode_name(value)
        case "TXT":
            return bytes([len(value)]) + value.encode()
    protocols = b"".join(bytes([len(alpn)]) + alpn.encode() for alpn in value.split(","))
    hints = {other: b"".join(encode_data(name, other, address) for found, address in RECORDS[name] if found == other)
             for other in ("A", "AAAA")}
    return b"\0\1\0" + parameter(1, protocols) + b"".join(
        parameter(key, hints[kind]) for key, kind in ((4, "A"), (6, "AAAA")) if hints[kind])


def respond(query: bytes) -> bytes:
    labels, offset = [], 12
    while length := query[offset]:
        labels.append(query[offset + 1:offset + 1 + length].decode())
        offset += 1 + length
    asked, question = int.from_bytes(query[offset + 1:offset + 3], "big"), query[12:offset + 5]
    name, answers = ".".join(labels).lower(), []
    known = name in RECORDS
    pointer = b"\xc0\x0c"
    while name in RECORDS:
        alias = next((value for kind, value in RECORDS[name] if kind == "CNAME"), None)
        for kind, value in RECORDS[name]:
            if TYPES[kind] == asked or kind == "CNAME":
                answers.append(pointer + TYPES[kind].to_bytes(2, "big") + b"\0\1" + (300).to_bytes(4, "big")
                               + len(data := encode_data(name, kind, value)).to_bytes(2, "big") + data)
        name = alias or ""
        pointer = encode_name(name)
    flags = 0x8580 if known else 0x8583
    counts = b"\0\1" + len(answers).to_bytes(2, "big") + b"\0\0\0\0"
    return query[:2] + flags.to_bytes(2, "big") + counts + question + b"".join(answers)


class Datagram(socketserver.BaseRequestHandler):
    def handle(self):
        query, link = self.request
        link.sendto(respond(query), self.client_address)


class Stream(socketserver.BaseRequestHandler):
    def handle(self):
        while prefix := self.request.recv(2, socket.MSG_WAITALL):
            response = respond(self.request.recv(int.from_bytes(prefix, "big"), socket.MSG_WAITALL))
            self.request.sendall(len(response).to_bytes(2, "big") + response)


class UDPServer(socketserver.ThreadingUDPServer):
    daemon_threads = True


class TCPServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


def main():
    RECORDS.update(json.loads(sys.argv[1]))
    servers = [UDPServer((sys.argv[2], 53), Datagram), TCPServer((sys.argv[2], 53), Stream)]
    print("listening", flush=True)
    threading.Thread(target=servers[0].serve_forever, daemon=True).start()
    servers[1].serve_forever()


if __name__ == "__main__":
    main()
