"""Which calls stand behind an action, and whether CloudTrail marks them as reads or writes.

A selector takes events, not actions: `s3:GetObject` is used by GetObject, by HeadObject and by CopyObject, which is a
write. An action is visible only where every call that needs it is logged, so where the mark of a call is not certain, both
are expected.

Sources: the event map of `secrets_cli.catalog.events`; for marks that differ from the action's access level
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html (KMS's
cryptographic calls are read events) and https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html (STS),
read 2026-11.
"""

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.events.rows.table import rows
from secrets_cli.catalog.service import AccessLevel


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_READING = _words("Get List Describe Head Query Scan Search Select Lookup GET HEAD")
_WRITING = _words(
    """Abort Accept Add Allocate Apply Associate Attach Authorize Cancel Complete Copy Create Delete Deregister Detach
    Disable Disassociate Enable Import Initiate Invoke Modify PATCH POST PUT DELETE Pass Post Publish Purge Put Reboot
    Register Reject Release Remove Rename Replace Reset Restore Revoke Rotate Run Schedule Send Set Start Stop Tag
    Terminate Untag Update Upload Write"""
)
_IN_FRONT = re.compile(r"(?:Batch|Transact)(?=[A-Z])")
_VERB = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]+")
_READ_CALLS = _words(
    """kms:Decrypt kms:DeriveSharedSecret kms:Encrypt kms:GenerateDataKey kms:GenerateDataKeyPair
    kms:GenerateDataKeyPairWithoutPlaintext kms:GenerateDataKeyWithoutPlaintext kms:GenerateMac kms:GenerateRandom
    kms:ReEncrypt kms:Sign kms:Verify kms:VerifyMac sts:AssumeRole sts:AssumeRoleWithSAML sts:AssumeRoleWithWebIdentity"""
)
"""Calls marked as reads although their access level is Write."""
_CARRIED = frozenset(("iam:passrole", "ec2:createtags"))
"""Actions that many calls of other names need."""
_ABOUT_ONE = frozenset(("s3",))
"""Services whose record of a call on two resources is taken to be about the first alone; DynamoDB's lists every table."""
_READ_LEVELS = (AccessLevel.READ, AccessLevel.LIST)


@dataclass(frozen=True, slots=True)
class Call:
    """An API call that needs the action."""

    name: str
    """`eventName` without date suffix; `*` where it may be any."""
    may_be_read: bool
    """Whether its records may have `readOnly` true."""
    may_be_write: bool
    made_on: str = ""
    """The other action that the call needs and whose resource its record is about (a copy is recorded on its destination);
    empty where the record is about this action's own resource."""


def calls_behind(action: str, catalog: Catalog) -> tuple[Call, ...]:
    """The calls that need `service:Name`, at least one."""
    prefix, _, name = action.partition(":")
    if action.lower() in _CARRIED:
        return (Call("*", may_be_read=False, may_be_write=True),)
    if prefix == "apigateway":
        return (_call(prefix, name, catalog, shown_as="*"),)
    others = _named_otherwise().get(action.lower(), ())
    found = [_call(prefix, event, catalog, made_on=made_on) for event, made_on in others]
    if catalog.action(action) is not None and all(made_on for _, made_on in others):
        found.append(_call(prefix, name, catalog))
    return tuple(found) or (Call("*", may_be_read=True, may_be_write=True),)


def marks_of(prefix: str, event_name: str, catalog: Catalog) -> tuple[bool, bool]:
    """Whether records of the call may have `readOnly` true, and whether they may have it false."""
    if f"{prefix}:{event_name}" in _READ_CALLS:
        return True, False
    verb = _VERB.match(_IN_FRONT.sub("", event_name))
    action = catalog.action(f"{prefix}:{event_name}")
    is_read_level = action.access_level in _READ_LEVELS if action else None
    if verb and verb[0] in _READING and is_read_level is not False:
        return True, False
    if verb and verb[0] in _WRITING and is_read_level is not True:
        return False, True
    return True, True


def _call(prefix: str, name: str, catalog: Catalog, shown_as: str = "", made_on: str = "") -> Call:
    may_be_read, may_be_write = marks_of(prefix, name, catalog)
    return Call(shown_as or name, may_be_read, may_be_write, made_on)


@functools.cache
def _named_otherwise() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Action in lower case -> each event that the table says needs it, and the action the event is about where that is
    another one."""
    found: dict[str, dict[tuple[str, str], None]] = {}
    for service, event, action, made_on in _needs():
        if action.partition(":")[0] == service:
            found.setdefault(action.lower(), {})[event, made_on] = None
    return MappingProxyType({action: tuple(events) for action, events in found.items()})


def _needs() -> Iterator[tuple[str, str, str, str]]:
    for row in rows():
        for event in row.events:
            actions = [f"{row.source}:{event}" if need.action == "=" else need.action for need in row.needs]
            for need, action in zip(row.needs, actions, strict=True):
                is_elsewhere = row.source in _ABOUT_ONE and need.on is not row.needs[0].on
                yield row.source, event, action, actions[0] if is_elsewhere and action != actions[0] else ""
