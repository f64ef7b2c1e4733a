"""Who is in an account and which policies each has: the answer of iam:GetAccountAuthorizationDetails, as values.

Nothing is taken for granted that the document does not say: a policy that is attached but not in the document, or that
cannot be parsed, becomes an `unread` policy of the identity, never an absent one.

Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

import msgspec

from secrets_cli.errors import MalformedInput, SecretsCliError
from secrets_cli.iam.arn import parse_arn
from secrets_cli.iam.model import Policy
from secrets_cli.iam.parse import parse_policy
from secrets_cli.iam.policy_kind import PolicyKind


class IdentityKind(Enum):
    """What an identity of the account is."""

    USER = "user"
    ROLE = "role"
    SERVICE_LINKED_ROLE = "service-linked role"


@dataclass(frozen=True, slots=True)
class Unread:
    """A policy that counts and whose text is not known."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class ManagedPolicy:
    """A managed policy with its versions."""

    arn: str
    default: Policy | Unread
    others: tuple[tuple[str, Policy | Unread], ...] = ()
    """The versions that are not the default, by their id."""

    @property
    def of_customer(self) -> bool:
        """Whether the account can change it."""
        arn = parse_arn(self.arn)
        return arn is not None and arn.account != "aws"


@dataclass(frozen=True, slots=True)
class Group:
    """A group of users."""

    arn: str
    name: str
    inline: tuple[Policy | Unread, ...]
    attached: tuple[ManagedPolicy, ...]


@dataclass(frozen=True, slots=True)
class Identity:
    """A user or a role of the account."""

    arn: str
    kind: IdentityKind
    name: str
    id: str
    """The unique id, `AIDA...` or `AROA...`."""
    inline: tuple[Policy | Unread, ...] = ()
    attached: tuple[ManagedPolicy, ...] = ()
    groups: tuple[Group, ...] = ()
    boundary: Policy | Unread | None = None
    trust: Policy | Unread | None = None
    """Of a role: who may assume it."""
    tags: Mapping[str, str] | None = None
    """None where the document does not say."""

    @property
    def policies(self) -> tuple[Policy | Unread, ...]:
        """Every identity policy that counts: inline, attached, and those of the groups."""
        own = (*self.inline, *(one.default for one in self.attached))
        of_groups = (
            policy for group in self.groups for policy in (*group.inline, *(one.default for one in group.attached))
        )
        return (*own, *of_groups)


@dataclass(frozen=True, slots=True)
class Account:
    """The identities of one account."""

    id: str
    partition: str
    identities: tuple[Identity, ...]
    """Users, then roles, each in the document's order."""
    groups: tuple[Group, ...]
    unread: tuple[Unread, ...] = field(default=())
    """Every policy that could not be read, once."""


class _Inline(msgspec.Struct, rename="pascal"):
    policy_name: str
    policy_document: msgspec.Raw


class _Attached(msgspec.Struct, rename="pascal"):
    policy_arn: str = ""


class _Tag(msgspec.Struct, rename="pascal"):
    key: str
    value: str = ""


class _Boundary(msgspec.Struct, rename="pascal"):
    permissions_boundary_arn: str = ""


class _User(msgspec.Struct, rename="pascal"):
    arn: str
    user_name: str
    user_id: str = ""
    user_policy_list: list[_Inline] = []
    attached_managed_policies: list[_Attached] = []
    group_list: list[str] = []
    permissions_boundary: _Boundary | None = None
    tags: list[_Tag] | None = None


class _Group(msgspec.Struct, rename="pascal"):
    arn: str
    group_name: str
    group_policy_list: list[_Inline] = []
    attached_managed_policies: list[_Attached] = []


class _Role(msgspec.Struct, rename="pascal"):
    arn: str
    role_name: str
    role_id: str = ""
    path: str = "/"
    assume_role_policy_document: msgspec.Raw = msgspec.Raw(b"")
    role_policy_list: list[_Inline] = []
    attached_managed_policies: list[_Attached] = []
    permissions_boundary: _Boundary | None = None
    tags: list[_Tag] | None = None


class _Version(msgspec.Struct, rename="pascal"):
    version_id: str
    document: msgspec.Raw = msgspec.Raw(b"")
    is_default_version: bool = False


class _Managed(msgspec.Struct, rename="pascal"):
    arn: str
    policy_version_list: list[_Version] = []


class _Document(msgspec.Struct, rename="pascal"):
    user_detail_list: list[_User]
    group_detail_list: list[_Group]
    role_detail_list: list[_Role]
    policies: list[_Managed]


_DECODER = msgspec.json.Decoder(_Document)
_HELP = "give the output of `aws iam get-account-authorization-details`"
_NOT_THERE = "its document is not in the account's details"


def parse_account(document: bytes, name: str, own: tuple[str, str] | None = None) -> Account:
    """The account that the JSON document describes; `name` is what messages call the document.

    `own` is the id and partition of the account where they are known: an account may have no user and no role, its root
    user alone. Raises MalformedInput where it is no such document, or holds nobody and `own` is not given.
    """
    try:
        details = _DECODER.decode(document)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedInput(f"`{name}` does not hold the details of an account: {_complaint(error)}", _HELP) from None
    return _Reader(details, name).account(own)


def _complaint(error: Exception) -> str:
    text = str(error).rstrip(".")
    return text[:1].lower() + text[1:] if text else "it is nested too deeply"


class _Reader:
    """One document."""

    __slots__ = ("details", "groups", "managed", "name", "unread")

    def __init__(self, details: _Document, name: str) -> None:
        self.details = details
        self.name = name
        self.unread: dict[Unread, None] = {}
        self.managed = {one.arn: _managed(one) for one in details.policies}
        self.groups = {one.group_name: self._group(one) for one in details.group_detail_list}

    def account(self, own: tuple[str, str] | None) -> Account:
        identities = (
            *(self._user(one) for one in self.details.user_detail_list),
            *(self._role(one) for one in self.details.role_detail_list),
        )
        arns = [parse_arn(one.arn) for one in identities]
        accounts = {(arn.account, arn.partition) for arn in arns if arn is not None}
        if not accounts and own is not None:
            accounts = {own}
        if not accounts:
            raise MalformedInput(f"`{self.name}` holds no user and no role", _HELP)
        if len(accounts) > 1:
            names = ", ".join(sorted(account for account, _ in accounts))
            raise MalformedInput(f"`{self.name}` holds several accounts ({names})", "give the details of one account")
        ((account, partition),) = accounts
        return Account(account, partition, identities, tuple(self.groups.values()), tuple(self.unread))

    def _user(self, user: _User) -> Identity:
        return Identity(
            arn=user.arn,
            kind=IdentityKind.USER,
            name=user.user_name,
            id=user.user_id,
            inline=self._inline(user.user_policy_list, f"user/{user.user_name}"),
            attached=self._attached(user.attached_managed_policies),
            groups=tuple(self._group_called(name) for name in user.group_list),
            boundary=self._boundary(user.permissions_boundary),
            tags=_tags(user.tags),
        )

    def _role(self, role: _Role) -> Identity:
        linked = ":role/aws-service-role/" in role.arn
        label = f"role/{role.role_name}"
        trust = self._policy(role.assume_role_policy_document, f"{label}:trust", PolicyKind.TRUST)
        return Identity(
            arn=role.arn,
            kind=IdentityKind.SERVICE_LINKED_ROLE if linked else IdentityKind.ROLE,
            name=role.role_name,
            id=role.role_id,
            inline=self._inline(role.role_policy_list, label),
            attached=self._attached(role.attached_managed_policies),
            boundary=self._boundary(role.permissions_boundary),
            trust=trust,
            tags=_tags(role.tags),
        )

    def _group(self, group: _Group) -> Group:
        return Group(
            group.arn,
            group.group_name,
            self._inline(group.group_policy_list, f"group/{group.group_name}"),
            self._attached(group.attached_managed_policies),
        )

    def _group_called(self, name: str) -> Group:
        known = self.groups.get(name)
        return known or Group("", name, (self._lost(f"group/{name}", "the group is not in the account's details"),), ())

    def _inline(self, policies: Iterable[_Inline], owner: str) -> tuple[Policy | Unread, ...]:
        return tuple(self._policy(one.policy_document, f"{owner}:{one.policy_name}") for one in policies)

    def _attached(self, policies: Iterable[_Attached]) -> tuple[ManagedPolicy, ...]:
        return tuple(self._managed_called(one.policy_arn) for one in policies)

    def _managed_called(self, arn: str) -> ManagedPolicy:
        """The policy, and where it is unread, that told: one that is attached to nobody does not matter."""
        policy = self.managed.get(arn) or ManagedPolicy(arn, Unread(arn, _NOT_THERE))
        if isinstance(policy.default, Unread):
            self.unread[policy.default] = None
        return policy

    def _boundary(self, boundary: _Boundary | None) -> Policy | Unread | None:
        if boundary is None or not boundary.permissions_boundary_arn:
            return None
        return self._managed_called(boundary.permissions_boundary_arn).default

    def _policy(self, document: msgspec.Raw, name: str, kind: PolicyKind = PolicyKind.IDENTITY) -> Policy | Unread:
        policy = _parsed(document, name, kind)
        if isinstance(policy, Unread):
            self.unread[policy] = None
        return policy

    def _lost(self, name: str, why: str) -> Unread:
        lost = Unread(name, why)
        self.unread[lost] = None
        return lost


def _managed(policy: _Managed) -> ManagedPolicy:
    default: Policy | Unread = Unread(policy.arn, _NOT_THERE)
    others: list[tuple[str, Policy | Unread]] = []
    for version in policy.policy_version_list:
        if version.is_default_version:
            default = _parsed(version.document, policy.arn)
        else:
            others.append((version.version_id, _parsed(version.document, f"{policy.arn}:{version.version_id}")))
    return ManagedPolicy(policy.arn, default, tuple(others))


def _parsed(document: msgspec.Raw, name: str, kind: PolicyKind = PolicyKind.IDENTITY) -> Policy | Unread:
    text = bytes(document).decode()
    if not text:
        return Unread(name, _NOT_THERE)
    try:
        return parse_policy(text, name, kind)
    except SecretsCliError as error:
        return Unread(name, error.message)


def _tags(tags: list[_Tag] | None) -> Mapping[str, str] | None:
    return None if tags is None else {tag.key: tag.value for tag in tags}
