"""`data-exposure`: a statement that reads all data of a kind."""

from collections.abc import Iterator

from secrets_cli.gate.exposure.data import READS_DATA
from secrets_cli.gate.exposure.hits import hits_of
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.rule import Hit, OfGrant, Persona, Rule
from secrets_cli.gate.subject import Granted
from secrets_cli.severity import Confidence, Severity


def _check(granted: Granted, knowledge: Knowledge) -> Iterator[Hit]:
    yield from hits_of(granted, READS_DATA, "reads", knowledge)


RULE = Rule(
    id="data-exposure",
    title="reads all data of a kind: every secret, every object, every table",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "A principal that may read every object, every secret or every table of the account loses all of them at once when"
        " it is taken over, those of other applications included. The rule knows the actions that return what is stored;"
        " those that return names, sizes and settings are no finding. It is silent where the resources or a condition limit"
        " what is read. High for secrets; logs, source code, images and query results are told to the stricter personas."
    ),
    how_to_fix=(
        "Name what is read: `arn:aws:s3:::app-uploads/*`, `arn:aws:dynamodb:eu-central-1:111122223333:table/orders`,"
        " `arn:aws:secretsmanager:eu-central-1:111122223333:secret:app/prod/*`."
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html",
    ),
    mapping=("CKV_AWS_108", "CKV_AWS_288", "cloudsplaining DataExfiltration"),
    check=OfGrant(_check),
)
