#!/usr/bin/env python3
"""The scripted server behind `openssl s_server`, for what Python's TLS cannot do: early data, padded records, …

usage: openssl_server.py LOG COMMAND OPTION…

COMMAND is a letter that s_server obeys (see its manual), sent once the first request has come; - for none.
The decrypted bytes come out of s_server's output, the answers go into its input; connections follow each other.
Prints `listening` when ready.
"""

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

from truth import LoggedHandler, RequestLog

HTTPS_LISTENING = re.compile(r":01BB [0-9A-F:]+ 0A ")


class PipeHandler(LoggedHandler):
    command_letter = "-"

    def setup(self):
        self.wfile, self.rfile = self.request

    def handle(self):
        while self.rfile.peek(1):
            # With a command s_server may not be quiet: its remarks stand between the requests.
            if re.match(rb"(GET|POST) ", self.rfile.peek(5)):
                self.handle_one_request()
            else:
                self.rfile.readline()

    def finish(self):
        pass

    def answer(self, *arguments, **fields):
        if self.command_letter != "-":
            self.wfile.write(self.command_letter.encode() + b"\n")
            self.wfile.flush()
            PipeHandler.command_letter = "-"
            time.sleep(0.3)  # It must be a read of its own, and the handshake that it starts must end.
        super().answer(*arguments, **fields)


def main():
    log, letter, *options = sys.argv[1:]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # So that s_server ends too.
    PipeHandler.log, PipeHandler.command_letter = RequestLog(log), letter
    quiet = ["-quiet"] if letter == "-" else []
    child = subprocess.Popen(
        ["openssl", "s_server", "-accept", "443", *quiet, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    while not any(HTTPS_LISTENING.search(Path("/proc/net", name).read_text()) for name in ("tcp", "tcp6")):
        if child.poll() is not None:
            sys.exit("openssl_server: s_server did not start")
        time.sleep(0.05)
    print("listening", flush=True)
    try:
        PipeHandler((child.stdin, child.stdout), ("s_server", 0), None)
    finally:
        child.kill()


if __name__ == "__main__":
    main()
