"""Words of others in GitHub's Markdown: shown as they are, never read as markup, a mention, a link or HTML.

A code span is the one place where GitHub reads nothing of all that (https://github.github.com/gfm/#code-spans), so what is
not certainly plain prose becomes one.
"""

import re

from secrets_cli.report.printable import printable

_PROSE = re.compile(r"[A-Za-z0-9 ,.;:()%+'-]*")
"""Without the characters of markup, of HTML, of mentions (`@`), of references (`#`) and of paths and addresses (`/`)."""
_LINKED = re.compile(r"(?i)\bwww\.|\bhttps?:|\bgh-\d|\b[0-9a-f]{7,}\b|^\s*\d+[.)]")
"""What becomes a link all the same."""


def code(text: str) -> str:
    """The text as a code span that also stands in a cell of a table; a dash where there is none."""
    shown = " ".join(printable(text).split(" ")).strip(" ")
    if not shown:
        return "-"
    longest = max((len(run) for run in re.findall(r"`+", shown)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}".replace("|", "\\|")


def sentence(text: str) -> str:
    """A message: its parts in backticks as code spans, the rest as prose; all of it as code where that is not safe."""
    parts = text.split("`")
    prose = parts[::2]
    if len(parts) % 2 == 0 or not all(_is_plain(one) for one in prose):
        return code(text)
    return "".join(one if index % 2 == 0 else code(one) for index, one in enumerate(parts))


def _is_plain(prose: str) -> bool:
    return bool(_PROSE.fullmatch(prose)) and not _LINKED.search(prose)
