"""Roles and users as IAM has them now: typed reads, each policy's document exactly as IAM returned it.

The SDK parses policy documents, which loses their white space; the text is kept before it does, decoded from its URL
encoding (RFC 3986) and from nothing else.
Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
"""

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from secrets_cli.aws.failures import translated
from secrets_cli.aws.target import Connection
from secrets_cli.errors import ConfigurationError
from secrets_cli.wording import iso_time

if TYPE_CHECKING:
    from types_boto3_iam import IAMClient

_ARN = re.compile(r"arn:[^:]+:iam::\d{12}:(?P<kind>role|user)/(?:[^/]+/)*(?P<name>[\w+=,.@-]+)", re.ASCII)
_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
_KEPT = "secrets-cli:document"
"""Where an answer carries the text of its policy document."""


class PrincipalKind(enum.Enum):
    """What policies are attached to; the value as in an ARN."""

    ROLE = "role"
    USER = "user"


@dataclass(frozen=True, slots=True)
class PrincipalName:
    """A role or user of the connection's account, by its name without path."""

    kind: PrincipalKind
    name: str

    def __str__(self) -> str:
        return f"{self.kind.value} {self.name}"


def principal_name(word: str) -> PrincipalName:
    """The role or user that an ARN names; a name alone is a role's. Raises ConfigurationError for anything else."""
    if found := _ARN.fullmatch(word):
        return PrincipalName(PrincipalKind(found["kind"]), found["name"])
    if _NAME.fullmatch(word):
        return PrincipalName(PrincipalKind.ROLE, word)
    raise ConfigurationError(
        f"`{word}` is neither a role's name nor the ARN of a role or user",
        "write `NAME` or `arn:aws:iam::ACCOUNT:role/NAME`",
    )


@dataclass(frozen=True, slots=True)
class InlinePolicy:
    """A policy that is part of its principal."""

    name: str
    text: str
    """JSON, byte by byte as IAM returned it."""


@dataclass(frozen=True, slots=True)
class ManagedPolicy:
    """A managed policy and the document of its default version."""

    arn: str
    version: str
    """Id of the default version: `v3`."""
    text: str
    """JSON, byte by byte as IAM returned it."""
    attachments: int = 0
    """Roles, users and groups that have it."""
    tags: tuple[tuple[str, str], ...] = ()

    @property
    def is_of_aws(self) -> bool:
        """Whether AWS made it: nobody in the account can change it."""
        return ":iam::aws:policy/" in self.arn


@dataclass(frozen=True, slots=True)
class GroupPolicies:
    """A group that a user is in."""

    name: str
    inline: tuple[InlinePolicy, ...]
    attached: tuple[ManagedPolicy, ...]


@dataclass(frozen=True, slots=True)
class LivePrincipal:
    """A role or user with everything that says what it may do."""

    kind: PrincipalKind
    name: str
    arn: str
    id: str
    """IAM's unique id: another one of the same name, made later, has another."""
    path: str
    """`/`, or `/service-role/` and the like."""
    created: str
    """UTC, ISO 8601."""
    trust: str
    """JSON as IAM returned it; empty for a user."""
    boundary: ManagedPolicy | None
    inline: tuple[InlinePolicy, ...]
    """By name."""
    attached: tuple[ManagedPolicy, ...]
    """By ARN."""
    groups: tuple[GroupPolicies, ...]
    """Of a user; by name."""
    tags: tuple[tuple[str, str], ...]
    """By key."""
    description: str = ""
    last_used: str = ""
    """UTC, ISO 8601; empty where IAM knows of no use in the last 400 days:
    https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleLastUsed.html"""
    last_used_region: str = ""

    @property
    def named(self) -> PrincipalName:
        """What it is known by."""
        return PrincipalName(self.kind, self.name)


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One version of a managed policy."""

    id: str
    is_default: bool
    created: str
    """UTC, ISO 8601."""


class Roles:
    """The roles and users of the account of one connection, read."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @property
    def _iam(self) -> "IAMClient":
        client: IAMClient = self.connection.client("iam")
        client.meta.events.register_first("after-call.iam", keep_document_text, unique_id=_KEPT)
        return client

    def read(self, principal: PrincipalName) -> LivePrincipal:
        """Everything of one role or user as it is now.

        By iam:GetRole or GetUser, List- and Get- of its inline policies, ListAttached- of its managed ones with
        iam:GetPolicy and GetPolicyVersion of each and of the boundary; of a user the same of its groups. Raises NotThere.
        """
        facts, document = self._head(principal)
        boundary = (facts.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn")
        used = facts.get("RoleLastUsed") or {}
        inline, attached = self.own(principal)
        return LivePrincipal(
            kind=principal.kind,
            name=principal.name,
            arn=facts["Arn"],
            id=facts["RoleId"] if principal.kind is PrincipalKind.ROLE else facts["UserId"],
            path=facts["Path"],
            created=iso_time(facts["CreateDate"]),
            trust=document,
            boundary=self.managed(boundary) if boundary else None,
            inline=inline,
            attached=attached,
            groups=tuple(self._groups(principal)),
            tags=_tags(facts),
            description=facts.get("Description") or "",
            last_used=iso_time(used["LastUsedDate"]) if used.get("LastUsedDate") else "",
            last_used_region=used.get("Region") or "",
        )

    def own(self, principal: PrincipalName) -> tuple[tuple[InlinePolicy, ...], tuple[ManagedPolicy, ...]]:
        """A principal's own policies, inline ones by name and managed ones by ARN, without anything else of it.

        By List- and Get- of its inline policies and ListAttached- of its managed ones with iam:GetPolicy and GetPolicyVersion of
        each. Raises NotThere.
        """
        inline = tuple(self._inline(principal))
        return inline, tuple(self.managed(arn) for arn in self._attached(principal))

    def managed(self, arn: str) -> ManagedPolicy:
        """A managed policy with its default version, by iam:GetPolicy and iam:GetPolicyVersion. Raises NotThere."""
        with translated("iam:GetPolicy", arn):
            policy = self._iam.get_policy(PolicyArn=arn)["Policy"]
        text = self.version_text(arn, policy["DefaultVersionId"])
        return ManagedPolicy(arn, policy["DefaultVersionId"], text, policy.get("AttachmentCount", 0), _tags(policy))

    def version_text(self, arn: str, version: str) -> str:
        """The document of one version of a managed policy, as IAM returned it. Raises NotThere."""
        with translated("iam:GetPolicyVersion", arn):
            return _text(self._iam.get_policy_version(PolicyArn=arn, VersionId=version))

    def versions(self, arn: str) -> tuple[PolicyVersion, ...]:
        """The versions of a managed policy, the oldest first. Raises NotThere."""
        with translated("iam:ListPolicyVersions", arn):
            pages = list(self._iam.get_paginator("list_policy_versions").paginate(PolicyArn=arn))
        found = [
            PolicyVersion(one["VersionId"], one["IsDefaultVersion"], iso_time(one["CreateDate"]))
            for page in pages
            for one in page["Versions"]
        ]
        return tuple(sorted(found, key=lambda one: int(one.id.lstrip("v").partition(".")[0])))

    def _head(self, principal: PrincipalName) -> tuple[Any, str]:
        if principal.kind is PrincipalKind.USER:
            with translated("iam:GetUser", principal.name):
                return self._iam.get_user(UserName=principal.name)["User"], ""
        with translated("iam:GetRole", principal.name):
            answer = self._iam.get_role(RoleName=principal.name)
            return answer["Role"], _text(answer)

    def _inline(self, principal: PrincipalName) -> Iterator[InlinePolicy]:
        name = principal.name
        if principal.kind is PrincipalKind.USER:
            with translated("iam:ListUserPolicies", name):
                user_pages = list(self._iam.get_paginator("list_user_policies").paginate(UserName=name))
            for policy in sorted(one for page in user_pages for one in page["PolicyNames"]):
                with translated("iam:GetUserPolicy", f"{name}/{policy}"):
                    answer: Any = self._iam.get_user_policy(UserName=name, PolicyName=policy)
                yield InlinePolicy(policy, _text(answer))
            return
        with translated("iam:ListRolePolicies", name):
            role_pages = list(self._iam.get_paginator("list_role_policies").paginate(RoleName=name))
        for policy in sorted(one for page in role_pages for one in page["PolicyNames"]):
            with translated("iam:GetRolePolicy", f"{name}/{policy}"):
                answer = self._iam.get_role_policy(RoleName=name, PolicyName=policy)
            yield InlinePolicy(policy, _text(answer))

    def _attached(self, principal: PrincipalName) -> list[str]:
        name = principal.name
        pages: Any
        if principal.kind is PrincipalKind.USER:
            with translated("iam:ListAttachedUserPolicies", name):
                pages = list(self._iam.get_paginator("list_attached_user_policies").paginate(UserName=name))
        else:
            with translated("iam:ListAttachedRolePolicies", name):
                pages = list(self._iam.get_paginator("list_attached_role_policies").paginate(RoleName=name))
        return sorted(one["PolicyArn"] for page in pages for one in page["AttachedPolicies"])

    def _groups(self, principal: PrincipalName) -> Iterator[GroupPolicies]:
        if principal.kind is PrincipalKind.ROLE:
            return
        with translated("iam:ListGroupsForUser", principal.name):
            pages = list(self._iam.get_paginator("list_groups_for_user").paginate(UserName=principal.name))
        for group in sorted(one["GroupName"] for page in pages for one in page["Groups"]):
            yield GroupPolicies(group, tuple(self._group_inline(group)), tuple(self._group_attached(group)))

    def _group_inline(self, group: str) -> Iterator[InlinePolicy]:
        with translated("iam:ListGroupPolicies", group):
            pages = list(self._iam.get_paginator("list_group_policies").paginate(GroupName=group))
        for policy in sorted(one for page in pages for one in page["PolicyNames"]):
            with translated("iam:GetGroupPolicy", f"{group}/{policy}"):
                answer = self._iam.get_group_policy(GroupName=group, PolicyName=policy)
            yield InlinePolicy(policy, _text(answer))

    def _group_attached(self, group: str) -> Iterator[ManagedPolicy]:
        with translated("iam:ListAttachedGroupPolicies", group):
            pages = list(self._iam.get_paginator("list_attached_group_policies").paginate(GroupName=group))
        for arn in sorted(one["PolicyArn"] for page in pages for one in page["AttachedPolicies"]):
            yield self.managed(arn)


def keep_document_text(parsed: Any = None, **_more: object) -> None:
    """Keep the text of the policy document that an answer carries before the SDK parses it: a handler for `after-call`."""
    for *path, last in (("Role", "AssumeRolePolicyDocument"), ("PolicyVersion", "Document"), ("PolicyDocument",)):
        place = parsed or {}
        for name in path:
            place = place.get(name) or {}
        if isinstance(place.get(last), str):
            text = place[last]
            # An encoded document holds no brace; an emulator's may come as it is, and is not to be decoded once more.
            parsed["ResponseMetadata"][_KEPT] = text if "{" in text else unquote(text)


def _text(answer: Any) -> str:
    text: str = answer["ResponseMetadata"][_KEPT]
    return text


def _tags(answer: Any) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((tag["Key"], tag["Value"]) for tag in answer.get("Tags") or ()))
