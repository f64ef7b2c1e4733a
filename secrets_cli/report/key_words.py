"""Key policies in plain words: who, what, under which conditions."""

from collections.abc import Iterable, Sequence

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.expansion import matched_actions
from secrets_cli.iam.model import ConditionTerm, Effect, Element, PrincipalElement, Statement
from secrets_cli.secrets.keys.explain import Kind, Subject, SubjectKind, kind_of_action

_THIS_ACCOUNT = "this account (by IAM policies)"
_ROOT_ONLY = "only the root user itself"
_FEW = 4
"""Actions that are named one by one."""


def statement_cells(statement: Statement, account: str, catalog: Catalog) -> tuple[str, str, str]:
    """Who, what and under which conditions, each as lines of text."""
    people = who(statement.principal, account)
    limits = conditions(statement.conditions, account)
    if _ROOT_ONLY in limits and people == [_THIS_ACCOUNT]:
        people = ["the root user"]
        limits.remove(_ROOT_ONLY)
    return "\n".join(people), what(statement.action, catalog), "\n".join(limits)


def who(element: PrincipalElement | None, account: str) -> list[str]:
    """The principals of a statement, each in words; `account` is the key's."""
    if element is None:
        return ["nobody"]
    names = [_entry(entry.kind, entry.value, account) for entry in element.entries]
    return [f"everybody but {', '.join(names)}"] if element.negated else names


def subject_words(subject: Subject, account: str) -> str:
    """Whom a line of the explanation is about."""
    own = subject.account == account
    match subject.kind:
        case SubjectKind.PRINCIPAL:
            return f"{subject.name} (deleted)" if subject.unique_id else subject.name
        case SubjectKind.BY_IAM:
            return f"anybody whom IAM policies of {'this account' if own else f'account {subject.name}'} allow it"
        case SubjectKind.ROOT_USER:
            return f"the root user of {'this account' if own else f'account {subject.name}'}"
        case SubjectKind.ACCOUNT:
            return "anybody of this account"
        case SubjectKind.EVERYONE:
            return "anybody of any account"


def what(element: Element, catalog: Catalog) -> str:
    """The actions of a statement in words: by kind, named where they are few."""
    if element.negated:
        return f"everything but {', '.join(element.values)}"
    if any(value in ("*", "kms:*") for value in element.values):
        return "everything"
    by_kind: dict[Kind, list[str]] = {}
    for action in matched_actions(element, catalog):
        if action.startswith("kms:"):
            by_kind.setdefault(kind_of_action(action, catalog), []).append(action)
    return "; ".join(f"{kind.value}: {names(by_kind[kind])}" for kind in Kind if kind in by_kind)


def names(actions: Sequence[str]) -> str:
    """`Decrypt, Encrypt`, or `PutKeyPolicy, DisableKey and 12 more`."""
    bare = [action.partition(":")[2] or action for action in actions]
    if len(bare) <= _FEW:
        return ", ".join(bare)
    return f"{', '.join(_telling(bare)[: _FEW - 1])} and {len(bare) - _FEW + 1} more"


def _telling(bare: Sequence[str]) -> list[str]:
    """The names that matter most first."""
    first = [name for name in ("CreateGrant", "Decrypt", "PutKeyPolicy", "ScheduleKeyDeletion") if name in bare]
    return [*first, *(name for name in bare if name not in first)]


def conditions(terms: Iterable[ConditionTerm], account: str) -> list[str]:
    """Each condition in words."""
    return [_condition(term, account) for term in terms]


def effect_word(statement: Statement) -> str:
    """`allows` or `denies`."""
    return "allows" if statement.effect is Effect.ALLOW else "denies"


def _entry(kind: str, value: str, account: str) -> str:
    if value == "*":
        return "anybody"
    root = value.removesuffix(":root").rpartition(":")[2] if value.endswith(":root") else ""
    named = value if value.isdigit() else root
    if kind == "AWS" and named:
        return _THIS_ACCOUNT if named == account else f"account {named} (by its IAM policies)"
    return value if kind == "AWS" else f"{value} ({kind.lower()})"


_KNOWN = {
    ("StringEquals", "kms:viaservice"): "only through {}",
    ("StringEquals", "kms:calleraccount"): "only callers of account {}",
    ("StringEquals", "aws:principalaccount"): "only callers of account {}",
    ("StringEquals", "aws:principalorgid"): "only callers of the organization {}",
    ("StringEquals", "aws:sourceaccount"): "only for resources of account {}",
    ("StringEquals", "aws:principaltype"): "only callers of the type {}",
    ("ArnEquals", "aws:principalarn"): "only {}",
    ("ArnLike", "aws:principalarn"): "only {}",
    ("StringLike", "aws:principalarn"): "only {}",
}


def _condition(term: ConditionTerm, account: str) -> str:
    operator, key, values = str(term.operator), term.key.lower(), term.values
    if operator == "Bool" and key == "kms:grantisforawsresource" and values == ("true",):
        return "only for grants that AWS services make for their resources"
    if key == "kms:viaservice" and operator == "StringEquals" and all(_is_ssm(value) for value in values):
        return f"only through Parameter Store in {', '.join(value.split('.')[1] for value in values)}"
    if (
        key == "aws:principalarn"
        and values == (f"arn:aws:iam::{account}:root",)
        and operator in ("ArnEquals", "ArnLike")
    ):
        return _ROOT_ONLY
    text = _KNOWN.get((operator, key))
    if text is not None:
        return text.format(" or ".join(values))
    return f"only where {term.key} {operator} {' or '.join(values)}"


def _is_ssm(value: str) -> bool:
    parts = value.split(".")
    return len(parts) > 1 and parts[0] == "ssm"
