"""HTTP/1.1 over `openssl s_client`. usage: s_client.py HOST STEP… -- OPTION…

A STEP is `GET PATH`, `POST PATH BODY`, `POST PATH @COUNT` (a text of that many bytes), or a letter that s_client
obeys, as K (KeyUpdate) or R (renegotiate). Every request is answered before the next step; so is early data, unless
`--unanswered` stands before the host.
"""

import subprocess
import sys
import time


def body_of(words: list[str]) -> bytes:
    text = words[2] if len(words) > 2 else ""
    if not text.startswith("@"):
        return text.encode()
    count = int(text[1:])
    return (b"All work and no play makes a dull text. " * (count // 40 + 1))[:count]


def request(host: str, step: str) -> bytes:
    words = step.split(" ", 2)
    body = body_of(words)
    head = f"{words[0]} {words[1]} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: s_client\r\n"
    if words[0] == "POST":
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


def read_response(stream):
    line, length = stream.readline(), 0
    if not line.startswith(b"HTTP/1.1 "):
        sys.exit(f"s_client.py: no response but {line!r}")
    while line.strip():
        line = stream.readline()
        name, _, value = line.decode().partition(":")
        length = int(value) if name.lower() == "content-length" else length
    stream.read(length)


def main():
    arguments = sys.argv[1:]
    unanswered = arguments[0] == "--unanswered"
    end = arguments.index("--")
    (host, *steps), options = arguments[1 if unanswered else 0:end], arguments[end + 1:]
    child = subprocess.Popen(
        ["openssl", "s_client", "-connect", f"{host}:443", "-quiet", "-no_ign_eof", *options],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    if "-early_data" in options and not unanswered:
        read_response(child.stdout)
    for step in steps:
        child.stdin.write(step.encode() + b"\n" if len(step) == 1 else request(host, step))
        child.stdin.flush()
        if len(step) == 1:
            time.sleep(0.3)  # A letter is a command when it is a read of its own.
        else:
            read_response(child.stdout)
    child.stdin.close()
    child.wait(5)


if __name__ == "__main__":
    main()
