"""A server of its own with the training city, for `--demo`: a process beside the window that ends with it."""

import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from citymanager.commands.outcome import warn
from citymanager.errors import Refused
from sync.central.training_day import begin_anew


@contextmanager
def training_server(folder: Path, program: Sequence[str], meanwhile: Callable[[], None]) -> Iterator[str]:
    """The server's address while the block runs. `meanwhile`: what there is to do until it stands.

    `program`: the words that run this program. Raises Refused if the server does not start.
    """
    if begin_anew(folder):
        warn("Учебному городу больше суток: он начат заново.")
    words = ["--profile", str(folder), "central", "--training-city", "--port", "0"]
    # the kernel stops the server when its window dies, be it by kill -9: the next start needs its place
    owned = ["setpriv", "--pdeathsig", "TERM", *program, *words]
    process = subprocess.Popen(owned, stdout=subprocess.PIPE, text=True)
    try:
        meanwhile()
        assert process.stdout is not None
        word, _, url = process.stdout.readline().strip().partition(" ")
        if word != "ready":
            raise Refused("Учебный сервер не запустился: см. сообщение выше.")
        yield url
    finally:
        process.terminate()
        process.wait()
