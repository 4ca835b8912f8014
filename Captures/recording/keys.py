"""Synthetic keys: the right form, random characters, valid nowhere. Made afresh for every recording."""

import hashlib
import json
import secrets
import string
from pathlib import Path

ALPHANUMERIC = string.ascii_letters + string.digits
URL_SAFE = ALPHANUMERIC + "-_"
# The base64 of "OpenAI" and of "XgroqX" stand in the middle of every key of these two issuers.
OPENAI_MARK, GROQ_MARK = "T3BlbkFJ", "WGdyb3FY"


def characters(alphabet: str, count: int) -> str:
    """Ends in a letter or digit, as a key that ends in punctuation is easily cut by whoever copies it."""
    return "".join(secrets.choice(alphabet) for _ in range(count - 1)) + secrets.choice(ALPHANUMERIC)


FORMS = {
    "openai-project": lambda: "sk-proj-" + characters(URL_SAFE, 74) + OPENAI_MARK + characters(URL_SAFE, 74),
    "openai-legacy": lambda: "sk-" + characters(ALPHANUMERIC, 20) + OPENAI_MARK + characters(ALPHANUMERIC, 20),
    # Used by several issuers alike: the form does not tell whose key it is.
    "sk-48": lambda: "sk-" + characters(ALPHANUMERIC, 48),
    "anthropic": lambda: "sk-ant-api03-" + characters(URL_SAFE, 93) + "AA",
    "together": lambda: "tgp_v1_" + characters(URL_SAFE, 43),
    "groq": lambda: "gsk_" + characters(ALPHANUMERIC, 20) + GROQ_MARK + characters(ALPHANUMERIC, 24),
}


class KeyRing:
    """The keys of one capture. Only their fingerprints are ever written outside it."""

    def __init__(self):
        self.made: list[tuple[str, str]] = []

    def new(self, form: str) -> str:
        key = FORMS[form]()
        self.made.append((form, key))
        return key

    def write_fingerprints(self, path: Path):
        """One JSON object a line: form, length and SHA-256 of each key. No file at all when there is no key."""
        path.unlink(missing_ok=True)
        lines = [
            json.dumps({
                "form": form,
                "length": len(key),
                "fingerprint": "sha256:" + hashlib.sha256(key.encode()).hexdigest(),
            })
            for form, key in self.made
        ]
        if lines:
            path.write_text("\n".join(lines) + "\n")
