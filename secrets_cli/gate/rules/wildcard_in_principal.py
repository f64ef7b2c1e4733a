"""`wildcard-in-principal`: a principal with a wildcard in it, which AWS refuses."""

from collections.abc import Iterator

from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.named import Who, named_in
from secrets_cli.gate.rule import Hit, OfStatement, Persona, Rule
from secrets_cli.gate.subject import StatementAt
from secrets_cli.iam.arn import parse_arn
from secrets_cli.severity import Confidence, Severity


def _check(at: StatementAt, _knowledge: Knowledge) -> Iterator[Hit]:
    element = at.statement.principal
    for named in named_in(element):
        if element is None or not named.holds_wildcard or named.who is Who.UNKNOWN:
            continue
        arn = parse_arn(named.value)
        many = arn is None or not named.account
        yield Hit(
            f"the principal `{named.value}` holds a wildcard, which stands for nothing there: AWS refuses it",
            element.location or at.location,
            evidence=("it seems to mean principals of every account",) if many else (),
            severity=Severity.MEDIUM if many else None,
            subject=named.value,
        )


RULE = Rule(
    id="wildcard-in-principal",
    title="has a wildcard in a principal",
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "Principals are compared letter by letter: `*` as a whole means everybody, but within an ARN or a service's name"
        " it is no wildcard, and AWS refuses the policy. What was meant is usually all roles of an account or of a path,"
        ' and somebody who is told "invalid principal" may put `*` in its place.'
    ),
    how_to_fix=(
        "Name the account (`arn:aws:iam::111122223333:root`) and add `ArnLike` on `aws:PrincipalArn` with the pattern:"
        " `arn:aws:iam::111122223333:role/deploy-*`."
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn",
    ),
    mapping=("Access Analyzer UNSUPPORTED_WILDCARD_IN_PRINCIPAL",),
    check=OfStatement(_check),
)
