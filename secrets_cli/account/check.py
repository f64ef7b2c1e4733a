"""Whether a narrowed policy may be applied to a role or user as it is now: drift, the proof made anew, and whose it is.

The narrowing's own verdict counts for nothing here. What counts: that the policies now say what was analysed, that the
narrowed ones grant nothing these do not (containment), and that they allow every counted request (replay, where the
file carries the requests).
"""

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from secrets_cli.account.held import held_by, policies_of
from secrets_cli.account.meaning import difference, meanings
from secrets_cli.account.proposed import Proposed
from secrets_cli.aws.roles import LivePrincipal
from secrets_cli.catalog.catalog import Catalog
from secrets_cli.iam.contain import Contained, NotContained, Undecided, contains
from secrets_cli.iam.model import Policy
from secrets_cli.iam.parse import parse_policy
from secrets_cli.narrow.narrowing import Evidence, Proof
from secrets_cli.narrow.observed import ObservedRequest
from secrets_cli.narrow.prove import ToProve, prove
from secrets_cli.narrow.statements import as_2012
from secrets_cli.wording import how_many

_RESERVED = "/aws-reserved/"
_LINKED = "/aws-service-role/"


class Standing(Enum):
    """Why something is refused; the value as in JSON."""

    NOT_PROVEN = "not-proven"
    """A proof failed."""
    UNDECIDED = "undecided"
    """Something is not known, or is no longer as it was analysed."""
    NOT_POSSIBLE = "not-possible"
    """AWS does not allow it, or a limit is in the way."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing is changed, and why."""

    standing: Standing
    reason: str
    """One phrase, without a full stop."""
    help: str = ""
    lines: tuple[str, ...] = ()
    """The difference, statement by statement, or the requests that fail."""


@dataclass(frozen=True, slots=True)
class Already:
    """The narrowed policies are what is in force, and nothing else."""


@dataclass(frozen=True, slots=True)
class Ready:
    """May be applied."""

    present: tuple[Policy, ...]
    """What is in force now, groups included, in version 2012-10-17."""
    fixed: tuple[Policy, ...]
    """Of these the groups': they stay in force whatever is changed."""
    proof: Proof
    was_replayed: bool
    """Whether the file carried the requests."""


Checked: TypeAlias = Ready | Already | Refused


def checked(proposed: Proposed, live: LivePrincipal, catalog: Catalog) -> Checked:
    """Decide. Raises MalformedInput where a policy that is in force cannot be read."""
    if refused := _reserved(live) or _without_policies(proposed):
        return refused
    fixed = _of_groups(live)
    own = policies_of(held_by(live), live.name)
    now = tuple(as_2012(policy) for policy in (*own, *fixed))
    if meanings(own) == meanings(proposed.policies):
        return Already()
    proof = prove(ToProve(live.arn, now, proposed.policies, _observed(proposed)), catalog)
    return (
        _not_contained(proposed, now, proof)
        or _drifted(proposed, now)
        or _not_replayed(proof)
        or _granted_by_groups(live, proposed, fixed)
        or Ready(now, fixed, proof, proposed.requests is not None)
    )


def reserved(live: LivePrincipal) -> Refused | None:
    """The refusal of what nobody in the account can change; None where it can be changed."""
    return _reserved(live)


def _reserved(live: LivePrincipal) -> Refused | None:
    if live.path.startswith(_LINKED):
        return Refused(
            Standing.NOT_POSSIBLE,
            f"`{live.arn}` is a service-linked role: the service alone says what it may do",
            "leave it out; nobody can change its policies",
        )
    if live.path.startswith(_RESERVED):
        return Refused(
            Standing.NOT_POSSIBLE,
            f"`{live.arn}` is reserved by AWS (IAM Identity Center makes such roles)",
            "narrow the permission set that it comes from",
        )
    return None


def _without_policies(proposed: Proposed) -> Refused | None:
    if proposed.policies:
        return None
    standing = Standing.UNDECIDED if proposed.is_undecided else Standing.NOT_PROVEN
    return Refused(standing, f"the narrowing has no policy: {proposed.why_not}", "narrow it anew, then apply")


def _of_groups(live: LivePrincipal) -> tuple[Policy, ...]:
    found: list[Policy] = []
    for group in live.groups:
        found += [parse_policy(one.text, f"group {group.name}/{one.name}") for one in group.inline]
        found += [parse_policy(one.text, one.arn) for one in group.attached]
    return tuple(found)


def _observed(proposed: Proposed) -> tuple[ObservedRequest, ...]:
    return tuple(
        ObservedRequest(one.action, one.resource, one.condition, Evidence(), "") for one in proposed.requests or ()
    )


def _not_contained(proposed: Proposed, now: tuple[Policy, ...], proof: Proof) -> Refused | None:
    lines = difference(proposed.analysed, now) if proposed.analysed is not None else ()
    match proof.contained:
        case Contained():
            return None
        case NotContained(witness=witness):
            reason = f"it would grant more than is granted now: `{witness.action}` on `{witness.resource}`"
            return Refused(Standing.NOT_PROVEN, reason, _ANEW, lines)
        case Undecided(reason=why):
            reason = f"that it grants nothing new could not be decided: {why}"
            return Refused(Standing.UNDECIDED, reason, _ANEW, lines)


_ANEW = "run `role narrow` on the policies as they are now, then apply"


def _drifted(proposed: Proposed, now: tuple[Policy, ...]) -> Refused | None:
    if proposed.analysed is None:
        return Refused(
            Standing.UNDECIDED,
            "the file does not say which policies were analysed",
            "run `role narrow` again: it writes them as `present`",
        )
    lines = difference(proposed.analysed, now)
    if not lines or _came_back(proposed, proposed.analysed, now) or _same_grants(proposed.analysed, now):
        return None
    count = how_many(len(lines), "statement")
    return Refused(Standing.UNDECIDED, f"its policies changed since the analysis: {count} differ", _ANEW, lines)


def _came_back(proposed: Proposed, analysed: tuple[Policy, ...], now: tuple[Policy, ...]) -> bool:
    """Whether this narrowing is in force already, and beside it nothing but what was analysed: a deployment puts it back."""
    narrowed, there = meanings(proposed.policies), meanings(now)
    return narrowed <= there <= (narrowed | meanings(analysed))


def _same_grants(one: tuple[Policy, ...], other: tuple[Policy, ...]) -> bool:
    return isinstance(contains(one, other), Contained) and isinstance(contains(other, one), Contained)


def _not_replayed(proof: Proof) -> Refused | None:
    if not proof.denied:
        return None
    return Refused(
        Standing.NOT_PROVEN,
        f"{how_many(len(proof.denied), 'counted request')} would not be allowed",
        _ANEW,
        tuple(f"{one.action} on {one.resource}: {one.reason}" for one in proof.denied),
    )


def _granted_by_groups(live: LivePrincipal, proposed: Proposed, fixed: tuple[Policy, ...]) -> Refused | None:
    """A group grants its members what it grants, whatever else they have: then narrowing the user alone does nothing."""
    if not fixed or isinstance(contains(proposed.policies, fixed), Contained):
        return None
    names = ", ".join(f"`{group.name}`" for group in live.groups)
    return Refused(
        Standing.NOT_POSSIBLE,
        f"the user is in {names}, which grant more than the narrowed policy",
        "take the user out of the group first (`aws iam remove-user-from-group`), or narrow what the group may do",
    )
