"""The modules that this server keeps: the city's, unless it was started with others."""

from collections.abc import Mapping

from django.conf import settings

from citymanager.schema import Module


def registers() -> Mapping[str, Module]:
    """The declared modules by their keys, in the order of the menu."""
    found: Mapping[str, Module] = settings.REGISTERS
    return found
