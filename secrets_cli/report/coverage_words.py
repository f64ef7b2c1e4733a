"""What of a source was left unopened, in words and as JSON."""

from collections.abc import Iterable, Sequence
from typing import assert_never

from secrets_cli.json_value import JsonValue
from secrets_cli.usage.usage import LeftOut, NotOpened
from secrets_cli.wording import how_many

_NAMED = 6
"""Names that a line gives; JSON has them all."""


def not_opened_words(one: NotOpened) -> str:
    """`accounts not asked for (`--log-account`): 111122223333, 444455556666`."""
    folders = how_many(one.count, "folder")
    match one.kind:
        case LeftOut.NO_LOGS:
            return f"{folders} of {one.reason}"
        case LeftOut.DAYS:
            return one.reason
        case LeftOut.ACCOUNT | LeftOut.REGION | LeftOut.OTHER_SERVICE:
            return f"{one.reason}: {_names(one.names)}"
        case unreachable:
            assert_never(unreachable)


def not_opened_json(left_out: Iterable[NotOpened]) -> list[JsonValue]:
    """The list `not_opened` of a coverage."""
    return [
        {
            "where": one.where,
            "kind": one.kind.value,
            "reason": one.reason,
            "names": list(one.names),
            "count": one.count,
        }
        for one in left_out
    ]


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"
