"""What a generalised resource admits beyond what was seen: by its key space, and by the actions on the resources seen.

A pattern that a rule made of several resources stands for names that no log shows. Its cost is told in two measures: in words
what the key space of the pattern is, which has no number (a bucket takes any key); and in numbers how many requests its
statement's actions make on just the resources seen, of which how many were made. A pattern that the log itself left (an id that
is not in the record), that comes from a configuration or stands for what the logs could not show is none of a rule's making.
What a Deny of the present policies takes away again is not taken off.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.iam.model import ConditionTerm, Effect, Policy, Statement
from secrets_cli.iam.pattern_relation import covers, overlaps
from secrets_cli.narrow.grouping import resource_kind
from secrets_cli.narrow.narrowing import GeneralizedResource, StatementEvidence
from secrets_cli.narrow.observed import ObservedRequest

_EXAMPLES = 3


def with_cost(
    statements: Iterable[StatementEvidence],
    policies: Iterable[Policy],
    requests: Sequence[ObservedRequest],
    catalog: Catalog,
) -> tuple[StatementEvidence, ...]:
    """The evidence of each statement, with what each of its generalised resources admits."""
    by_action: dict[str, list[ObservedRequest]] = {}
    for request in requests:
        by_action.setdefault(request.action, []).append(request)
    costs = {
        statement.sid: tuple(_of(statement, by_action, catalog))
        for policy in policies
        for statement in policy.statements
        if statement.effect is Effect.ALLOW
    }
    return tuple(replace(one, generalized=costs.get(one.sid, ())) for one in statements)


def key_space(pattern: str) -> str:
    """The names that a resource pattern stands for, in words: ``every key under `uploads/` of the bucket `b` ``."""
    fields = pattern.split(":", 5)
    stem = pattern[:-1]
    if len(fields) < 6 or not pattern.endswith("*") or "*" in stem or "?" in stem or "${" in stem:
        return f"every resource that matches `{pattern}`"
    kind = resource_kind(pattern)
    if fields[2] == "s3" and not fields[3]:
        bucket, slash, key = fields[5][:-1].partition("/")
        return f"every key{_under(key)} of the bucket `{bucket}`" if slash else f"every bucket{_under(bucket)}"
    name = fields[5][:-1] if fields[5].startswith("/") or kind in ("queue", "topic") else _after_kind(fields[5][:-1])
    if fields[2] == "ssm":
        return f"every parameter{_under(f'/{name}')}"
    where = f" of the account {fields[4]}" * bool(fields[4]) + f" in {fields[3]}" * bool(fields[3])
    return f"every {kind.replace('-', ' ') or 'resource'}{_under(name)}{where}"


def _under(beginning: str) -> str:
    if not beginning:
        return ""
    return f" under `{beginning}`" if beginning.endswith("/") else f" whose name begins with `{beginning}`"


def _after_kind(text: str) -> str:
    at = min((i for i in (text.find("/"), text.find(":")) if i >= 0), default=-1)
    return text[at + 1 :]


def _of(
    statement: Statement, by_action: dict[str, list[ObservedRequest]], catalog: Catalog
) -> Iterator[GeneralizedResource]:
    if statement.resource is None or statement.resource.negated:
        return
    actions = tuple(dict.fromkeys(a for p in statement.action.values for a in catalog.expand(p) or (p,)))
    requests = [request for action in actions for request in by_action.get(action, ())]
    for resource in statement.resource.values:
        if cost := _cost(resource, "", [(r.action, r.resource) for r in requests], actions, catalog):
            yield cost
    for term in statement.conditions:
        for value in term.values if term.operator.base == "StringLike" else ():
            seen = [(r.action, v) for r in requests for v in _values(r.condition, term.key)]
            if cost := _cost(value, term.key, seen, actions, catalog):
                yield cost


def _values(condition: Iterable[ConditionTerm], key: str) -> Iterator[str]:
    for term in condition:
        if term.key.lower() == key.lower():
            yield from term.values


def _cost(
    pattern: str, key: str, asked: Iterable[tuple[str, str]], actions: Sequence[str], catalog: Catalog
) -> GeneralizedResource | None:
    """The cost of a pattern; None for one that stands for nothing seen, or that the log itself named."""
    if pattern == "*" or ("*" not in pattern and "?" not in pattern):
        return None
    made = {(action, name) for action, name in asked if covers(pattern, name)}
    seen = sorted({name for _, name in made})
    if not seen or pattern in seen:
        return None
    possible = sum(key != "" or _takes(action, name, catalog) for action in actions for name in seen)
    return GeneralizedResource(
        resource=pattern,
        condition_key=key,
        seen=len(seen),
        examples=tuple(seen[:_EXAMPLES]),
        admits=key_space(pattern),
        actions=tuple(actions),
        resource_types=() if key else _types(pattern, actions, catalog),
        requests_seen=len(made),
        requests_on_seen=max(possible, len(made)),
    )


def _types(pattern: str, actions: Sequence[str], catalog: Catalog) -> tuple[str, ...]:
    kinds = (kind for action in actions for kind in catalog.resource_types(action) or ())
    return tuple(sorted({kind.name for kind in kinds if any(overlaps(pattern, one) for one in kind.patterns)}))


def _takes(action: str, resource: str, catalog: Catalog) -> bool:
    """Whether a request of the action can be on the resource, as far as the catalog knows."""
    patterns = catalog.resource_patterns(action)
    return patterns is None or any(covers(pattern, resource) for pattern in patterns)
