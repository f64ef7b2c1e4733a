"""Sids a person would write: service, what is done, on what. `DynamoDBReadWriteOrdersTable`, `S3ListObjectsInUploadsBucket`.

A Sid is alphanumeric and unique in its policy (IAM user guide, reference_policies_elements_sid). Ids that AWS or a tool
made (UUIDs, hashes, long numbers) are left out of names.
"""

import re
from collections.abc import Iterable
from itertools import takewhile

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.narrow.grouping import Group
from secrets_cli.narrow.narrowing import Origin

_SERVICES = {
    "apigateway": "ApiGateway",
    "cloudformation": "CloudFormation",
    "cloudfront": "CloudFront",
    "cloudtrail": "CloudTrail",
    "cloudwatch": "CloudWatch",
    "dynamodb": "DynamoDB",
    "elasticfilesystem": "EFS",
    "events": "EventBridge",
    "execute-api": "ApiGateway",
    "kinesis": "Kinesis",
    "lambda": "Lambda",
    "logs": "Logs",
    "route53": "Route53",
    "secretsmanager": "SecretsManager",
    "states": "StepFunctions",
    "xray": "XRay",
}
_NOUNS = {
    "key": ("Key", "Keys"),
    "log-group": ("LogGroup", "LogGroups"),
    "statemachine": ("StateMachine", "StateMachines"),
    "event-bus": ("EventBus", "EventBuses"),
    "index": ("Index", "Indexes"),
    "policy": ("Policy", "Policies"),
}
_VERBS = {"s3:ListBucket": "ListObjectsIn", "lambda:InvokeFunction": "Invoke", "s3:ListAllMyBuckets": "ListBuckets"}
_LEVEL_VERBS = (
    ({"List"}, "List"),
    ({"Read"}, "Read"),
    ({"List", "Read"}, "Read"),
    ({"Write"}, "Write"),
    ({"Read", "Write"}, "ReadWrite"),
    ({"List", "Read", "Write"}, "ReadWrite"),
    ({"List", "Write"}, "ReadWrite"),
    ({"Tagging"}, "Tag"),
)
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_MADE_ID = re.compile(r"\b[a-z]{1,6}-[0-9a-f]{8,17}\b")
"""Such as `vpc-0a1b2c3d4e5f`, the way many services name what they make."""
_LONGEST = 60
"""Characters of a Sid before its name part is cut to its last words."""


def sids_for(groups: Iterable[Group], catalog: Catalog, taken: Iterable[str] = ()) -> tuple[str, ...]:
    """One Sid for each group, in order, unique among themselves and beside `taken`."""
    used = set(taken)
    sids = []
    for group in groups:
        sid = _unique(_sid(group, catalog), used)
        used.add(sid)
        sids.append(sid)
    return tuple(sids)


def _sid(group: Group, catalog: Catalog) -> str:
    service = _SERVICES.get(group.service, "".join(_words(group.service)) or "Service")
    if group.service not in _SERVICES and len(group.service) <= 4:
        service = re.sub(r"[^A-Za-z0-9]", "", group.service).upper()
    if group.origin is Origin.INVISIBLE:
        return f"{service}NotVisibleInLogs"
    verb = _verb(group, catalog)
    noun = _noun(group)
    name = _name(group.resources)
    if len(f"{service}{verb}{name}{noun}") > _LONGEST:
        name = _shortened(group.resources)
    if noun and (name or verb).lower().endswith((noun.lower(), noun.lower().removesuffix("s"))):
        noun = ""
    return f"{service}{verb}{name}{noun}"


def _verb(group: Group, catalog: Catalog) -> str:
    if len(group.actions) == 1:
        action = group.actions[0]
        return _VERBS.get(action, "".join(_words(action.partition(":")[2])))
    known = (catalog.action(action) for action in group.actions)
    levels = {action.access_level.value for action in known if action}
    return next((verb for exactly, verb in _LEVEL_VERBS if levels == exactly), "Use")


def _noun(group: Group) -> str:
    if not group.kind or group.kind == "*":
        return ""
    singular, plural = _NOUNS.get(group.kind.lower(), _regular(group.kind))
    is_many = len(group.resources) > 1 or any("*" in r for r in group.resources)
    return plural if is_many and group.kind != "log-group" else singular


def _regular(kind: str) -> tuple[str, str]:
    noun = "".join(_words(kind))
    return noun, f"{noun}s"


def _name(resources: tuple[str, ...]) -> str:
    return "".join(_name_words(_common(resources)))


def _shortened(resources: tuple[str, ...]) -> str:
    return "".join(_name_words(_common(resources))[-2:])[:30]


def _common(resources: tuple[str, ...]) -> str:
    """The resource, or what several have in common up to the last whole part of the path."""
    if len(resources) == 1:
        return resources[0]
    columns = takewhile(lambda letters: len(set(letters)) == 1, zip(*resources, strict=False))
    return re.sub(r"[^/:]*$", "", "".join(letters[0] for letters in columns))


def _name_words(resource: str) -> list[str]:
    fields = resource.split(":", 5)
    if len(fields) < 6:
        return []
    rest = _MADE_ID.sub("", _UUID.sub("", fields[5]))
    if fields[2] == "ec2":
        return []  # ids alone: vpc-0a1b2c
    if fields[2] not in ("s3", "sqs", "sns"):
        rest = re.sub(r"^[^/:]*[/:]?", "", rest)
    if fields[2] == "dynamodb":
        rest = re.sub(r"/(index|stream)/", "/", rest)
    return [word for word in _words(rest) if not _is_made_up(word)]


def _words(text: str) -> list[str]:
    return [word[0].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", text) if word]


def _is_made_up(word: str) -> bool:
    """Numbers and hexadecimal or mixed ids: not a word that somebody chose."""
    lowered = word.lower()
    if re.fullmatch(r"\d{5,}", lowered) or re.fullmatch(r"[0-9a-f]{8,}", lowered):
        return True
    is_mixed = any(c.isdigit() for c in lowered) and any(c.isalpha() for c in lowered)
    return is_mixed and (len(lowered) >= 10 or bool(re.fullmatch(r"[0-9a-f]{4,}", lowered)))


def _unique(sid: str, used: set[str]) -> str:
    if sid not in used:
        return sid
    return next(f"{sid}{n}" for n in range(2, len(used) + 3) if f"{sid}{n}" not in used)
