"""Finding silent divergence: do our rows and the server's, counted and hashed, still agree?"""

import logging
from datetime import datetime, timedelta

from citymanager.failpoints import fp
from citymanager.store import Writer
from sync.client import Client
from sync.contract import DigestAnswer, seal
from sync.pull import ground
from sync.surroundings import Surroundings

EVERY, AGAIN = timedelta(days=1), timedelta(hours=1)
"""How often, and how soon once more when the server had moved on meanwhile: sums cost it more than changes."""
log = logging.getLogger(__name__)


def due(writer: Writer, now: datetime) -> bool:
    """Whether the last comparison was too long ago, or lies in what a wrong clock took for the future."""
    last = writer.meta("verified")
    return last is None or abs(now - datetime.fromisoformat(last)) > EVERY


def verify(client: Client, around: Surroundings) -> list[str]:
    """Compare every module with the server; those that differ are marked to be loaded anew. Their keys."""
    answer = client.digest()

    def act(writer: Writer) -> list[str]:
        now = client.clock()
        if ground(writer).cursor != answer["seq"]:
            writer.set_meta({"verified": (now - EVERY + AGAIN).isoformat()})
            return []
        wrong = _diverged(writer, answer)
        writer.set_meta({f"load:{key}": "" for key in wrong} | {"verified": now.isoformat()})
        return wrong

    found = around.write(act)
    fp("verify.marked")
    if found:
        log.warning("diverged from the server, loading anew: %s", ", ".join(found))
    return found


def _diverged(writer: Writer, answer: DigestAnswer) -> list[str]:
    """Modules that hold other records or versions than the server's; while edits wait there is nothing to compare."""
    busy = {one.module for one in writer.outbox()}
    return [
        key
        for key, there in answer["modules"].items()
        if key in writer.modules and key not in busy and seal(writer.server.digest_rows(key)) != there["sha256"]
    ]
