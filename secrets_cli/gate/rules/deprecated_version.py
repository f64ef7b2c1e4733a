"""`deprecated-version`: a policy in the language of 2008, or without a Version, which is the same."""

from collections.abc import Iterator

from secrets_cli.gate.condition_keys import UNKNOWN_KEY, facts_of_key
from secrets_cli.gate.fix import Fix, SetVersion
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.mistake import listed
from secrets_cli.gate.rule import Hit, OfPolicy, Persona, Rule
from secrets_cli.iam.model import VERSION_2008, VERSION_2012, Policy, Statement
from secrets_cli.iam.variables import Variable, has_variables, template
from secrets_cli.inputs.found import PolicyAt
from secrets_cli.severity import Confidence, Severity


def _check(at: PolicyAt, _knowledge: Knowledge) -> Iterator[Hit]:
    policy = at.policy
    if policy.version != VERSION_2008:
        return
    variables = _variables(policy)
    if variables:
        yield Hit(
            f"{listed(variables)} {'is' if len(variables) == 1 else 'are'} plain text in a policy without"
            f' `"Version": "{VERSION_2012}"`, and matches nothing',
            at.location,
            severity=Severity.MEDIUM,
            confidence=Confidence.HIGH,
            persona=Persona.DEFAULT,
            fix=Fix(f"set the version to {VERSION_2012}", False, (SetVersion(at.location, VERSION_2012),)),
            subject="variables",
        )
        return
    safe = not any(has_variables(text) for text in _texts(policy))
    yield Hit(
        f"the policy's version is {VERSION_2008}, or it has none, which is the same",
        at.location,
        fix=Fix(f"set the version to {VERSION_2012}", safe, (SetVersion(at.location, VERSION_2012),)),
    )


def _variables(policy: Policy) -> tuple[str, ...]:
    """The texts that would be policy variables in the present version."""
    found = (part for text in _texts(policy) if has_variables(text) for part in template(text))
    keys = dict.fromkeys(part.key for part in found if isinstance(part, Variable))
    return tuple(f"${{{key}}}" for key in keys if facts_of_key(key) is not UNKNOWN_KEY)


def _texts(policy: Policy) -> Iterator[str]:
    for statement in policy.statements:
        yield from _texts_of(statement)


def _texts_of(statement: Statement) -> Iterator[str]:
    if statement.resource is not None:
        yield from statement.resource.values
    for term in statement.conditions:
        yield from term.values


RULE = Rule(
    id="deprecated-version",
    title="is written in the policy language of 2008",
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    persona=Persona.STRICT,
    why=(
        f"A policy whose `Version` is missing is read as `{VERSION_2008}`. In that language policy variables are plain text:"
        " `arn:aws:s3:::home/${aws:username}/*` is a folder of that very name, so that an Allow grants nothing and a Deny"
        " protects nothing. Where the policy holds a variable the finding is of medium severity and shown to everybody;"
        " where it holds none the version makes no difference yet, and it is shown from persona `strict` on."
    ),
    how_to_fix=f'Write `"Version": "{VERSION_2012}"`.',
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html",),
    mapping=(
        "Access Analyzer MISSING_VERSION",
        "Access Analyzer VARIABLE_UNSUPPORTED_IN_VERSION",
        "cfn-lint W2511",
        "parliament NO_VERSION",
        "parliament INVALID_VERSION",
    ),
    check=OfPolicy(_check),
)
