"""No secret is found where it was not asked for, whatever command runs and however it ends."""

import pytest

from scripts.canary_matrix import run_matrix
from tests.canary.cells import ROWS

pytestmark = pytest.mark.e2e


def test_no_cell_leaks_or_ends_wrongly() -> None:
    cells = run_matrix(ROWS, workers=4)
    assert [(cell.row.command, cell.row.name, cell.outcome.value, cell.leaks) for cell in cells if cell.leaks] == []
    assert [(cell.row.command, cell.row.name, cell.outcome.value, cell.wrong) for cell in cells if cell.wrong] == []
    assert sum(cell.reached for cell in cells) > 5 * len(ROWS)
