"""Faults put into the source on purpose: what the histories must find, or they prove nothing.

Each is a small change of a text; it is made in a copy of the source, which a process of its own then runs.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHANGED = ("citymanager", "sync")
"""Packages that are copied; all else of the house is used as it stands."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """Texts of a file, each of which stands there exactly once, and what takes its place."""

    name: str
    file: str
    text: str
    instead: str
    more: Mapping[str, str] = field(default_factory=dict)
    told: str = ""
    """The test of `test_histories_found` that finds it; empty: the invented histories do, within reason."""

    @property
    def texts(self) -> dict[str, str]:
        return {self.text: self.instead, **self.more}

    @property
    def source(self) -> str:
        return (ROOT / self.file).read_text(encoding="utf-8")

    @property
    def mutated(self) -> str:
        found = self.source
        for text, instead in self.texts.items():
            found = found.replace(text, instead)
        return found

    def build(self, folder: Path) -> None:
        """A house with this fault in it."""
        for one in ROOT.iterdir():
            if one.name in CHANGED:
                shutil.copytree(one, folder / one.name, ignore=shutil.ignore_patterns("__pycache__"))
            elif not one.name.startswith("."):
                (folder / one.name).symlink_to(one)
        (folder / self.file).write_text(self.mutated, encoding="utf-8")


MUTANTS = (
    Mutant(
        "an operation that met another one is dropped",
        "citymanager/store/verdicts.py",
        'outbox.mark(connection, pending.op, "conflict", MET, current, verdict.get("fields", ()))',
        "outbox.close(connection, pending.op)",
    ),
    Mutant(
        "who has taken a telephonogram is overwritten by who has taken it later",
        "citymanager/meeting.py",
        "    if not any(data.get(key) not in (*NOTHING, value) for key, value in mine.items()):\n",
        "    if True:\n",
        {"if data.get(key) != change[key]}": 'if data.get(key) != change[key] and not key.startswith("receive")}'},
    ),
    Mutant(
        "an operation is named when it is sent",
        "sync/push.py",
        "        limit = BATCH + len(self._passed)\n",
        "        limit = BATCH + len(self._passed)\n"
        "        from citymanager.store.outbox import rename\n"
        "        self._around.write(lambda w: [rename(w._connection, o) for o in w.queue.to_send(author, limit)])\n",
    ),
    Mutant(
        "the last one to write wins",
        "citymanager/meeting.py",
        "    return sorted(met)\n",
        "    return []\n",
    ),
    Mutant(
        "a deletion beats an edit",
        "sync/central/operations.py",
        "        if unseen:\n            return self._conflict(",
        "        if False:\n            return self._conflict(",
    ),
    Mutant(
        "which own operations an edit was made after is forgotten",
        "citymanager/store/outbox.py",
        "    if pending.after:\n",
        "    if False:\n",
    ),
    Mutant(
        "what a restored server has lost is not offered to it again",
        "sync/pull.py",
        "writer.offer_again(feed)",
        "pass",
    ),
    Mutant(
        "a status is merged blindly",
        "citymanager/meeting.py",
        "    if _seen(made, STATUS) == data.get(STATUS):\n",
        "    if True:\n",
    ),
    Mutant(
        "another person's operations are sent under this one's name",
        "citymanager/store/sending.py",
        "state = 'waiting' AND author IN (?, '')",
        "state = 'waiting' AND ? IS NOT NULL",
    ),
    Mutant(
        "a field that the program does not know is dropped",
        "citymanager/store/records.py",
        "return list(stored.values()), dumps(extra) if extra else None\n",
        "return list(stored.values()), None\n",
    ),
    Mutant(
        "an edit over an unsent one stands on what its author has not seen",
        "citymanager/store/ledger.py",
        "version, feed = base or unsent or (",
        "version, feed = base or (",
    ),
    Mutant(
        "a record that comes back is taken for an older one than its copy of the former feed",
        "citymanager/store/absorb.py",
        "SET deleted = 1, version = iif(?1, 0, version), seen",
        "SET deleted = 1, version = version, seen",
        told="test_what_a_restored_server_had_not_and_gets_back_takes_the_place_of_the_old_copy",
    ),
    Mutant(
        "an edit is offered again as if it had been made after what was made on it",
        "citymanager/store/offered_again.py",
        "if pending.op not in one.after\n        and",
        "if",
        told="test_what_is_offered_again_was_not_seen_by_the_edit_that_it_was_made_on",
    ),
    Mutant(
        "the cursor is stored before its rows",
        "sync/pull.py",
        'self._around.tell(self._around.write(lambda writer: writer.absorb(answer["changes"], now, meta)))',
        "self._around.write(lambda writer: writer.set_meta(meta))\n"
        '        self._around.tell(self._around.write(lambda writer: writer.absorb(answer["changes"], now, {})))',
        told="test_the_cursor_never_stands_behind_rows_that_are_not_there",
    ),
)
