"""Which share of a run's CPU time is spent on cryptography, as `perf` samples it."""

import shutil
import subprocess
import tempfile
from pathlib import Path

SAMPLES_PER_SECOND = 1999
# The start of the symbols of BoringSSL, and of swift-crypto as Swift mangles its modules' names.
BORINGSSL = ("CCryptoBoringSSL_",)
CRYPTO = BORINGSSL + ("$s6Crypto", "$s19CryptoBoringWrapper", "$s12_CryptoExtras", "$s11CryptoExtras")


def crypto_share(command, accepted) -> dict:
    """Shares of the samples in whose call chain a symbol of swift-crypto, and one of BoringSSL, stands: what these call
    (the allocator, the runtime) counts as theirs. `{"unmeasured": REASON}` where that cannot be told."""
    if shutil.which("perf") is None:
        return {"unmeasured": "no perf here"}
    with tempfile.TemporaryDirectory(prefix="leakwire-bench-") as folder:
        data = Path(folder, "perf.data")
        record = ["perf", "record", "--quiet", "--freq", str(SAMPLES_PER_SECOND), "--call-graph", "fp",
                  "--event", "cpu-clock", "--output", data, "--", *command]
        run = subprocess.run(record, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if run.returncode not in accepted or not data.exists():
            return {"unmeasured": f"perf record exited with {run.returncode}: {last_line(run.stderr)}"}
        script = subprocess.run(["perf", "script", "--input", data, "--fields", "ip,sym"], capture_output=True)
        if script.returncode != 0:
            return {"unmeasured": f"perf script exited with {script.returncode}: {last_line(script.stderr)}"}
    return shares(script.stdout.decode(errors="replace"))


def shares(script) -> dict:
    """`script` has a blank line behind each sample, and a line with address and symbol for each frame."""
    samples = crypto = boringssl = 0
    for sample in filter(str.strip, script.split("\n\n")):
        symbols = [frame.split(None, 1)[-1] for frame in sample.strip().splitlines()]
        samples += 1
        crypto += any(symbol.startswith(CRYPTO) for symbol in symbols)
        boringssl += any(symbol.startswith(BORINGSSL) for symbol in symbols)
    if crypto == 0:
        return {"unmeasured": f"no symbol of swift-crypto in {samples} samples: is the binary stripped?"}
    return {"crypto": round(crypto / samples, 3), "boringssl": round(boringssl / samples, 3), "samples": samples}


def told(share) -> str:
    if reason := share.get("unmeasured"):
        return f"cryptography: share NOT MEASURED: {reason}"
    return (f"cryptography: {share['crypto']:.0%} of the CPU time in swift-crypto and what it calls, "
            f"{share['boringssl']:.0%} in BoringSSL ({share['samples']} samples)")


def last_line(output: bytes) -> str:
    return (output.decode(errors="replace").strip().splitlines() or ["it says nothing"])[-1]
