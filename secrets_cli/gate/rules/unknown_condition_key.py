"""`unknown-condition-key`: a condition on a key that does not exist, or that no action of the statement is asked with."""

import difflib
from collections.abc import Iterator

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.condition_keys import service_key, service_keys
from secrets_cli.gate.condition_keys import GLOBAL_KEYS, UNKNOWN_KEY, facts_of_key
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.mistake import listed, severity_of_too_little, severity_of_too_much
from secrets_cli.gate.principals import known_actions
from secrets_cli.gate.rule import Hit, OfStatement, Persona, Rule
from secrets_cli.gate.subject import StatementAt
from secrets_cli.iam.condition import compile_term
from secrets_cli.iam.model import ConditionTerm
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.severity import Confidence, Severity

_PROVIDERS = ("saml", "oidc", "cognito-identity", "graph", "www", "sts")
_ELSEWHERE = frozenset({"sts", "kms", "ec2", "s3", "ssm", "iot"})
"""Services with keys that their reference pages do not list for every action they come with."""
_UNPUBLISHED = frozenset({"lakeformation:gluearn"})
"""In no reference, and in AWS's own policies:
https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonDataZoneGlueManageAccessRolePolicy.html"""


def _check(at: StatementAt, knowledge: Knowledge) -> Iterator[Hit]:
    for term in at.statement.conditions:
        if UNKNOWN in term.key or UNKNOWN in "".join(at.statement.action.values):
            continue
        problem = _problem(term.key)
        if problem:
            yield _hit(at, term, problem, Persona.DEFAULT, Confidence.MEDIUM)
            continue
        problem = _foreign(at, term.key, knowledge.catalog)
        if problem:
            yield _hit(at, term, problem, Persona.STRICT, Confidence.MEDIUM)


def _hit(at: StatementAt, term: ConditionTerm, problem: str, persona: Persona, confidence: Confidence) -> Hit:
    holds = compile_term(term, variables=True)({})
    outcome = "the condition then always holds" if holds else "the condition then never holds"
    severity = severity_of_too_much if holds else severity_of_too_little
    return Hit(
        f"{problem}; {outcome}",
        term.location or at.location,
        severity=severity(at.statement.effect),
        persona=persona,
        confidence=confidence,
        subject=term.key,
    )


def _problem(key: str) -> str:
    """What is wrong with a key by itself; empty where it is known, or where nobody can tell."""
    prefix, colon, name = key.partition(":")
    if not colon or not name:
        return f"`{key}` is no condition key: one has the form `service:Name`{_near(key, _all_names())}"
    if prefix.lower() == "aws":
        return _problem_of_global(key, name)
    elsewhere = "." in prefix or prefix.lower() in _PROVIDERS or key.lower() in _UNPUBLISHED
    if elsewhere or facts_of_key(key) is not UNKNOWN_KEY:
        return ""
    keys = service_keys(prefix)
    if not keys:
        return ""  # a service without keys of its own, or an identity provider's
    return f"`{prefix}` has no condition key `{key}`{_near(key, [one.name for one in keys])}"


def _problem_of_global(key: str, name: str) -> str:
    if facts_of_key(key) is not UNKNOWN_KEY:
        if f"{name.lower()}/" in ("principaltag/", "requesttag/", "resourcetag/"):
            return f"`{key}` names no tag: write `{key}/` and the tag's key"
        return ""
    if name.lower() in ("principaltag", "requesttag", "resourcetag"):
        return f"`{key}` names no tag: write `{key}/` and the tag's key"
    return f"there is no condition key `{key}`{_near(key, _all_names())}"


def _foreign(at: StatementAt, key: str, catalog: Catalog) -> str:
    """A service's own key beside actions none of which is asked with it, as far as the service's page says."""
    known = service_key(key)
    prefix = key.partition(":")[0].lower()
    if known is None or key.lower() in GLOBAL_KEYS or at.statement.action.negated or prefix in _ELSEWHERE:
        return ""
    names = known_actions(at.statement.action, catalog)
    if not names or any(_is_asked_with(name, key, catalog) for name in names):
        return ""
    return f"no action of {at.named} is asked with `{key}`: {listed(tuple(at.statement.action.values), 3)}"


def _is_asked_with(name: str, key: str, catalog: Catalog) -> bool:
    action = catalog.action(name)
    lower = key.lower()
    listed_keys = () if action is None else action.condition_keys
    return any(_names(one.lower(), lower) for one in listed_keys)


def _names(published: str, key: str) -> bool:
    """`ssm:resourceTag/${TagKey}` names `ssm:resourceTag/Team`."""
    before, variable, _ = published.partition("${")
    return key.startswith(before) if variable else published == key


def _all_names() -> list[str]:
    return [facts.name for facts in GLOBAL_KEYS.values()]


def _near(key: str, names: list[str]) -> str:
    by_lower = {name.lower(): name for name in names}
    found = difflib.get_close_matches(key.lower(), by_lower, 1, 0.75)
    return f"; did you mean `{by_lower[found[0]]}`?" if found else ""


RULE = Rule(
    id="unknown-condition-key",
    title="has a condition on a key that no request has",
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    persona=Persona.DEFAULT,
    why=(
        "A misspelled key is never in a request. A positive operator on it never holds, so that an Allow grants nothing and a"
        " Deny denies nothing (medium); a negated operator, `IfExists` and `ForAllValues:` always hold, so that an Allow has no"
        " restriction at all (medium). From persona `strict` on a service's own key is reported too where the reference lists"
        " it for no action of the statement."
    ),
    how_to_fix="Use the name that the page of global keys, or the service's page of the Service Authorization Reference, gives.",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
        "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    ),
    mapping=(
        "Access Analyzer INVALID_GLOBAL_CONDITION_KEY",
        "Access Analyzer INVALID_SERVICE_CONDITION_KEY",
        "Access Analyzer INVALID_CONDITION_KEY_FORMAT",
        "Access Analyzer MISSING_TAG_KEY_IN_CONDITION",
        "Access Analyzer UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
        "parliament UNKNOWN_CONDITION_FOR_ACTION",
    ),
    check=OfStatement(_check),
)
