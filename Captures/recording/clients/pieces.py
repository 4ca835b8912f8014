"""HTTPS whose TLS bytes leave in pieces of 1 to 17 bytes, a segment each. usage: pieces.py HOST CA_FILE KEY_LOG"""

import itertools
import socket
import ssl
import sys
import time

host, authority, key_log = sys.argv[1:]
context = ssl.create_default_context(cafile=authority)
context.keylog_filename = key_log
incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
secure = context.wrap_bio(incoming, outgoing, server_hostname=host)
link = socket.create_connection((host, 443))
link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
sizes = itertools.cycle([1, 17, 5, 2, 13, 16, 3])


def flush():
    data = outgoing.read()
    while data:
        size = next(sizes)
        link.sendall(data[:size])
        data = data[size:]
        time.sleep(0.0005)


def complete(operation, *arguments):
    while True:
        try:
            result = operation(*arguments)
            flush()
            return result
        except ssl.SSLWantReadError:
            flush()
            incoming.write(link.recv(65536))


complete(secure.do_handshake)
body = b'{"model":"claude-sonnet-4-5","messages":[]}'
for method, path, content in (("GET", "/v1/models", b""), ("POST", "/v1/messages", body)):
    head = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(content)}\r\n\r\n"
    complete(secure.write, head.encode() + content)
    complete(secure.read, 65536)
link.close()
