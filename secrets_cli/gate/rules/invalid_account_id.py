"""`invalid-account-id`: an account that is not twelve digits."""

import re
from collections.abc import Iterator

from secrets_cli.gate.arn_form import wrong_account_in
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.mistake import severity_of_too_little
from secrets_cli.gate.resource_fit import is_wild
from secrets_cli.gate.rule import Hit, OfStatement, Persona, Rule
from secrets_cli.gate.subject import StatementAt
from secrets_cli.iam.location import Location
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.severity import Confidence, Severity

_ACCOUNT_KEYS = frozenset(
    {
        "aws:principalaccount",
        "aws:resourceaccount",
        "aws:sourceaccount",
        "aws:vpceaccount",
        "kms:calleraccount",
        "s3:resourceaccount",
    }
)
_DIGITS = re.compile(r"[0-9-]+")
_LENGTH = 12
_ACCOUNT = re.compile(r"[0-9]{12}")


def _check(at: StatementAt, _knowledge: Knowledge) -> Iterator[Hit]:
    told: set[str] = set()
    for where, text, account, location in _wrong(at):
        if account not in told:
            told.add(account)
            digits = sum(character.isdigit() for character in account)
            number = _DIGITS.fullmatch(account) is not None
            what = f"has {digits} digits" if number and digits != _LENGTH else "is no number of twelve digits"
            yield Hit(
                f"the account `{account}` in {where} `{text}` {what}; an account id has 12 digits and nothing else",
                location,
                severity=severity_of_too_little(at.statement.effect),
                confidence=None if number else Confidence.MEDIUM,
                persona=None if number else Persona.STRICT,
                subject=account,
            )


def _wrong(at: StatementAt) -> Iterator[tuple[str, str, str, Location]]:
    """Where it stands, the text, the account in it, and the place."""
    statement = at.statement
    if statement.resource is not None:
        for value in statement.resource.values:
            place = statement.resource.place_of(value) or at.location
            yield from (("the resource", value, account, place) for account in _in_arn(value))
    if statement.principal is not None:
        place = statement.principal.location or at.location
        for entry in statement.principal.entries:
            if entry.kind == "AWS":
                yield from (("the principal", entry.value, account, place) for account in _in_principal(entry.value))
    for term in statement.conditions:
        place = term.location or at.location
        for value in term.values:
            found = _by_itself(value) if term.key.lower() in _ACCOUNT_KEYS else _in_arn(value)
            yield from ((f"the condition on `{term.key}`,", value, account, place) for account in found)


def _in_arn(text: str) -> Iterator[str]:
    account = wrong_account_in(text)
    if account:
        yield account


def _in_principal(text: str) -> Iterator[str]:
    yield from _by_itself(text) if _DIGITS.fullmatch(text) else _in_arn(text)


def _by_itself(text: str) -> Iterator[str]:
    if not (is_wild(text) or UNKNOWN in text or _ACCOUNT.fullmatch(text)) and _DIGITS.fullmatch(text):
        yield text


RULE = Rule(
    id="invalid-account-id",
    title="names an account that is not twelve digits",
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "Account ids have twelve digits. One with a digit lost, with hyphens or with leading zeros dropped by a spreadsheet"
        " matches no account: the statement does nothing, or AWS refuses the policy only when it is deployed. Worse is what"
        " it hints at: somebody typed an account by hand, and the next slip may be a number that is somebody else's."
    ),
    how_to_fix=(
        "Write the account's twelve digits, or let the tool fill them in: `${AWS::AccountId}` in CloudFormation and SAM,"
        " `data.aws_caller_identity.current.account_id` in Terraform, `${aws:accountId}` in serverless.yml."
    ),
    references=("https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html",),
    mapping=("Access Analyzer INVALID_ARN_ACCOUNT", "parliament INVALID_ARN"),
    check=OfStatement(_check),
)
