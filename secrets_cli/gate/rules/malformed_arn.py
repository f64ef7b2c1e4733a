"""`malformed-arn`: an ARN that no resource of AWS can have."""

from collections.abc import Iterator

from secrets_cli.gate.arn_form import problem_of
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.mistake import severity_of_too_little, severity_of_too_much
from secrets_cli.gate.rule import Hit, OfStatement, Persona, Rule
from secrets_cli.gate.subject import StatementAt
from secrets_cli.iam.arn import parse_arn
from secrets_cli.severity import Confidence, Severity


def _check(at: StatementAt, knowledge: Knowledge) -> Iterator[Hit]:
    resource = at.statement.resource
    if resource is None:
        return
    severity = severity_of_too_much if resource.negated else severity_of_too_little
    for value in dict.fromkeys(resource.values):
        problem = problem_of(value, knowledge.catalog)
        if problem is not None and not _is_of_unlisted_service(value, at, knowledge):
            yield Hit(
                f"no resource can have the ARN `{value}`: {problem.text}",
                resource.place_of(value) or at.location,
                severity=severity(at.statement.effect),
                confidence=None if problem.sure else Confidence.LOW,
                persona=None if problem.sure else Persona.AUDITOR,
                subject=value,
            )


def _is_of_unlisted_service(value: str, at: StatementAt, knowledge: Knowledge) -> bool:
    """Whether the ARN's service is that of the statement's own actions, and not in the catalog: unknown-action says so."""
    arn = parse_arn(value)
    if arn is None or knowledge.catalog.service(arn.service) is not None:
        return False
    return any(action.lower().startswith(f"{arn.service}:") for action in at.statement.action.values)


RULE = Rule(
    id="malformed-arn",
    title="names a resource by an ARN that no resource of AWS can have",
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    persona=Persona.DEFAULT,
    why=(
        "An ARN with a wrong partition, service, region field or resource type (`proxy:` for `db-proxy:`) is accepted and"
        " matches nothing. The statement does not do what it says: an Allow fails where it is needed, a Deny protects nothing"
        " (medium), and so does a NotResource that excepts nothing. A service or a resource type that AWS made after the"
        " bundled catalog may be reported too, hence the medium confidence."
    ),
    how_to_fix=(
        "Write the ARN as the service's page in the Service Authorization Reference does, with `*` for a region or an account"
        " that may be any, and nothing at all where the format has none (`arn:aws:s3:::bucket`)."
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html",
        "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    ),
    mapping=(
        "Access Analyzer INVALID_ARN_PREFIX",
        "Access Analyzer INVALID_PARTITION",
        "Access Analyzer INVALID_SERVICE",
        "Access Analyzer INVALID_ARN_SERVICE_CASE",
        "Access Analyzer INVALID_ARN_REGION",
        "Access Analyzer INVALID_ARN_RESOURCE",
        "Access Analyzer MISSING_ARN_REGION",
        "Access Analyzer MISSING_ARN_ACCOUNT",
        "Access Analyzer MISSING_ARN_FIELD",
        "Access Analyzer ARN_REGION_NOT_ALLOWED",
        "Access Analyzer ARN_ACCOUNT_NOT_ALLOWED",
        "parliament INVALID_ARN",
    ),
    check=OfStatement(_check),
)
