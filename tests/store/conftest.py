"""A real profile in a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from empty_cache import with_tables
from throwaway import HOUSE

from citymanager.store import Profile, Writer


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return Profile(tmp_path / "profile")


@pytest.fixture
def writer(profile: Profile) -> Iterator[Writer]:
    opened = with_tables(profile, HOUSE).writer(HOUSE, patience=0)
    yield opened
    opened.close()
