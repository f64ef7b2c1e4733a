"""`role show`: one role or user, as text and as JSON (schema `secrets-cli/role-show/1`)."""

import json
from collections.abc import Iterator

from secrets_cli.account.origin import origin_of
from secrets_cli.aws.roles import InlinePolicy, LivePrincipal, ManagedPolicy, PrincipalKind
from secrets_cli.errors import MalformedInput
from secrets_cli.iam.parse import parse_policy
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.iam.size import MANAGED_POLICIES_QUOTA, ROLE_INLINE_LIMIT, USER_INLINE_LIMIT, policy_size
from secrets_cli.json_value import JsonValue
from secrets_cli.report.role_apply import origin_json
from secrets_cli.wording import how_many

SCHEMA = "secrets-cli/role-show/1"


def show_lines(live: LivePrincipal) -> Iterator[str]:
    """What it is, who may be it, and what it may do."""
    yield f"{live.arn}"
    yield f"  id           {live.id}, made {live.created}"
    if live.description:
        yield f"  description  {live.description}"
    if live.kind is PrincipalKind.ROLE:
        used = f"{live.last_used} in {live.last_used_region}" if live.last_used else "not in the last 400 days"
        yield f"  last used    {used}"
        yield f"  trusted      {', '.join(_trusted(live)) or 'nobody'}"
    origin = origin_of(live)
    if origin:
        yield f"  made by      {origin.framework.value}: {origin.told_by}"
    yield f"  boundary     {live.boundary.arn if live.boundary else 'none'}"
    yield f"  tags         {', '.join(f'{key}={value}' for key, value in live.tags) or 'none'}"
    yield from _policies(live)


def _policies(live: LivePrincipal) -> Iterator[str]:
    limit = USER_INLINE_LIMIT if live.kind is PrincipalKind.USER else ROLE_INLINE_LIMIT
    total = sum(filter(None, (_size(one.text) for one in live.inline)))
    yield f"  inline       {len(live.inline)}, {total:,} of {limit:,} characters"
    for one in live.inline:
        yield f"               {one.name} ({_words(one.text)})"
    yield f"  attached     {len(live.attached)} of {MANAGED_POLICIES_QUOTA} managed policies"
    for managed in live.attached:
        yield f"               {managed.arn} {managed.version} ({_words(managed.text)})"
    for group in live.groups:
        yield f"  group        {group.name}: {len(group.inline)} inline, {len(group.attached)} attached"


def show_json(live: LivePrincipal) -> dict[str, JsonValue]:
    """The document; policies as JSON values, and as text where they are none."""
    return {
        "schema": SCHEMA,
        "arn": live.arn,
        "kind": live.kind.value,
        "name": live.name,
        "id": live.id,
        "path": live.path,
        "created": live.created,
        "description": live.description,
        "last_used": {"at": live.last_used, "region": live.last_used_region} if live.last_used else None,
        "framework": origin_json(origin_of(live)),
        "trust": _document(live.trust) if live.trust else None,
        "boundary": _managed(live.boundary) if live.boundary else None,
        "tags": dict(live.tags),
        "inline": [_inline(one) for one in live.inline],
        "attached": [_managed(one) for one in live.attached],
        "groups": [
            {
                "name": group.name,
                "inline": [_inline(one) for one in group.inline],
                "attached": [_managed(one) for one in group.attached],
            }
            for group in live.groups
        ],
        "size": {
            "inline_characters": sum(filter(None, (_size(one.text) for one in live.inline))),
            "inline_limit": USER_INLINE_LIMIT if live.kind is PrincipalKind.USER else ROLE_INLINE_LIMIT,
            "attached": len(live.attached),
        },
    }


def _inline(policy: InlinePolicy) -> JsonValue:
    return {"name": policy.name, "characters": _size(policy.text), "document": _document(policy.text)}


def _managed(policy: ManagedPolicy) -> JsonValue:
    return {
        "arn": policy.arn,
        "version": policy.version,
        "characters": _size(policy.text),
        "document": _document(policy.text),
    }


def _document(text: str) -> JsonValue:
    try:
        document: JsonValue = json.loads(text)
    except ValueError:
        return text
    return document


def _size(text: str) -> int | None:
    """Characters as AWS counts them; None for what cannot be read as a policy."""
    try:
        return policy_size(parse_policy(text, ""))
    except MalformedInput:
        return None


def _words(text: str) -> str:
    try:
        policy = parse_policy(text, "")
    except MalformedInput as error:
        return f"cannot be read: {error.message}"
    return f"{how_many(len(policy.statements), 'statement')}, {policy_size(policy):,} characters"


def _trusted(live: LivePrincipal) -> list[str]:
    try:
        policy = parse_policy(live.trust, live.name, PolicyKind.TRUST)
    except MalformedInput as error:
        return [f"cannot be read: {error.message}"]
    entries = (entry for one in policy.statements if one.principal for entry in one.principal.entries)
    return list(dict.fromkeys(entry.value for entry in entries))
