"""Caches that have their tables already: a copy of a file, where making the tables takes most of a profile's first
opening. What else a new profile is given, it is given when it is opened, as ever."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from citymanager.schema import Module
from citymanager.store import Profile, migrating
from citymanager.store.connection import Connection


@dataclass(frozen=True)
class _House:
    """Modules, by which of them they are: a declaration has no hash."""

    known: tuple[int, ...]
    modules: Sequence[Module] = field(compare=False)


def with_tables(profile: Profile, modules: Sequence[Module]) -> Profile:
    """A new profile whose cache has the modules' tables, and nothing in them."""
    profile.cache.write_bytes(_empty(_House(tuple(map(id, modules)), tuple(modules))))
    return profile


@cache
def _empty(house: _House) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cache.db"
        connection = Connection(file, read_only=False)
        migrating.prepare(connection, house.modules)
        connection.close()
        return file.read_bytes()
