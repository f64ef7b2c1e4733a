"""`resource-policy-public`: a resource that is open to the world."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from secrets_cli.gate.callers import Limit
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.opened import Opened, can_change, grants, listed, opened
from secrets_cli.gate.rule import Hit, OfPolicy, Persona, Rule
from secrets_cli.iam.model import ConditionTerm
from secrets_cli.inputs.found import PolicyAt
from secrets_cli.severity import Confidence, Severity


@dataclass(frozen=True, slots=True)
class _Weight:
    """How bad it is, and why it is not worse."""

    severity: Severity
    persona: Persona
    confidence: Confidence
    note: str = ""


_PUBLIC_REGISTRY = ("AWS::ECR::PublicRepository", "aws_ecrpublic_repository_policy")
_SECRETS = ("secretsmanager:", "ssm:", "kms:", "dynamodb:", "sqs:", "logs:")
"""Whose data nobody publishes on purpose."""


def _check(policy: PolicyAt, knowledge: Knowledge) -> Iterator[Hit]:
    if not grants(policy):
        return
    for one in opened(policy, knowledge):
        changing = can_change(one.actions, knowledge.catalog)
        if policy.carrier in _PUBLIC_REGISTRY and not changing:
            continue
        weight = _weigh(one, changing)
        element = one.at.statement.principal
        who = "anybody who meets its conditions" if one.limit is Limit.PARTLY else "anybody in the world"
        what = listed(changing or one.actions)
        notes = [weight.note] if weight.note else []
        yield Hit(
            f"{one.at.named} lets {who} {'change' if changing else 'read'} the resource: {what}",
            (element.location if element is not None else None) or one.at.location,
            evidence=(*notes, *(_useless(term) for term in one.at.statement.conditions)),
            about=(one.at,),
            severity=weight.severity,
            confidence=weight.confidence,
            persona=weight.persona,
        )


def _useless(term: ConditionTerm) -> str:
    return f"`{term.operator}` on `{term.key}` does not settle who can call"


def _weigh(one: Opened, changing: Iterable[str]) -> _Weight:
    if one.limit is Limit.PARTLY:
        return _Weight(Severity.LOW, Persona.DEFAULT, Confidence.LOW)
    if all(action.startswith(("execute-api:", "vpc-lattice-svcs:")) for action in one.actions):
        return _Weight(Severity.LOW, Persona.STRICT, Confidence.LOW, _ENDPOINT)
    if all(action.startswith(("elasticfilesystem:", "es:")) for action in one.actions):
        return _Weight(Severity.MEDIUM, Persona.DEFAULT, Confidence.MEDIUM, _NETWORK)
    if _is_function_url(one.at.statement.conditions):
        return _Weight(Severity.MEDIUM, Persona.DEFAULT, Confidence.HIGH, _URL)
    serious = any(True for _ in changing) or any(action.startswith(_SECRETS) for action in one.actions)
    return _Weight(Severity.HIGH if serious else Severity.MEDIUM, Persona.DEFAULT, Confidence.HIGH)


_ENDPOINT = "an authorizer of the API may still ask who calls"
_NETWORK = "who cannot reach it over the network is kept out by that alone"
_URL = "its function URL asks nobody to sign in"


def _is_function_url(terms: Iterable[ConditionTerm]) -> bool:
    asked = {term.key.lower(): {value.lower() for value in term.values} for term in terms}
    return asked.get("lambda:functionurlauthtype") == {"none"} or asked.get("lambda:invokedviafunctionurl") == {"true"}


RULE = Rule(
    id="resource-policy-public",
    title="opens a resource to the world",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "`*` as the principal of a resource policy is every AWS account, and for many services callers who have not"
        " signed in. Queues and topics found that way are filled and emptied by strangers, buckets and images copied or"
        " replaced, functions called at your cost. Many conditions do not help: `aws:SecureTransport`, `aws:Referer`,"
        " `aws:UserAgent` and tags can be met by anybody, `0.0.0.0/0` is everybody, `...IfExists` and `ForAllValues:`"
        " hold without the key. A bucket that only gives out objects is often meant so; it is reported as medium."
    ),
    how_to_fix=(
        "Name the accounts, roles or services. To mean all of an organization, keep `*` and add `StringEquals` on"
        " `aws:PrincipalOrgID`; for a service `aws:SourceArn` or `aws:SourceAccount`; for a network `aws:SourceVpce`. A"
        " website is better served through CloudFront with origin access control."
    ),
    references=(
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-anonymous",
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
    ),
    mapping=(
        "Access Analyzer CheckNoPublicAccess",
        "Access Analyzer UNTRUSTWORTHY_CONDITION_KEY",
        "Access Analyzer FORALLVALUES_WITH_SINGLE_VALUED_KEY",
        "Access Analyzer MISSING_PAIRED_CONDITION_KEYS",
        "CKV_AWS_32",
        "CKV_AWS_70",
        "CKV_AWS_167",
        "CKV_AWS_168",
        "CKV_AWS_169",
        "CKV_AWS_283",
        "CKV_AWS_301",
        "Guard SQS_QUEUEPOLICY_NO_WILDCARD_PRINCIPAL",
        "Security Hub S3.2 S3.3 SQS.3 SNS.4 Lambda.1",
        "parliament RESOURCE_POLICY_PUBLIC",
    ),
    check=OfPolicy(_check),
    silences=frozenset({"resource-policy-wildcard-action"}),
)
