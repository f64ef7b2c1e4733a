"""Parameters that a key protects, as a table."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from secrets_cli.aws.parameters import Described
from secrets_cli.report.key_history import when

if TYPE_CHECKING:
    from rich.table import Table


def parameters_table(parameters: Sequence[Described]) -> "Table":
    """One row a parameter: its name, version, when and by whom it was written, and the key as the writer gave it."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_edge=False)
    for title in ("parameter", "version", "written", "by", "under"):
        table.add_column(title, overflow="fold")
    for one in parameters:
        cells = (one.name, str(one.version), when(one.modified) or "", one.modified_by, one.key)
        table.add_row(*(Text(cell) for cell in cells))
    return table
