#!/usr/bin/env python3
"""HTTP/3 by aioquic. usage: h3_server.py LOG ADDRESS CERTIFICATE [retry]   (CERTIFICATE.pem and .key)

With `retry` every new connection is first sent a Retry packet. Tickets for 0-RTT are handed out and kept.
Prints `listening` when ready.
"""

import asyncio
import sys

from aioquic.asyncio import QuicConnectionProtocol, serve
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import ProtocolNegotiated
from aioquic.quic.packet import QuicProtocolVersion

from server import completion
from truth import RequestLog


class Responder(QuicConnectionProtocol):
    log: RequestLog

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.http = None
        self.requests: dict[int, tuple[dict, bytearray]] = {}

    def quic_event_received(self, event):
        if isinstance(event, ProtocolNegotiated):
            self.http = H3Connection(self._quic)
        if self.http is None:
            return
        for part in self.http.handle_event(event):
            if isinstance(part, HeadersReceived):
                fields = {name.decode(): value.decode() for name, value in part.headers}
                self.requests[part.stream_id] = (fields, bytearray())
            elif isinstance(part, DataReceived):
                self.requests[part.stream_id][1].extend(part.data)
            if isinstance(part, (HeadersReceived, DataReceived)) and part.stream_ended:
                self.answer(part.stream_id, *self.requests.pop(part.stream_id))

    def answer(self, stream_id: int, fields: dict, body: bytearray):
        found = fields[":path"] in ("/v1/messages", "/v1/chat/completions", "/collect")
        content = completion(bytes(body)) if found else b'{"error":"not found"}'
        status = 200 if found else 404
        self.log.write(
            "h3", fields[":method"], fields[":authority"], fields[":path"], status, bytes(body), len(content))
        self.http.send_headers(stream_id, [
            (b":status", b"%d" % status), (b"server", b"aioquic"), (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(content))])
        self.http.send_data(stream_id, content, end_stream=True)
        self.transmit()


async def main():
    log, address, certificate, *ways = sys.argv[1:]
    Responder.log = RequestLog(log)
    configuration = QuicConfiguration(
        is_client=False, alpn_protocols=H3_ALPN, cipher_suites=None,
        supported_versions=[QuicProtocolVersion.VERSION_1, QuicProtocolVersion.VERSION_2])
    configuration.load_cert_chain(f"{certificate}.pem", f"{certificate}.key")
    tickets = {}
    await serve(
        address, 443, configuration=configuration, create_protocol=Responder, retry="retry" in ways,
        session_ticket_fetcher=lambda label: tickets.pop(label, None),
        session_ticket_handler=lambda ticket: tickets.update({ticket.ticket: ticket}))
    print("listening", flush=True)
    await asyncio.Future()


if __name__ == "__main__":
    asyncio.run(main())
