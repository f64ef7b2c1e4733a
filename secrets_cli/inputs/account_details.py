"""The answer of `aws iam get-account-authorization-details`: every user, group and role with all its policies.

Principals are `user NAME`, `role NAME` and `group NAME`; a user has the policies of its groups too. A policy of the
account stands where its document stands, one of AWS where it is attached. Service-linked roles are left out: nobody can
change what they may do. A managed policy of the account that nobody has is a policy by itself.

Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.document import find_document
from secrets_cli.iam.json_text import JsonArray, JsonBool, JsonDocument, JsonNode, JsonObject, JsonString
from secrets_cli.iam.location import Location
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.found import Found, PolicyAt, Supplied, Unresolved
from secrets_cli.inputs.made_nodes import standing_at
from secrets_cli.inputs.partial import partial_policy

SOURCE = "account-details"
_LINKED = "/aws-service-role/"
_OF_AWS = re.compile(r"arn:[^:]+:iam::aws:policy/")


def read_account_details(document: JsonDocument, name: str, supplied: Supplied) -> Found:
    """The policies of everybody in the account. A document that AWS would refuse is unresolved, as is an attached policy that
    neither the answer nor `supplied.managed` knows."""
    account = _Account(document, name, supplied)
    for user in _objects(document.root, "UserDetailList"):
        account.identity(user, "user", "UserPolicyList")
    for group in _objects(document.root, "GroupDetailList"):
        account.identity(group, "group", "GroupPolicyList")
    for role in _objects(document.root, "RoleDetailList"):
        if not (_text(role, "Path") or "").startswith(_LINKED):
            account.identity(role, "role", "RolePolicyList")
    account.unattached()
    return Found(tuple(account.policies), tuple(dict.fromkeys(account.unresolved)))


@dataclass(frozen=True, slots=True)
class AccountPrincipal:
    """A user or role of the account with what it is granted."""

    arn: str
    policies: tuple[PolicyAt, ...]
    """Its identity policies: inline, attached, and for a user those of its groups."""
    unresolved: tuple[Unresolved, ...]
    """Of its policies what cannot be told; empty where all is known."""


def account_roles(document: JsonDocument, name: str) -> tuple[str, ...]:
    """The ARNs of the roles, in order; service-linked roles, which nobody can edit, are left out.

    Raises MalformedInput where the document is no whole answer.
    """
    _refuse_other(document, name)
    roles = _objects(document.root, "RoleDetailList")
    return tuple(arn for role in roles if (arn := _text(role, "Arn")) and f":role{_LINKED}" not in arn)


def account_principals(document: JsonDocument, name: str, arns: frozenset[str]) -> Iterator[AccountPrincipal]:
    """Those of the users and roles that have one of the ARNs, users first; each policy as the answer itself has it, for that
    is what is attached now. Raises as `account_roles`."""
    _refuse_other(document, name)
    account = _Account(document, name, Supplied())
    for kind, detail_list, inline in _PRINCIPALS:
        for detail in _objects(document.root, detail_list):
            arn = _text(detail, "Arn") or ""
            if arn in arns:
                account.policies, account.unresolved = [], []
                account.identity_policies(detail, inline, f"{kind} {arn}")
                lost = account.groups_not_there(detail)
                yield AccountPrincipal(arn, tuple(account.policies), (*account.unresolved, *lost))


_PRINCIPALS = (("user", "UserDetailList", "UserPolicyList"), ("role", "RoleDetailList", "RolePolicyList"))


def _refuse_other(document: JsonDocument, name: str) -> None:
    root = document.root
    lists = [root.get(one) for _, one, _ in _PRINCIPALS] if isinstance(root, JsonObject) else []
    if not any(isinstance(one, JsonArray) for one in lists):
        raise MalformedInput(
            f"`{name}` does not hold the details of an account",
            "give the output of `aws iam get-account-authorization-details`",
        )
    is_cut = root.get("IsTruncated") if isinstance(root, JsonObject) else None
    if isinstance(is_cut, JsonBool) and is_cut.value:
        raise MalformedInput(
            f"`{name}` is one page of several", "give all pages as one answer, as the AWS CLI prints it"
        )


@dataclass(slots=True)
class _Account:
    document: JsonDocument
    name: str
    supplied: Supplied
    policies: list[PolicyAt] = field(default_factory=list)
    unresolved: list[Unresolved] = field(default_factory=list)
    attached: set[str] = field(default_factory=set)
    """ARNs of the managed policies that somebody has."""
    documents: Mapping[str, JsonNode] = field(init=False)
    """The default version of each managed policy that the answer holds, by ARN."""
    groups: Mapping[str, JsonObject] = field(init=False)
    """By name."""

    def __post_init__(self) -> None:
        self.documents = dict(_documents(self.document.root))
        self.groups = {_text(one, "GroupName") or "": one for one in _objects(self.document.root, "GroupDetailList")}

    def identity(self, detail: JsonObject, kind: str, inline: str) -> None:
        """One user, group or role."""
        principal = f"{kind} {_text(detail, f'{kind.title()}Name') or ''}"
        trust = detail.get("AssumeRolePolicyDocument")
        if trust is not None:
            self.written(trust, PolicyKind.TRUST, principal, "")
        self.identity_policies(detail, inline, principal)
        boundary = detail.get("PermissionsBoundary")
        arn = boundary.get("PermissionsBoundaryArn") if isinstance(boundary, JsonObject) else None
        if isinstance(arn, JsonString):
            self.managed(arn, PolicyKind.BOUNDARY, principal)

    def identity_policies(self, detail: JsonObject, inline: str, principal: str) -> None:
        self.granted(detail, inline, principal, "")
        for group in self.groups_of(detail):
            label = f"group {_text(group, 'GroupName') or ''}"
            self.granted(group, "GroupPolicyList", principal, label)

    def granted(self, detail: JsonObject, inline: str, principal: str, attached_by: str) -> None:
        for policy in _objects(detail, inline):
            document = policy.get("PolicyDocument")
            if document is not None:
                self.written(document, PolicyKind.IDENTITY, principal, attached_by)
        for policy in _objects(detail, "AttachedManagedPolicies"):
            arn = policy.get("PolicyArn")
            if isinstance(arn, JsonString):
                self.managed(arn, PolicyKind.IDENTITY, principal)

    def groups_of(self, detail: JsonObject) -> Iterator[JsonObject]:
        return (self.groups[one.value] for one in _names(detail, "GroupList") if one.value in self.groups)

    def groups_not_there(self, detail: JsonObject) -> tuple[Unresolved, ...]:
        """Groups of a user that the answer does not hold."""
        lost = (one for one in _names(detail, "GroupList") if one.value not in self.groups)
        return tuple(Unresolved(self.place(one), f"what the group `{one.value}` grants is not known") for one in lost)

    def managed(self, arn: JsonString, kind: PolicyKind, principal: str) -> None:
        self.attached.add(arn.value)
        document = self.documents.get(arn.value)
        place = self.place(arn)
        if _OF_AWS.match(arn.value) or document is None:
            policy = self.supplied.managed(arn.value)
            if policy is not None:
                at = standing_at(policy, place)
                self.policies.append(PolicyAt(at, kind, place, principal, SOURCE, f"managed {arn.value}"))
                return
        if document is None:
            self.unresolved.append(Unresolved(place, f"what `{arn.value}` grants is not known"))
            return
        self.written(document, kind, principal, f"managed {arn.value}")

    def unattached(self) -> None:
        for arn, document in self.documents.items():
            if arn not in self.attached and not _OF_AWS.match(arn):
                self.written(document, PolicyKind.IDENTITY, "", f"managed policy {posixpath.basename(arn)}")

    def written(self, node: JsonNode, kind: PolicyKind, principal: str, attached_by: str) -> None:
        """A document as an object, or as text, URL-encoded or not; text has every part of it where the text stands."""
        place = self.place(node)
        try:
            document = find_document(JsonDocument(node, self.document.places), self.name)
        except MalformedInput as error:
            self.unresolved.append(Unresolved(place, f"the policy cannot be read: {error.message}"))
            return
        partial = partial_policy(document, self.name, kind)
        is_text = document.places is not self.document.places
        self.unresolved += [Unresolved(place, one.reason) if is_text else one for one in partial.unresolved]
        if partial.policy is not None:
            policy = standing_at(partial.policy, place) if is_text else partial.policy
            self.policies.append(PolicyAt(policy, kind, place, principal, SOURCE, attached_by))

    def place(self, node: JsonNode) -> Location:
        return self.document.places.at(node.offset)


def _documents(root: JsonNode) -> Iterator[tuple[str, JsonNode]]:
    for policy in _objects(root, "Policies"):
        for version in _objects(policy, "PolicyVersionList"):
            document, is_default = version.get("Document"), version.get("IsDefaultVersion")
            if document is not None and isinstance(is_default, JsonBool) and is_default.value:
                yield _text(policy, "Arn") or "", document


def _objects(node: JsonNode, name: str) -> tuple[JsonObject, ...]:
    listed = node.get(name) if isinstance(node, JsonObject) else None
    return tuple(one for one in listed.items if isinstance(one, JsonObject)) if isinstance(listed, JsonArray) else ()


def _names(node: JsonObject, name: str) -> Iterator[JsonString]:
    listed = node.get(name)
    return (one for one in (listed.items if isinstance(listed, JsonArray) else ()) if isinstance(one, JsonString))


def _text(node: JsonObject, name: str) -> str | None:
    value = node.get(name)
    return value.value if isinstance(value, JsonString) else None
