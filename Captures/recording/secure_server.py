#!/usr/bin/env python3
"""The scripted server behind Python's TLS, every detail of which can be asked for.

usage: secure_server.py SETTINGS   (a JSON object; paths are relative to the working directory)

  log: FILE                 where each request is told
  certificates: [NAME…]     NAME.pem and NAME.key
  address, port             all addresses and 443 when nothing is said
  versions: [FROM, TO]      names of ssl.TLSVersion
  ciphers: STRING           up to TLS 1.2, as OpenSSL writes them
  curve: NAME               the only group of the key exchange
  options: NUMBER           bits of SSL_CTX_set_options
  plain: true               no TLS at all
  proxy_protocol: true      each connection begins with a PROXY line (version 1)
  client_certificate: "handshake", or "later" (TLS 1.3: asked for when the first request has come)
Prints `listening` when ready.
"""

import json
import ssl
import sys
import warnings
from http.server import ThreadingHTTPServer

from truth import LoggedHandler, RequestLog


class SecureHandler(LoggedHandler):
    asks_later = False

    def answer(self, *arguments, **fields):
        if self.asks_later and self.connection.getpeercert() is None:
            self.connection.verify_client_post_handshake()
        super().answer(*arguments, **fields)


class SecureServer(ThreadingHTTPServer):
    daemon_threads = True
    context: ssl.SSLContext | None = None
    proxy_protocol = False

    def finish_request(self, request, client_address):
        if self.proxy_protocol:
            line = b""
            while not line.endswith(b"\r\n"):
                line += request.recv(1)
        if self.context is None:
            self.RequestHandlerClass(request, client_address, self)
            return
        try:
            secure = self.context.wrap_socket(request, server_side=True)
            self.RequestHandlerClass(secure, client_address, self)
            secure.unwrap()
        except OSError:
            pass  # The client's alert, or its end without close_notify.

    def shutdown_request(self, request):
        try:
            super().shutdown_request(request)
        except OSError:
            pass


def make_context(settings: dict) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    first, last = settings.get("versions", ["TLSv1_2", "TLSv1_3"])
    context.minimum_version, context.maximum_version = ssl.TLSVersion[first], ssl.TLSVersion[last]
    context.options |= settings.get("options", 0)
    context.set_ciphers(settings.get("ciphers", "DEFAULT"))
    for name in settings["certificates"]:
        context.load_cert_chain(f"{name}.pem", f"{name}.key")
    context.load_dh_params("dh.pem")
    if "curve" in settings:
        context.set_ecdh_curve(settings["curve"])
    context.set_alpn_protocols(["http/1.1"])
    if "client_certificate" in settings:
        context.load_verify_locations("ca.pem")
        context.verify_mode = ssl.CERT_REQUIRED
        context.post_handshake_auth = settings["client_certificate"] == "later"
    return context


def main():
    settings = json.loads(sys.argv[1])
    warnings.simplefilter("ignore", DeprecationWarning)  # TLS 1.0 and 1.1 are what some recordings are about.
    SecureHandler.log = RequestLog(settings["log"])
    SecureHandler.asks_later = settings.get("client_certificate") == "later"
    SecureServer.proxy_protocol = settings.get("proxy_protocol", False)
    if not settings.get("plain"):
        SecureServer.context = make_context(settings)
    server = SecureServer((settings.get("address", "0.0.0.0"), settings.get("port", 443)), SecureHandler)
    print("listening", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
