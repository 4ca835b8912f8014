"""Posts a dump of the environment as gzip'd JSON. usage: API_KEY=… post_env_gzip.py URL"""

import gzip
import json
import os
import sys

import requests

dump = {
    "hostname": "dev-laptop",
    "cwd": "/home/ana/service",
    "env": {
        "SHELL": "/bin/zsh", "LANG": "en_GB.UTF-8", "TERM": "xterm-256color", "EDITOR": "vim",
        "PATH": "/usr/local/bin:/usr/bin:/bin", "NODE_OPTIONS": "--max-old-space-size=4096",
        "ANTHROPIC_API_KEY": os.environ["API_KEY"],
        "HTTP_PROXY": "", "CI": "false", "GIT_AUTHOR_NAME": "Ana",
    },
}
answer = requests.post(
    sys.argv[1], data=gzip.compress(json.dumps(dump).encode()),
    headers={"Content-Type": "application/json", "Content-Encoding": "gzip"})
answer.raise_for_status()
