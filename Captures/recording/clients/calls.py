"""A GET and a POST on one connection with Python requests. usage: calls.py ORIGIN [CERTIFICATE KEY]

SSLKEYLOGFILE and REQUESTS_CA_BUNDLE are heeded.
"""

import sys

import requests

origin, *certificate = sys.argv[1:]
session = requests.Session()
session.cert = tuple(certificate) or None
session.get(f"{origin}/v1/models")
answer = session.post(f"{origin}/v1/messages", json={"model": "claude-sonnet-4-5", "messages": []})
answer.raise_for_status()
