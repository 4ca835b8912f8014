#!/usr/bin/env python3
"""HTTP/2 by PyPI's `h2`, for two ways in that Node does not know: Upgrade from HTTP/1.1, and WebSocket (RFC 8441).

usage: h2_server.py LOG PORT [CERTIFICATE]
Without a certificate each connection begins with HTTP/1.1 and `Upgrade: h2c` (RFC 7540 section 3.2).
Prints `listening` when ready.
"""

import socketserver
import ssl
import sys

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RequestReceived, StreamEnded
from h2.settings import SettingCodes
from wsproto.connection import Connection, ConnectionState, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Message, TextMessage
from wsproto.extensions import PerMessageDeflate

from server import completion
from truth import RequestLog


class Conversation(socketserver.BaseRequestHandler):
    log: RequestLog
    context: ssl.SSLContext | None = None

    def handle(self):
        try:
            if self.context:
                self.request = self.context.wrap_socket(self.request, server_side=True)
            self.http = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
            self.requests: dict[int, tuple[dict, bytearray]] = {}
            self.sockets: dict[int, tuple[Connection, bytearray]] = {}
            if self.context:
                self.http.update_settings({SettingCodes.ENABLE_CONNECT_PROTOCOL: 1})
                self.http.initiate_connection()
            else:
                self.upgrade()
            self.converse()
        except OSError:
            pass  # The client went.

    def upgrade(self):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.request.recv(1)
        first, *lines = head.decode().strip().split("\r\n")
        fields = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        method, path, _ = first.split(" ")
        self.request.sendall(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
        # The answer to the request as it was asked; the response proper follows on stream 1.
        self.log.write("http/1.1", method, fields["host"], path, 101)
        self.http.initiate_upgrade_connection(fields["http2-settings"].encode())
        self.respond(1, *self.response(path, b""))

    def converse(self):
        self.request.sendall(self.http.data_to_send())
        while data := self.request.recv(65536):
            for event in self.http.receive_data(data):
                self.take(event)
            self.request.sendall(self.http.data_to_send())

    def take(self, event):
        match event:
            case RequestReceived():
                fields = dict(event.headers)
                self.requests[event.stream_id] = (fields, bytearray())
                if fields[":method"] == "CONNECT":
                    self.open_socket(event.stream_id, fields)
            case DataReceived():
                self.http.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                if event.stream_id in self.sockets:
                    self.converse_socket(event.stream_id, event.data)
                else:
                    self.requests[event.stream_id][1].extend(event.data)
            case StreamEnded() if event.stream_id in self.sockets:
                self.close_socket(event.stream_id)
            case StreamEnded() if event.stream_id in self.requests:
                fields, body = self.requests.pop(event.stream_id)
                content, status = self.response(fields[":path"], bytes(body))
                self.tell(fields, status, bytes(body), len(content))
                self.respond(event.stream_id, content, status)

    def tell(self, fields: dict, status: int, body: bytes, response_length: int):
        self.log.write("h2", fields[":method"], fields[":authority"], fields[":path"], status, body, response_length)

    @staticmethod
    def response(path: str, body: bytes) -> tuple[bytes, int]:
        return (completion(body), 200) if path == "/v1/messages" else (b'{"error":"not found"}', 404)

    def respond(self, stream_id: int, content: bytes, status: int):
        self.http.send_headers(stream_id, [
            (":status", str(status)), ("content-type", "application/json"), ("content-length", str(len(content)))])
        self.http.send_data(stream_id, content, end_stream=True)

    def open_socket(self, stream_id: int, fields: dict):
        deflate = PerMessageDeflate()
        accepted = deflate.accept(fields.get("sec-websocket-extensions", ""))
        self.sockets[stream_id] = (Connection(ConnectionType.SERVER, [deflate]), bytearray())
        self.http.send_headers(stream_id, [
            (":status", "200"), ("sec-websocket-extensions", f"permessage-deflate; {accepted}".rstrip("; "))])

    def converse_socket(self, stream_id: int, data: bytes):
        (connection, sent), output = self.sockets[stream_id], b""
        if connection.state is not ConnectionState.OPEN:
            return
        connection.receive_data(data)
        for event in connection.events():
            if isinstance(event, (TextMessage, BytesMessage)) and event.message_finished:
                output += connection.send(Message(data='{"received":true}'))
            elif isinstance(event, CloseConnection):
                output += connection.send(event.response())
        sent.extend(output)
        self.http.send_data(stream_id, output)

    def close_socket(self, stream_id: int):
        """A tunnel's bytes count as the body of the response."""
        _, sent = self.sockets.pop(stream_id)
        self.tell(self.requests.pop(stream_id)[0], 200, b"", len(sent))
        self.http.end_stream(stream_id)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


def main():
    log, port, *certificates = sys.argv[1:]
    Conversation.log = RequestLog(log)
    for name in certificates:
        Conversation.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        Conversation.context.load_cert_chain(f"{name}.pem", f"{name}.key")
        Conversation.context.set_alpn_protocols(["h2"])
    server = Server(("0.0.0.0", int(port)), Conversation)
    print("listening", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
