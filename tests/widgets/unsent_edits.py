"""Edits in every state of the outbox, made by the real writer, for the panels that show them."""

from dataclasses import dataclass
from typing import Any

from throwaway import NOW, WHOLE

from citymanager.roles import role
from citymanager.store import Saved, Writer

ME, OTHER = "ivanova", "petrov"


@dataclass
class Bench:
    """A record that the server has, as version 1."""

    writer: Writer
    id: str

    def edit(self, **change: Any) -> Saved:
        return self.writer.save("benches", self.id, change, ME, role("moderator"), NOW)

    def conflict(self, saved: Saved, fields: list[str], **theirs: Any) -> None:
        """The server's verdict: somebody else changed these fields meanwhile."""
        current = {
            "seq": 20, "module": "benches", "id": self.id, "version": 2, "deleted": False, "by": OTHER,
            "at": "2026-11-23T04:10:00Z", "data": {**self.data(), **theirs},
        }  # fmt: skip
        verdict = {"op": saved.op, "result": "conflict", "current": current, "fields": fields}
        self.writer.settle([verdict], "feed", NOW)

    def moves_on(self, version: int, *, deleted: bool = False, **theirs: Any) -> None:
        """A third person has changed the record on the server once more."""
        data = {} if deleted else {**self.data(), **theirs}
        change = {**self.change("benches", self.id, version, data), "by": "sidorov", "deleted": deleted}
        self.writer.absorb([change], NOW, {})

    @staticmethod
    def change(module: str, ident: str, version: int, data: dict[str, Any]) -> dict[str, Any]:
        """A record as the server tells of it."""
        return {
            "seq": 10 * version, "module": module, "id": ident, "version": version, "deleted": False, "by": OTHER,
            "at": "2026-11-23T04:10:00Z", "data": data,
        }  # fmt: skip

    def refuse(self, saved: Saved, reason: str) -> None:
        self.refuse_op(saved.op, reason)

    def refuse_op(self, op: str, reason: str) -> None:
        self.writer.settle([{"op": op, "result": "refused", "reason": reason}], "feed", NOW)

    def data(self) -> dict[str, Any]:
        """As the server has it."""
        copy = self.writer.server.copy("benches", self.id)
        found = copy or self.writer.get("benches", self.id)
        assert found is not None
        return dict(found.data)


def bench(writer: Writer) -> Bench:
    """A new bench, accepted by the server; before any thread owns the writer."""
    saved = writer.save("benches", None, dict(WHOLE), ME, role("moderator"), NOW)
    writer.settle([{"op": saved.op, "result": "accepted", "seq": 1, "version": 1}], "feed", NOW)
    return Bench(writer, saved.id)
