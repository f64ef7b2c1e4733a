"""Whether an ARN can be one of AWS's: partition, service, region, account, and a resource type that the service has.

Judged by the formats of the catalog. What holds a wildcard is judged as far as it is literal, and what holds a policy
variable, UNKNOWN or a placeholder is not judged where that stands.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

import difflib
import re
from dataclasses import dataclass
from functools import lru_cache

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.gate.arn_services import other_prefixes
from secrets_cli.gate.resource_fit import ANY_NAME, is_everything, is_wild, meets, shapes_of_service, widened
from secrets_cli.iam.arn import Arn, parse_arn
from secrets_cli.inputs.found import UNKNOWN

PARTITIONS = ("aws", "aws-cn", "aws-us-gov", "aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f")
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html and the endpoints of botocore."""
OWNERS = frozenset({"", "aws", "amazon", "cloudfront", "aws-marketplace", "aws-managed", "third-party", "self"})
"""What stands in place of an account where AWS or a vendor owns the resource."""

_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+){1,3}-\d{1,2}")
_PSEUDO_REGIONS = frozenset({"", "aws-global", "us-west-2-lax-1"})
_FIELDS = 6
_A_SLIP = 0.85
"""How alike two names are that differ by a letter."""
_NEVER_OWNED_BY_AWS = frozenset(
    {"dynamodb", "firehose", "kinesis", "kms", "lambda", "secretsmanager", "sns", "sqs", "states"}
)
"""Services whose resources always belong to an account; of others AWS has some itself, and leaves the account empty."""
_SERVICE = re.compile(r"[a-z0-9-]+")
_ACCOUNT = re.compile(r"\d{12}")
_HINT = re.compile(r"[<>{}\[\]#]|your|account|region|replace|change.?me|x{3,}", re.IGNORECASE)
"""In a field that has no such names: it is to be filled in, another rule's finding."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with an ARN."""

    text: str
    """Half a sentence."""
    sure: bool = True
    """Whether the published formats leave no doubt; they miss a type now and then."""


def is_malformed(value: str, catalog: Catalog) -> bool:
    """Whether a Resource value is an ARN that no resource can have."""
    return problem_of(value, catalog) is not None


@lru_cache(maxsize=16384)
def problem_of(value: str, catalog: Catalog) -> Problem | None:
    """What is wrong with the ARN's form; None where nothing is, or where the text is no ARN."""
    pattern = widened(value)
    arn = parse_arn(pattern)
    if arn is None:
        return _problem_of_short(pattern)
    text = _problem_of_partition(arn) or _problem_of_service(arn, catalog) or _problem_of_region(arn)
    return Problem(text) if text else _problem_of_resource(arn, pattern, catalog)


def wrong_account_in(value: str) -> str:
    """The ARN's account where it is neither 12 digits nor empty nor an owner that AWS names; empty where it is."""
    arn = parse_arn(value.replace(UNKNOWN, "*"))
    if arn is None or is_wild(arn.account) or _HINT.search(arn.account) or arn.account in OWNERS:
        return ""
    return "" if _ACCOUNT.fullmatch(arn.account) else arn.account


def _problem_of_short(pattern: str) -> Problem | None:
    if pattern.startswith("arn:") and not is_wild(pattern):
        return Problem("it has fewer than the six fields `arn:partition:service:region:account:resource`")
    return None


def _problem_of_partition(arn: Arn) -> str:
    if is_wild(arn.partition) or arn.partition in PARTITIONS or _HINT.search(arn.partition):
        return ""
    return f"there is no partition `{arn.partition}`{_near(arn.partition, PARTITIONS)}"


def _problem_of_service(arn: Arn, catalog: Catalog) -> str:
    service = arn.service
    if is_wild(service) or _HINT.search(service) or (catalog.service(service) is not None and service.islower()):
        return ""
    if service.lower() != service and catalog.service(service) is not None:
        return f"the service `{service}` is written in small letters, `{service.lower()}`"
    if other_prefixes(service, catalog):
        return ""
    known = _arn_services(catalog)
    if service in known:
        return ""
    if not _SERVICE.fullmatch(service):
        return f"`{service}` is no service"
    return f"no service is known whose ARNs say `{service}`{_near(service, sorted(known))}"


def _problem_of_region(arn: Arn) -> str:
    region = arn.region
    if is_wild(region) or region in _PSEUDO_REGIONS or _REGION.fullmatch(region) or _HINT.search(region):
        return ""
    return f"`{region}` is no region"


def _problem_of_resource(arn: Arn, pattern: str, catalog: Catalog) -> Problem | None:
    """Where the service's types are known and none of them can be so written."""
    if not arn.resource:
        return Problem("it names no resource")
    shapes = () if is_wild(arn.service) or is_everything(arn.resource) else _shapes_of(arn.service, catalog)
    if not shapes:
        return None
    fitting = [shape for shape in shapes if meets(f"arn:*:*:*:*:{arn.resource}", _anywhere(shape))]
    if fitting:
        found = any(meets(pattern, shape) for shape in fitting)
        text = _problem_of_place(arn, fitting) if not found or _lacks_account(arn) else ""
        return Problem(text) if text else None
    kinds = sorted({_type_of(shape) for shape in shapes} - {""})
    kind = re.split(r"[:/]", arn.resource)[0]
    near = _near(kind, kinds)
    sure = kind in kinds or arn.resource.startswith(":") or any(_is_slip_of(kind, one) for one in kinds)
    return Problem(f"`{arn.service}` has no resource of the form `{arn.resource}`{near}", sure)


def _lacks_account(arn: Arn) -> bool:
    return not arn.account and arn.service in _NEVER_OWNED_BY_AWS


def _problem_of_place(arn: Arn, shapes: list[str]) -> str:
    parsed = [one for one in (parse_arn(shape) for shape in shapes) if one is not None]
    if arn.region and not any(one.region for one in parsed):
        return f"ARNs of this type have no region, and this one says `{arn.region}`"
    if not arn.region and all(one.region for one in parsed):
        return "ARNs of this type name a region (`*` for any), and here it is empty"
    if arn.account and not any(one.account for one in parsed):
        return f"ARNs of this type have no account, and this one says `{arn.account}`"
    if _lacks_account(arn):
        whole = all(one.account for one in parsed)
        return "ARNs of this type name an account (`*` for any), and here it is empty" if whole else ""
    return "region and account do not go with this type of resource"


def _anywhere(shape: str) -> str:
    """A shape without its place: every field but the resource is `x`."""
    return ":".join((*["x"] * (_FIELDS - 1), shape.split(":", _FIELDS - 1)[-1]))


def _near(text: str, known: list[str] | tuple[str, ...]) -> str:
    near = difflib.get_close_matches(text, known, 1, 0.7)
    return f"; did you mean `{near[0]}`?" if near and near[0] != text else ""


def _is_slip_of(written: str, known: str) -> bool:
    """Whether a type is so written by mistake: in other letters, without a part of its name, or with a letter wrong.
    `connector-profile` is a slip for `connectorprofile`; `agent-instance` for `agent-space` is none, but a type of its own."""
    same = written.lower().replace("-", "") == known.lower().replace("-", "")
    return same or written in known.split("-") or difflib.SequenceMatcher(None, written, known).ratio() >= _A_SLIP


def _type_of(shape: str) -> str:
    """The literal beginning of a shape's resource: `db-proxy` of `db-proxy:*`."""
    arn = parse_arn(shape)
    kind = re.split(r"[:/]", arn.resource)[0] if arn is not None else ""
    return kind if _SERVICE.fullmatch(kind.lower()) else ""


@lru_cache(maxsize=1024)
def _shapes_of(service: str, catalog: Catalog) -> tuple[str, ...]:
    """The shapes of ARNs that say this service: most are listed under its prefix, a few under others."""
    own = (shape for shape in shapes_of_service(service, catalog) if _service_in(shape) in (service, ANY_NAME))
    others = (shape for prefix in other_prefixes(service, catalog) for shape in shapes_of_service(prefix, catalog))
    return tuple(dict.fromkeys((*own, *(shape for shape in others if _service_in(shape) == service))))


@lru_cache(maxsize=2)
def _arn_services(catalog: Catalog) -> frozenset[str]:
    """What the catalog's ARNs say for a service; found by reading all of it."""
    return frozenset(
        _service_in(shape) for prefix in catalog.services() for shape in shapes_of_service(prefix, catalog)
    )


def _service_in(shape: str) -> str:
    arn = parse_arn(shape)
    return "" if arn is None else arn.service
