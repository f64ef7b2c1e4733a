"""Which secrets a principal can read: parameters of SSM, secrets of Secrets Manager.

Each reading action of SSM is authorized by itself, so each counts. kms:Decrypt alone reads none: it is needed beside, and
not even that for parameters under AWS's own key `aws/ssm`.
Sources: https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html and
https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from secrets_cli.gate.subject import Granted, Principal
from secrets_cli.iam.location import Location
from secrets_cli.iam.pattern_relation import covers, overlaps
from secrets_cli.inputs.found import UNKNOWN

PARAMETER_READS: Final = (
    "ssm:GetParameter",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
    "ssm:GetParameterHistory",
)
SECRET_READS: Final = ("secretsmanager:GetSecretValue", "secretsmanager:BatchGetSecretValue")

_ANY_PARAMETER: Final = f"arn:aws:ssm:{UNKNOWN}:{UNKNOWN}:parameter/*"
_ANY_SECRET: Final = f"arn:aws:secretsmanager:{UNKNOWN}:{UNKNOWN}:secret:*"


@dataclass(frozen=True, slots=True)
class SecretRead:
    """One statement that lets its principal read secrets."""

    granted: Granted
    actions: tuple[str, ...]
    """Those of PARAMETER_READS and SECRET_READS that it grants, in that order."""
    resources: tuple[str, ...]
    """What of its Resource can be a parameter or a secret, as written, UNKNOWN shown as `...`."""
    broad: bool
    """Whether that is every parameter, or every secret, of some account and region."""

    @property
    def location(self) -> Location:
        """Where the first action pattern stands that grants it."""
        return place_of(self.granted, self.actions[0])


def secret_reads(principal: Principal | None) -> tuple[SecretRead, ...]:
    """The statements by which the principal reads secrets; none where it is not known."""
    found = (_read(granted) for granted in (() if principal is None else principal.granted))
    return tuple(one for one in found if one is not None)


def _read(granted: Granted) -> SecretRead | None:
    actions = tuple(action for action in (*PARAMETER_READS, *SECRET_READS) if action in granted.actions)
    resource = granted.statement.resource
    if not actions or resource is None:
        return None
    if resource.negated:
        return SecretRead(granted, actions, (f"all but {', '.join(map(shown, resource.values))}",), broad=True)
    fitting = tuple(value for value in resource.values if _can_be_secret(value, actions))
    if not fitting:
        return None
    return SecretRead(granted, actions, tuple(map(shown, fitting)), broad=any(map(reads_all, fitting)))


def _can_be_secret(pattern: str, actions: Sequence[str]) -> bool:
    """Whether the pattern can match what one of the actions reads; what is unknown may be anything."""
    fields = pattern.replace(UNKNOWN, "*").split(":")
    services = {action.partition(":")[0] for action in actions}
    if len(fields) < 3 or "*" in fields[0] + fields[1]:
        return any(overlaps(":".join(fields), f"arn:aws:{service}:*") for service in services)
    return any(overlaps(fields[2], service) for service in services)


def place_of(granted: Granted, name: str) -> Location:
    """Where the action pattern stands by which a statement grants an action."""
    action = granted.statement.action
    patterns = (one for one in action.values if covers(one.lower(), name.lower()))
    place = action.location if action.negated else action.place_of(next(patterns, ""))
    return place or granted.at.location


def reads_all(pattern: str) -> bool:
    """Whether a Resource pattern covers every parameter, or every secret, of some account and region. An unknown region or
    account is one, not all; an unknown name covers nothing."""
    fields = pattern.split(":", 5)
    if len(fields) == 6:
        place = [part if "*" in part else UNKNOWN for part in fields[3:5]]
        pattern = ":".join(("arn", "aws" if fields[1] != "*" else "*", fields[2], *place, fields[5]))
    return covers(pattern, _ANY_PARAMETER) or covers(pattern, _ANY_SECRET)


def shown(text: str) -> str:
    """A pattern as a message shows it."""
    return f"`{text.replace(UNKNOWN, '...')}`"


def told(reads: Sequence[SecretRead]) -> Iterator[str]:
    """One line of evidence for each statement."""
    for one in reads:
        actions, resources = _listed(one.actions), _listed(one.resources)
        yield f"{one.location} grants {actions} on {resources}"


def _listed(values: Sequence[str], most: int = 4) -> str:
    rest = len(values) - most
    return ", ".join(values[:most]) + (f" and {rest} more" if rest > 0 else "")
