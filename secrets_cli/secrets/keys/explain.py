"""Who a key policy lets do what: asked of the evaluator, principal by principal and action by action.

Asked are the principals the policy names, and three that stand for others: whoever the IAM policies of an account allow (an
account's root as a principal means that), anybody of the key's own account, and a stranger of another account. Each is asked
directly and through Parameter Store; what neither way is allowed is asked once more with a context made from each
statement's own conditions, and is then said to be allowed under these conditions.
"""

import enum
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.service import AccessLevel
from secrets_cli.iam.arn import parse_arn
from secrets_cli.iam.model import ConditionTerm, Effect, Policy, PrincipalEntry, Statement
from secrets_cli.iam.request import ContextValue, Request
from secrets_cli.secrets.keys.request import KeyPlace, Way, ask, request

STRANGER = "999999999999"
"""An account that stands for every other: AWS gave it to nobody we know of, and a policy that names it is told apart by
naming it."""


class Kind(enum.Enum):
    """What an action on a key is about."""

    USE = "use"
    """It encrypts, decrypts, signs or makes key material."""
    ADMINISTER = "administer"
    """It changes the key, its policy, its name or its grants."""
    READ = "read"
    """It tells of the key."""


class Reach(enum.Enum):
    """How far an action is allowed."""

    ALWAYS = "always"
    SSM = "only through Parameter Store"
    CONDITIONS = "under conditions"


class SubjectKind(enum.Enum):
    """Whom a line is about."""

    PRINCIPAL = "principal"
    """One role, user, session or service that the policy names."""
    BY_IAM = "by-iam"
    """Whoever the IAM policies of an account allow it to."""
    ROOT_USER = "root-user"
    """The root user of an account, where IAM policies do not decide the same."""
    ACCOUNT = "account"
    """Everybody of the key's own account, whatever their IAM policies say."""
    EVERYONE = "everyone"
    """Everybody of every account (whose own IAM policies allow it)."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A principal, or those it stands for."""

    kind: SubjectKind
    name: str
    """An ARN, a service's name, an account, or `*`."""
    account: str = ""
    """Of a principal or an account; empty for services and everyone."""
    unique_id: bool = False
    """Whether it is the id of a principal that was deleted, which AWS shows in its ARN's place."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """One action that a subject may do."""

    action: str
    kind: Kind
    reach: Reach
    sid: str
    """The statement that allows it, by its Sid or place (`statement 2`)."""


@dataclass(frozen=True, slots=True)
class Powers:
    """All that one subject may do by the key policy."""

    subject: Subject
    allowed: tuple[Allowed, ...]
    """In the order of the catalog's names; never empty."""

    def of(self, *kinds: Kind) -> tuple[Allowed, ...]:
        """What of it is of these kinds."""
        return tuple(one for one in self.allowed if one.kind in kinds)

    def may(self, action: str) -> Allowed | None:
        """How it may do this action, or None."""
        return next((one for one in self.allowed if one.action == action), None)


def statement_label(statement: Statement | None) -> str:
    """The Sid, or its place in the policy from 1."""
    if statement is None:
        return ""
    return statement.sid or f"statement {statement.index + 1}"


def kind_of_action(action: str, catalog: Catalog) -> Kind:
    """What an action on a key is about; one the catalog does not know counts as use, which is the more careful."""
    known = catalog.action(action)
    if known is None:
        return Kind.USE
    if known.access_level in (AccessLevel.READ, AccessLevel.LIST):
        return Kind.READ
    name = known.full_name.partition(":")[2]
    return Kind.USE if name.startswith(_USE_VERBS) else Kind.ADMINISTER


_USE_VERBS = ("Decrypt", "DeriveShared", "Encrypt", "GenerateData", "GenerateMac", "ReEncrypt", "Sign", "Verify")


def explain(policy: Policy, key: KeyPlace, catalog: Catalog) -> tuple[Powers, ...]:
    """What each subject may do on the key, those that may nothing left out."""
    actions = key_actions(catalog)
    found = {
        (subject.kind, subject.name): Powers(subject, tuple(_allowed(subject, policy, key, actions, catalog)))
        for subject in subjects(policy, key)
    }
    for (kind, account), powers in tuple(found.items()):
        if kind is SubjectKind.BY_IAM and powers.allowed:
            # What IAM policies decide the root user may do as well.
            found.pop((SubjectKind.ROOT_USER, account), None)
    return tuple(powers for powers in found.values() if powers.allowed)


def key_actions(catalog: Catalog) -> tuple[str, ...]:
    """Every known action that is on a key, sorted."""
    service = catalog.service("kms")
    assert service is not None, "the packaged catalog has KMS"
    named = (a.full_name for a in service.actions if any(r.type == "key" for r in a.resources))
    return tuple(sorted(named))


def subjects(policy: Policy, key: KeyPlace) -> tuple[Subject, ...]:
    """The principals that Allow statements name, and those that stand for others where a statement is about them."""
    found: list[Subject] = []
    for statement in policy.statements:
        element = statement.principal
        if statement.effect is not Effect.ALLOW or element is None:
            continue
        for entry in element.entries:
            if entry.value == "*" or element.negated:
                found += [
                    Subject(SubjectKind.EVERYONE, "*"),
                    Subject(SubjectKind.ACCOUNT, key.account, key.account),
                ]
            else:
                found += subjects_named(entry)
    return tuple(dict.fromkeys(found))


def subjects_named(entry: PrincipalEntry) -> tuple[Subject, ...]:
    """The subjects that one entry of a Principal element names; it names somebody in particular."""
    value = entry.value
    arn = parse_arn(value)
    account = value if value.isdigit() else arn.account if arn else ""
    if entry.kind != "AWS":
        return (Subject(SubjectKind.PRINCIPAL, value),)
    if value.isdigit() or (arn is not None and arn.resource == "root"):
        return Subject(SubjectKind.BY_IAM, account, account), Subject(SubjectKind.ROOT_USER, account, account)
    return (Subject(SubjectKind.PRINCIPAL, value, account, unique_id=not account),)


def _allowed(
    subject: Subject, policy: Policy, key: KeyPlace, actions: Iterable[str], catalog: Catalog
) -> Iterator[Allowed]:
    who, administrator = _stand_in(subject, key)
    contexts = tuple(_satisfying(policy))
    for action in actions:
        kind = kind_of_action(action, catalog)
        for reach, way, also in (
            (Reach.ALWAYS, Way.DIRECT, {}),
            (Reach.SSM, Way.SSM, {}),
            *((Reach.CONDITIONS, Way.DIRECT, context) for context in contexts),
        ):
            asked = request(who, action, key, way, also)
            if ask(asked, policy, administrator=administrator).allowed:
                yield Allowed(action, kind, reach, _by(asked, policy, administrator))
                break


def _by(asked: Request, policy: Policy, administrator: bool) -> str:
    """The first statement that would allow it by itself."""
    for statement in policy.statements:
        alone = replace(policy, statements=(statement,))
        if ask(asked, alone, administrator=administrator).allowed:
            return statement_label(statement)
    return ""


def _stand_in(subject: Subject, key: KeyPlace) -> tuple[str, bool]:
    """Who is asked for a subject, and whether with IAM policies that allow everything."""
    match subject.kind:
        case SubjectKind.PRINCIPAL:
            return subject.name, subject.account not in ("", key.account)
        case SubjectKind.BY_IAM:
            return f"arn:aws:iam::{subject.account}:role/allowed-by-iam", True
        case SubjectKind.ROOT_USER:
            return f"arn:aws:iam::{subject.account}:root", subject.account != key.account
        case SubjectKind.ACCOUNT:
            return f"arn:aws:iam::{subject.account}:role/anybody", False
        case SubjectKind.EVERYONE:
            return f"arn:aws:iam::{STRANGER}:role/anybody", True


def _satisfying(policy: Policy) -> Iterator[Mapping[str, ContextValue]]:
    """For each Allow statement with conditions, a context that meets those of them that a value can meet."""
    for statement in policy.statements:
        if statement.effect is Effect.ALLOW and statement.conditions:
            made = {term.key: value for term in statement.conditions if (value := _value_for(term)) is not None}
            # What describes the caller is the caller's own and cannot be chosen.
            context = {key: value for key, value in made.items() if key.lower() not in _CALLER_KEYS}
            if context:
                yield context


_CALLER_KEYS = frozenset(
    {"aws:principalarn", "aws:principalaccount", "aws:principaltype", "aws:principalisawsservice", "kms:calleraccount"}
)


def _value_for(term: ConditionTerm) -> ContextValue | None:
    operator = term.operator
    if "Not" in operator.base or operator.base == "Null" or not term.values:
        return None
    value = term.values[0].replace("*", "any").replace("?", "x")
    if operator.base == "IpAddress":
        value = value.partition("/")[0]
    return (value,) if operator.quantifier else value
