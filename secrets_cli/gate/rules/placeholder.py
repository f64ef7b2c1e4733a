"""`placeholder`: text that was to be filled in, left in a policy."""

import re
from collections.abc import Iterator

from secrets_cli.gate.condition_keys import UNKNOWN_KEY, facts_of_key
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.mistake import severity_of_too_little
from secrets_cli.gate.rule import Hit, OfStatement, Persona, Rule
from secrets_cli.gate.subject import StatementAt
from secrets_cli.iam.arn import parse_arn
from secrets_cli.iam.location import Location
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.severity import Confidence, Severity

_MARKED = re.compile(
    r"<[^<>]*>"  # <bucket>
    r"|\{\{[^{}]*\}\}"  # {{resolve:...}}, {{ bucket }}
    r"|(?<![A-Za-z])(?:YOUR|REPLACE|CHANGE|INSERT|ENTER|FILL)[-_ ]?(?:IN[-_ ]?)?(?:WITH[-_ ]?)?"
    r"(?:ME|THIS|YOUR|ACCOUNT|BUCKET|REGION|ROLE|KEY|TABLE|FUNCTION|ORG|NAME|ID|ARN|VALUE|HERE)(?![a-z])"
    r"|(?<![A-Za-z])(?:your|replace|insert|enter|fill)[-_ ](?:in[-_ ])?(?:me|this|your|with|account|bucket|region|role|key|table"
    r"|function|org|name|id|arn|value|here)(?![A-Z])"
    r"|(?<![A-Za-z])(?:change[-_]?me|TODO|FIXME)(?![A-Za-z])"
    r"|(?<![A-Za-z0-9])[xX]{4,}(?![A-Za-z0-9])"
)
_ACCOUNT_WORD = re.compile(r"account|acct|xxx|^(?:aws[-_]?)?id$", re.IGNORECASE)
_REGION_WORD = re.compile(r"^(?:aws[-_]?)?region$|^x{2,}$|your", re.IGNORECASE)
_VARIABLE = re.compile(r"\$\{([^{}]*)\}|#\{([^{}]*)\}|\$\(([^()]*)\)|%\{([^{}]*)\}")
_ESCAPES = frozenset({"*", "?", "$"})


def _check(at: StatementAt, _knowledge: Knowledge) -> Iterator[Hit]:
    told: set[str] = set()
    for what, text, location in _texts(at):
        found = placeholder_in(text)
        if found and found not in told:
            told.add(found)
            yield Hit(
                f"`{found}` in {what} `{text}` looks like something to be filled in: taken as it is, it matches nothing",
                location,
                severity=severity_of_too_little(at.statement.effect),
                subject=found,
            )


def placeholder_in(text: str) -> str:
    """The part of the text that is to be filled in; empty where there is none."""
    text = text.replace(UNKNOWN, "*")
    marked = _MARKED.search(text)
    if marked:
        return marked.group()
    for variable in _VARIABLE.finditer(text):
        if not _is_policy_variable(variable):
            return variable.group()
    return _word_in_arn(text)


def _is_policy_variable(found: re.Match[str]) -> bool:
    """A policy variable names a condition key, or is an escape; `${AWS::Region}` and `${var.bucket}` do not."""
    inside = found.group(1)
    if inside is None:
        return False
    key = inside.split(",")[0].strip()
    prefix, colon, name = key.partition(":")
    if key in _ESCAPES or not key:
        return bool(key)
    if not colon or not name or name.startswith(":") or prefix in ("self", "env", "opt", "param", "file", "ssm", "cf"):
        return facts_of_key(key) is not UNKNOWN_KEY
    return prefix.lower() != "aws" or facts_of_key(key) is not UNKNOWN_KEY


def _word_in_arn(text: str) -> str:
    arn = parse_arn(text)
    if arn is None:
        return ""
    if _ACCOUNT_WORD.search(arn.account) and not arn.account.isdigit() and "*" not in arn.account:
        return arn.account
    return arn.region if _REGION_WORD.search(arn.region) and "*" not in arn.region else ""


def _texts(at: StatementAt) -> Iterator[tuple[str, str, Location]]:
    statement = at.statement
    for element, what in ((statement.action, "the action"), (statement.resource, "the resource")):
        if element is not None:
            yield from ((what, value, element.place_of(value) or at.location) for value in element.values)
    if statement.principal is not None:
        place = statement.principal.location or at.location
        yield from (("the principal", entry.value, place) for entry in statement.principal.entries)
    for term in statement.conditions:
        place = term.location or at.location
        yield from ((f"the condition on `{term.key}`,", value, place) for value in term.values)
        yield "the condition key", term.key, place


RULE = Rule(
    id="placeholder",
    title="still holds text that was to be filled in",
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    persona=Persona.DEFAULT,
    why=(
        "Examples say `<bucket>`, `YOUR_ACCOUNT_ID` or `${AWS::AccountId}`, and a template that was copied, or whose"
        " substitution was forgotten (`Fn::Sub` left out, a `.tf` fragment pasted as JSON), carries that text to AWS. There"
        " it is a literal that no resource has: an Allow grants nothing, a Deny denies nothing (medium). Policy variables"
        " such as `${aws:username}` are no placeholders."
    ),
    how_to_fix=(
        "Put in the real name. In CloudFormation wrap the text in `Fn::Sub`; in Terraform write it in the `.tf` file or with"
        " `templatefile`."
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-sub.html",
    ),
    mapping=(
        "Access Analyzer INVALID_ARN_ACCOUNT",
        "Access Analyzer INVALID_ARN_REGION",
        "Access Analyzer EMPTY_VARIABLE",
        "Access Analyzer VARIABLE_UNSUPPORTED_IN_ELEMENT",
    ),
    check=OfStatement(_check),
)
