"""`condition-always-holds`: a condition that no request fails, or hardly any."""

from collections.abc import Iterator

from secrets_cli.gate.condition_keys import facts_of_key
from secrets_cli.gate.condition_truth import Truth, is_open, truth_of_term, truth_where_present
from secrets_cli.gate.condition_worlds import CLOCKS, family_of
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.mistake import listed, severity_of_too_much
from secrets_cli.gate.operator_mismatch import mismatch_of
from secrets_cli.gate.rule import Hit, OfStatement, Persona, Rule
from secrets_cli.gate.subject import StatementAt
from secrets_cli.iam.model import ConditionTerm, Effect, Quantifier
from secrets_cli.iam.network import parse_network
from secrets_cli.iam.operator_name import POSITIVE_OF
from secrets_cli.severity import Confidence, Severity

_ALL_IPV4 = "0.0.0.0/0"
_NEARLY_ALWAYS = frozenset(
    {
        "aws:sourceip",
        "aws:resourceaccount",
        "aws:principalorgid",
        "aws:sourcearn",
        "aws:sourceaccount",
        "iam:passedtoservice",
        "kms:calleraccount",
        "sts:externalid",
    }
)
"""Keys of which mere presence says next to nothing of who asks for what: whoever may be meant, and others, send them."""


def _check(at: StatementAt, knowledge: Knowledge) -> Iterator[Hit]:
    for term in at.statement.conditions:
        if is_open(term) or mismatch_of(term) is not None:
            continue
        hit = _useless(at, term, knowledge) or _set_operator(at, term) or _presence_alone(at, term, knowledge)
        if hit is not None:
            yield hit


def _useless(at: StatementAt, term: ConditionTerm, knowledge: Knowledge) -> Hit | None:
    if truth_of_term(term, knowledge.today) is not Truth.ALWAYS:
        return None
    why = "in every request"
    if term.key.lower() in CLOCKS and family_of(term) != "presence":
        why = "from now on, its time has come"
    values = f" {listed(term.values)}" if term.values else " with no values"
    return _hit(at, term, f"`{term.operator}` on `{term.key}`{values} holds {why}")


def _set_operator(at: StatementAt, term: ConditionTerm) -> Hit | None:
    """`ForAllValues` on a key with one value: true where the key is absent."""
    facts = facts_of_key(term.key)
    for_all = term.operator.quantifier is Quantifier.FOR_ALL_VALUES and term.operator.base not in POSITIVE_OF
    if not for_all or facts.multivalued is not False or facts.always or term.operator.if_exists:
        return None
    if at.statement.effect is Effect.DENY or _asks_for_presence(at, term):
        return None
    return _hit(
        at,
        term,
        f"`{term.operator}` on `{term.key}` holds in every request that does not have the key: the set operator is for keys"
        f" with several values; write `{term.operator.base}`",
        "",
    )


def _asks_for_presence(at: StatementAt, term: ConditionTerm) -> bool:
    """Whether another condition of the statement requires the key."""
    return any(
        other.key.lower() == term.key.lower() and other is not term and other.operator.quantifier is None
        for other in at.statement.conditions
    )


def _presence_alone(at: StatementAt, term: ConditionTerm, knowledge: Knowledge) -> Hit | None:
    key = term.key.lower()
    if term.operator.base == "Null":
        return None
    if term.operator.base == "IpAddress" and _is_all_of_ipv4(term):
        return _hit(at, term, f"`{term.key}` may be any IPv4 address: `{_ALL_IPV4}` is all of them")
    if truth_where_present(term, knowledge.today) is not Truth.ALWAYS:
        return None
    facts = facts_of_key(key)
    if (key in _NEARLY_ALWAYS or facts.signed) and term.operator.base not in POSITIVE_OF:
        return _hit(at, term, f"`{term.operator}` on `{term.key}` {listed(term.values)} holds whatever the key says")
    return Hit(
        f"`{term.operator}` on `{term.key}` asks for nothing but the key's presence",
        term.location or at.location,
        severity=Severity.INFO,
        persona=Persona.STRICT,
        subject=f"{term.operator} {term.key}",
    )


def _is_all_of_ipv4(term: ConditionTerm) -> bool:
    networks = [parse_network(value) for value in term.values]
    return any(one is not None and one.version == 4 and one.last - one.first == (1 << 32) - 1 for one in networks)


def _hit(at: StatementAt, term: ConditionTerm, message: str, outcome: str = "; without it {} says the same") -> Hit:
    return Hit(
        message + outcome.format(at.named),
        term.location or at.location,
        severity=severity_of_too_much(at.statement.effect),
        subject=f"{term.operator} {term.key}",
    )


RULE = Rule(
    id="condition-always-holds",
    title="has a condition that guards nothing",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "A condition that every request meets looks like a restriction and is none: a date that has come, `0.0.0.0/0`,"
        " `StringLikeIfExists` with `*`, `Bool` with both values, `aws:PrincipalOrgID` like `*`. `ForAllValues:` on a key with"
        " one value is the trap that is met most: it holds where the key is absent, so that an Allow meant for one"
        " organization or one service is granted to all who do not send the key. In a Deny the finding is low."
    ),
    how_to_fix=(
        "Name the values that are meant, without `IfExists` where the key has to be there, and without `ForAllValues:` on keys"
        " that have one value. Remove a condition whose time has come, if it may."
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
    ),
    mapping=(
        "Access Analyzer FORALLVALUES_WITH_SINGLE_VALUED_KEY",
        "Access Analyzer EQUIVALENT_TO_NULL_FALSE",
        "Access Analyzer EMPTY_OBJECT_CONDITION",
        "Access Analyzer EMPTY_ARRAY_CONDITION",
        "Access Analyzer INVALID_CONDITION_MULTIPLE_BOOLEAN",
        "Access Analyzer NULL_WITH_QUALIFIER",
    ),
    check=OfStatement(_check),
)
