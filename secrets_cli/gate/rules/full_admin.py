"""`full-admin`: every action on every resource, in one statement or in several together."""

from collections.abc import Iterator

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.gate.breadth import breadth_of, place_of
from secrets_cli.gate.breadth_actions import Power, power_of
from secrets_cli.gate.conditions import NARROWING, Dimension, dimension_of, narrowed_actions
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.rule import Hit, OfPrincipal, Persona, Rule
from secrets_cli.gate.subject import Granted, Principal
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.severity import Confidence, Severity

_ALL_BUT = 0.95
"""Who has this share of all actions, those by which access is given included, has the rest by them."""
_RESTRICTING = NARROWING - {Dimension.CHANNEL}


def _check(principal: Principal, knowledge: Knowledge) -> Iterator[Hit]:
    catalog = knowledge.catalog
    held = {number: _everywhere(one, catalog) for number, one in enumerate(principal.granted)}
    full = [number for number, actions in held.items() if _is_full(actions, catalog)]
    for number in full:
        yield _alone(principal.granted[number], held[number], catalog)
    if not full and _is_full(frozenset().union(*held.values()), catalog):
        yield _together([principal.granted[number] for number in held if held[number]], held, catalog)


def _everywhere(granted: Granted, catalog: Catalog) -> frozenset[str]:
    """What a statement grants on everything. A condition on the service through which a call comes is no limit to one who
    may call every service."""
    statement = granted.statement
    if statement.action.negated and any(UNKNOWN in one for one in statement.action.values):
        return frozenset()
    breadth = breadth_of(granted, catalog)
    if not breadth.narrowed or not granted.everywhere:
        return breadth.everywhere
    if narrowed_actions(statement, breadth.narrowed, catalog, _RESTRICTING) or not _comes_through_services(granted):
        return breadth.everywhere
    return breadth.everywhere | breadth.narrowed


def _comes_through_services(granted: Granted) -> bool:
    return any(dimension_of(term.key) is Dimension.CHANNEL for term in granted.statement.conditions)


def _is_full(actions: frozenset[str], catalog: Catalog) -> bool:
    if not actions:
        return False
    giving = (one for one in catalog.expand("iam:*") if power_of(one, catalog) is Power.GIVES_ACCESS)
    # counting all actions reads the whole catalog, so that comes last
    return all(one in actions for one in giving) and len(actions) >= _ALL_BUT * len(catalog.all_actions())


def _alone(granted: Granted, actions: frozenset[str], catalog: Catalog) -> Hit:
    total = len(catalog.all_actions())
    what = "every action" if len(actions) == total else f"{len(actions):,} of {total:,} known actions"
    keys = ", ".join(f"`{term.key}`" for term in granted.statement.conditions)
    under = f"; the condition on {keys} limits who can use it and how, not what it grants" if keys else ""
    return Hit(
        f"{granted.at.named} grants {what} on every resource{under}",
        place_of(granted, granted.statement.action),
        evidence=(f"{len(actions):,} of {total:,} known actions, and every action that AWS adds",),
        about=(granted.at,),
    )


def _together(grants: list[Granted], held: dict[int, frozenset[str]], catalog: Catalog) -> Hit:
    total = len(catalog.all_actions())
    union = len(frozenset().union(*held.values()))
    what = "every action" if union == total else f"{union:,} of {total:,} known actions"
    names = [one.at.named for one in grants]
    shown = " and ".join(names) if len(names) == len(("one", "other")) else f"{len(names)} statements"
    widest = max(grants, key=lambda one: len(one.actions))
    return Hit(
        f"{shown} together grant {what} on every resource",
        place_of(widest, widest.statement.action),
        evidence=tuple(f"{one.at.named} grants {len(one.actions):,}" for one in grants),
        about=tuple(one.at for one in grants),
        subject="together",
    )


RULE = Rule(
    id="full-admin",
    title="grants every action on every resource",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "Whoever gets hold of this principal owns the account: every resource can be read, changed and deleted, and the"
        " audit trail with them. A function's role is held by every line of code the function runs, its dependencies"
        " included. It makes no difference whether it is written `*`, `*:*` or `NotAction`, on `*` or on `arn:aws:*`, in"
        " one statement or in several, or under a condition on who calls."
    ),
    how_to_fix=(
        "Grant the actions that the work needs on the resources it needs. Where they are not known, let the role's own"
        " CloudTrail records say: `secrets-cli role narrow --logs SOURCE --principal ARN --policy FILE`."
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-1",
    ),
    mapping=("Security Hub IAM.1", "CIS AWS 3.0 1.16", "CKV_AWS_1", "CKV_AWS_62", "CKV_AWS_63"),
    check=OfPrincipal(_check),
    silences=frozenset(
        {
            "service-wildcard",
            "action-wildcard",
            "resource-wildcard",
            "not-action-allow",
            "not-resource-allow",
            "pass-role-wildcard",
            "privilege-escalation",
            "data-exposure",
            "resource-exposure",
            "credentials-exposure",
        }
    ),
)
