"""What the end-to-end tests share: one emulator of AWS for the session."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.emulator.server import Emulator, running


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Iterator[Emulator]:
    """An emulator of AWS with IAM enforcement on, for all tests of the session: use names of your own in it."""
    with running(tmp_path_factory.mktemp("emulator"), checkout) as started:
        yield started
