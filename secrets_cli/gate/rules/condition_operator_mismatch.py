"""`condition-operator-mismatch`: a condition whose operator does not go with its values or its key."""

from collections.abc import Iterator

from secrets_cli.gate.condition_keys import KeyType, facts_of_key
from secrets_cli.gate.condition_truth import Truth, is_open
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.mistake import listed, severity_of_too_little, severity_of_too_much
from secrets_cli.gate.operator_mismatch import Mismatch, mismatch_of, truth_of_mismatch, wrong_family
from secrets_cli.gate.rule import Hit, OfStatement, Persona, Rule
from secrets_cli.gate.subject import StatementAt
from secrets_cli.iam.model import ConditionTerm, Effect
from secrets_cli.iam.operator_name import POSITIVE_OF
from secrets_cli.severity import Confidence, Severity


def _check(at: StatementAt, _knowledge: Knowledge) -> Iterator[Hit]:
    for term in at.statement.conditions:
        mismatch = mismatch_of(term)
        if mismatch is not None:
            yield _of_values(at, term, mismatch)
            continue
        operators = wrong_family(term)
        if operators:
            yield _of_key(at, term, operators)
        elif _lacks_a_set_operator(term):
            yield _without_set_operator(at, term)


def _of_values(at: StatementAt, term: ConditionTerm, mismatch: Mismatch) -> Hit:
    return Hit(
        f"under `{term.operator}` on `{term.key}` {listed(mismatch.values)} {mismatch.predicate}, so that"
        f" {_outcome(at, term, mismatch)}; {mismatch.advice}",
        term.location or at.location,
        severity=_severity(at.statement.effect, term, mismatch),
        subject=f"{term.operator} {term.key}",
    )


def _outcome(at: StatementAt, term: ConditionTerm, mismatch: Mismatch) -> str:
    match truth_of_mismatch(term, mismatch):
        case Truth.ALWAYS:
            return "the condition always holds"
        case Truth.NEVER if term.operator.if_exists or term.operator.quantifier is not None:
            return "the condition holds only where the key is absent, if at all"
        case Truth.NEVER:
            nothing = "denies" if at.statement.effect is Effect.DENY else "grants"
            return f"the condition never holds and {at.named} {nothing} nothing"
        case _:
            return "nothing of a request equals it" if len(mismatch.values) == 1 else "nothing of a request equals them"


def _severity(effect: Effect, term: ConditionTerm, mismatch: Mismatch) -> Severity:
    if not mismatch.all_values:
        return Severity.LOW
    negated = term.operator.base in POSITIVE_OF
    return severity_of_too_much(effect) if negated else severity_of_too_little(effect)


def _of_key(at: StatementAt, term: ConditionTerm, operators: str) -> Hit:
    return Hit(
        f"`{term.key}` goes with the {operators} operators, and `{term.operator}` compares it as something else",
        term.location or at.location,
        severity=Severity.INFO,
        persona=Persona.STRICT,
        confidence=Confidence.MEDIUM,
        subject=f"{term.operator} {term.key}",
    )


def _lacks_a_set_operator(term: ConditionTerm) -> bool:
    facts = facts_of_key(term.key)
    plain = term.operator.quantifier is None and term.operator.base != "Null"
    return plain and facts.multivalued is True and facts.type is not KeyType.BOOL and not is_open(term)


def _without_set_operator(at: StatementAt, term: ConditionTerm) -> Hit:
    return Hit(
        f"`{term.key}` may have several values, and `{term.operator}` does not say whether one of them or all have to fit;"
        " write `ForAnyValue:` or `ForAllValues:` in front",
        term.location or at.location,
        severity=Severity.INFO,
        persona=Persona.STRICT,
        confidence=Confidence.MEDIUM,
        subject=f"{term.operator} {term.key}",
    )


RULE = Rule(
    id="condition-operator-mismatch",
    title="has a condition whose operator does not go with its values or its key",
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "`StringEquals` compares letter by letter: `*` is a star, and no role's ARN holds one. A number operator with a text, a"
        " date operator with no date, an address operator with no range match nothing. AWS stores all of these. In an"
        " Allow the statement then grants nothing; in a Deny (medium) it denies nothing, and a negated operator, such as"
        " `StringNotEquals` with a wildcard, is the other way round: it always holds, and an Allow is granted to all (medium)."
    ),
    how_to_fix=(
        "`StringLike` and `ArnLike` know wildcards; ARNs go with the Arn operators, addresses with `IpAddress`, `true` and"
        " `false` with `Bool`. A key with several values takes `ForAnyValue:` or `ForAllValues:` (from persona `strict` on)."
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html",
    ),
    mapping=(
        "Access Analyzer WILDCARD_WITHOUT_LIKE_OPERATOR",
        "Access Analyzer TYPE_MISMATCH",
        "Access Analyzer TYPE_MISMATCH_BOOLEAN",
        "Access Analyzer TYPE_MISMATCH_DATE",
        "Access Analyzer TYPE_MISMATCH_IP_RANGE",
        "Access Analyzer TYPE_MISMATCH_NUMBER",
        "Access Analyzer INVALID_VARIABLE_FOR_OPERATOR",
        "Access Analyzer MISSING_QUALIFIER",
        "parliament MISMATCHED_TYPE",
        "parliament MISMATCHED_TYPE_OPERATION_TO_NULL",
    ),
    check=OfStatement(_check),
)
