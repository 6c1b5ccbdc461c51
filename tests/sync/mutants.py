"""Faults put into the source on purpose: what the invented histories must find, or they prove nothing.

Each is a small change of a text; it is made in a copy of the source, which a process of its own then runs.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHANGED = ("citymanager", "sync")
"""Packages that are copied; all else of the house is used as it stands."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """`text` of a file stands there exactly once, and something else takes its place."""

    name: str
    file: str
    text: str
    instead: str

    @property
    def mutated(self) -> str:
        return (ROOT / self.file).read_text(encoding="utf-8").replace(self.text, self.instead)

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
        "the cursor is stored before its rows",
        "sync/pull.py",
        'self._around.tell(self._around.write(lambda writer: writer.absorb(answer["changes"], now, meta)))',
        "self._around.write(lambda writer: writer.set_meta(meta))\n"
        '        self._around.tell(self._around.write(lambda writer: writer.absorb(answer["changes"], now, {})))',
    ),
    Mutant(
        "who has taken a telephonogram is overwritten by who has taken it later",
        "sync/central/merge.py",
        "if key in touched and data.get(key) != value",
        'if key in touched and data.get(key) != value and not key.startswith("receiver")',
    ),
    Mutant(
        "an operation is named when it is sent",
        "sync/push.py",
        "        limit = BATCH + len(self._passed)\n",
        "        limit = BATCH + len(self._passed)\n"
        "        from citymanager.store.outbox import rename\n"
        "        self._around.write(lambda w: [rename(w._connection, one) for one in w.to_send(author, limit)])\n",
    ),
    Mutant(
        "the last one to write wins",
        "sync/central/merge.py",
        "return sorted(key for key, value in change.items() if key in touched and data.get(key) != value)",
        "return []",
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
        "an older answer is laid over a newer row",
        "citymanager/store/absorb.py",
        'if reload or ident in edited or change["version"] >= versions.get(ident, 0)',
        "if True",
    ),
    Mutant(
        "a status is merged blindly",
        "sync/central/merge.py",
        "if key in touched and data.get(key) != value",
        'if key in touched and data.get(key) != value and key != "status"',
    ),
    Mutant(
        "another person's operations are sent under this one's name",
        "citymanager/store/reader.py",
        "author IN (?, '')",
        "? IS NOT NULL",
    ),
    Mutant(
        "a field that the program does not know is dropped",
        "citymanager/store/records.py",
        "                extra[key] = value\n",
        "                pass\n",
    ),
    Mutant(
        "an edit over an unsent one stands on what its author has not seen",
        "citymanager/store/writer.py",
        "base, feed = unsent or (",
        "base, feed = (",
    ),
    Mutant(
        "a record that comes back is taken for an older one than its copy of the former feed",
        "citymanager/store/absorb.py",
        "SET deleted = 1, version = 0 WHERE",
        "SET deleted = 1 WHERE",
    ),
)
