"""Which actions can be on which resources: whether a request of an action can carry an ARN that a Resource value matches.

Decided by the ARN formats that AWS publishes for the action's resource types. Where AWS documents the characters of a
name, a wildcard for it does not stand for others: no bucket has a `/` in its name, so `arn:aws:s3:::b/*` is no bucket.
A policy variable and UNKNOWN stand for any text. An action that takes only `*` fits a value that matches every
resource of some type, for AWS asks some list actions about `type/*`
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html names `arn:aws:s3:::*` for
s3:ListAllMyBuckets).
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.service import ResourceType
from secrets_cli.iam.arn import parse_arn
from secrets_cli.iam.pattern_relation import covers
from secrets_cli.inputs.found import UNKNOWN

ANY_NAME = "\0"
"""In a shape: any run of characters but `/` and `:`."""
_SEPARATORS = "/:"
_FIELDS = 6
_ACCOUNT = 4
_VARIABLE = re.compile(r"\$\{[^}]*\}")
_PLACEHOLDER = re.compile(r"\$?\{([^}]*)\}|\*")
_NARROW_NAMES = {
    "s3": frozenset({"BucketName"}),
    "dynamodb": frozenset({"TableName", "IndexName", "StreamLabel", "BackupName"}),
    "kinesis": frozenset({"StreamName"}),
    "kms": frozenset({"KeyId"}),
    "sqs": frozenset({"QueueName"}),
}
"""Placeholders of the published formats whose values hold neither `/` nor `:`, by the naming rules of each service."""


_ALSO_WRITTEN = {"pricingplanmanager": (f"arn:{ANY_NAME}:pricingplanmanager::{ANY_NAME}:subscription:*",)}
"""Shapes that AWS's own policies have and the published formats do not (they say `subscription/`).
https://docs.aws.amazon.com/aws-managed-policy/latest/reference/CloudFrontFullAccess.html"""


def widened(value: str) -> str:
    """The value with `*` for each policy variable and for what is unknown."""
    return _VARIABLE.sub("*", value.replace(UNKNOWN, "*"))


def is_everything(value: str) -> bool:
    """Whether the value is `*`, however often repeated."""
    return not value.strip("*")


@lru_cache(maxsize=16384)
def known_matching(pattern: str, catalog: Catalog) -> tuple[str, ...]:
    """The known actions that one action pattern matches, in the catalog's spelling; remembered."""
    return catalog.expand(pattern)


def _present(arn: str) -> str:
    """With the service's present name: AWS takes either.
    https://docs.aws.amazon.com/dtconsole/latest/userguide/rename.html"""
    return arn.replace(":codestar-connections:", ":codeconnections:")


def is_wild(pattern: str) -> bool:
    """Whether it has a wildcard."""
    return "*" in pattern or "?" in pattern


@lru_cache(maxsize=65536)
def fits(action: str, value: str, catalog: Catalog) -> bool:
    """Whether a request of the known action can carry a resource that the value matches. So does, as far as is known, one
    that a service's own resource policies write without `arn:`."""
    pattern = widened(value)
    if is_everything(pattern) or not pattern.startswith("arn:"):
        return True
    kinds = catalog.resource_types(action) or ()
    if kinds:
        also = _ALSO_WRITTEN.get(action.partition(":")[0], ())
        return any(meets(_present(pattern), shape) for shape in (*map(_present, _shapes(kinds)), *also))
    return _is_wide(pattern, action.partition(":")[0], catalog)


@lru_cache(maxsize=65536)
def meets(pattern: str, shape: str) -> bool:
    """Whether some ARN matches both the pattern (`*` and `?`) and the shape, each of the first five fields by itself.

    IAM lets a `*` cross colons; no ARN of AWS makes use of that before its fifth colon. A pattern with fewer fields is
    matched as a whole.
    """
    ours, theirs = pattern.split(":", _FIELDS - 1), shape.split(":", _FIELDS - 1)
    if len(ours) < _FIELDS:
        return _meet(pattern, shape)
    place = zip(ours[1:_ACCOUNT], theirs[1:_ACCOUNT], strict=True)
    if not all(_field_meets(one, other) for one, other in place):
        return False
    owned_by_aws = not ours[_ACCOUNT]  # as `arn:aws:ssm:*::document/AWS-RunShellScript`
    return (owned_by_aws or _field_meets(ours[_ACCOUNT], theirs[_ACCOUNT])) and _meet(ours[-1], theirs[-1])


def _field_meets(ours: str, theirs: str) -> bool:
    if theirs == ANY_NAME:
        return bool(ours)
    return _meet(ours, theirs) if is_wild(ours) else ours == theirs


@lru_cache(maxsize=65536)
def _meet(pattern: str, shape: str) -> bool:
    todo, seen = [(0, 0)], set[tuple[int, int]]()
    while todo:
        i, j = state = todo.pop()
        if state in seen:
            continue
        seen.add(state)
        if i == len(pattern) and j == len(shape):
            return True
        todo.extend(_steps(pattern[i : i + 1], shape[j : j + 1], i, j))
    return False


def _steps(a: str, b: str, i: int, j: int) -> Iterable[tuple[int, int]]:
    if a == "*":
        yield i + 1, j
        if b and b != "*" and b != ANY_NAME:
            yield i, j + 1
    if b in ("*", ANY_NAME):
        yield i, j + 1
        if a and a != "*" and not (b == ANY_NAME and a in _SEPARATORS):
            yield i + 1, j
    if a and b and a != "*" and (a == b or (a == "?" and b not in ("*", ANY_NAME))):
        yield i + 1, j + 1


def shapes_of_service(service: str, catalog: Catalog) -> tuple[str, ...]:
    """The shapes of all resource types listed under a service prefix."""
    found = catalog.service(service)
    return () if found is None else (*_shapes(found.resource_types), *_ALSO_WRITTEN.get(service, ()))


@lru_cache(maxsize=8192)
def _shapes(kinds: tuple[ResourceType, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_shape(kind.service, arn) for kind in kinds for arn in kind.arns))


def _shape(service: str, arn: str) -> str:
    narrow = _NARROW_NAMES.get(service, frozenset())
    *fields, resource = arn.split(":", _FIELDS - 1)
    first = _PLACEHOLDER.sub(ANY_NAME, ":".join(fields))
    rest = _PLACEHOLDER.sub(lambda found: ANY_NAME if found.group(1) in narrow else "*", resource)
    return f"{first}:{rest}"


def _is_wide(pattern: str, service: str, catalog: Catalog) -> bool:
    """Whether an action without resource types may be asked about what the pattern matches."""
    arn = parse_arn(pattern)
    if arn is None:
        return True
    if not _meet(arn.service, service):
        return False
    if is_everything(arn.resource):
        return True
    resources = (parse_arn(shape.replace(ANY_NAME, "*")) for shape in shapes_of_service(service, catalog))
    return any(covers(arn.resource, one.resource) for one in resources if one is not None)
