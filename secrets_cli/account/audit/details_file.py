"""The roles out of `aws iam get-account-authorization-details`: one answer, several pages one after another, or a list of them.

Each policy document stays the text it is until it is judged, and the same text is kept once: an account of 10,000 roles
takes little more than its file. A document may be an object or, as IAM's own API has it, URL-encoded text.

Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import unquote

import msgspec

from secrets_cli.aws.account_details import LINKED, AccountRole, AccountRoles
from secrets_cli.aws.roles import InlinePolicy
from secrets_cli.errors import MalformedInput
from secrets_cli.wording import iso_time

_HELP = "give the output of `aws iam get-account-authorization-details`"
_TRAILING = re.compile(r"trailing characters \(byte (\d+)\)")
_T = TypeVar("_T")
_STEP = 500
"""Roles between two calls of the progress function."""


class _Tag(msgspec.Struct):
    Key: str
    Value: str


class _Inline(msgspec.Struct):
    PolicyName: str
    PolicyDocument: msgspec.Raw


class _Attached(msgspec.Struct):
    PolicyArn: str


class _Boundary(msgspec.Struct):
    PermissionsBoundaryArn: str | None = None


class _LastUsed(msgspec.Struct):
    LastUsedDate: str | float | None = None


class _Role(msgspec.Struct):
    RoleName: str
    Arn: str
    Path: str = "/"
    CreateDate: str | float | None = None
    AssumeRolePolicyDocument: msgspec.Raw = msgspec.Raw(b"{}")
    RolePolicyList: list[_Inline] = []
    AttachedManagedPolicies: list[_Attached] = []
    PermissionsBoundary: _Boundary | None = None
    Tags: list[_Tag] = []
    RoleLastUsed: _LastUsed | None = None


class _Version(msgspec.Struct):
    Document: msgspec.Raw = msgspec.Raw()
    IsDefaultVersion: bool = False


class _Policy(msgspec.Struct):
    Arn: str
    PolicyVersionList: list[_Version] = []


class _Page(msgspec.Struct):
    RoleDetailList: list[msgspec.Raw] | None = None
    Policies: list[_Policy] = []
    IsTruncated: bool = False


def read_details(data: bytes, name: str, seen: Callable[[int, int], None] = lambda _done, _all: None) -> AccountRoles:
    """The roles, by ARN, without service-linked ones; of one that stands there twice the later one counts.

    `name` is the file's, for messages. Raises MalformedInput where the text is no JSON or no such answer, a role lacks its name
    or ARN, or the last page says that more follow.
    """
    pages = list(_pages(data.removeprefix(b"\xef\xbb\xbf"), name))
    if not any(page.RoleDetailList is not None for page in pages):
        raise MalformedInput(f"`{name}` does not hold the roles of an account", _HELP)
    if pages[-1].IsTruncated:
        raise MalformedInput(
            f"`{name}` ends before the last page",
            "give all pages, one after another, or let the AWS CLI page by itself",
        )
    texts: dict[str, str] = {}
    raws = [raw for page in pages for raw in page.RoleDetailList or ()]
    roles: dict[str, AccountRole] = {}
    for number, raw in enumerate(raws, 1):
        role = _role(_decoded(raw, _Role, f"{name}: role {number}"), texts)
        if number % _STEP == 0 or number == len(raws):
            seen(number, len(raws))
        if not role.path.startswith(LINKED):
            roles[role.arn] = role
    managed = {
        policy.Arn: _text(version.Document, texts)
        for page in pages
        for policy in page.Policies
        for version in policy.PolicyVersionList
        if version.IsDefaultVersion and bytes(version.Document)
    }
    return AccountRoles(tuple(roles[arn] for arn in sorted(roles)), managed)


def _pages(data: bytes, name: str) -> Iterator[_Page]:
    """The pages of a text that is one, a list of them, or several one after another."""
    if data.lstrip()[:1] == b"[":
        yield from _decoded(data, list[_Page], f"`{name}`")
        return
    rest = memoryview(data)
    while rest:
        try:
            yield msgspec.json.decode(rest, type=_Page)
        except msgspec.MsgspecError as error:
            found = _TRAILING.search(str(error))
            if not found:
                raise _malformed(error, f"`{name}`") from None
            end = int(found[1]) - 1  # the place after the first character too many
            yield _decoded(rest[:end], _Page, f"`{name}`")
            rest = rest[end:]
        else:
            return


def _decoded(raw: bytes | memoryview | msgspec.Raw, kind: type[_T], where: str) -> _T:
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.MsgspecError as error:
        raise _malformed(error, where) from None


def _malformed(error: Exception, where: str) -> MalformedInput:
    reason = str(error).removeprefix("JSON is malformed: ").replace("Object ", "object ")
    return MalformedInput(f"{where}: {reason[:1].lower()}{reason[1:]}", _HELP)


def _role(item: _Role, texts: dict[str, str]) -> AccountRole:
    used = item.RoleLastUsed
    return AccountRole(
        name=item.RoleName,
        arn=item.Arn,
        path=item.Path,
        created=_time(item.CreateDate),
        trust=_text(item.AssumeRolePolicyDocument, texts),
        inline=tuple(
            sorted(
                (InlinePolicy(one.PolicyName, _text(one.PolicyDocument, texts)) for one in item.RolePolicyList),
                key=lambda one: one.name,
            )
        ),
        attached=tuple(sorted(one.PolicyArn for one in item.AttachedManagedPolicies)),
        boundary=(item.PermissionsBoundary.PermissionsBoundaryArn if item.PermissionsBoundary else None) or "",
        tags=tuple(sorted((tag.Key, tag.Value) for tag in item.Tags)),
        last_used=None if used is None else _time(used.LastUsedDate),
    )


def _text(raw: msgspec.Raw, texts: dict[str, str]) -> str:
    """The document's text: as it stands, or decoded where it is text itself (an encoded document holds no brace)."""
    try:
        text = bytes(raw).decode()
    except UnicodeDecodeError:
        raise MalformedInput("a policy document is not UTF-8", "save the file as UTF-8") from None
    if text.startswith('"'):
        text = msgspec.json.decode(raw, type=str)
        text = text if "{" in text else unquote(text)
    return texts.setdefault(text, text)


def _time(written: str | float | None) -> str:
    """A time as UTC in ISO 8601, of a text or of seconds since 1970; empty where it is neither."""
    if written is None:
        return ""
    try:
        if isinstance(written, str):
            return iso_time(datetime.fromisoformat(written))
        return iso_time(datetime.fromtimestamp(written, UTC))
    except (ValueError, OverflowError, OSError):
        return ""
