"""The keys of a request's context that policies look at and nobody knows, and the values each can have.

A statement in reach is one that is about the action and that nothing known keeps from matching. The values of a key are
representative (`secrets_cli.iam.contain_values`): of those that make the same terms true one is kept, absence among them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from secrets_cli.iam.classes import Budget, OutOfBudget
from secrets_cli.iam.compiled import CompiledStatement, compiled_policy
from secrets_cli.iam.condition import compile_term
from secrets_cli.iam.consult import Asked
from secrets_cli.iam.contain_values import Intractable, KeyTerm, representatives
from secrets_cli.iam.model import VERSION_2012, Effect, Policy
from secrets_cli.iam.principal import CallerKind, Closeness, caller_of, closeness
from secrets_cli.iam.request import ContextValue, PolicySet, Request
from secrets_cli.iam.variables import Variable, filled, has_variables, template

_STEPS = 20_000

Limit: TypeAlias = Callable[[ContextValue], bool]
"""Whether a key whose value is not known can have this one; the empty tuple is absence."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, what is known of it, and the policies it meets."""

    request: Request
    """Its context holds the keys whose value is known."""
    policies: PolicySet
    absent: tuple[str, ...] = ()
    """Keys known to be absent, in lower case; one that ends in `:` or `/` stands for all that begin so."""
    limits: Mapping[str, Limit] = field(default_factory=dict)
    """For keys (lower case) whose value is not known: what it can be."""
    by_service: bool = False
    """Whether a service makes it on the caller's behalf, from the service's own network."""


Place: TypeAlias = "tuple[int, str]"
"""A key in lower case, and the request it is of; -1 where all requests share it."""


@dataclass(frozen=True, slots=True)
class Look:
    """A statement looking at a key that is not known."""

    ask: int
    effect: Effect
    statement: CompiledStatement
    term: KeyTerm | None
    """None where a policy variable in the statement's Resource or in another term brings the key in."""


def may_be_allowed(ask: Ask) -> bool:
    """Whether some Allow of the identity or resource policies can match; the root user needs none."""
    if caller_of(ask.request.principal).kind is CallerKind.ROOT:
        return True
    asked = Asked.of(ask.request)
    return any(
        _can_match(ask, asked, statement, policy.version == VERSION_2012)
        for policy, of_resource in _granting_policies(ask.policies)
        for statement in compiled_policy(policy).about(asked.action).allows
        if not of_resource or _about(statement, asked)
    )


def _granting_policies(policies: PolicySet) -> Iterator[tuple[Policy, bool]]:
    for policy in policies.identity:
        yield policy, False
    if policies.resource is not None:
        yield policies.resource, True


def unknown_keys(asks: tuple[Ask, ...]) -> dict[Place, list[Look]]:
    """The keys that statements in reach look at and whose value is not known, each with who looks."""
    found: dict[Place, list[Look]] = {}
    for number, ask in enumerate(asks):
        for key, look in _looks(number, ask):
            found.setdefault((_owner(number, ask, key), key), []).append(look)
    return found


_NETWORK = ("aws:sourceip", "aws:vpcsourceip", "aws:sourcevpc", "aws:sourcevpce", "aws:calledvia", "aws:useragent")


def _owner(number: int, ask: Ask, key: str) -> int:
    own = not key.startswith(("aws:", "secrets-cli:")) or key.startswith("aws:resource")
    return number if own or (ask.by_service and key.startswith(_NETWORK)) else -1


def _looks(number: int, ask: Ask) -> Iterator[tuple[str, Look]]:
    asked = Asked.of(ask.request)
    for policy, of_resource in _policies(ask.policies):
        selection = compiled_policy(policy).about(asked.action)
        for statement in (*selection.denies, *selection.allows):
            if of_resource and not _about(statement, asked):
                continue
            yield from _looks_of(number, ask, asked, statement, policy.version == VERSION_2012)


def _policies(policies: PolicySet) -> Iterator[tuple[Policy, bool]]:
    for policy in policies.identity:
        yield policy, False
    for one in (policies.boundary, policies.session):
        if one is not None:
            yield one, False
    for level in (*policies.scps, *policies.rcps):
        for policy in level:
            yield policy, False
    if policies.resource is not None:
        yield policies.resource, True


def _about(statement: CompiledStatement, asked: Asked) -> bool:
    principal = statement.statement.principal
    found = closeness(principal, statement.statement.effect, asked.caller) if principal is not None else Closeness.NONE
    return found is not Closeness.NONE


def _looks_of(
    number: int, ask: Ask, asked: Asked, statement: CompiledStatement, variables: bool
) -> Iterator[tuple[str, Look]]:
    """The unknown keys of a statement that can match; nothing where what is known keeps it from matching."""
    if not _can_match(ask, asked, statement, variables):
        return
    effect = statement.statement.effect
    resource = statement.statement.resource
    if variables and resource is not None:
        yield from ((key, Look(number, effect, statement, None)) for key in _open_keys(resource.values, ask))
    for term, _ in statement.terms:
        if not _known(term.key.lower(), ask):
            yield term.key.lower(), Look(number, effect, statement, KeyTerm(term, variables))
        if variables:
            yield from ((key, Look(number, effect, statement, None)) for key in _open_keys(term.values, ask))


def _can_match(ask: Ask, asked: Asked, statement: CompiledStatement, variables: bool) -> bool:
    """Whether what is known leaves it open that the statement, which is about the action, matches."""
    resource = statement.statement.resource
    test = statement.resource_matches
    varies = variables and resource is not None and bool(_open_keys(resource.values, ask))
    if test is not None and not varies and not test(asked.resource, asked.context):
        return False
    for term, holds in statement.terms:
        settled = _known(term.key.lower(), ask) and not (variables and _open_keys(term.values, ask))
        if settled and not holds(asked.context):
            return False
    return True


def _open_keys(values: Iterable[str], ask: Ask) -> tuple[str, ...]:
    """The unknown keys that policy variables in the values stand for."""
    return tuple(
        part.key
        for value in values
        if has_variables(value)
        for part in template(value)
        if isinstance(part, Variable) and not _known(part.key, ask)
    )


def _known(key: str, ask: Ask) -> bool:
    if any(key == one or (one.endswith((":", "/")) and key.startswith(one)) for one in ask.absent):
        return True
    return any(key == name.lower() for name in ask.request.context)


_TRUTH = ("true", "false")
_TRUE_OR_FALSE = frozenset(
    {"aws:multifactorauthpresent", "aws:viaawsservice", "aws:securetransport", "aws:principalisawsservice"}
)
"""Keys that hold `true` or `false` where they are present."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """One key whose value is not known."""

    key: str
    looks: list[Look]

    def values(self, asks: tuple[Ask, ...]) -> list[ContextValue]:
        """What it can be, absence first."""
        terms = [look.term for look in self.looks if look.term is not None]
        closed = list(dict.fromkeys(term for term in terms if not term.open))
        found: list[ContextValue] = [(), *(_TRUTH if self.key in _TRUE_OR_FALSE else self._single(closed))]
        found += [value for look in self.looks for value in self._brought(look, asks[look.ask])]
        if any(term.term.operator.quantifier for term in closed):
            several = tuple(value for value in found if isinstance(value, str))
            found.append(several)
        limits = [ask.limits[self.key] for ask in asks if self.key in ask.limits]
        possible = [value for value in dict.fromkeys(found) if all(limit(value) for limit in limits)] or [()]
        every_look_is_closed = all(look.term is not None and not look.term.open for look in self.looks)
        return self._told_apart(possible, closed) if every_look_is_closed else possible

    def _told_apart(self, values: list[ContextValue], terms: list[KeyTerm]) -> list[ContextValue]:
        """One value of those that make the same terms true: no policy can tell them from each other."""
        tests = [compile_term(one.term, one.variables) for one in terms]
        found: dict[tuple[bool, ...], ContextValue] = {}
        for value in values:
            found.setdefault(tuple(test({self.key: value}) for test in tests), value)
        return list(found.values())

    def _single(self, terms: list[KeyTerm]) -> list[str]:
        try:
            return representatives(terms, Budget(_STEPS))[0]
        except (Intractable, OutOfBudget):
            return [value for term in terms for value in term.term.values if value] + ["x"]

    def _brought(self, look: Look, ask: Ask) -> Iterator[str]:
        """Values by which a policy variable can make a difference: the parts of the resource's name, what the other
        side of a comparison holds, and one value that both sides can share."""
        if look.term is not None and not look.term.open:
            return
        yield "x"
        resource = ask.request.resource
        yield from dict.fromkeys((*resource.replace(":", "/").split("/"), resource.rpartition(":")[2]))
        if look.term is not None:
            context = {key.lower(): value for key, value in ask.request.context.items()}
            for value in look.term.term.values:
                parts = filled(template(value), context) if has_variables(value) else None
                if parts is not None and all(isinstance(part, str) for part in parts):
                    yield "".join(part for part in parts if isinstance(part, str))
