"""How much an action can do, for judging breadth: the catalog's access levels, read with sense.

AWS's level "Permissions management" holds actions that give access (`s3:PutBucketPolicy`), that take it away
(`kms:RevokeGrant`), that make a thing with a policy on it (`sqs:CreateQueue`) and some that only read. Giving access is
graver than the rest, which is graded as writing and reading are.
"""

import enum
import re
from collections import Counter
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Final, assert_never

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.service import AccessLevel
from secrets_cli.catalog.visibility import ManagementEvent, visibility_of
from secrets_cli.severity import Severity


class Power(enum.Enum):
    """What one action can do, from least to most."""

    READS = "reads"
    TAGS = "tags"
    WRITES = "writes"
    GIVES_ACCESS = "gives access"

    @property
    def rank(self) -> int:
        """0 for reading to 3 for giving access."""
        return list(Power).index(self)


SERIOUS: Final = frozenset({Power.WRITES, Power.GIVES_ACCESS})

_READING = re.compile(r"(BatchGet|Describe|Get|List|Search|Validate|View)[A-Z]|GET$")
"""What a name says is believed over the level: `iot:ListSubscriptions` is no writing, whatever the tables say."""
_TAKING = re.compile(
    r"(Abort|Cancel|Deauthorize|Deactivate|Delete|Deregister|Detach|Disable|Disassociate|Dissociate|Reject|Remove|Reset|Resync"
    r"|Retire|Revoke|Unlink)[A-Z]"
)
_FREEING = frozenset({"iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary"})
"""What they take away is a limit."""
_READS = frozenset({"acm-pca:CreateCertificateAuthorityAuditReport", "ds:AccessDSData", "kms:Decrypt"})
"""AWS calls it writing or permissions management."""
_HARMLESS_GIVING = frozenset(
    {
        "bedrock-agentcore:InvokeGateway",
        "bedrock-agentcore:InvokeWebSearch",
        "bedrock-agentcore:SynchronizeGatewayTargets",
        "ec2:AttachApplianceToNatGateway",
        "ec2:AttachResourcesToPlacementGroup",
        "ec2:CreateCoipPoolPermission",
        "ec2:CreateLocalGatewayRouteTablePermission",
        "ec2:CreateOdbNetworkPeering",
        "ec2:ModifyOdbNetworkPeering",
        "es:CreateElasticsearchDomain",
        "es:UpdateElasticsearchDomainConfig",
        "glue:RefreshOAuth2Tokens",
        "glue:TestConnection",
        "iam:ChangePassword",
        "iam:CreateGroup",
        "iam:CreateInstanceProfile",
        "iam:CreateServiceLinkedRole",
        "iam:CreateUser",
        "iam:CreateVirtualMFADevice",
        "iam:EnableMFADevice",
        "iam:UpdateGroup",
        "iam:UpdateRoleDescription",
        "iam:UpdateServerCertificate",
        "iam:UploadServerCertificate",
        "iam:UpdateUser",
        "iotfleetwise:GenerateCommandPayload",
        "managedblockchain:Invoke",
        "managedblockchain:POST",
        "opensearch:ApplicationAccessAll",
        "quicksight:CreateGroup",
        "quicksight:UpdateGroup",
        "ram:AcceptResourceShareInvitation",
        "rds-db:connect",
        "redshift:JoinGroup",
        "s3:CreateAccessGrantsInstance",
        "sns:CreateTopic",
        "sqs:CreateQueue",
    }
)
"""Permissions management in AWS's tables, though nobody gets access to what is there by them."""

_INFRASTRUCTURE = re.compile(
    r"(Change|Delete|Deregister|Destroy|Modify|Purge|Remove|Reset|Schedule\w*Deletion|Set|Terminate|Update)"
)
_SETTING = re.compile(
    r"Put\w*(Configuration|Destination|Encryption|Filter|Lifecycle|Policy|Retention|Settings?|Versioning)"
)
_OF_CONTENT = re.compile(r"[A-Z][a-z]+[A-Za-z]*?(Annotation|Event|Item|Message|Object|Record)s?([A-Z]\w*)?")
"""What a resource holds: changing it is using the resource."""
_CREATING = re.compile(r"(?:BatchCreate|Create|Run|Allocate|Import|Register|Request)(?P<noun>[A-Z]\w*)")
_NAME = 5
"""Where in an ARN format the resource stands."""
_VARIES = re.compile(r"[{*]")
_DESTROYING = re.compile(r"(Delete|Deregister|Destroy|Purge|Schedule\w*Deletion|Terminate)")

_KNOWN_TO_READERS = (
    "iam:PutRolePolicy",
    "iam:AttachRolePolicy",
    "iam:CreatePolicyVersion",
    "iam:PassRole",
    "iam:CreateAccessKey",
    "sts:AssumeRole",
    "kms:PutKeyPolicy",
    "kms:CreateGrant",
    "kms:ScheduleKeyDeletion",
    "s3:PutBucketPolicy",
    "s3:PutBucketAcl",
    "s3:PutObjectAcl",
    "s3:DeleteBucket",
    "s3:DeleteObject",
    "s3:PutObject",
    "lambda:AddPermission",
    "lambda:UpdateFunctionCode",
    "lambda:DeleteFunction",
    "dynamodb:PutResourcePolicy",
    "dynamodb:DeleteTable",
    "dynamodb:UpdateTable",
    "dynamodb:DeleteItem",
    "dynamodb:PutItem",
    "logs:DeleteLogGroup",
    "logs:PutSubscriptionFilter",
    "ec2:AuthorizeSecurityGroupIngress",
    "ec2:TerminateInstances",
    "ec2:RunInstances",
    "sns:AddPermission",
    "sns:DeleteTopic",
    "sns:Publish",
    "sqs:AddPermission",
    "sqs:DeleteQueue",
    "sqs:SendMessage",
    "secretsmanager:PutResourcePolicy",
    "secretsmanager:DeleteSecret",
    "secretsmanager:PutSecretValue",
    "ssm:SendCommand",
    "ssm:StartSession",
    "ssm:PutParameter",
    "ssm:DeleteParameter",
    "route53:ChangeResourceRecordSets",
    "rds:DeleteDBInstance",
    "cloudformation:DeleteStack",
)
"""The first to name, in this order: a reader knows what they mean."""
_ORDER = {action: place for place, action in enumerate(_KNOWN_TO_READERS)}


@lru_cache(maxsize=65536)
def power_of(action: str, catalog: Catalog) -> Power:
    """What a known action can do."""
    found = catalog.action(action)
    assert found is not None, "only known actions are granted"
    if action in _READS:
        return Power.READS
    match found.access_level:
        case AccessLevel.LIST | AccessLevel.READ:
            return Power.READS
        case AccessLevel.TAGGING:
            return Power.TAGS
        case AccessLevel.WRITE:
            return Power.READS if _READING.match(found.name) else Power.WRITES
        case AccessLevel.PERMISSIONS_MANAGEMENT:
            return _of_permissions(action, found.name)
        case never:
            assert_never(never)


def _of_permissions(action: str, name: str) -> Power:
    if action in _FREEING:
        return Power.GIVES_ACCESS
    if _READING.match(name):
        return Power.READS
    taking = _TAKING.match(name) or action in _HARMLESS_GIVING or name == "AllowVendedLogDeliveryForResource"
    return Power.WRITES if taking else Power.GIVES_ACCESS


def serious(actions: Iterable[str], catalog: Catalog) -> frozenset[str]:
    """Those that write or give access."""
    return _serious(frozenset(actions), catalog)


@lru_cache(maxsize=512)
def _serious(actions: frozenset[str], catalog: Catalog) -> frozenset[str]:
    return frozenset(one for one in actions if power_of(one, catalog) in SERIOUS)


@lru_cache(maxsize=65536)
def reshapes(action: str, catalog: Catalog) -> bool:
    """Whether an action gives access to a resource, or changes or destroys the resource itself rather than what it holds:
    `dynamodb:DeleteTable` does, `dynamodb:DeleteItem` does not. Calls of the second kind are CloudTrail data events."""
    power = power_of(action, catalog)
    if power is Power.GIVES_ACCESS:
        return True
    name = action.partition(":")[2]
    named = (_INFRASTRUCTURE.match(name) or _SETTING.match(name)) and not _OF_CONTENT.fullmatch(name)
    return power is Power.WRITES and bool(named) and isinstance(visibility_of(action), ManagementEvent)


@lru_cache(maxsize=65536)
def makes_only_new(action: str, catalog: Catalog) -> bool:
    """Whether an action makes a thing whose id AWS picks, and takes no other resource: no ARN can be written beforehand that
    says less than "any of the type" (`ec2:CreateSecurityGroup`)."""
    found, kinds = catalog.action(action), catalog.resource_types(action)
    made = _CREATING.fullmatch(action.partition(":")[2])
    if found is None or not kinds or made is None:
        return False
    required = {one.type for one in found.resources if one.required} or {one.type for one in found.resources}
    noun = made["noun"].lower().removesuffix("s")
    return all(
        _letters(kind.name) == noun
        and all(arn.endswith(("Id}", "/*", ":*")) and "Name}" not in arn for arn in kind.arns)
        for kind in kinds
        if kind.name in required
    )


@lru_cache(maxsize=65536)
def takes_the_only_one(action: str, catalog: Catalog) -> bool:
    """Whether an account has one resource at most that the action takes, in a region: `hub/default` in Security Hub. `*` then
    says what its ARN would. An account itself (`root`, `account`) is one of many."""
    kinds = catalog.resource_types(action) or ()
    names = [arn.split(":", _NAME)[-1] for kind in kinds for arn in kind.arns]
    return bool(names) and not any(_VARIES.search(name) or name in ("root", "account") for name in names)


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def severity_of(actions: Iterable[str], catalog: Catalog) -> Severity:
    """HIGH where one gives access, MEDIUM where one writes, else LOW."""
    powers = {power_of(one, catalog) for one in actions}
    if Power.GIVES_ACCESS in powers:
        return Severity.HIGH
    return Severity.MEDIUM if Power.WRITES in powers else Severity.LOW


def most_telling(actions: Collection[str], catalog: Catalog, count: int = 4) -> tuple[str, ...]:
    """The actions that say best what is granted: by power, then those that readers know, then destroying ones."""
    return _most_telling(frozenset(actions), catalog, count)


@lru_cache(maxsize=512)
def _most_telling(actions: frozenset[str], catalog: Catalog, count: int) -> tuple[str, ...]:
    def order(action: str) -> tuple[int, int, bool, str]:
        destroying = _DESTROYING.match(action.partition(":")[2])
        return (-power_of(action, catalog).rank, _ORDER.get(action, len(_ORDER)), destroying is None, action)

    return tuple(sorted(actions, key=order)[:count])


def counted(actions: Collection[str], catalog: Catalog) -> str:
    """How many of which level, in AWS's words: "36 permissions management, 155 write and 23 tagging actions"."""
    return _counted(frozenset(actions), catalog)


@lru_cache(maxsize=512)
def _counted(actions: frozenset[str], catalog: Catalog) -> str:
    counts: Counter[AccessLevel] = Counter()
    for name in actions:
        found = catalog.action(name)
        assert found is not None, "only known actions are granted"
        counts[found.access_level] += 1
    parts = [f"{counts[level]:,} {level.value.lower()}" for level in _LEVELS if counts[level]]
    *others, last = parts
    words = f"{', '.join(others)} and {last}" if others else last
    return f"{words} action{'' if len(actions) == 1 else 's'}"


_LEVELS = (
    AccessLevel.PERMISSIONS_MANAGEMENT,
    AccessLevel.WRITE,
    AccessLevel.TAGGING,
    AccessLevel.READ,
    AccessLevel.LIST,
)


def named(actions: Collection[str], catalog: Catalog, count: int = 4) -> str:
    """The most telling actions in backticks, and how many there are besides."""
    first = most_telling(actions, catalog, count)
    left = len(actions) - len(first)
    return ", ".join(f"`{one}`" for one in first) + (f" and {left:,} more" if left else "")
