"""The cache as a command opens it for writing: what was found meanwhile is told before the command's own work."""

from collections.abc import Sequence

from citymanager.commands.outcome import warn
from citymanager.schema import Module
from citymanager.store import Profile, Writer


def opened(profile: Profile, modules: Sequence[Module]) -> Writer:
    """The right to write this profile. Raises ReadOnly, or Refused for a cache that a newer program has made."""
    writer = profile.writer(modules)
    for text in writer.opening.told():
        warn(text)
    return writer
