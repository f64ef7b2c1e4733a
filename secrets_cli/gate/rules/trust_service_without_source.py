"""`trust-service-without-source`: a role that a service assumes, whoever the service works for."""

from collections.abc import Iterator

from secrets_cli.gate.callers import fixes, mentions
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.named import Who, lets_in
from secrets_cli.gate.principals import known_actions
from secrets_cli.gate.rule import Hit, OfStatement, Persona, Rule
from secrets_cli.gate.service_principals import ASKS_FOR_A_SOURCE, ASKS_FOR_NONE, service_of
from secrets_cli.gate.subject import StatementAt
from secrets_cli.iam.model import Effect
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.severity import Confidence, Severity

_SOURCES = ("aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths", "sts:externalid")


def _check(at: StatementAt, knowledge: Knowledge) -> Iterator[Hit]:
    statement = at.statement
    if at.of.kind is not PolicyKind.TRUST or statement.effect is Effect.DENY:
        return
    if "sts:AssumeRole" not in known_actions(statement.action, knowledge.catalog):
        return
    if any(fixes(term) for term in mentions(statement.conditions, *_SOURCES)):
        return
    element = statement.principal
    place = (element.location if element is not None else None) or at.location
    for named in lets_in(statement, Who.SERVICE):
        service = service_of(named.value)
        if service in ASKS_FOR_NONE or named.holds_wildcard:
            continue
        told = service in ASKS_FOR_A_SOURCE
        yield Hit(
            f"{at.named} lets `{named.value}` assume the role for whomever it works",
            place,
            evidence=() if told else ("whether this service gives a source is not known here: its guide tells",),
            severity=None if told else Severity.INFO,
            confidence=None if told else Confidence.LOW,
            persona=None if told else Persona.AUDITOR,
            subject=named.value,
        )


RULE = Rule(
    id="trust-service-without-source",
    title="lets an AWS service assume a role without asking for whom it works",
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    persona=Persona.STRICT,
    why=(
        "A service works for all of AWS's customers under one name. Where it takes a role's ARN from its caller, another"
        " account's caller may name yours (the confused deputy). The services listed by this rule send the ARN and the"
        " account of the resource they work for, and their guides tell to ask for them. Lambda, EC2 and API Gateway are"
        " not among them: their roles are handed over with `iam:PassRole`, within one account."
    ),
    how_to_fix=(
        "Add `StringEquals` on `aws:SourceAccount` with your account, and `ArnLike` on `aws:SourceArn` with the resource"
        " where it is known."
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html#cross-service-confused-deputy-prevention",
        "https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html",
    ),
    mapping=(
        "Access Analyzer RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL",
        "Prowler iam_role_cross_service_confused_deputy_prevention",
    ),
    check=OfStatement(_check),
)
