"""A realtime session over WebSocket (PyPI's `websockets`). usage: websocket.py URL [WAY…]

WAY: `plain` (no permessage-deflate), `fragments` (the first message in several frames). API_KEY, where it is set,
goes into the first message. SSL_CERT_FILE and SSLKEYLOGFILE are heeded.
"""

import json
import os
import sys

from websockets.sync.client import connect

url, *ways = sys.argv[1:]
hello = json.dumps({
    "type": "session.update", "session": {"instructions": "Say hello.", "voice": "alloy", "voices": ["alloy"] * 8},
    **({"api_key": os.environ["API_KEY"]} if "API_KEY" in os.environ else {}),
})
options = {"compression": None if "plain" in ways else "deflate"}
with connect(url, user_agent_header="realtime/1.0", **options) as connection:
    connection.send([hello[:50], hello[50:120], hello[120:]] if "fragments" in ways else hello)
    connection.recv()
    connection.send(b"\x00\x01\x02\x03" * 60)
    connection.recv()
    connection.ping().wait(5)
