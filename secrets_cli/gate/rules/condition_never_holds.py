"""`condition-never-holds`: a statement whose conditions cannot hold together in any request from now on."""

import datetime
import ipaddress
from collections.abc import Iterator

from secrets_cli.gate.condition_truth import contradiction, is_open
from secrets_cli.gate.condition_worlds import CLOCKS, ISSUED
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.mistake import listed, severity_of_too_little
from secrets_cli.gate.operator_mismatch import mismatch_of
from secrets_cli.gate.rule import Hit, OfStatement, Persona, Rule
from secrets_cli.gate.subject import StatementAt
from secrets_cli.iam.instant import parse_instant
from secrets_cli.iam.model import ConditionTerm, Effect
from secrets_cli.severity import Confidence, Severity

_SOURCE_ADDRESS = "aws:sourceip"


def _check(at: StatementAt, knowledge: Knowledge) -> Iterator[Hit]:
    terms = contradiction(at.statement.conditions, knowledge.today)
    nothing = "denies nothing" if at.statement.effect is Effect.DENY else "grants nothing"
    if terms and not (len(terms) == 1 and mismatch_of(terms[0])):
        yield Hit(
            f"{at.named} {nothing}: {_reason(terms, knowledge.today)}",
            terms[0].location or at.location,
            evidence=tuple(f"`{term.operator}` on `{term.key}`: {listed(term.values)}" for term in terms),
            severity=Severity.LOW if _is_of_ended_sessions(terms) else severity_of_too_little(at.statement.effect),
        )
        return
    for term in at.statement.conditions:
        if _is_private(term):
            yield Hit(
                f"{at.named} {nothing}: `{term.key}` is an address of the internet, and {listed(term.values)} are private;"
                " from within a VPC the key is absent",
                term.location or at.location,
                severity=severity_of_too_little(at.statement.effect),
                confidence=Confidence.MEDIUM,
                subject=term.key,
            )


def _reason(terms: tuple[ConditionTerm, ...], today: datetime.date) -> str:
    first = terms[0]
    if len(terms) > 1:
        what = " and ".join(f"`{term.operator}` on `{term.key}`" for term in terms)
        return f"{what} contradict each other"
    if not first.values:
        return f"`{first.operator}` on `{first.key}` has no values, and nothing fits"
    if _is_of_ended_sessions(terms):
        return f"the sessions it speaks of have ended, `{first.operator}` on `{first.key}` is {listed(first.values)}"
    if first.key.lower() in CLOCKS and any(_is_past(value, today) for value in first.values):
        return f"its time is over, `{first.operator}` on `{first.key}` is {listed(first.values)}"
    return f"no request can have `{first.operator}` on `{first.key}` be {listed(first.values)}"


def _is_of_ended_sessions(terms: tuple[ConditionTerm, ...]) -> bool:
    """Whether all it says is when the session began: what IAM's console attaches to revoke sessions has done its work.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html"""
    return len(terms) == 1 and terms[0].key.lower() == ISSUED and bool(terms[0].values)


def _is_past(value: str, today: datetime.date) -> bool:
    moment = parse_instant(value)
    start = datetime.datetime.combine(today, datetime.time(), datetime.UTC)
    return moment is not None and moment <= start.timestamp()


def _is_private(term: ConditionTerm) -> bool:
    if term.key.lower() != _SOURCE_ADDRESS or term.operator.base != "IpAddress" or term.operator.if_exists:
        return False
    return bool(term.values) and not is_open(term) and all(_is_private_range(value) for value in term.values)


_PRIVATE = tuple(ipaddress.ip_network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
"""https://datatracker.ietf.org/doc/html/rfc1918"""


def _is_private_range(value: str) -> bool:
    try:
        network = ipaddress.ip_network(value.strip(), strict=False)
    except ValueError:
        return False
    return isinstance(network, ipaddress.IPv4Network) and any(
        isinstance(private, ipaddress.IPv4Network) and network.subnet_of(private) for private in _PRIVATE
    )


RULE = Rule(
    id="condition-never-holds",
    title="has conditions that cannot hold in any request from now on",
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "The statement is there and does nothing: its date has passed, its conditions contradict each other (`StringEquals` and"
        " `StringNotEquals` of the same), or it asks for what AWS never sends, such as a private address in `aws:SourceIp`."
        " What it was written for is not granted; a Deny (medium) protects nothing, although a reader counts on it. Conditions"
        " are judged by the evaluator itself, over every value that the operators can tell apart."
    ),
    how_to_fix=(
        "Remove the statement, or write the condition that is meant. For addresses within a VPC use `aws:VpcSourceIp`,"
        " `aws:SourceVpc` or `aws:SourceVpce`."
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
    ),
    mapping=(
        "Access Analyzer PRIVATE_IP_ADDRESS",
        "Access Analyzer EMPTY_ARRAY_CONDITION",
        "Access Analyzer EMPTY_ARRAY_CONDITION_FORANYVALUE",
        "Access Analyzer INVALID_CONDITION_MULTIPLE_BOOLEAN",
    ),
    check=OfStatement(_check),
)
