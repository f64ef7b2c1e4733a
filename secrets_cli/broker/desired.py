"""What should be there: from the grants, what was looked up and the settings to one deployment, as a value.

Decided here: one reader role for each distinct grant, so that callers with the same grant share one; every name that AWS
knows a thing by, so that the same input gives the same names. Refused: a principal of another partition, a caller from
another account where the front door cannot take one, a parameter whose key nobody knows, a name that gets too long.
"""

import enum
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from secrets_cli.broker.grants import Grant, Grants, Principal
from secrets_cli.errors import ConfigurationError
from secrets_cli.json_value import JsonValue
from secrets_cli.secrets.parameter_name import Place
from secrets_cli.wording import named

_LONGEST_ROLE_NAME = 64
_STACK = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,39}")
_RETENTIONS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)


class Mode(enum.Enum):
    """Who decides whether a caller gets a secret."""

    BROKER = "broker"
    """The grants; the function reads with a reader role of the caller's own."""
    RELAY = "relay"
    """The caller's own IAM policies: the caller signs the call to Parameter Store, the function passes it on."""
    CALLER_CREDENTIALS = "caller-credentials"
    """The caller's own IAM policies, with credentials sent in the body. For migration only."""


class Front(enum.Enum):
    """What callers call."""

    FUNCTION_URL = "function-url"
    HTTP_API = "http-api"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user chose; the defaults are what to use unless there is a reason."""

    stack: str = "get-secret"
    """Name of the stack and of the function."""
    mode: Mode = Mode.BROKER
    front: Front = Front.FUNCTION_URL
    origins: tuple[str, ...] = ()
    """Web origins for CORS; none: no CORS."""
    retention_days: int = 90
    log_key: str = ""
    """ARN of a KMS key for the log group; empty for AWS's own."""
    concurrency: int = 5
    """Reserved concurrency; 0 reserves none."""
    alarms: bool = False
    alarm_topic: str = ""
    """ARN of an SNS topic."""
    boundary: str = ""
    """ARN of a managed policy, the permissions boundary of every role made."""
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What was looked up in the account: where we are, whom the principals are, which keys protect what."""

    place: Place
    ids: Mapping[str, str] = field(default_factory=dict)
    """Unique id (`AROA...`, `AIDA...`) of each principal by its ARN; none for principals of other accounts."""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """ARNs of the KMS keys of each granted name and of each granted path (with a slash at its end)."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A role that reads what one distinct grant says, and nothing else."""

    role_name: str
    arn: str
    names: tuple[str, ...]
    paths: tuple[str, ...]
    keys: tuple[tuple[str, tuple[str, ...]], ...]
    """For each name, and each path with a slash at its end, the ARNs of its keys."""
    sources: tuple[str, ...]
    """Unique ids of the callers it is for; empty where one of them has none."""

    @property
    def key_arns(self) -> tuple[str, ...]:
        """Every key, once, sorted."""
        return tuple(sorted({key for _, keys in self.keys for key in keys}))


@dataclass(frozen=True, slots=True)
class Caller:
    """A principal that may call, and the reader role it gets; None where the function reads nothing by itself."""

    principal: Principal
    id: str
    """Its unique id; empty for another account's principal."""
    reader: Reader | None


@dataclass(frozen=True, slots=True)
class Deployment:
    """All that should be there."""

    settings: Settings
    place: Place
    callers: tuple[Caller, ...]
    readers: tuple[Reader, ...]

    @property
    def function_arn(self) -> str:
        """Of the function."""
        return (
            f"arn:{self.place.partition}:lambda:{self.place.region}:{self.place.account}:function:{self.settings.stack}"
        )

    @property
    def role_name(self) -> str:
        """Of the function's role."""
        return f"{self.settings.stack}-function"

    @property
    def role_arn(self) -> str:
        """Of the function's role."""
        return self.place_arn("iam", f"role/{self.role_name}")

    @property
    def log_group(self) -> str:
        """Name of the function's log group."""
        return f"/aws/lambda/{self.settings.stack}"

    @property
    def log_group_arn(self) -> str:
        """Of the log group, without `:*`."""
        return f"arn:{self.place.partition}:logs:{self.place.region}:{self.place.account}:log-group:{self.log_group}"

    def place_arn(self, service: str, resource: str) -> str:
        """An ARN of the account in a service without regions."""
        return f"arn:{self.place.partition}:{service}::{self.place.account}:{resource}"

    @property
    def strangers(self) -> tuple[Caller, ...]:
        """Callers of other accounts: known by ARN alone, so that a role deleted and made again keeps its grant."""
        return tuple(caller for caller in self.callers if not caller.id)


def desired(settings: Settings, grants: Grants, found: Found) -> Deployment:
    """The deployment that the settings and grants ask for. Raises ConfigurationError where there can be none."""
    _check_settings(settings)
    if not grants:
        raise ConfigurationError("nobody is granted anything", "give `--grants FILE` or `--allow ARN=NAME`")
    for grant in grants:
        _check_grant(grant, settings, found)
    readers = _readers(settings, grants, found) if settings.mode is Mode.BROKER else {}
    callers = tuple(
        Caller(grant.principal, found.ids.get(grant.principal.arn, ""), readers.get((grant.names, grant.paths)))
        for grant in grants
    )
    return Deployment(settings, found.place, callers, tuple(sorted(readers.values(), key=lambda one: one.role_name)))


def configuration(deployment: Deployment) -> dict[str, JsonValue]:
    """The document that the handler reads its grants from."""
    return {
        "version": 1,
        "mode": deployment.settings.mode.value,
        "partition": deployment.place.partition,
        "region": deployment.place.region,
        "account": deployment.place.account,
        "front": deployment.settings.front.value,
        "origins": list(deployment.settings.origins),
        "callers": [
            {
                "id": caller.id,
                "arn": caller.principal.arn,
                "reader": caller.reader.arn if caller.reader else "",
                "names": list(caller.reader.names) if caller.reader else [],
                "paths": list(caller.reader.paths) if caller.reader else [],
                "keys": list(caller.reader.key_arns) if caller.reader else [],
            }
            for caller in deployment.callers
        ],
    }


def configuration_text(deployment: Deployment) -> str:
    """The same as compact JSON."""
    return json.dumps(configuration(deployment), separators=(",", ":"))


def _readers(settings: Settings, grants: Grants, found: Found) -> dict[tuple[tuple[str, ...], tuple[str, ...]], Reader]:
    distinct: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Grant]] = {}
    for grant in grants:
        distinct.setdefault((grant.names, grant.paths), []).append(grant)
    return {what: _reader(settings, holders, found) for what, holders in distinct.items()}


def _reader(settings: Settings, holders: list[Grant], found: Found) -> Reader:
    one = holders[0]
    name = reader_name(settings.stack, one.names, one.paths)
    ids = [found.ids.get(grant.principal.arn, "") for grant in holders]
    items = (*one.names, *(f"{path}/" for path in one.paths))
    return Reader(
        role_name=name,
        arn=f"arn:{found.place.partition}:iam::{found.place.account}:role/{name}",
        names=one.names,
        paths=one.paths,
        keys=tuple((item, found.keys[item]) for item in items),
        sources=tuple(sorted(ids)) if all(ids) else (),
    )


def reader_name(stack: str, names: Iterable[str], paths: Iterable[str]) -> str:
    """`<stack>-reader-<slug>-<digest>`: the slug is for people, the digest makes the name that of the grant alone."""
    items = (*names, *(f"{path}/" for path in paths))
    digest = hashlib.sha256("\n".join(items).encode()).hexdigest()[:8]
    slug = re.sub(r"[^a-z0-9]+", "-", items[0].lower()).strip("-")
    head = f"{stack}-reader-"
    room = _LONGEST_ROLE_NAME - len(head) - len(digest) - 1
    return f"{head}{slug[:room].strip('-')}-{digest}"


def _check_settings(settings: Settings) -> None:
    if not _STACK.fullmatch(settings.stack):
        raise ConfigurationError(
            f"{named(settings.stack)} cannot be the stack's name",
            "give at most 40 letters, digits and hyphens, a letter first",
        )
    if settings.retention_days not in _RETENTIONS:
        raise ConfigurationError(
            f"logs cannot be kept {settings.retention_days} days", f"give one of {', '.join(map(str, _RETENTIONS))}"
        )
    if settings.concurrency < 0:
        raise ConfigurationError("the reserved concurrency is negative", "give a number; 0 reserves none")
    for origin in settings.origins:
        if not re.fullmatch(r"https://[a-z0-9.-]+(:\d{1,5})?", origin):
            raise ConfigurationError(
                f"{named(origin)} is not an origin to give secrets to",
                "give `https://host`, without a path or wildcard",
            )


def _is_own(role: str, stack: str) -> bool:
    """Whether a role's name is the function's, or one that a reader of the stack would have."""
    return role == f"{stack}-function" or re.fullmatch(rf"{stack}-reader-.+-[0-9a-f]{{8}}", role) is not None


def _check_grant(grant: Grant, settings: Settings, found: Found) -> None:
    principal, place = grant.principal, found.place
    if principal.partition != place.partition:
        raise ConfigurationError(
            f"`{principal.arn}` is of the partition `{principal.partition}`, and the function of `{place.partition}`",
            "grant principals of the function's own partition",
        )
    if principal.account == place.account and principal.kind == "role" and _is_own(principal.name, settings.stack):
        raise ConfigurationError(
            f"`{principal.arn}` is a role of this deployment, which nobody calls as",
            "grant the roles and users that need the secret",
        )
    if principal.account != place.account and settings.front is Front.HTTP_API:
        raise ConfigurationError(
            f"`{principal.arn}` is another account's, which an HTTP API with IAM authorization does not let in",
            "use `--front function-url`, or a role of this account that the other may assume",
        )
    if settings.mode is Mode.BROKER and not (grant.names or grant.paths):
        raise ConfigurationError(
            f"`{principal.arn}` is granted no parameter", "give `--allow ARN=NAME`, or `names` or `paths` in the file"
        )
    if settings.mode is not Mode.BROKER and (grant.names or grant.paths):
        raise ConfigurationError(
            f"`{principal.arn}` is granted parameters, and with `--mode {settings.mode.value}` the function reads none",
            "give `--allow ARN` alone: what the caller may read its own policies say",
        )
