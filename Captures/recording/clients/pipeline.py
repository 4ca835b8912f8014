"""Four requests in one write, answered in order on one connection. usage: pipeline.py HOST PATH…"""

import socket
import sys

host, *paths = sys.argv[1:]
connection = socket.create_connection((host, 80))
requests = [f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: pipeline\r\n" for path in paths]
requests[-1] += "Connection: close\r\n"
connection.sendall("".join(request + "\r\n" for request in requests).encode())
answers = b""
while received := connection.recv(65536):
    answers += received
assert answers.count(b"HTTP/1.1 200 OK") == len(paths), answers[:200]
