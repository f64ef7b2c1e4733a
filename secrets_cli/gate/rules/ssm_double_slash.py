"""`ssm-double-slash`: the ARN of a parameter with two slashes, which matches no parameter."""

import re
from collections.abc import Iterator

from secrets_cli.gate.fix import Fix, ReplaceValues
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.rule import Hit, OfStatement, Persona, Rule
from secrets_cli.gate.secret_reads import shown
from secrets_cli.gate.subject import StatementAt
from secrets_cli.iam.model import Effect
from secrets_cli.severity import Confidence, Severity

_DOUBLE = re.compile(r"(arn:[^:]*:ssm:[^:]*:[^:]*:parameter)//+(.*)")


def _check(at: StatementAt, _knowledge: Knowledge) -> Iterator[Hit]:
    resource = at.statement.resource
    if resource is None:
        return
    for value in resource.values:
        found = _DOUBLE.fullmatch(value)
        if found is None:
            continue
        meant = f"{found[1]}/{found[2]}"
        denies = at.statement.effect is Effect.DENY
        yield Hit(
            f"{shown(value)} matches no parameter, so this {'denies' if denies else 'allows'} nothing: {shown(meant)} is"
            " meant",
            resource.place_of(value) or at.location,
            severity=Severity.HIGH if denies else None,
            fix=_fix(at, value, meant, negated=resource.negated),
            subject=value,
        )


def _fix(at: StatementAt, value: str, meant: str, *, negated: bool) -> Fix | None:
    if at.statement.location is None or at.of.attached_by:
        return None
    element = "NotResource" if negated else "Resource"
    change = ReplaceValues(at.statement.location, element, (value,), (meant,))
    return Fix("write the ARN with one slash, which then matches", safe=False, changes=(change,))


RULE = Rule(
    id="ssm-double-slash",
    title="names a parameter by an ARN with two slashes, which matches nothing",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "The ARN of the parameter `/app/db` is `arn:aws:ssm:REGION:ACCOUNT:parameter/app/db`: the name without its leading"
        " slash. Put together from `parameter/` and the name it gets two, and then it matches no parameter there can be. An"
        " Allow that grants nothing is found when the app fails, and is then often widened to `*`; a Deny that denies"
        " nothing is found by nobody, and is of high severity."
    ),
    how_to_fix=(
        "Leave one slash out: `parameter${Name}` where the name begins with a slash. In SAM, take"
        " `SSMParameterWithSlashPrefixReadPolicy` for such names."
    ),
    references=(
        "https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html",
        "https://github.com/aws/serverless-application-model/issues/1106",
    ),
    mapping=(),
    check=OfStatement(_check),
)
