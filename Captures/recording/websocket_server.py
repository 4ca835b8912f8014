#!/usr/bin/env python3
"""A WebSocket server (PyPI's `websockets`) that answers every message with its length.

usage: websocket_server.py LOG PORT [CERTIFICATE]   (CERTIFICATE.pem and CERTIFICATE.key; none for ws://)
Prints `listening` when ready.
"""

import ssl
import sys

from websockets.sync.server import serve

from truth import RequestLog


def main():
    log, port, *certificates = sys.argv[1:]
    requests, context = RequestLog(log), None
    for name in certificates:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(f"{name}.pem", f"{name}.key")

    def tell(connection, request, response):
        requests.write("websocket", "GET", request.headers["Host"], request.path, response.status_code)

    def answer(connection):
        for message in connection:
            connection.send(f'{{"received":{len(message)}}}')

    with serve(answer, "0.0.0.0", int(port), ssl=context, process_response=tell) as server:
        print("listening", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
