"""Who can read a parameter: every principal, by every route, with what grants it or why it is denied.

Decided request by request by `secrets_cli.iam.evaluate`, under the principal's own policies and boundary, the service
control policies given, the parameter's policy and the key's. Not looked at, and said in the report: resource control
policies, VPC endpoint policies, session policies, and service control policies that were not given.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from secrets_cli.iam.decision import Because, FailedElement, PolicyType
from secrets_cli.iam.model import Policy
from secrets_cli.iam.parse_element import EVERYONE
from secrets_cli.iam.request import PolicySet
from secrets_cli.secrets.access.account_details import Account, Unread
from secrets_cli.secrets.access.caller import Caller, asked, caller_of_identity, root_caller
from secrets_cli.secrets.access.conditional import Answer, Told, ask_all, best
from secrets_cli.secrets.access.outsiders import deleted_principals, outsiders, sessions_named
from secrets_cli.secrets.access.routes import Route, Target, Way, ciphertext_routes, routes


@dataclass(frozen=True, slots=True)
class Cell:
    """One way for one principal."""

    way: Way
    path: str
    """Of GetParametersByPath, and of a ciphertext had by it: the folder asked for; else empty."""
    told: Told


@dataclass(frozen=True, slots=True)
class Row:
    """One principal."""

    caller: Caller
    cells: tuple[Cell, ...]
    reads: Told
    """The best of the ways that give the value (kms:Decrypt alone gives none)."""
    assumed_by: tuple[str, ...] = ()
    """Of a role: whom its trust policy names."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the parameter, and whose policies may allow it."""

    target: Target
    account: Account
    scps: tuple[tuple[Policy, ...], ...] = ()
    """One inner tuple a level; they apply to the account's own principals."""


@dataclass(frozen=True, slots=True)
class Access:
    """The answer."""

    question: Question
    rows: tuple[Row, ...]
    """The root user, users, roles, then principals from outside."""
    deleted: tuple[str, ...]
    """Unique ids in the policies whose principals are gone: they let nobody in."""


def access(question: Question, seen: Callable[[int, int], None] = lambda *_: None) -> Access:
    """Who can read; `seen` is told after each principal how many of how many are done."""
    callers = tuple(_callers(question))
    rows: list[Row] = []
    for caller in callers:
        rows.append(row_of(caller, question))
        seen(len(rows), len(callers))
    return Access(question, tuple(rows), deleted_principals(_resource_policies(question.target)))


def _resource_policies(target: Target) -> tuple[Policy | None, ...]:
    return (target.key_policy, target.parameter_policy)


def _callers(question: Question) -> Iterator[Caller]:
    account, scps = question.account, question.scps
    yield root_caller(account.id, account.partition, scps)
    for identity in account.identities:
        yield caller_of_identity(identity, account.id, account.partition, scps)
    yield from outsiders(_resource_policies(question.target), account, scps)


def row_of(caller: Caller, question: Question) -> Row:
    """All that is known of one principal."""
    target = question.target
    cells = [*_cells(caller, routes(target), question)]
    reading = [cell for cell in cells if cell.way is not Way.DECRYPT]
    direct = next((cell.told for cell in cells if cell.way is Way.DECRYPT), None)
    if direct is not None and direct.answer is not Answer.DENIED and best_of(reading).answer is not Answer.ALLOWED:
        taken = [cell for cell in _cells(caller, ciphertext_routes(target), question) if _opens(cell)]
        if taken:
            cells.append(max(taken, key=lambda cell: cell.told.answer.rank))
            reading.append(cells[-1])
    return Row(caller, tuple(cells), best_of(reading), _trusted(caller))


def _opens(cell: Cell) -> bool:
    return cell.told.answer is not Answer.DENIED


def best_of(cells: list[Cell]) -> Told:
    """The best of the cells' answers."""
    return best(cell.told for cell in cells)


def _cells(caller: Caller, ways: Iterator[Route], question: Question) -> Iterator[Cell]:
    """One cell for each way and path: the best of its routes."""
    found: dict[tuple[Way, str], list[Told]] = {}
    for route in ways:
        found.setdefault((route.way, route.path), []).append(told_of(caller, route, question))
    return (Cell(way, path, best(told)) for (way, path), told in found.items())


def told_of(
    caller: Caller,
    route: Route,
    question: Question,
    policies: Callable[[PolicySet], PolicySet] = lambda policies: policies,
) -> Told:
    """One route for one principal, whose own policies `policies` changes first.

    A role may also be let in by the name of a session alone: then the answer is conditional on that name.
    """
    told = ask_all(tuple(asked(caller, call, policies) for call in route.calls))
    identity = caller.identity
    if told.answer is Answer.ALLOWED or identity is None or identity.trust is None:
        return told
    for session in sessions_named(_resource_policies(question.target), identity, caller.account):
        named = replace(caller, principal=session)
        also = ask_all(tuple(asked(named, call, policies) for call in route.calls))
        if also.answer.rank > told.answer.rank:
            name = session.rpartition("/")[2]
            told = replace(also, answer=Answer.CONDITIONAL, needs=(*also.needs, f"a session named `{name}`"))
    return told


def _trusted(caller: Caller) -> tuple[str, ...]:
    """Whom the trust policy of a role names in its Allows."""
    identity = caller.identity
    if identity is None or identity.trust is None:
        return ()
    if isinstance(identity.trust, Unread):
        return (f"unknown ({identity.trust.why})",)
    entries = (
        "everyone but " + ", ".join(one.value for one in statement.principal.entries)
        if statement.principal.negated
        else entry.value
        for statement in identity.trust.statements
        if statement.effect.value == "Allow" and statement.principal is not None
        for entry in statement.principal.entries
    )
    return tuple(dict.fromkeys("everyone" if entry == EVERYONE else entry for entry in entries))


def why_denied(told: Told) -> str:
    """The reason of a denial in a few words: `no kms: ` in front where the call itself would be allowed."""
    because = told.denied_by
    if because is None:
        return told.reason
    what = _words(because)
    return f"no kms: {what}" if told.failed > 0 else what


def _words(because: Because) -> str:
    failed = because.failed
    if because.statement is not None and failed is None:
        return f"explicit deny by {statement_name(because)}"
    what = _layer(because)
    if failed is not None and failed.element is FailedElement.CONDITION:
        return f"{what} ({statement_name(because)}: {failed.detail})"
    return what


def _layer(because: Because) -> str:
    match because.policy_type:
        case PolicyType.BOUNDARY:
            return "the boundary does not allow it"
        case PolicyType.SCP:
            return f"the service control policies of level {because.level} do not allow it"
        case PolicyType.RESOURCE:
            return f"the {because.policy or 'parameter policy'} does not allow it"
        case _:
            return "no policy allows it"


def statement_name(because: Because) -> str:
    """The statement that decided: `policy: Sid`, or `policy: statement 1` where it has no Sid."""
    statement = because.statement
    if statement is None:
        return because.reason
    return f"{because.policy}: {statement.sid or f'statement {statement.index + 1}'}"
