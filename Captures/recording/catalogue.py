"""What a capture is to `record`: a name, what makes it, and what that needs."""

import sys
from dataclasses import dataclass
from typing import Callable

from lab import HERE

CLIENTS = HERE / "clients"
PYTHON = sys.executable


@dataclass
class Recording:
    """`run` gets the lab and the key ring and returns when the traffic is over. `needs` names programs and Python
    modules beyond those of every capture; with `secrets_inside` the key log goes into the capture, a pcapng."""

    name: str
    run: Callable
    needs: tuple[str, ...] = ()
    secrets_inside: bool = False


class recording:
    """tcpdump runs while the block does; the lab knows which file."""

    def __init__(self, lab, **options):
        self.lab, self.options = lab, options

    def __enter__(self):
        self.capture = self.lab.record(self.lab.capture, **self.options)

    def __exit__(self, failure, *_):
        if failure is None:
            self.lab.stop_recording(self.capture)
