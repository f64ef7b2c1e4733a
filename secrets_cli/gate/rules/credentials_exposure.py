"""`credentials-exposure`: a statement that returns or makes credentials of others."""

from collections.abc import Iterator

from secrets_cli.gate.exposure.credentials import RETURNS_CREDENTIALS
from secrets_cli.gate.exposure.hits import hits_of
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.rule import Hit, OfGrant, Persona, Rule
from secrets_cli.gate.subject import Granted
from secrets_cli.severity import Confidence, Severity


def _check(granted: Granted, knowledge: Knowledge) -> Iterator[Hit]:
    yield from hits_of(granted, RETURNS_CREDENTIALS, "gets", knowledge)


RULE = Rule(
    id="credentials-exposure",
    title="gets credentials of every user, database or machine",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "Some actions answer with credentials: an access key, a database log-in, a machine's password. Whoever calls them"
        " acts as somebody else from then on, with that one's permissions, and outlasts the session that made the call."
        " Where the credentials are those of IAM users and roles, [privilege-escalation](privilege-escalation.md) says the"
        " same with the requests that show it."
    ),
    how_to_fix=(
        "Name the user, the database user or the role: `arn:aws:rds-db:eu-central-1:111122223333:dbuser:db-ABC/app`,"
        " `arn:aws:iam::111122223333:user/${aws:username}`, `arn:aws:iam::111122223333:role/reporting`."
    ),
    references=(
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html",
        "https://docs.aws.amazon.com/redshift/latest/mgmt/generating-iam-credentials-role-permissions.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html",
    ),
    mapping=("CKV_AWS_107", "CKV_AWS_287", "cloudsplaining CredentialsExposure"),
    check=OfGrant(_check),
    silences=frozenset({"resource-wildcard", "wide-resource-pattern"}),
)
