"""What the servers of `clean-developer` serve: a Python, an npm, an apt and a git repository, and a small web site.

The content is full of what looks like a key and is none: placeholders, hashes, CSS names, documentation's examples.
"""

import base64
import gzip
import hashlib
import io
import json
import random
import subprocess
import tarfile
import zipfile
from pathlib import Path


def build(root: Path, environment: dict):
    served = root / "served"
    noise = random.Random(20260324)
    write = lambda path, content: (
        (served / path).parent.mkdir(parents=True, exist_ok=True),
        (served / path).write_bytes(content if isinstance(content, bytes) else content.encode()))

    # A mono sound file of noise: the carrier of the Telnyx loader.
    samples = noise.randbytes(24_000)
    header = b"RIFF" + (36 + len(samples)).to_bytes(4, "little") + b"WAVEfmt " + bytes.fromhex(
        "10000000 0100 0100 401f0000 803e0000 0200 1000") + b"data" + len(samples).to_bytes(4, "little")
    write("ringtone.wav", header + samples)

    wheel = io.BytesIO()
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        info = "tinypkg-1.0.dist-info"
        archive.writestr("tinypkg.py", "API_KEY = 'YOUR_API_KEY'\n")
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: tinypkg\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    wheel_name = "tinypkg-1.0-py3-none-any.whl"
    digest = hashlib.sha256(wheel.getvalue()).hexdigest()
    write(f"pypi/files/{wheel_name}", wheel.getvalue())
    write("pypi/simple/tinypkg/index.html",
          f'<!DOCTYPE html><html><body><a href="/files/{wheel_name}#sha256={digest}">{wheel_name}</a></body></html>')

    package = {"name": "tiny-lib", "version": "1.0.0", "main": "index.js", "license": "MIT"}
    bundle = io.BytesIO()
    with tarfile.open(fileobj=bundle, mode="w:gz") as archive:
        for name, text in [("package.json", json.dumps(package)), ("index.js", "module.exports = 'sk-...'\n")]:
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    dist = {
        "shasum": hashlib.sha1(bundle.getvalue()).hexdigest(),
        "integrity": "sha512-" + base64.b64encode(hashlib.sha512(bundle.getvalue()).digest()).decode(),
        "tarball": "http://registry.example.net/tiny-lib/-/tiny-lib-1.0.0.tgz",
    }
    write("npm/tiny-lib/-/tiny-lib-1.0.0.tgz", bundle.getvalue())
    write("npm/tiny-lib.json", json.dumps({
        "name": "tiny-lib", "dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": package | {"dist": dist}}}))

    paragraphs = [
        f"Package: tiny-{number}\nVersion: 1.{number}\nArchitecture: all\nMaintainer: Nobody <nobody@example.net>\n"
        f"Filename: pool/tiny-{number}.deb\nSize: 900\nSHA256: {noise.randbytes(32).hex()}\n"
        f"Description: an empty package\n" for number in range(40)]
    indices = {"main/binary-all/Packages.gz": gzip.compress("\n".join(paragraphs).encode(), mtime=0)}
    for section in ("contrib", "non-free"):
        indices[f"{section}/binary-all/Packages.gz"] = gzip.compress(paragraphs[0].encode(), mtime=0)
    for name, content in list(indices.items()):
        indices[name.removesuffix(".gz")] = gzip.decompress(content)
        write(f"deb/dists/stable/{name}", content)
    sums = "".join(f" {hashlib.sha256(content).hexdigest()} {len(content)} {name}\n" for name, content in indices.items())
    write("deb/dists/stable/Release",
          "Origin: Example\nSuite: stable\nCodename: stable\nArchitectures: all\nComponents: main contrib non-free\n"
          f"Date: Fri, 01 Jan 2027 00:00:00 UTC\nSHA256:\n{sums}")

    words = "the quick brown fox jumps over a lazy dog while the build runs and tests pass in green".split()
    text = lambda count: " ".join(noise.choices(words, k=count))
    write("www/index.html", "<!DOCTYPE html>\n<html lang=\"sk-SK\"><head><link rel=stylesheet href=/site.css>"
          "<script src=/site.js></script></head><body>\n" + "\n".join(f"<p>{text(60)}</p>" for _ in range(20))
          + "<pre>export OPENAI_API_KEY=sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"
          "export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\nexport HF_TOKEN=hf_" + "x" * 34 + "\n</pre></body></html>\n")
    write("www/site.css", "".join(
        f".sk-circle .sk-circle{n} {{ animation-delay: -{n / 10}s; }}\n.sk-folding-cube .sk-cube{n}:before {{ opacity: 1 }}\n"
        for n in range(40)) + f".logo {{ background: url(data:image/png;base64,{base64.b64encode(noise.randbytes(3000)).decode()}) }}\n")
    write("www/site.js", "".join(f"export const commit{n} = '{noise.randbytes(20).hex()}';\n" for n in range(60))
          + "const client = new Client({ apiKey: process.env.OPENAI_API_KEY ?? '<OPENAI_API_KEY>' });\n")
    write("www/api/builds.json", json.dumps([
        {"id": number, "trace": noise.randbytes(16).hex(), "image": "sha256:" + noise.randbytes(32).hex(),
         "branch": "task-sk-" + str(number), "etag": noise.randbytes(16).hex()} for number in range(30)]))

    source = root / "source"
    source.mkdir()
    identity = {
        "GIT_AUTHOR_NAME": "Ana", "GIT_AUTHOR_EMAIL": "ana@example.com",
        "GIT_COMMITTER_NAME": "Ana", "GIT_COMMITTER_EMAIL": "ana@example.com", "GIT_CONFIG_NOSYSTEM": "1"}
    git = lambda *arguments: subprocess.run(
        ["git", *arguments], cwd=source, env=environment | identity, check=True, capture_output=True)
    git("init", "-q", "-b", "main")
    for number in range(6):
        (source / f"file{number}.txt").write_text(text(200) + f"\nkey = ${{OPENAI_API_KEY}} # {number}\n")
        git("add", ".")
        git("commit", "-q", "-m", f"change {number}")
    git("clone", "-q", "--bare", ".", str(served / "project.git"))
