"""What the reports on policies have in common: names of statements, verdicts, access levels, wrapped lists."""

import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import assert_never

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.service import AccessLevel
from secrets_cli.iam.contain import Contained, Containment, NotContained, Undecided
from secrets_cli.iam.model import Effect, Policy, Statement
from secrets_cli.iam.render import condition_block
from secrets_cli.json_value import JsonValue

UNKNOWN_LEVEL = "Unknown to the catalog"
LEVELS = (*(level.value for level in AccessLevel), UNKNOWN_LEVEL)
_WIDTH = 110


def level_of(action: str, catalog: Catalog) -> str:
    """The access level's name."""
    known = catalog.action(action)
    return known.access_level.value if known else UNKNOWN_LEVEL


def counted_by_level(actions: Iterable[str], catalog: Catalog) -> dict[str, int]:
    """How many actions of each access level, in AWS's order; levels without any are left out."""
    counts = Counter(level_of(action, catalog) for action in actions)
    return {level: counts[level] for level in LEVELS if counts[level]}


def statement_name(statement: Statement) -> str:
    """The Sid, or its place in the policy, from 1."""
    return statement.sid or f"statement {statement.index + 1}"


def resource_text(statement: Statement) -> str:
    """The resources of a statement in a line, with what restricts them."""
    element = statement.resource
    where = "" if element is None else ", ".join(element.values)
    if element is not None and element.negated:
        where = f"all but {where}"
    return f"{where} under conditions" if statement.conditions else where


def statement_json(statement: Statement) -> dict[str, JsonValue]:
    """Sid, place, effect, resources and conditions of a statement."""
    element = statement.resource
    return {
        "sid": statement.sid,
        "index": statement.index,
        "effect": statement.effect.value,
        "resources": [] if element is None or element.negated else list(element.values),
        "not_resources": list(element.values) if element is not None and element.negated else [],
        "condition": condition_block(statement.conditions) if statement.conditions else {},
    }


def verdict_json(containment: Containment) -> dict[str, JsonValue]:
    """A containment verdict, in the words of `secrets-cli/containment/1`."""
    match containment:
        case Contained():
            return {"verdict": "contained", "class": None, "witness": None, "reason": None}
        case NotContained(witness, kind):
            context: dict[str, JsonValue] = {
                key: value if isinstance(value, str) else list(value) for key, value in witness.context.items()
            }
            request: dict[str, JsonValue] = {
                "action": witness.action,
                "resource": witness.resource,
                "context": context,
            }
            return {"verdict": "not-contained", "class": kind.value, "witness": request, "reason": None}
        case Undecided(reason):
            return {"verdict": "undecided", "class": None, "witness": None, "reason": reason}
        case never:
            assert_never(never)


def verdict_text(containment: Containment) -> str:
    """A containment verdict in a line."""
    match containment:
        case Contained():
            return "contained: proven for all actions, resources and contexts"
        case NotContained(witness, kind):
            under = ", ".join(f"{key} = {_value(value)}" for key, value in witness.context.items())
            where = f"{witness.action} on {witness.resource}" + (f" with {under}" if under else "")
            return f"not contained ({kind.value}): {where}"
        case Undecided(reason):
            return f"undecided: {reason}"
        case never:
            assert_never(never)


def names_by_service(actions: Sequence[str]) -> list[str]:
    """`s3: GetObject, PutObject`: one wrapped paragraph a service, for lists too long for a line each."""
    services: dict[str, list[str]] = {}
    for action in actions:
        service, _, name = action.partition(":")
        services.setdefault(service, []).append(name)
    lines: list[str] = []
    for service, names in services.items():
        text = f"{service}: {', '.join(names)}"
        lines += textwrap.wrap(text, _WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    return lines


def indented(lines: Iterable[str], by: int = 2) -> list[str]:
    """The lines, each moved right."""
    return [" " * by + line for line in lines]


def file_names(policies: Sequence[Policy]) -> str:
    """The files the policies are from."""
    return ", ".join(policy.name for policy in policies)


def is_deny(statement: Statement) -> bool:
    """Whether it is a Deny."""
    return statement.effect is Effect.DENY


def _value(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else f"[{', '.join(value)}]"
