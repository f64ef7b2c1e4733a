"""What of a source was left unopened, in words and as JSON."""

from collections.abc import Iterable, Sequence

from secrets_cli.json_value import JsonValue
from secrets_cli.usage.usage import NotOpened
from secrets_cli.wording import how_many

_NAMED = 6
"""Names that a line gives; JSON has them all."""


def not_opened_words(one: NotOpened) -> str:
    """`3 folders: account not asked for by `--log-account` (111122223333, ...)`."""
    found = f"{how_many(one.count, 'folder')}: " if one.count else ""
    return f"{found}{one.reason}{_names(one.names)}"


def not_opened_json(left_out: Iterable[NotOpened]) -> list[JsonValue]:
    """The list `not_opened` of a coverage."""
    return [
        {"where": one.where, "reason": one.reason, "names": list(one.names), "count": one.count} for one in left_out
    ]


def _names(names: Sequence[str]) -> str:
    if not names:
        return ""
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return f" ({', '.join(names[:_NAMED])}{more})"
