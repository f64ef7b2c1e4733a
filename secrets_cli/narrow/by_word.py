"""Grants kept, and grants taken out, by the user's word.

What is to be kept is cut out of the present Allow statements, as everything kept is. What is never to be granted goes whatever
stands behind it. A policy without Deny can only leave a grant out, not take a part out of its resource; where a word names a
part, that is an error, not a guess.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.errors import ConfigurationError
from secrets_cli.iam.model import Policy, Statement
from secrets_cli.iam.pattern import matches
from secrets_cli.iam.pattern_relation import covers, overlaps
from secrets_cli.narrow.narrowing import Evidence, KeptGrant, NeverGranted, Origin, ReplayedDenied
from secrets_cli.narrow.observed import ObservedRequest
from secrets_cli.narrow.present import scopes_of
from secrets_cli.narrow.word_lists import Word

_VARIABLE = re.compile(r"\$\{[^}]*\}")


@dataclass(frozen=True, slots=True)
class Parted:
    """Counted requests by whether they may be granted."""

    allowed: tuple[ObservedRequest, ...]
    never: tuple[ReplayedDenied, ...]
    """Those the user's word takes out: denied from now on, and no fault of the proof."""
    taken: tuple[NeverGranted, ...]
    """The same, with the events behind them."""

    @property
    def seen(self) -> frozenset[str]:
        """The actions of them all."""
        return frozenset((*(one.action for one in self.allowed), *(one.action for one in self.taken)))


def parted(requests: Iterable[ObservedRequest], never: Sequence[Word], catalog: Catalog) -> Parted:
    """The requests with those apart that a word of the never-list covers. Raises ConfigurationError as `without` does."""
    allowed: list[ObservedRequest] = []
    taken: list[NeverGranted] = []
    for request in requests:
        word = _word_against(never, request.action, request.resource, (), catalog)
        if word is None:
            allowed.append(request)
        else:
            taken.append(_never(word, request.action, request.resource, request.evidence.events))
    denied = tuple(ReplayedDenied(one.action, one.resource, one.because) for one in taken)
    return Parted(tuple(allowed), denied, tuple(taken))


def kept_by_word(keep: Sequence[Word], present: tuple[Policy, ...], catalog: Catalog) -> tuple[KeptGrant, ...]:
    """What the keep-list names, as far as the present policies grant it.

    Of a pattern of actions, those that can be asked for on the resource.
    """
    return tuple(grant for word in keep for grant in _kept(word, present, catalog))


def kept_nothing(keep: Sequence[Word], present: tuple[Policy, ...], catalog: Catalog) -> tuple[Word, ...]:
    """The words of the keep-list of which the present policies grant nothing."""
    return tuple(word for word in keep if not _kept(word, present, catalog))


def without(
    grants: Iterable[KeptGrant], never: Sequence[Word], catalog: Catalog
) -> tuple[tuple[KeptGrant, ...], tuple[NeverGranted, ...]]:
    """The grants that may stand, and those that the never-list takes out.

    Raises ConfigurationError where a word names a part of a grant's resource.
    """
    standing: list[KeptGrant] = []
    taken: dict[tuple[str, str], NeverGranted] = {}
    for grant in grants:
        word = _word_against(never, grant.action, grant.resource, grant.excluding, catalog)
        if word is None:
            standing.append(grant)
        else:
            taken.setdefault((grant.action, grant.resource), _never(word, grant.action, grant.resource, 0))
    return tuple(standing), tuple(taken.values())


def is_free_of(never: Sequence[Word], action: str, resource: str, catalog: Catalog) -> bool:
    """Whether no word says anything of the action on the resource or a part of it."""
    return not any(_concerns(word, action, resource, catalog) for word in never)


def as_exact_where_forbidden(
    compact: Sequence[Statement], exact: Sequence[Statement], never: Sequence[Word]
) -> tuple[Statement, ...]:
    """The compact statements, those left exact whose wildcards reach into a word of the never-list: an action AWS has not
    made yet could match both."""
    return tuple(
        plain if short != plain and any(_reaches(short, word) for word in never) else short
        for short, plain in zip(compact, exact, strict=True)
    )


def _kept(word: Word, present: tuple[Policy, ...], catalog: Catalog) -> list[KeptGrant]:
    reason = f"{word.reason} ({word.place})"
    return [
        KeptGrant(
            action,
            scope.resource,
            scope.conditions,
            Origin.KEPT,
            Evidence(notes=tuple(note for note in (reason, scope.widened) if note)),
            scope.excluding,
        )
        for action in catalog.expand(word.action)
        if _can_carry(action, word.resource, catalog)
        for scope in scopes_of(present, action, word.resource, catalog)
    ]


def _word_against(
    never: Sequence[Word], action: str, resource: str, excluding: tuple[str, ...], catalog: Catalog
) -> Word | None:
    """The word that takes the grant out, or None. Raises ConfigurationError where words take parts of it only."""
    concerned = [word for word in never if _concerns(word, action, resource, catalog)]
    whole = next((word for word in concerned if covers(word.resource, _upper(resource))), None)
    if whole is not None:
        return whole
    for word in concerned:
        if not any(covers(pattern, word.resource) for pattern in excluding):
            raise ConfigurationError(
                f"{word.place}: `{word.resource}` is a part of `{resource}`, on which `{action}` is kept",
                "a policy without Deny cannot leave a part out: name all of it, or write a Deny into the present policy",
            )
    return None


def _concerns(word: Word, action: str, resource: str, catalog: Catalog) -> bool:
    return (
        _acts(word, action) and overlaps(word.resource, _upper(resource)) and _can_carry(action, word.resource, catalog)
    )


def _acts(word: Word, action: str) -> bool:
    """Whether the word's action pattern matches an action; or shares one with a pattern that the catalog does not know."""
    if "*" in action or "?" in action:
        return overlaps(word.action.lower(), action.lower())
    return matches(word.action, action, ignore_case=True)


def _can_carry(action: str, resource: str, catalog: Catalog) -> bool:
    """Whether a request of the action can name a resource of the pattern; yes where the catalog cannot tell."""
    if resource == "*":
        return True
    carried = catalog.resource_patterns(action)
    return carried is None or any(_may_name(resource, pattern) for pattern in carried)


def _may_name(resource: str, pattern: str) -> bool:
    """Whether an ARN of a type can match the resource: field by field, and a bucket's name holds no slash."""
    fields = zip(resource.split(":", 5), pattern.split(":", 5), strict=False)
    is_object = ":s3:::" in resource and "/" in resource
    return all(overlaps(one, other) for one, other in fields) and ("/" in pattern or not is_object)


def _reaches(statement: Statement, word: Word) -> bool:
    patterns = (value for value in statement.action.values if "*" in value or "?" in value)
    return any(overlaps(word.action.lower(), pattern.lower()) for pattern in patterns)


def _never(word: Word, action: str, resource: str, events: int) -> NeverGranted:
    return NeverGranted(action, resource, f"never: {word.reason} ({word.place})", events)


def _upper(pattern: str) -> str:
    return _VARIABLE.sub("*", pattern)
