#!/usr/bin/env python3
"""Measures `leakwire replay` against a bare libpcap loop that touches every byte, and against tshark, in one run.

The captures come from generate.py, and are made when absent or older than it. The tools take turns; what is printed
are medians of the repetitions, wall and CPU (user + system) seconds, their ratios over the bare loop, and the peak
resident memory. tshark is slow: it runs once, on a prefix of the capture, and its times are scaled by bytes.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent
DATA = ROOT / ".build/bench"
# Per capture: the most that `leakwire replay --workers 1` may need, in CPU over the bare loop and in MiB.
BARS = {"http": (3.0, 150), "flows": (12.0, 512)}
TSHARK_FIELDS = [
    "frame.number", "ip.src", "tcp.srcport", "ip.dst", "tcp.dstport", "http.request.method", "http.host",
    "http.request.uri", "http.user_agent", "http.authorization", "http.request.line", "http.response.code",
    "http.content_type", "http.file_data",
]


class Run:
    """One run of a command: seconds, CPU seconds and peak MiB, as the kernel accounts them to it."""

    def __init__(self, command, accepted=(0,)):
        told, tell = os.pipe()
        child = subprocess.Popen(
            [compiled("measure.c"), str(tell), *map(str, command)], pass_fds=[tell], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        os.close(tell)
        message = child.communicate()[1].decode(errors="replace").strip()
        with open(told) as answer:
            wall, user, system, peak, code = answer.read().split()
        if int(code) not in accepted:
            sys.exit(f"bench: {command[0]} exited with {code}: {message}")
        self.wall, self.cpu, self.peak = float(wall), float(user) + float(system), int(peak) / 1024


class Result:
    """What the repetitions of one tool on one capture came to."""

    def __init__(self, tool, runs, scale=1.0, note=""):
        self.tool, self.note, self.runs, self.scale = tool, note, len(runs), scale
        self.wall = statistics.median(run.wall for run in runs) * scale
        self.cpu = statistics.median(run.cpu for run in runs) * scale
        self.peak = max(run.peak for run in runs)


def compiled(name) -> Path:
    program, source = DATA / Path(name).stem, FOLDER / name
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        compiler = next((name for name in ("cc", "clang", "gcc") if shutil.which(name)), None)
        if compiler is None:
            sys.exit("bench: a C compiler is needed for the bare loop (cc, clang or gcc)")
        subprocess.run([compiler, "-O2", "-Wall", "-o", program, source, "-lpcap"], check=True)
    return program


def generate(kind) -> Path:
    capture = DATA / f"{kind}.pcap"
    sources = [FOLDER / name for name in ("generate.py", "content.py", "packets.py")]
    if not capture.exists() or capture.stat().st_mtime < max(source.stat().st_mtime for source in sources):
        print(f"writing {capture.name} …", file=sys.stderr)
        subprocess.run([sys.executable, sources[0], kind, "--output", capture], check=True, stdout=sys.stderr)
    return capture


def cut(capture: Path, mebibytes: int) -> Path:
    """The records of the first `mebibytes` of a classic little-endian capture."""
    prefix, left = capture.with_suffix(f".{mebibytes}.pcap"), mebibytes << 20
    with open(capture, "rb") as file, open(prefix, "wb") as copy:
        copy.write(file.read(24))
        while record := file.read(16):
            length = int.from_bytes(record[8:12], "little")
            left -= 16 + length
            if left < 0:
                break
            copy.write(record + file.read(length))
    return prefix


def measure(kind, options) -> list[Result]:
    capture = generate(kind)
    with tempfile.TemporaryDirectory(prefix="leakwire-bench-") as folder:
        eve = Path(folder, "eve.json")
        commands = {"bare": [compiled("bare_loop.c"), capture]}
        if "leakwire" in options.tools:
            commands["leakwire"] = [
                options.leakwire, "replay", "--workers", "1", "-q", "--eve", eve, capture]
        runs = {tool: [] for tool in commands}
        Run(commands["bare"])  # Not counted: the file comes into the page cache.
        for repetition in range(options.repetitions):
            for tool, command in commands.items():
                print(f"{kind}: {tool}, {repetition + 1} of {options.repetitions}", file=sys.stderr)
                eve.unlink(missing_ok=True)
                runs[tool].append(Run(command, accepted=(0, 1) if tool == "leakwire" else (0,)))
        results = [Result("bare", runs["bare"])]
        if "leakwire" in runs:
            alerts = sum(1 for _ in open(eve, "rb")) if eve.exists() else 0
            results.append(Result("leakwire", runs["leakwire"], note=f"{alerts} alerts"))
    if "tshark" in options.tools:
        if shutil.which("tshark"):
            results.append(measure_tshark(kind, capture, options))
        else:
            print("bench: no tshark here: left out", file=sys.stderr)
    return results


def measure_tshark(kind, capture, options) -> Result:
    prefix = cut(capture, options.prefix)
    fields = [part for field in TSHARK_FIELDS for part in ("-e", field)]
    command = ["tshark", "-n", "-r", prefix, "-Y", "http", "-T", "fields", *fields]
    print(f"{kind}: tshark, on {options.prefix} MiB", file=sys.stderr)
    runs = [Run(command) for _ in range(options.tshark_repetitions)]
    scale = capture.stat().st_size / prefix.stat().st_size
    prefix.unlink()
    return Result("tshark", runs, scale, f"{options.prefix} MiB, scaled x{scale:.1f}; memory of the prefix only")


def table(kind, results) -> str:
    size = (DATA / f"{kind}.pcap").stat().st_size / 2**20
    base = results[0]
    lines = [
        f"{kind}.pcap, {size:.0f} MiB",
        f"  {'':10}{'wall s':>9}{'CPU s':>9}{'x wall':>8}{'x CPU':>8}{'MiB/s':>8}{'peak MiB':>10}{'runs':>6}"]
    for result in results:
        lines.append(
            f"  {result.tool:10}{result.wall:9.2f}{result.cpu:9.2f}{result.wall / base.wall:8.2f}"
            f"{result.cpu / base.cpu:8.2f}{size / result.wall:8.0f}{result.peak:10.1f}{result.runs:6}  {result.note}")
        if result.tool == "leakwire":
            ratio, memory = BARS[kind]
            held = result.cpu / base.cpu <= ratio and result.peak <= memory
            lines[-1] += f"; bar {ratio:g}x CPU, {memory} MiB: {'held' if held else 'MISSED'}"
    return "\n".join(line.rstrip() for line in lines)


def main():
    names = lambda text: text.split(",")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--captures", type=names, default=["http", "flows"], help="of http,flows")
    parser.add_argument("--tools", type=names, default=["leakwire", "tshark"], help="of leakwire,tshark")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--tshark-repetitions", type=int, default=1)
    parser.add_argument("--prefix", type=int, default=64, metavar="MEBIBYTES", help="what tshark reads (default 64)")
    parser.add_argument("--leakwire", type=Path, default=ROOT / ".build/release/leakwire", metavar="BINARY")
    parser.add_argument("--json", type=argparse.FileType("w"), metavar="FILE", help="the same as JSON; - for stdout")
    parser.add_argument("--check", action="store_true", help="exit with 1 when leakwire misses its bar")
    options = parser.parse_args()
    if unknown := set(options.captures) - set(BARS) | set(options.tools) - {"bare", "leakwire", "tshark"}:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    if "leakwire" in options.tools and not options.leakwire.exists():
        sys.exit(f"bench: no {options.leakwire}: run `make build` first, or leave leakwire out of --tools")
    DATA.mkdir(parents=True, exist_ok=True)
    report, missed = {"machine": platform.platform(), "cpus": os.cpu_count(), "captures": {}}, False
    for kind in options.captures:
        results = measure(kind, options)
        print(table(kind, results), flush=True, file=sys.stderr if options.json is sys.stdout else sys.stdout)
        base = results[0]
        for result in results:
            ratio, memory = BARS[kind]
            missed |= result.tool == "leakwire" and (result.cpu > ratio * base.cpu or result.peak > memory)
        report["captures"][kind] = {
            result.tool: {
                "wall_seconds": round(result.wall, 4), "cpu_seconds": round(result.cpu, 4),
                "wall_ratio": round(result.wall / base.wall, 3), "cpu_ratio": round(result.cpu / base.cpu, 3),
                "peak_mebibytes": round(result.peak, 1), "runs": result.runs, "scaled_by": round(result.scale, 3),
            } for result in results}
    if options.json:
        json.dump(report, options.json, indent=2)
        options.json.write("\n")
    sys.exit(1 if options.check and missed else 0)


if __name__ == "__main__":
    main()
