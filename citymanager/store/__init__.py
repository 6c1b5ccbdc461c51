"""The local cache: everything readable and writable without a line, and nothing saved is ever lost."""

from citymanager.store.connection import DamagedCache
from citymanager.store.edits import Edit, Saved, Seen
from citymanager.store.opening import Opening
from citymanager.store.profile import Profile
from citymanager.store.query import Query
from citymanager.store.reader import Reader
from citymanager.store.records import Record
from citymanager.store.writer import Writer

__all__ = ["DamagedCache", "Edit", "Opening", "Profile", "Query", "Reader", "Record", "Saved", "Seen", "Writer"]
