"""WebSocket over HTTP/2 (RFC 8441) by PyPI's `h2` and `wsproto`. usage: websocket_h2.py HOST CA_FILE

API_KEY, where it is set, goes into the message. SSLKEYLOGFILE is heeded.
"""

import json
import os
import socket
import ssl
import sys

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RemoteSettingsChanged, ResponseReceived, StreamEnded
from wsproto.connection import Connection, ConnectionType
from wsproto.events import CloseConnection, Message, TextMessage
from wsproto.extensions import PerMessageDeflate

host, authority = sys.argv[1:]
context = ssl.create_default_context(cafile=authority)
context.set_alpn_protocols(["h2"])
link = context.wrap_socket(socket.create_connection((host, 443)), server_hostname=host)
http = H2Connection(H2Configuration(client_side=True, header_encoding="utf-8"))


def wait_for(kind):
    """The first event of a kind, with what else came along acknowledged."""
    while True:
        link.sendall(http.data_to_send())
        for event in http.receive_data(link.recv(65536)):
            if isinstance(event, kind):
                return event


http.initiate_connection()
wait_for(RemoteSettingsChanged)
deflate = PerMessageDeflate()
http.send_headers(1, [
    (":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "https"), (":path", "/v1/realtime"),
    (":authority", host), ("sec-websocket-version", "13"),
    ("sec-websocket-extensions", f"permessage-deflate; {deflate.offer()}")])
answer = dict(wait_for(ResponseReceived).headers)
deflate.finalize(answer["sec-websocket-extensions"])
session = Connection(ConnectionType.CLIENT, [deflate])
text = json.dumps({"type": "session.update", "voice": "alloy", "api_key": os.environ.get("API_KEY", "none")})
http.send_data(1, session.send(Message(data=text)))
session.receive_data(wait_for(DataReceived).data)
assert any(isinstance(event, TextMessage) for event in session.events())
http.send_data(1, session.send(CloseConnection(code=1000)))
wait_for(DataReceived)
http.end_stream(1)
wait_for(StreamEnded)
http.close_connection()
link.sendall(http.data_to_send())
link.close()
