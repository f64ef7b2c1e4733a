"""The catalog's ARN formats, taken apart: what they match and how they are filled.

`arn:${Partition}:ecs:${Region}:${Account}:task/${ClusterName}/${TaskId}`: the fields before the resource are the
call's own partition, region and account; the placeholders of the resource are filled from the request.
"""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass

from secrets_cli.catalog.grant import ApiCall

_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")
_ARN = re.compile(r"arn:[^:\s]+:[^:\s]+:[^:\s]*:[^:\s]*:.+", re.DOTALL)
_SLASHES = re.compile(r"(?<=[A-Za-z])//+")
_SUFFIX = re.compile(r"(namewithpath|names?|ids?|identifiers?|arns?|path|s)$")
_FIELDS = 5
"""Parts of an ARN before its resource."""


def is_arn(text: str) -> bool:
    """Whether the text has an ARN's six parts: what a record calls an ARN need not be one."""
    return _ARN.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class ArnFormat:
    """A published ARN format."""

    head: tuple[str, ...]
    """The five fields before the resource, as published."""
    resource: str
    placeholders: tuple[str, ...]
    """Names of the resource's placeholders, in order."""
    pattern: re.Pattern[str]
    """What the format's ARNs match."""

    def fits(self, arn: str) -> bool:
        """Whether the ARN is of this format."""
        return is_arn(arn) and self.pattern.fullmatch(arn) is not None

    def filled(self, call: ApiCall, values: Mapping[str, str]) -> str:
        """The ARN in the call's partition, region and account; what `values` or the record lacks is `*`."""
        head = ":".join(_field(field, call) for field in self.head)
        resource = _PLACEHOLDER.sub(lambda found: values.get(found[1], "*"), self.resource)
        return f"{head}:{_SLASHES.sub('/', resource)}"


@functools.lru_cache(maxsize=4096)
def arn_format(text: str) -> ArnFormat:
    """The format of a published text such as `arn:${Partition}:s3:::${BucketName}`."""
    *head, resource = text.split(":", _FIELDS)
    fields = [_PLACEHOLDER.sub("[^:]*", field) for field in head]
    pattern = re.compile(":".join([*fields, _resource_pattern(resource)]), re.DOTALL)
    return ArnFormat(tuple(head), resource, tuple(_PLACEHOLDER.findall(resource)), pattern)


def _resource_pattern(resource: str) -> str:
    parts = _PLACEHOLDER.split(resource)
    last = len(parts) - 2
    return "".join(
        re.escape(part).replace(r"\*", ".*") if place % 2 == 0 else (".+" if place == last else "[^:/]+")
        for place, part in enumerate(parts)
    )


def _field(published: str, call: ApiCall) -> str:
    found = _PLACEHOLDER.fullmatch(published)
    if found is None:
        return published
    name = found[1].lower()
    if name == "partition":
        return call.partition or "aws"
    if name == "region":
        return call.region or "*"
    return (call.account or "*") if name in ("account", "accountid") else "*"


@functools.lru_cache(maxsize=4096)
def stem(name: str) -> str:
    """What a name is about: `DBInstanceIdentifier`, `dbInstanceIds` and `DbInstanceName` are all `dbinstance`."""
    folded = re.sub(r"[^a-z0-9]", "", name.lower())
    once = _SUFFIX.sub("", folded)
    return _SUFFIX.sub("", once) or once or folded


@functools.lru_cache(maxsize=4096)
def group_of(arn: str) -> str:
    """What stands before the resource's name: `loadbalancer` of `...:loadbalancer/app/web/1`."""
    return re.split(r"[/:]", arn.split(":", _FIELDS)[-1], maxsplit=1)[0]
