"""`broad-managed-policy`: an AWS managed policy that grants far more than one application needs."""

import re
from collections.abc import Iterator

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.gate.breadth import breadth_of
from secrets_cli.gate.breadth_actions import counted, makes_only_new, named, severity_of
from secrets_cli.gate.breadth_wildcards import worth_telling
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.rule import Hit, OfPrincipal, Persona, Rule
from secrets_cli.gate.subject import Granted, Principal
from secrets_cli.inputs.found import PolicyAt
from secrets_cli.severity import Confidence, Severity

_BY_AWS = re.compile(r"managed arn:[^:]+:iam::aws:")
"""How one of AWS's own came to the principal; the account's own managed policies are judged by their statements."""
_MADE_FOR_A_SERVICE = ("/service-role/", "/aws-service-role/")


def _check(principal: Principal, knowledge: Knowledge) -> Iterator[Hit]:
    policies: dict[str, tuple[PolicyAt, list[Granted]]] = {}
    for granted in principal.granted:
        policy = granted.at.of
        if _BY_AWS.match(policy.attached_by):
            policies.setdefault(policy.attached_by, (policy, []))[1].append(granted)
    for policy, grants in policies.values():
        yield from _of_policy(policy, grants, knowledge.catalog)


def _of_policy(policy: PolicyAt, grants: list[Granted], catalog: Catalog) -> Iterator[Hit]:
    wide = frozenset[str]().union(*(worth_telling(breadth_of(one, catalog).wide, catalog) for one in grants))
    told = frozenset(one for one in wide if not makes_only_new(one, catalog))
    if not told:
        return
    arn = policy.attached_by.removeprefix("managed ")
    made_for_a_service = any(path in arn for path in _MADE_FOR_A_SERVICE)
    yield Hit(
        f"the AWS managed policy `{arn.rpartition('/')[2]}` grants {counted(told, catalog)} on every resource:"
        f" {named(told, catalog)}",
        policy.location,
        evidence=(arn,),
        about=tuple(one.at for one in grants),
        severity=Severity.LOW if made_for_a_service else severity_of(told, catalog),
        persona=Persona.STRICT if made_for_a_service else Persona.DEFAULT,
        subject=arn,
    )


RULE = Rule(
    id="broad-managed-policy",
    title="is given an AWS managed policy that writes to every resource",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "AWS managed policies are made for everybody, and so for no account in particular: `AmazonS3FullAccess` grants all of"
        " S3 on all buckets, `PowerUserAccess` nearly all of AWS. AWS extends them without asking. A function that was given"
        ' one "for now" keeps it. One finding says what the policy grants where it is attached; what other rules on'
        " breadth would say of its statements is left out. Policies that AWS made for a service's own role"
        " (`service-role/`) are shown from the strict persona on."
    ),
    how_to_fix=(
        "Write a policy with the actions and resources the work needs, or a managed one that reads only. What has been used"
        " says `secrets-cli role narrow --logs SOURCE --principal ARN --policy FILE`."
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html",
        "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html",
    ),
    mapping=("CKV_AWS_274", "CKV_AWS_275", "cfn-guard IAM_ROLE_ADMINISTRATOR_ACCESS_POLICY_RULE", "CIS AWS 3.0 1.16"),
    check=OfPrincipal(_check),
    silences=frozenset(
        {
            "full-admin",
            "service-wildcard",
            "action-wildcard",
            "resource-wildcard",
            "wide-resource-pattern",
            "write-through-prefix",
            "not-action-allow",
            "not-resource-allow",
            "data-exposure",
            "resource-exposure",
            "credentials-exposure",
            "privilege-escalation",
            "pass-role-wildcard",
        }
    ),
)
