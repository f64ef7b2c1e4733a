"""Action wildcards that admit more than reading, sorted by how wide the statement grants what they admit."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.gate.breadth import Breadth, breadth_of, can_be_scoped, is_whole_service, wildcards
from secrets_cli.gate.breadth_actions import reshapes, serious
from secrets_cli.gate.breadth_documented import documented
from secrets_cli.gate.fix import Fix, ReplaceValues
from secrets_cli.gate.subject import Granted
from secrets_cli.inputs.found import UNKNOWN

PASSING: Final = "iam:PassRole"
"""Has rules of its own; written out, it is left to them."""
_MOST_LISTED = 40
"""No fix lists more actions than anybody reads."""


@dataclass(frozen=True, slots=True)
class Wild:
    """Action patterns of one statement and what they admit."""

    patterns: tuple[str, ...]
    """As written; never empty."""
    actions: frozenset[str]
    """The known actions they grant on some resource of the statement."""
    grave: frozenset[str]
    """Those that write or give access and are why the rule speaks; never empty."""


def wide(granted: Granted, catalog: Catalog, *, whole_services: bool) -> Wild | None:
    """The patterns that admit writing or giving access on everything, or on everything of a type.

    With `whole_services` those that leave no action of their service out, else the others, as far as they admit more than
    the former. None where there are none.
    """
    breadth = breadth_of(granted, catalog)
    dangerous = worth_telling(breadth.wide, catalog)
    patterns = wildcards(granted, catalog)
    whole = {one: actions for one, actions in patterns.items() if is_whole_service(one)}
    if whole_services:
        return _wild(whole, dangerous, breadth)
    said = frozenset().union(*whole.values()) if dangerous else frozenset()
    return _wild({one: patterns[one] for one in patterns if one not in whole}, dangerous - said, breadth)


def scoped(granted: Granted, catalog: Catalog, *, reshaping: bool) -> Wild | None:
    """The patterns that admit it on the statement's resources alone.

    With `reshaping` only as far as an action gives access to the resource, changes or destroys it.
    """
    breadth = breadth_of(granted, catalog)
    dangerous = frozenset(one for one in serious(breadth.scoped, catalog) if not reshaping or reshapes(one, catalog))
    dangerous -= _evident(granted.statement.action.values, dangerous)
    told = worth_telling(breadth.wide, catalog)
    patterns = {one: actions for one, actions in wildcards(granted, catalog).items() if not actions & told}
    return _wild(patterns, dangerous, breadth)


def held_back(granted: Granted, catalog: Catalog) -> Wild | None:
    """The patterns that admit writing or giving access, though only what AWS itself grants on everything, or under
    conditions that narrow it."""
    breadth = breadth_of(granted, catalog)
    told = worth_telling(breadth.wide, catalog)
    patterns = {one: actions for one, actions in wildcards(granted, catalog).items() if not actions & told}
    return _wild(patterns, serious(breadth.wide | breadth.narrowed, catalog), breadth)


def told_by_wildcards(granted: Granted, catalog: Catalog) -> frozenset[str]:
    """The actions of which the rules on wide wildcards speak in the default persona."""
    told = worth_telling(breadth_of(granted, catalog).wide, catalog)
    return frozenset().union(*(actions for actions in wildcards(granted, catalog).values() if actions & told))


def worth_telling(actions: Iterable[str], catalog: Catalog) -> frozenset[str]:
    """Those that write or give access, less those that AWS itself grants on everything, and less those that take no resource
    and change none (`textract:StartDocumentAnalysis`)."""
    return _worth_telling(frozenset(actions), catalog)


@lru_cache(maxsize=512)
def _worth_telling(actions: frozenset[str], catalog: Catalog) -> frozenset[str]:
    return frozenset(
        one
        for one in serious(actions, catalog)
        if documented(one) is None and (can_be_scoped(one, catalog) or reshapes(one, catalog))
    )


def _evident(patterns: Iterable[str], actions: Iterable[str]) -> frozenset[str]:
    """The actions that a pattern spells out: `ssm:DeleteParameter*` says `ssm:DeleteParameter` and `ssm:DeleteParameters`."""
    said = {form for one in patterns for form in (one.rstrip("*").lower(), f"{one.rstrip('*').lower()}s")}
    return frozenset(one for one in actions if one.lower() in said)


def _wild(patterns: Mapping[str, frozenset[str]], dangerous: frozenset[str], breadth: Breadth) -> Wild | None:
    speaking = tuple(one for one in patterns if patterns[one] & dangerous)
    if not speaking:
        return None
    admitted = frozenset().union(*(patterns[one] for one in speaking))
    granted = breadth.wide | breadth.scoped | breadth.narrowed
    return Wild(speaking, admitted & granted, admitted & dangerous)


def spelled_out(granted: Granted, wild: Wild) -> Fix | None:
    """The patterns written as the known actions they stand for here; None where that would be too many to read.

    Not safe: AWS may add an action that the pattern is meant to grant.
    """
    place = granted.statement.location
    if place is None or place.file != granted.at.of.location.file or granted.at.of.attached_by:
        return None
    if not 0 < len(wild.actions) <= _MOST_LISTED:
        return None
    what = f"write {and_so_on(wild.patterns)} as the {len(wild.actions)} known actions that its resources take"
    return Fix(what, False, (ReplaceValues(place, "Action", wild.patterns, tuple(sorted(wild.actions))),))


def and_so_on(words: Sequence[str], count: int = 3) -> str:
    """Up to `count` words in backticks, and how many there are besides; what is unknown in them is `…`."""
    shown = [f"`{one.replace(UNKNOWN, '…')}`" for one in words[:count]]
    left = len(words) - len(shown)
    if left:
        return f"{', '.join(shown)} and {left} more"
    *others, last = shown
    return f"{', '.join(others)} and {last}" if others else last


def verb(words: Collection[str], one: str, several: str) -> str:
    """The verb's form for one pattern or for several."""
    return one if len(words) == 1 else several
