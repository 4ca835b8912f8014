"""A POST of a synthetic .env as JSON with Python requests. usage: API_KEY=… post_key.py URL

SSLKEYLOGFILE and REQUESTS_CA_BUNDLE are heeded.
"""

import os
import sys

import requests

answer = requests.post(sys.argv[1], json={"host": "build-7", "env": {"ANTHROPIC_API_KEY": os.environ["API_KEY"]}})
answer.raise_for_status()
