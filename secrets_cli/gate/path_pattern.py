"""Patterns of files, as `.gitignore` and pyproject files have them.

`*` and `?` match within one name, `**` any number of folders. A pattern without a slash matches a name at any depth; one
that matches a folder matches all that is in it. A leading or trailing slash means nothing.
"""

import re
from functools import lru_cache


def path_matches(pattern: str, path: str) -> bool:
    """Whether a path (relative, with `/`) or one of the folders it is in matches the pattern."""
    return _compiled(pattern).fullmatch(path) is not None


def matches_everything(pattern: str) -> bool:
    """Whether the pattern leaves no file out: nothing but stars."""
    return not pattern.replace("*", "").replace("/", "").replace(".", "")


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    plain = pattern.removeprefix("./").strip("/")
    anywhere = "" if "/" in plain or plain == "**" else "(?:.*/)?"
    parts = [_part(part) for part in plain.split("/")]
    body = ""
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        if part is None:
            body += ".*" if last else "(?:.*/)?"
        else:
            body += part if last else f"{part}/"
    return re.compile(f"{anywhere}{body}(?:/.*)?", re.DOTALL)


def _part(part: str) -> str | None:
    """One name as a regular expression; None for `**`."""
    if part == "**":
        return None
    return "".join("[^/]*" if c == "*" else "[^/]" if c == "?" else re.escape(c) for c in part)
