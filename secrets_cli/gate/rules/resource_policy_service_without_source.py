"""`resource-policy-service-without-source`: a service that may use a resource for whomever it works."""

import re
from collections.abc import Iterator

from secrets_cli.gate.callers import fixes, mentions
from secrets_cli.gate.condition_truth import Truth, truth_of
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.named import Named, Who, lets_in
from secrets_cli.gate.opened import actions_of, can_change, grants, is_key_policy, listed
from secrets_cli.gate.rule import Hit, OfStatement, Persona, Rule
from secrets_cli.gate.service_principals import service_of
from secrets_cli.gate.subject import StatementAt
from secrets_cli.iam.model import Effect
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.severity import Confidence, Severity

_SOURCES = (
    "aws:sourcearn",
    "aws:sourceaccount",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourceowner",
    "kms:calleraccount",
    "kms:viaservice",
    "lambda:eventsourcetoken",
)
_TOLD = ("kms:encryptioncontext:",)
_NAMED_PATH = re.compile(rf"/AWSLogs/(\d{{12}}|{UNKNOWN})|/o-[a-z0-9]{{10,32}}(/|$)")
"""Trails, flow logs and load balancers write under the account they work for: its number in the path is the source.
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html"""


def _check(at: StatementAt, knowledge: Knowledge) -> Iterator[Hit]:
    statement = at.statement
    if statement.effect is Effect.DENY or not (grants(at.of) or is_key_policy(at.of)):
        return
    if truth_of(statement.conditions, knowledge.today) is Truth.NEVER or _says_whose(at):
        return
    actions = actions_of(statement, knowledge.catalog)
    for named in lets_in(statement, Who.SERVICE):
        if actions and not named.holds_wildcard:
            yield _hit(at, named, actions, can_change(actions, knowledge.catalog))


def _says_whose(at: StatementAt) -> bool:
    terms = at.statement.conditions
    if any(fixes(term) for term in mentions(terms, *_SOURCES)):
        return True
    if any(fixes(term) and term.key.lower().startswith(_TOLD) for term in terms):
        return True
    resource = at.statement.resource
    return resource is not None and not resource.negated and all(_NAMED_PATH.search(one) for one in resource.values)


def _hit(at: StatementAt, named: Named, actions: frozenset[str], changing: tuple[str, ...]) -> Hit:
    element = at.statement.principal
    serious = bool(changing) and not is_key_policy(at.of) and not _is_harmless(named, actions)
    return Hit(
        f"{at.named} lets `{named.value}` use the resource for whomever it works: {listed(changing or actions)}",
        (element.location if element is not None else None) or at.location,
        evidence=("neither `aws:SourceArn` nor `aws:SourceAccount` is asked for",),
        severity=None if serious else Severity.LOW,
        confidence=None if serious else Confidence.MEDIUM,
        persona=None if serious else Persona.STRICT,
        subject=named.value,
    )


def _is_harmless(named: Named, actions: frozenset[str]) -> bool:
    """Log records of a resource policy for logs, and what EventBridge publishes to topics: their guides showed no
    condition for long, and nothing is read or run."""
    services = {action.partition(":")[0] for action in actions}
    return services == {"logs"} or (services == {"sns"} and service_of(named.value) == "events")


RULE = Rule(
    id="resource-policy-service-without-source",
    title="lets an AWS service use a resource without asking for whom it works",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "`s3.amazonaws.com` is S3 for all of its customers. A function that lets it invoke, and does not ask from which"
        " bucket or account, can be invoked by anybody who names the function in the notifications of a bucket of his"
        " own (the confused deputy); a queue or a topic can be filled the same way. Bucket names can be taken over when"
        " they become free, so that for S3 both the ARN and the account should be asked for."
    ),
    how_to_fix=(
        "Add `ArnLike` on `aws:SourceArn` with the ARN of the bucket, rule, topic or API, and `StringEquals` on"
        " `aws:SourceAccount` with your account. For a Lambda permission these are `SourceArn` and `SourceAccount`."
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html#cross-service-confused-deputy-prevention",
        "https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html",
    ),
    mapping=(
        "Access Analyzer RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL",
        "Access Analyzer RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
        "CKV_AWS_364",
        "Security Hub Lambda.1",
    ),
    check=OfStatement(_check),
)
