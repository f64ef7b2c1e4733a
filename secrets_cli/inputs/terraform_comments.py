"""The comments of a Terraform file: what its reader skips as white space.

`#` or `//` within a string or a heredoc is read as part of it, and so is never a comment.
"""

import re

from secrets_cli.iam.json_text import Places
from secrets_cli.inputs.comment import Comment, Extents, Thing
from secrets_cli.inputs.terraform_parse import spans_of
from secrets_cli.inputs.terraform_source import Sources

_COMMENT = re.compile(r"#(?P<hash>[^\n]*)|//(?P<slashes>[^\n]*)|/\*(?P<stars>[\s\S]*?)\*/")


def terraform_comments(text: str, name: str) -> tuple[Comment, ...]:
    """Every comment, in order; one of several lines between `/*` and `*/` is one. Raises MalformedInput as the reader does."""
    sources = Sources()
    gaps, _ = spans_of(sources, sources.add(name, text))
    places = Places(text, name)
    found = {
        match.start(): match for start, end in gaps for match in _COMMENT.finditer(text, start, end) if end > start
    }
    extents = Extents(terraform_things(text, name), _busy(text, found))
    comments: list[Comment] = []
    for offset, match in sorted(found.items()):
        place = places.at(offset)
        before = _COMMENT.sub("", text[text.rfind("\n", 0, offset) + 1 : offset])
        thing = extents.of(places.at(match.end() - 1).line, beside=bool(before.strip()))
        written = next(group for group in match.groups() if group is not None)
        comments.append(Comment(written.strip(), place, (thing.first, thing.last)))
    return tuple(comments)


def terraform_things(text: str, name: str) -> tuple[Thing, ...]:
    """The blocks and expressions. Raises MalformedInput as the reader does."""
    sources = Sources()
    _, spans = spans_of(sources, sources.add(name, text))
    places = Places(text, name)
    return tuple(Thing(places.at(start).line, places.at(max(start, _end(text, end) - 1)).line) for start, end in spans)


def _end(text: str, end: int) -> int:
    """The end without white space: an expression is read past what follows it."""
    while end > 0 and text[end - 1].isspace():
        end -= 1
    return end


def _busy(text: str, found: dict[int, re.Match[str]]) -> set[int]:
    """The lines that hold more than comments."""
    rest = list(text)
    for match in found.values():
        for position in range(match.start(), match.end()):
            if rest[position] != "\n":
                rest[position] = " "
    return {number for number, line in enumerate("".join(rest).split("\n"), 1) if line.strip("\ufeff \t\r")}
