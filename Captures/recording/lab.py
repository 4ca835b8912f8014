"""Two network namespaces joined by a veth pair: a client that is recorded, and a server that plays the Internet.

Nothing leaves them: the client's only route leads to the server, which owns every address that a scenario names.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent

CLIENT_ADDRESSES = ["192.168.77.10/24", "10.23.5.10/16", "fd00:77::10/64"]
GATEWAY, GATEWAY6 = "192.168.77.1", "fd00:77::1"

# The addresses of incidents are the incidents' own; the others are set aside for documentation (RFC 5737) or private.
HOSTS = {
    "api.openai.com": "203.0.113.10",
    "api.together.xyz": "203.0.113.11",
    "models.litellm.cloud": "203.0.113.66",
    "collector.example.net": "198.51.100.23",
    "drop.example.org": "198.51.100.24",
    "keys.corp.example": "10.23.0.8",
    "llm-gateway.corp.example": "fd00:77::15",
    "pypi.example.net": "203.0.113.20",
    "registry.example.net": "203.0.113.21",
    "deb.example.net": "203.0.113.22",
    "git.example.net": "203.0.113.23",
    "www.example.com": "203.0.113.24",
    "matrix.example.com": "203.0.113.30",
    "proxy.corp.example": "10.23.0.9",
}
# Each has a certificate of its own.
TLS_HOSTS = ["api.openai.com", "models.litellm.cloud", "collector.example.net", "matrix.example.com"]
INCIDENT_ADDRESSES = ["39.107.60.51", "83.142.209.203"]


def run(*command, **options):
    return subprocess.run([str(part) for part in command], check=True, **options)


class Lab:
    def __init__(self):
        pid = os.getpid()
        self.client, self.server = f"leakwire-client-{pid}", f"leakwire-server-{pid}"
        self.work = Path(tempfile.mkdtemp(prefix="leakwire-captures-"))
        self.children: list[subprocess.Popen] = []

    # Set-up and removal

    def __enter__(self):
        try:
            self._make_namespaces()
            self._make_certificates()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for child in reversed(self.children):
            self.stop(child)
        for name in (self.client, self.server):
            subprocess.run(["ip", "netns", "del", name], stderr=subprocess.DEVNULL)
            shutil.rmtree(f"/etc/netns/{name}", ignore_errors=True)
        try:
            os.rmdir("/etc/netns")
        except OSError:
            pass  # Others use it, or it never was.
        shutil.rmtree(self.work, ignore_errors=True)

    # What a recording leaves in the working folder

    @property
    def capture(self):
        return self.work / "recording.pcap"

    @property
    def key_log(self):
        """The TLS secrets, as a client or server wrote them."""
        return self.work / "recording.keylog"

    @property
    def requests(self):
        """What the servers say of the requests that they answered."""
        return self.work / "recording.requests.jsonl"

    def _make_namespaces(self):
        for name in (self.client, self.server):
            run("ip", "netns", "add", name)
            self._configure_names(name)
            run("ip", "-n", name, "link", "set", "lo", "up")
        run("ip", "link", "add", "eth0", "netns", self.client, "type", "veth",
            "peer", "name", "eth0", "netns", self.server)
        for name in (self.client, self.server):
            # No router solicitations, no duplicate address detection: they are not what is shown.
            run("ip", "netns", "exec", name, "sysctl", "-qw", "net.ipv6.conf.all.accept_dad=0",
                "net.ipv6.conf.eth0.accept_dad=0", "net.ipv6.conf.eth0.router_solicitations=0")
        for address in CLIENT_ADDRESSES:
            run("ip", "-n", self.client, "address", "add", address, "dev", "eth0")
        owned = [f"{GATEWAY}/24", "10.23.0.1/16", f"{GATEWAY6}/64"] + [
            address + ("/128" if ":" in address else "/32") for address in [*HOSTS.values(), *INCIDENT_ADDRESSES]]
        for address in owned:
            run("ip", "-n", self.server, "address", "add", address, "dev", "eth0")
        for name in (self.client, self.server):
            run("ip", "-n", name, "link", "set", "eth0", "up")
        run("ip", "-n", self.client, "route", "add", "default", "via", GATEWAY)
        # Multicast listener reports come within a second of an interface coming up: let them pass unrecorded.
        time.sleep(1.5)

    def _configure_names(self, namespace):
        """`ip netns exec` lays these files over those in /etc: names resolve without a DNS query."""
        folder = Path("/etc/netns", namespace)
        folder.mkdir(parents=True)
        lines = ["127.0.0.1 localhost"] + [f"{address} {name}" for name, address in HOSTS.items()]
        (folder / "hosts").write_text("\n".join(lines) + "\n")
        for name, text in [("resolv.conf", ""), ("nsswitch.conf", "hosts: files\npasswd: files\ngroup: files\n")]:
            if Path("/etc", name).exists():
                (folder / name).write_text(text)

    def _make_certificates(self):
        """A certificate authority for today, and one certificate for every name that is asked for over TLS."""
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": self.work}
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30"]
        run("openssl", "req", "-x509", *curve, "-subj", "/O=Leakwire captures/CN=Recording CA",
            "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-keyout", "ca.key", "-out", "ca.pem", **quiet)
        signed = ["-addext", "basicConstraints=critical,CA:FALSE", "-CA", "ca.pem", "-CAkey", "ca.key"]
        for name in TLS_HOSTS:
            run("openssl", "req", "-x509", *curve, "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}",
                *signed, "-keyout", f"{name}.key", "-out", f"{name}.pem", **quiet)
        rsa = ["-newkey", "rsa:2048", "-nodes", "-days", "30"]
        run("openssl", "req", "-x509", *rsa, "-subj", "/CN=matrix.example.com", "-addext",
            "subjectAltName=DNS:matrix.example.com", *signed, "-keyout", "rsa.key", "-out", "rsa.pem", **quiet)
        run("openssl", "req", "-x509", *curve, "-subj", "/CN=agent-7", *signed,
            "-keyout", "agent.key", "-out", "agent.pem", **quiet)
        run("openssl", "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:ffdhe2048", "-out", "dh.pem",
            **quiet)

    # Processes

    def environment(self, **extra):
        """A clean one, so that no setting, token or proxy of whoever records gets into a capture."""
        base = {"PATH": os.environ["PATH"], "HOME": str(self.work), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8",
                "PYTHONDONTWRITEBYTECODE": "1"}
        return base | extra

    def start(self, namespace, *command, **options):
        child = subprocess.Popen(
            ["ip", "netns", "exec", namespace, *map(str, command)], env=self.environment(), cwd=self.work,
            stdin=subprocess.DEVNULL, **options)
        self.children.append(child)
        return child

    def stop(self, child, by=signal.SIGTERM):
        if child in self.children:
            self.children.remove(child)
        if child.poll() is None:
            child.send_signal(by)
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def run_client(self, *command, timeout=120, **environment):
        """Runs a client where it is recorded; its output is shown only when it fails."""
        shown = " ".join(map(str, command[:3]))
        try:
            result = subprocess.run(
                ["ip", "netns", "exec", self.client, *map(str, command)], env=self.environment(**environment),
                cwd=self.work, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout)
        except subprocess.TimeoutExpired:
            sys.exit(f"record: {shown}… did not end within {timeout} s")
        if result.returncode != 0:
            sys.exit(f"record: {shown}… failed:\n{result.stdout}{result.stderr}")
        return result.stdout

    def serve(self, namespace, *listeners, keys=()):
        """Starts the scripted server; returns once it listens."""
        return self.serve_with("server.py", "--files", self.work, *listeners, *keys, namespace=namespace)

    def serve_with(self, script: str, *arguments, namespace=None):
        """Starts a server of this folder where the Internet is; returns once it listens. Objects become JSON."""
        runtime = "node" if script.endswith(".mjs") else sys.executable
        words = [json.dumps(word) if isinstance(word, dict) else word for word in arguments]
        child = self.start(namespace or self.server, runtime, HERE / script, *words, stdout=subprocess.PIPE)
        if child.stdout.readline() != b"listening\n":
            sys.exit(f"record: {script} did not start")
        return child

    @contextmanager
    def resolving_by(self, address: str):
        """Within, the client asks a name server instead of its hosts file."""
        folder = Path("/etc/netns", self.client)
        before = {name: (folder / name).read_text() for name in ("resolv.conf", "nsswitch.conf")
                  if (folder / name).exists()}
        try:
            for name in before:
                text = f"nameserver {address}\n" if name == "resolv.conf" else before[name].replace("files", "dns", 1)
                (folder / name).write_text(text)
            yield
        finally:
            for name, text in before.items():
                (folder / name).write_text(text)

    def record(self, path, interface="eth0", nanoseconds=False):
        """Starts tcpdump in the client's namespace; returns once it captures."""
        child = self.start(
            self.client, "tcpdump", "-i", interface, "-n", "-U", "-s", "0", "-B", "4096", "--immediate-mode",
            "--time-stamp-precision", "nano" if nanoseconds else "micro", "-Z", "root", "-w", path,
            stderr=subprocess.PIPE)
        for line in child.stderr:
            if b"listening on" in line:
                return child
        sys.exit(f"record: tcpdump did not start on {interface}")

    def stop_recording(self, child):
        time.sleep(0.5)  # The last FIN and ACK.
        self.stop(child, by=signal.SIGINT)
        report = child.stderr.read().decode()
        if "0 packets dropped by kernel" not in report:
            sys.exit(f"record: tcpdump lost packets, record again:\n{report}")
