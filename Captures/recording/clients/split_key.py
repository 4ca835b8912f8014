"""Sends keys in pieces: every few bytes a new segment, and in the body a new chunk. usage: split_key.py HOST

BODY_KEY goes in a chunked body, HEAD_KEY in a header of a second request on the same connection.
"""

import itertools
import os
import socket
import sys
import time

host = sys.argv[1]
connection = socket.create_connection((host, 80))
connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def send(piece: bytes):
    connection.sendall(piece)
    time.sleep(0.003)  # The segment is out before the next is written.


def pieces(text: bytes, sizes):
    sizes, start = itertools.cycle(sizes), 0
    while start < len(text):
        size = next(sizes)
        yield text[start:start + size]
        start += size


def read_answer():
    answer = b""
    while b"\r\n\r\n" not in answer or not answer.endswith(b"ok"):
        answer += connection.recv(4096)
    assert answer.startswith(b"HTTP/1.1 200"), answer


send(f"POST /c HTTP/1.1\r\nHost: {host}\r\nUser-Agent: split\r\nContent-Type: application/json\r\n"
     "Transfer-Encoding: chunked\r\n\r\n".encode())
body = ('{"note":"in pieces","value":"' + os.environ["BODY_KEY"] + '"}').encode()
for number, piece in enumerate(pieces(body, [7, 3, 1, 11, 5])):
    extension = b";part=%d" % number if number % 4 == 2 else b""
    chunk = b"%x%s\r\n%s\r\n" % (len(piece), extension, piece)
    # A cut inside the size line, inside the data, or between the data and its line end.
    for segment in pieces(chunk, [[len(chunk)], [1, len(chunk)], [len(chunk) - 2, 2]][number % 3]):
        send(segment)
send(b"0\r\nX-Trailer: end\r\n\r\n")
read_answer()

head = (f"GET /h HTTP/1.1\r\nHost: {host}\r\nUser-Agent: split\r\nX-Api-Key: {os.environ['HEAD_KEY']}\r\n"
        "Connection: close\r\n\r\n").encode()
for segment in pieces(head, [13, 2, 17]):
    send(segment)
read_answer()
connection.close()
