"""Asking every rule about everything that was found.

The result depends on nothing but its arguments: the same files give the same findings in the same order.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from secrets_cli.gate.allowed import is_allowed
from secrets_cli.gate.finding import Finding
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.principals import by_name, principals_of, statements_of
from secrets_cli.gate.rule import (
    ByEngine,
    Hit,
    OfFunction,
    OfGrant,
    OfParameter,
    OfPolicy,
    OfPrincipal,
    OfStatement,
    Rule,
)
from secrets_cli.gate.same_content import content_of
from secrets_cli.gate.subject import FunctionOf, Principal, StatementAt
from secrets_cli.iam.location import Location
from secrets_cli.inputs.found import Found, FunctionAt


@dataclass(frozen=True, slots=True)
class _Raised:
    """A hit with the rule that made it and whose it is."""

    rule: Rule
    hit: Hit
    principal: str
    about: tuple[StatementAt, ...]


def judge(found: Sequence[Found], knowledge: Knowledge, rules: Sequence[Rule]) -> tuple[Finding, ...]:
    """The findings of the rules about what was found, in the order of file, line, column and rule.

    Each `Found` is judged by itself: principals of the same name in two of them are two principals. Rules that are disabled
    are not asked, and findings for a more demanding persona than the settings' are left out, as are those that another
    rule silences.
    """
    asked = [rule for rule in rules if rule.id not in knowledge.settings.disabled]
    raised = [one for each in found for one in _raised(each, knowledge, asked)]
    asked_of = [one for one in raised if not is_allowed(one.rule, one.about, knowledge)]
    visible = [one for one in asked_of if _is_for(one, knowledge)]
    shown = [one for one in visible if not _is_silenced(one, visible)]
    return tuple(sorted(_findings(shown, knowledge), key=_place))


def _raised(found: Found, knowledge: Knowledge, rules: Sequence[Rule]) -> Iterator[_Raised]:
    principals = principals_of(found.policies, knowledge)
    named = by_name(principals)
    functions = [
        FunctionOf(one, principal)
        for one in found.functions
        for principal in (named.get(one.principal, (None,)) if one.principal else (None,))
    ]
    for rule in rules:
        for principal in principals:
            yield from _of_principal(rule, principal, knowledge)
        if isinstance(rule.check, OfFunction):
            for function in functions:
                for hit in rule.check.check(function, knowledge):
                    yield _Raised(rule, hit, _name(function.function), hit.about)
        if isinstance(rule.check, OfParameter):
            for parameter in found.parameters:
                for hit in rule.check.check(parameter, knowledge):
                    yield _Raised(rule, hit, f"parameter {parameter.name}", hit.about)


def _of_principal(rule: Rule, principal: Principal, knowledge: Knowledge) -> Iterator[_Raised]:
    for hit, about in _hits(rule, principal, knowledge):
        yield _Raised(rule, hit, principal.name, hit.about or about)


def _hits(rule: Rule, principal: Principal, knowledge: Knowledge) -> Iterator[tuple[Hit, tuple[StatementAt, ...]]]:
    match rule.check:
        case OfGrant(check):
            for granted in principal.granted:
                yield from ((hit, (granted.at,)) for hit in check(granted, knowledge))
        case OfStatement(check):
            for at in (at for policy in principal.policies for at in statements_of(policy)):
                yield from ((hit, (at,)) for hit in check(at, knowledge))
        case OfPolicy(check):
            for policy in principal.policies:
                yield from ((hit, statements_of(policy)) for hit in check(policy, knowledge))
        case OfPrincipal(check):
            everything = tuple(at for policy in principal.policies for at in statements_of(policy))
            yield from ((hit, everything) for hit in check(principal, knowledge))
        case OfFunction() | OfParameter() | ByEngine():
            return
        case never:
            assert_never(never)


def _is_for(raised: _Raised, knowledge: Knowledge) -> bool:
    settings = knowledge.settings.at(raised.hit.location.file)
    persona = raised.hit.persona or raised.rule.persona
    return raised.rule.id not in settings.disabled and persona.rank <= settings.persona.rank


def _is_silenced(raised: _Raised, others: Iterable[_Raised]) -> bool:
    """Whether rules that say more speak of every statement it is about."""
    if not raised.about:
        return False
    silencing = [one for one in others if raised.rule.id in one.rule.silences and _says_all_of(one.hit, raised.hit)]
    spoken = {at.location for other in silencing for at in other.about}
    return all(at.location in spoken for at in raised.about)


def _says_all_of(more: Hit, less: Hit) -> bool:
    return not more.actions or bool(less.actions and less.actions <= more.actions)


def _findings(raised: Iterable[_Raised], knowledge: Knowledge) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    told: set[tuple[str, Location, str]] = set()
    for one in raised:
        same = (one.rule.id, one.hit.location, one.hit.message)
        if same in told:
            continue  # a policy that holds under several conditions of its file
        told.add(same)
        content = _content(one, knowledge)
        seen[content] = number = seen.get(content, -1) + 1
        yield Finding(
            rule=one.rule.id,
            severity=knowledge.settings.at(one.hit.location.file).severities.get(one.rule.id)
            or one.hit.severity
            or one.rule.severity,
            confidence=one.hit.confidence or one.rule.confidence,
            location=one.hit.location,
            principal=one.principal,
            message=one.hit.message,
            evidence=one.hit.evidence,
            fix=one.hit.fix,
            fingerprint=hashlib.sha256(f"{content}\0{number}".encode("utf-8", "surrogatepass")).hexdigest(),
            about=tuple(dict.fromkeys(at.location for at in one.about)),
            sids=tuple(dict.fromkeys(at.statement.sid for at in one.about if at.statement.sid)),
        )


def _content(one: _Raised, knowledge: Knowledge) -> str:
    """What the fingerprint is made of: no line, no order of statements or of what stands in them."""
    statements = sorted(content_of(at.statement, at.of.policy.version) for at in one.about)
    file = knowledge.settings.folders.from_top(one.hit.location.file)
    return "\0".join((one.rule.id, file, one.principal, one.hit.subject, *statements))


def _name(function: FunctionAt) -> str:
    return f"function {function.name}"


def _place(finding: Finding) -> tuple[str, int, int, str, str]:
    return finding.location.file, finding.location.line, finding.location.column, finding.rule, finding.message
