#!/usr/bin/env python3
"""Counts which of many well-known names leakwire takes for an imitation of another.

usage: lookalikes.py [--leakwire BINARY] [-S SIGNATURES] NAMES

NAMES holds a host name a line; `--hsts FOLDER` writes those of Chrome's HSTS preload list to it first, as the package
`hstspreload` from PyPI holds them, unpacked in FOLDER. Each name gets one plain request; what is printed are the names
that `lookalike-destination` told of, and their share.
"""

import argparse
import importlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from line import HOST_MAC, ROUTER_MAC, START
from packets import ACK, PSH, SYN, Capture, address, connection

ROOT = Path(__file__).resolve().parent.parent


def preloaded(folder):
    """All names of the list: entries of flags, length and name, in layers (see the package's own reader)."""
    sys.path.insert(0, str(folder))
    package = importlib.import_module("hstspreload")
    data, names = Path(package.__file__).with_name("hstspreload.bin").read_bytes(), set()
    for start, length in (place for layer in package._JUMPTABLE for place in layer if place):
        rest = data[start:start + length]
        while rest:
            name = rest[2:2 + rest[1]]
            if rest[0] & package._IS_LEAF and b"." in name:
                names.add(name.decode())
            rest = rest[2 + rest[1]:]
    return sorted(names)


def write(names, path):
    capture = Capture(path)
    for number, name in enumerate(names):
        client, server = connection(
            HOST_MAC, ROUTER_MAC, address("10.0.0.2") + number // 50_000, address("198.51.100.1") + number % 250,
            1024 + number % 60_000, 80, 1000, 2000)
        request = f"GET / HTTP/1.1\r\nHost: {name}\r\nAccept: */*\r\n\r\n".encode()
        time = START + 2_000 * number
        for offset, (side, peer, flags, payload) in enumerate((
                (client, server, SYN, b""), (server, client, SYN | ACK, b""), (client, server, ACK | PSH, request))):
            capture.add(time + offset, side.frame(peer, flags, payload, time), payload)
    capture.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", type=Path, metavar="NAMES")
    parser.add_argument("--hsts", type=Path, metavar="FOLDER")
    parser.add_argument("--leakwire", type=Path, default=ROOT / ".build/release/leakwire", metavar="BINARY")
    parser.add_argument("-S", "--signatures", default=str(ROOT / "Signatures"))
    options = parser.parse_args()
    if options.hsts:
        options.names.write_text("\n".join(preloaded(options.hsts)) + "\n")
    names = options.names.read_text().split()
    with tempfile.TemporaryDirectory() as folder:
        capture = Path(folder, "names.pcap")
        write(names, capture)
        command = [options.leakwire, "replay", "-q", "-S", options.signatures, "--eve", "-", capture]
        result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode not in (0, 1):
        sys.exit(f"lookalikes: leakwire exited with {result.returncode}: {result.stderr.strip()}")
    alerts = [json.loads(line)["leakwire"] for line in result.stdout.splitlines()]
    flagged = sorted(alert["destination"]["host"] for alert in alerts if alert["detector"] == "lookalike-destination")
    print("\n".join(flagged))
    print(f"{len(flagged)} of {len(names)} names, {100 * len(flagged) / max(1, len(names)):.3f} %")


if __name__ == "__main__":
    main()
