"""HTTP/3 by aioquic: a GET and a POST. usage: http3.py HOST CA_FILE KEY_LOG WAY…

API_KEY, where it is set, goes along in the POST's x-api-key. WAY: `aes128`, `aes256` or `chacha20` (the only suite
offered), `version2` (offered beside version 1, so that the server may choose it), `update` (a key update between the
requests), `rename` (another connection ID between them), `large` (a ClientHello of several packets), `again` (a second
connection, whose GET is 0-RTT data).
"""

import asyncio
import os
import sys

from aioquic.asyncio import QuicConnectionProtocol, connect
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.packet import QuicProtocolVersion
from aioquic.tls import CipherSuite

SUITES = {
    "aes128": CipherSuite.AES_128_GCM_SHA256, "aes256": CipherSuite.AES_256_GCM_SHA384,
    "chacha20": CipherSuite.CHACHA20_POLY1305_SHA256,
}
BODY = b'{"model":"claude-sonnet-4-5","max_tokens":64,"messages":[{"role":"user","content":"Say hello."}]}'


class Caller(QuicConnectionProtocol):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.http = H3Connection(self._quic)
        self.answered: dict[int, asyncio.Event] = {}

    def quic_event_received(self, event):
        for part in self.http.handle_event(event):
            if isinstance(part, (HeadersReceived, DataReceived)) and part.stream_ended:
                self.answered[part.stream_id].set()

    async def call(self, host: str, method: str, path: str, body=b"", **fields):
        stream_id = self._quic.get_next_available_stream_id()
        self.answered[stream_id] = asyncio.Event()
        head = {":method": method, ":scheme": "https", ":authority": host, ":path": path, "user-agent": "aioquic"}
        head |= {name.replace("_", "-"): value for name, value in fields.items()}
        self.http.send_headers(
            stream_id, [(name.encode(), value.encode()) for name, value in head.items()], end_stream=not body)
        if body:
            self.http.send_data(stream_id, body, end_stream=True)
        self.transmit()
        await asyncio.wait_for(self.answered[stream_id].wait(), 10)


async def main():
    host, authority, key_log, *ways = sys.argv[1:]
    tickets = []
    configuration = QuicConfiguration(
        is_client=True, alpn_protocols=H3_ALPN, server_name=host, secrets_log_file=open(key_log, "a"),
        cipher_suites=[SUITES[way] for way in ways if way in SUITES] or None,
        supported_versions=[QuicProtocolVersion.VERSION_1], quantum_readiness_test="large" in ways)
    if "version2" in ways:
        configuration.supported_versions = [QuicProtocolVersion.VERSION_2, QuicProtocolVersion.VERSION_1]
        configuration.original_version = QuicProtocolVersion.VERSION_1
    configuration.load_verify_locations(authority)
    key = {"x_api_key": os.environ["API_KEY"]} if "API_KEY" in os.environ else {}
    path = "/collect" if key else "/v1/messages"

    def caller(**options):
        return connect(host, 443, configuration=configuration, create_protocol=Caller,
                       session_ticket_handler=tickets.append, **options)

    async with caller() as connection:
        await connection.call(host, "GET", "/v1/models")
        if "update" in ways:
            connection.request_key_update()
        if "rename" in ways:
            connection.change_connection_id()
        await connection.call(host, "POST", path, BODY, content_type="application/json", **key)
    if "again" in ways:
        configuration.session_ticket = tickets[-1]
        async with caller(wait_connected=False) as connection:
            await connection.call(host, "GET", "/v1/models?again")
            await connection.call(host, "POST", path, BODY, content_type="application/json")


asyncio.run(main())
