"""The city's modules in the order of the menu."""

from collections.abc import Mapping

from citymanager.modules.organisations import ORGANISATIONS
from citymanager.modules.people import PEOPLE
from citymanager.modules.reports import REPORTS
from citymanager.schema import Module

MODULES: tuple[Module, ...] = (REPORTS, ORGANISATIONS, PEOPLE)

BY_KEY: Mapping[str, Module] = {module.key: module for module in MODULES}
