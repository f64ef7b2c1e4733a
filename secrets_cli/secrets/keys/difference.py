"""Whether two key policies say the same, and what only one says.

Both are taken apart into single permissions - one effect, one principal, one action, its conditions - so that the order of
statements and lists, Sids, and how statements are cut do not count. A pattern of actions counts as every action it matches
and as itself: `kms:*` is more than today's actions. An account id and its root's ARN are the same principal.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.iam.model import ConditionTerm, Effect, Policy, Statement

_Condition = frozenset[tuple[str, str, frozenset[str]]]


@dataclass(frozen=True, slots=True)
class Permission:
    """The actions that one principal is allowed or denied under the same conditions."""

    effect: Effect
    principal: str
    """As the policy names it; `all but ...` for a NotPrincipal."""
    actions: tuple[str, ...]
    """Sorted, as the policy writes them."""
    conditions: tuple[ConditionTerm, ...]


@dataclass(frozen=True, slots=True)
class KeyPolicyDifference:
    """What only the present policy says, and what only the planned one does."""

    removed: tuple[Permission, ...]
    added: tuple[Permission, ...]

    def __bool__(self) -> bool:
        return bool(self.removed or self.added)


@dataclass(frozen=True, slots=True)
class _Atom:
    effect: Effect
    principal: str
    action: str
    """In lower case; a pattern that the catalog expands is there too."""
    resources: frozenset[str]
    condition: _Condition


@dataclass(frozen=True, slots=True)
class _Said:
    """Where an atom was written."""

    action: str
    conditions: tuple[ConditionTerm, ...]


def key_policy_difference(present: Policy, planned: Policy, catalog: Catalog) -> KeyPolicyDifference:
    """What changes from the present policy to the planned one; false where both say the same."""
    old, new = _atoms(present, catalog), _atoms(planned, catalog)
    removed = {atom: said for atom, said in old.items() if atom not in new}
    added = {atom: said for atom, said in new.items() if atom not in old}
    return KeyPolicyDifference(_grouped(removed), _grouped(added))


def _atoms(policy: Policy, catalog: Catalog) -> dict[_Atom, _Said]:
    found: dict[_Atom, _Said] = {}
    for statement in policy.statements:
        condition = frozenset(_term(term) for term in statement.conditions)
        resources = frozenset(statement.resource.values if statement.resource else ())
        for principal in _principals(statement):
            for action, written in _actions(statement, catalog):
                atom = _Atom(statement.effect, principal, action, resources, condition)
                found.setdefault(atom, _Said(written, statement.conditions))
    return found


def _term(term: ConditionTerm) -> tuple[str, str, frozenset[str]]:
    return str(term.operator).lower(), term.key.lower(), frozenset(term.values)


def _principals(statement: Statement) -> Iterable[str]:
    element = statement.principal
    if element is None:
        return ()
    names = [_canonical(entry.kind, entry.value) for entry in element.entries]
    return [f"all but {', '.join(sorted(names))}"] if element.negated else names


def _canonical(kind: str, value: str) -> str:
    if kind == "AWS" and value.isdigit():
        return f"arn:aws:iam::{value}:root"
    return value


def _actions(statement: Statement, catalog: Catalog) -> Iterable[tuple[str, str]]:
    element = statement.action
    if element.negated:
        written = f"all but {', '.join(element.values)}"
        return [(f"not {sorted(value.lower() for value in element.values)}", written)]
    found = []
    for pattern in element.values:
        found.append((pattern.lower(), pattern))
        if "*" in pattern or "?" in pattern:
            found += [(name.lower(), pattern) for name in catalog.expand(pattern) if name.startswith("kms:")]
    return found


def _grouped(atoms: dict[_Atom, _Said]) -> tuple[Permission, ...]:
    groups: dict[tuple[Effect, str, _Condition], list[_Said]] = {}
    for atom, said in atoms.items():
        groups.setdefault((atom.effect, atom.principal, atom.condition), []).append(said)
    return tuple(
        Permission(effect, principal, tuple(sorted({one.action for one in said})), said[0].conditions)
        for (effect, principal, _), said in groups.items()
    )
