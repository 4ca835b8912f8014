"""The captures of `tls/`: versions of TLS, suites, features and clients, each with its secrets and the server's word.

One call of `recorded` a capture; the host is matrix.example.com throughout, but for the rows with a key in them.
"""

from catalogue import CLIENTS, PYTHON, Recording, recording
from lab import HOSTS
from truth import RequestLog

HOST = "matrix.example.com"
ORIGIN = f"https://{HOST}"
CALLS = ["GET /v1/models", 'POST /v1/messages {"model":"claude-sonnet-4-5","messages":[]}']
JSON_BODY = '{"model":"claude-sonnet-4-5","messages":[]}'

# Bits of SSL_CTX_set_options that Python's ssl has no name for.
NO_EXTENDED_MASTER_SECRET, ALLOW_CLIENT_RENEGOTIATION, NO_ENCRYPT_THEN_MAC, NO_TICKET = 1 << 0, 1 << 8, 1 << 19, 1 << 14

MATRIX: list[Recording] = []


def recorded(name: str, needs=()):
    """Makes a capture of the function that follows."""
    def add(function):
        MATRIX.append(Recording(f"tls/{name}", function, tuple(needs)))
        return function
    return add


def secure(lab, **settings):
    """Python's TLS server on port 443, with an ECDSA and an RSA certificate."""
    base = {"log": str(lab.requests), "certificates": [HOST, "rsa"], "port": 443}
    lab.serve_with("secure_server.py", base | settings)


def s_client(lab, *options, steps=CALLS):
    lab.run_client(PYTHON, CLIENTS / "s_client.py", HOST, *steps, "--", "-keylogfile", lab.key_log, *options)


def with_s_client(name: str, *options, steps=CALLS, **settings):
    """A row of openssl s_client against Python's server."""
    def record(lab, keys):
        secure(lab, **settings)
        with recording(lab):
            s_client(lab, *options, steps=steps)
    recorded(name)(record)


# Versions and suites

for version, number, old in (("tls1", "TLSv1", "tls10"), ("tls1_1", "TLSv1_1", "tls11")):
    for cipher in ("AES128-SHA", "ECDHE-RSA-AES256-SHA", "DHE-RSA-AES128-SHA", "ECDHE-ECDSA-AES128-SHA"):
        with_s_client(
            f"{old}-{cipher.lower()}", f"-{version}", "-cipher", f"{cipher}:@SECLEVEL=0",
            versions=[number, number], ciphers="ALL:@SECLEVEL=0")
    with_s_client(
        f"{old}-aes256-sha-mac-then-encrypt", f"-{version}", "-cipher", "AES256-SHA:@SECLEVEL=0", "-no_etm",
        versions=[number, number], ciphers="ALL:@SECLEVEL=0")

BLOCK_SUITES = [
    "AES128-SHA", "AES256-SHA256", "ECDHE-RSA-AES128-SHA256", "ECDHE-RSA-AES256-SHA384", "ECDHE-ECDSA-AES256-SHA",
    "DHE-RSA-AES256-SHA256",
]
OTHER_SUITES = [
    "AES128-GCM-SHA256", "AES256-GCM-SHA384", "AES128-CCM",
    "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-CCM8", "ECDHE-RSA-CHACHA20-POLY1305",
    "ECDHE-ECDSA-CHACHA20-POLY1305", "DHE-RSA-AES256-GCM-SHA384", "DHE-RSA-CHACHA20-POLY1305",
]
for cipher in BLOCK_SUITES + OTHER_SUITES:
    with_s_client(f"tls12-{cipher.lower()}", "-tls1_2", "-cipher", cipher, ciphers="ALL:@SECLEVEL=1")
for cipher in BLOCK_SUITES[:4]:
    with_s_client(
        f"tls12-{cipher.lower()}-mac-then-encrypt", "-tls1_2", "-cipher", cipher,
        ciphers="ALL:@SECLEVEL=1", options=NO_ENCRYPT_THEN_MAC)
with_s_client(
    "tls12-null-sha256", "-tls1_2", "-cipher", "NULL-SHA256:@SECLEVEL=0", ciphers="NULL-SHA256:@SECLEVEL=0")

for suite in ("AES_128_GCM_SHA256", "AES_256_GCM_SHA384", "CHACHA20_POLY1305_SHA256", "AES_128_CCM_SHA256",
              "AES_128_CCM_8_SHA256"):
    # Python's server cannot be told its TLS 1.3 suites, and CCM is not among the default ones.
    if "CCM" not in suite:
        with_s_client(f"tls13-{suite.lower().replace('_', '-')}", "-tls1_3", "-ciphersuites", f"TLS_{suite}")


# What happens within a connection

for name, options in (("extended-master-secret", 0), ("no-extended-master-secret", NO_EXTENDED_MASTER_SECRET)):
    with_s_client(
        f"tls12-{name}", "-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256", options=options)

for name, options in (("session-id", NO_TICKET), ("ticket", 0), ("ticket-no-ems", NO_EXTENDED_MASTER_SECRET)):
    @recorded(f"tls12-resumed-{name}")
    def resumed(lab, keys, options=options):
        secure(lab, options=options)
        client = ["-tls1_2", *(["-no_ticket"] if options == NO_TICKET else [])]
        with recording(lab):
            s_client(lab, *client, "-sess_out", "session")
            s_client(lab, *client, "-sess_in", "session")


@recorded("tls13-resumed")
def tls13_resumed(lab, keys):
    secure(lab)
    with recording(lab):
        s_client(lab, "-tls1_3", "-sess_out", "session")
        s_client(lab, "-tls1_3", "-sess_in", "session")


with_s_client(
    "tls12-renegotiated", "-tls1_2", "-cipher", "ECDHE-RSA-AES128-SHA256",
    steps=[CALLS[0], "R", CALLS[1], "R", CALLS[0]], options=ALLOW_CLIENT_RENEGOTIATION)
with_s_client("tls13-key-update", "-tls1_3", steps=[CALLS[0], "K", CALLS[1], "k", CALLS[0], "K", "K", CALLS[1]])
with_s_client("tls13-hello-retry", "-tls1_3", "-groups", "X25519:P-384", curve="secp384r1")
with_s_client("tls13-no-compatibility", "-tls1_3", "-no_middlebox", "-groups", "P-256")
with_s_client("tls12-max-fragment-length", "-tls1_2", "-maxfraglen", "512", steps=["POST /v1/messages @2000", CALLS[0]])
with_s_client("tls13-small-records", "-tls1_3", "-max_send_frag", "512", steps=["POST /v1/messages @3000", CALLS[0]])
with_s_client("tls13-large-body", "-tls1_3", steps=["POST /v1/messages @17000", CALLS[0]])
with_s_client(
    "tls12-large-body-mac-then-encrypt", "-tls1_2", "-cipher", "ECDHE-RSA-AES256-SHA384", "-no_etm",
    steps=["POST /v1/messages @17000", CALLS[0]])
MANY_PROTOCOLS = ",".join(["http/1.1", *(f"leakwire-protocol-{n}" for n in range(180))])
with_s_client("tls13-large-hello", "-tls1_3", "-alpn", MANY_PROTOCOLS)
with_s_client("tls13-hello-in-records", "-tls1_3", "-alpn", MANY_PROTOCOLS, "-max_send_frag", "512")
with_s_client(
    "tls12-client-certificate", "-tls1_2", "-cert", "agent.pem", "-key", "agent.key", client_certificate="handshake")
with_s_client(
    "tls13-client-certificate", "-tls1_3", "-cert", "agent.pem", "-key", "agent.key", client_certificate="handshake")
with_s_client(
    "tls13-certificate-later", "-tls1_3", "-enable_pha", "-cert", "agent.pem", "-key", "agent.key",
    client_certificate="later")


@recorded("tls12-premaster-only")
def premaster_only(lab, keys):
    """The key log has the premaster secret under the encrypted one, as an RSA key exchange allows."""
    secure(lab, ciphers="ALL:@SECLEVEL=1", options=NO_EXTENDED_MASTER_SECRET)
    with recording(lab):
        s_client(lab, "-tls1_2", "-cipher", "AES128-GCM-SHA256")
    lines = lab.key_log.read_text().splitlines(keepends=True)
    lab.key_log.write_text("".join(line for line in lines if not line.startswith("CLIENT_RANDOM ")))


def with_s_server(name: str, *client, server=(), letter="-", steps=CALLS):
    """A row of openssl s_client against openssl s_server."""
    def record(lab, keys):
        s_server(lab, *server, letter=letter)
        with recording(lab):
            s_client(lab, *client, steps=steps)
    recorded(name)(record)


def s_server(lab, *options, letter="-"):
    certificate = ["-cert", f"{HOST}.pem", "-key", f"{HOST}.key", "-dcert", "rsa.pem", "-dkey", "rsa.key"]
    return lab.serve_with("openssl_server.py", lab.requests, letter, *certificate, *options)


with_s_server(
    "tls13-padded", "-tls1_3", "-record_padding", "512", server=["-tls1_3", "-record_padding", "512"])
for suite in ("TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256"):
    with_s_server(
        f"tls13-{suite[4:].lower().replace('_', '-')}", "-tls1_3", "-ciphersuites", suite,
        server=["-tls1_3", "-ciphersuites", suite])
with_s_server(
    "tls13-external-psk", "-tls1_3", "-psk", "00112233445566778899aabbccddeeff", "-psk_identity", "agent-7",
    "-ciphersuites", "TLS_AES_128_GCM_SHA256",
    server=["-tls1_3", "-psk", "00112233445566778899aabbccddeeff", "-psk_identity", "agent-7", "-nocert"])
with_s_server(
    "tls12-psk", "-tls1_2", "-psk", "00112233445566778899aabbccddeeff", "-psk_identity", "agent-7",
    "-cipher", "ECDHE-PSK-AES128-CBC-SHA256",
    server=["-tls1_2", "-psk", "00112233445566778899aabbccddeeff", "-nocert", "-cipher", "PSK"])
with_s_server(
    "tls12-renegotiated-by-server", "-tls1_2", "-legacy_renegotiation", server=["-tls1_2"], letter="r",
    steps=[*CALLS, CALLS[0]])
with_s_server("tls13-key-update-by-server", "-tls1_3", server=["-tls1_3"], letter="K", steps=[*CALLS, CALLS[0]])
with_s_server("tls13-many-tickets", "-tls1_3", server=["-tls1_3", "-num_tickets", "6"])


EARLY = (f"POST /v1/messages?early HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\n"
         f"Content-Length: {len(JSON_BODY)}\r\n\r\n{JSON_BODY}")


@recorded("tls13-early-data")
def early_data(lab, keys):
    s_server(lab, "-tls1_3", "-early_data")
    (lab.work / "early").write_text(EARLY)
    with recording(lab):
        s_client(lab, "-tls1_3", "-sess_out", "session", steps=CALLS[:1])
        s_client(lab, "-tls1_3", "-sess_in", "session", "-early_data", "early")


@recorded("tls13-early-data-rejected")
def early_data_rejected(lab, keys):
    """The second server does not know the first one's tickets: the early data is refused, and sent again."""
    first = s_server(lab, "-tls1_3", "-early_data")
    (lab.work / "early").write_text(EARLY)
    with recording(lab):
        s_client(lab, "-tls1_3", "-sess_out", "session", steps=CALLS[:1])
        lab.stop(first)
        s_server(lab, "-tls1_3", "-early_data")
        lab.run_client(
            PYTHON, CLIENTS / "s_client.py", "--unanswered", HOST, "POST /v1/messages?early " + JSON_BODY, CALLS[0],
            "--", "-keylogfile", lab.key_log, "-tls1_3", "-sess_in", "session", "-early_data", "early")
    RequestLog(lab.requests).write("http/1.1", "POST", HOST, "/v1/messages?early", None, JSON_BODY.encode())


# Clients

def trusting(lab, **environment):
    """CA and key log as each client wants to be told."""
    authority = str(lab.work / "ca.pem")
    return {"SSLKEYLOGFILE": str(lab.key_log), "REQUESTS_CA_BUNDLE": authority, "NODE_EXTRA_CA_CERTS": authority,
            "SSL_CERT_FILE": authority} | environment


def curl(lab, *options, origin=ORIGIN):
    """A GET and a POST with one curl."""
    options = [*options, "--cacert", lab.work / "ca.pem", "-s", "-o", "/dev/null"]
    lab.run_client(
        "curl", *options, f"{origin}/v1/models", "--next", *options, "--json", JSON_BODY, f"{origin}/v1/messages",
        **trusting(lab))


for version in ("1.2", "1.3"):
    @recorded(f"curl-tls{version.replace('.', '')}")
    def by_curl(lab, keys, version=version):
        secure(lab)
        with recording(lab):
            curl(lab, f"--tlsv{version}", "--tls-max", version)

    @recorded(f"requests-tls{version.replace('.', '')}", needs=["requests"])
    def by_requests(lab, keys, version=f"TLSv{version.replace('.', '_')}"):
        secure(lab, versions=[version, version])
        with recording(lab):
            lab.run_client(PYTHON, CLIENTS / "calls.py", ORIGIN, **trusting(lab))

    @recorded(f"node-tls{version.replace('.', '')}", needs=["node"])
    def by_node(lab, keys, version=version):
        secure(lab)
        with recording(lab):
            lab.run_client(
                "node", f"--tls-min-v{version}", f"--tls-max-v{version}", f"--tls-keylog={lab.key_log}",
                CLIENTS / "calls.mjs", ORIGIN, **trusting(lab, NODE_NO_WARNINGS="1"))

    @recorded(f"gnutls-tls{version.replace('.', '')}", needs=["wget"])
    def by_gnutls(lab, keys, version=version):
        """Debian's wget is built with GnuTLS."""
        secure(lab)
        common = ["wget", "-q", "-O", "/dev/null", "--ca-certificate", lab.work / "ca.pem", "--ciphers",
                  f"NORMAL:-VERS-ALL:+VERS-TLS{version}:-CIPHER-ALL:+AES-128-CBC:+AES-256-GCM"]
        with recording(lab):
            lab.run_client(*common, f"--post-data={JSON_BODY}", f"{ORIGIN}/v1/messages", **trusting(lab))


@recorded("curl-other-port")
def other_port(lab, keys):
    secure(lab, port=4000)
    with recording(lab):
        curl(lab, origin=f"{ORIGIN}:4000")


@recorded("pieces-tls13")
def in_pieces(lab, keys):
    secure(lab)
    with recording(lab):
        lab.run_client(PYTHON, CLIENTS / "pieces.py", HOST, lab.work / "ca.pem", lab.key_log)


JAVA_WAYS = {
    "java-tls13": ["-Djdk.tls.client.protocols=TLSv1.3"],
    "java-tls12": ["-Djdk.tls.client.protocols=TLSv1.2"],
    "java-tls12-no-extended-master-secret": [
        "-Djdk.tls.client.protocols=TLSv1.2", "-Djdk.tls.useExtendedMasterSecret=false",
        "-Djdk.tls.client.cipherSuites=TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"],
}
for name, options in JAVA_WAYS.items():
    @recorded(name, needs=["java", "node"])
    def by_java(lab, keys, options=options):
        """Java tells nobody its secrets: the server does."""
        node(lab, certificate="rsa", keylog=str(lab.key_log))
        with recording(lab):
            lab.run_client(
                "java", *options, CLIENTS / "HTTPSClient.java", lab.work / "ca.pem", ORIGIN, "HTTP_1_1")


# HTTP/2

def node(lab, **settings):
    lab.serve_with("node_server.mjs", {"log": str(lab.requests), "port": 443} | settings)


@recorded("h2-curl", needs=["node"])
def h2_curl(lab, keys):
    node(lab, certificate=HOST)
    with recording(lab):
        curl(lab, "--http2")


@recorded("h2-curl-tls12", needs=["node"])
def h2_curl_tls12(lab, keys):
    node(lab, certificate="rsa")
    with recording(lab):
        curl(lab, "--http2", "--tls-max", "1.2")


@recorded("h2-java", needs=["java", "node"])
def h2_java(lab, keys):
    node(lab, certificate=HOST, keylog=str(lab.key_log))
    with recording(lab):
        lab.run_client("java", CLIENTS / "HTTPSClient.java", lab.work / "ca.pem", ORIGIN, "HTTP_2")


for way in ("parallel", "grpc", "large", "padded"):
    @recorded(f"h2-node-{way}", needs=["node"])
    def h2_node(lab, keys, way=way):
        node(lab, certificate=HOST)
        with recording(lab):
            lab.run_client(
                "node", f"--tls-keylog={lab.key_log}", CLIENTS / "http2.mjs", ORIGIN, way, lab.work / "ca.pem",
                NODE_NO_WARNINGS="1")


@recorded("h2c-prior-knowledge", needs=["node"])
def h2c_prior_knowledge(lab, keys):
    node(lab, port=80)
    # On a second request of the same connection this curl gives up.
    options = ["--http2-prior-knowledge", "-s", "-o", "/dev/null"]
    with recording(lab):
        lab.run_client("curl", *options, f"http://{HOST}/v1/models")
        lab.run_client("curl", *options, "--json", JSON_BODY, f"http://{HOST}/v1/messages")


@recorded("h2c-node-grpc", needs=["node"])
def h2c_grpc(lab, keys):
    node(lab, port=80)
    with recording(lab):
        lab.run_client("node", CLIENTS / "http2.mjs", f"http://{HOST}", "grpc")


@recorded("h2c-upgrade", needs=["h2", "wsproto"])
def h2c_upgrade(lab, keys):
    lab.serve_with("h2_server.py", lab.requests, "80")
    with recording(lab):
        curl(lab, "--http2", origin=f"http://{HOST}")


# WebSocket

@recorded("websocket-h2", needs=["h2", "wsproto"])
def websocket_h2(lab, keys):
    lab.serve_with("h2_server.py", lab.requests, "443", HOST)
    with recording(lab):
        lab.run_client(PYTHON, CLIENTS / "websocket_h2.py", HOST, lab.work / "ca.pem", **trusting(lab))


for name, ways in (("websocket-tls", []), ("websocket-tls-not-deflated", ["plain", "fragments"]),
                   ("websocket-tls-fragments", ["fragments"])):
    @recorded(name, needs=["websockets"])
    def websocket_tls(lab, keys, ways=ways):
        lab.serve_with("websocket_server.py", lab.requests, "443", HOST)
        with recording(lab):
            lab.run_client(
                PYTHON, CLIENTS / "websocket.py", f"wss://{HOST}/v1/realtime?model=voice", *ways, **trusting(lab))


@recorded("websocket-plain", needs=["websockets"])
def websocket_plain(lab, keys):
    lab.serve_with("websocket_server.py", lab.requests, "8080")
    with recording(lab):
        lab.run_client(PYTHON, CLIENTS / "websocket.py", f"ws://{HOST}:8080/v1/realtime", **trusting(lab))


# HTTP/3

H3_WAYS = {
    "h3-aes128": ["aes128"], "h3-aes256": ["aes256"], "h3-chacha20": ["chacha20"], "h3-version2": ["version2"],
    "h3-key-update": ["update"], "h3-connection-id": ["rename"], "h3-large-hello": ["large"],
    "h3-early-data": ["again"],
}
for name, ways in H3_WAYS.items():
    @recorded(name, needs=["aioquic"])
    def h3(lab, keys, ways=ways):
        lab.serve_with("h3_server.py", lab.requests, HOSTS[HOST], HOST)
        with recording(lab):
            lab.run_client(PYTHON, CLIENTS / "http3.py", HOST, lab.work / "ca.pem", lab.key_log, *ways)


@recorded("h3-retry", needs=["aioquic"])
def h3_retry(lab, keys):
    lab.serve_with("h3_server.py", lab.requests, HOSTS[HOST], HOST, "retry")
    with recording(lab):
        lab.run_client(PYTHON, CLIENTS / "http3.py", HOST, lab.work / "ca.pem", lab.key_log)


# Through proxies

@recorded("socks")
def socks(lab, keys):
    secure(lab)
    lab.serve_with("proxy.py", lab.requests, "1080")
    with recording(lab):
        curl(lab, "--socks5-hostname", "proxy.corp.example:1080")


@recorded("connect")
def connect(lab, keys):
    secure(lab)
    lab.serve_with("proxy.py", lab.requests, "3128")
    with recording(lab):
        curl(lab, "--proxy", "http://proxy.corp.example:3128")


@recorded("connect-h2", needs=["node"])
def connect_h2(lab, keys):
    node(lab, certificate=HOST)
    lab.serve_with("proxy.py", lab.requests, "3128")
    with recording(lab):
        curl(lab, "--http2", "--proxy", "http://proxy.corp.example:3128")


@recorded("proxy-protocol-tls")
def proxy_protocol_tls(lab, keys):
    secure(lab, proxy_protocol=True)
    with recording(lab):
        curl(lab, "--haproxy-protocol")


@recorded("proxy-protocol-plain")
def proxy_protocol_plain(lab, keys):
    secure(lab, plain=True, proxy_protocol=True, port=80)
    with recording(lab):
        curl(lab, "--haproxy-protocol", origin=f"http://{HOST}")
