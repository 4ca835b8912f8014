"""Calls of an OpenAI-like API with Python requests, the key from API_KEY. usage: chat.py URL [COUNT [SECONDS]]

COUNT calls are spread evenly over SECONDS.
"""

import os
import sys
import time

import requests

url = sys.argv[1]
count = int(sys.argv[2]) if len(sys.argv) > 2 else 1
seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 0

session = requests.Session()
session.headers["Authorization"] = "Bearer " + os.environ["API_KEY"]
for number in range(count):
    if count > 20:
        # Small packets for a long capture.
        session.headers.update({"Accept": None, "Accept-Encoding": None, "User-Agent": "python-requests"})
    answer = session.post(url, json={"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Hi"}]})
    answer.raise_for_status()
    if count > 1:
        time.sleep(seconds / count)
