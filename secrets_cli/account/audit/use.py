"""Findings on what is there and not used: granted actions, whole roles, roles whose functions are gone."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from secrets_cli.account.audit.evidence import Evidence, State
from secrets_cli.account.audit.functions import Functions
from secrets_cli.account.audit.judged import Kind, RoleFinding
from secrets_cli.account.origin import Framework, Origin
from secrets_cli.aws.account_details import AccountRole
from secrets_cli.severity import Confidence, Severity
from secrets_cli.wording import how_many

UNUSED_ACCESS = "unused-access"
UNUSED_ROLE = "unused-role"
ORPHANED_ROLE = "orphaned-role"
_LAMBDA = '"lambda.amazonaws.com"'
_OF_FUNCTIONS = (Framework.ZAPPA, Framework.SAM, Framework.SERVERLESS)
_SHOWN = 8
_RESERVED = "/aws-reserved/"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user asks about use."""

    today: datetime.date
    """UTC."""
    unused_days: int = 90
    """A role not used for so long is unused."""


def use_findings(
    role: AccountRole,
    origin: Origin | None,
    evidence: Evidence,
    granted: int,
    functions: Functions | None,
    asked: Asked,
) -> Iterator[RoleFinding]:
    """What is not used, the worst first."""
    if why := _orphaned(role, origin, functions):
        last = _last_use(role, evidence)
        sure = origin is not None and origin.framework is Framework.ZAPPA and not _is_recent(last, asked)
        used = f"last used on {last[:10]}" if last else "no use of it is known"
        confidence = Confidence.HIGH if sure else Confidence.MEDIUM
        yield _finding(ORPHANED_ROLE, Severity.MEDIUM, f"{why}; {used}", confidence)
    elif _is_unused(role, evidence, functions, asked):
        since = f"since {role.last_used[:10]}" if role.last_used else "in the 400 days that IAM remembers"
        yield _finding(UNUSED_ROLE, Severity.MEDIUM, f"the role was not used {since}")
    if evidence.unused and evidence.events:
        by_service: dict[str, int] = {}
        for action in evidence.unused:
            service = action.partition(":")[0]
            by_service[service] = by_service.get(service, 0) + 1
        yield _finding(
            UNUSED_ACCESS,
            Severity.MEDIUM,
            f"{len(evidence.unused):,} of {granted:,} granted actions were not used",
            evidence=(_services(by_service),),
        )


def _orphaned(role: AccountRole, origin: Origin | None, functions: Functions | None) -> str:
    """Why nothing runs as the role any more; empty where something does, or where that is not known."""
    if origin is None or functions is None:
        return ""
    if origin.stack and origin.stack in functions.gone_stacks:
        return f"the stack `{origin.stack}` that made the role is gone"
    if origin.framework not in _OF_FUNCTIONS or _LAMBDA not in role.trust or role.arn in functions.by_role:
        return ""
    what = f"`{origin.application}`" if origin.application else origin.framework.value
    return f"no function runs as the role, which {origin.framework.value} made for {what}"


def _is_unused(role: AccountRole, evidence: Evidence, functions: Functions | None, asked: Asked) -> bool:
    """Whether IAM and, where they are given, the logs know of no use for long; a role younger than that is not unused."""
    if role.last_used is None or not role.created or role.path.startswith(_RESERVED):
        return False
    if evidence.events or (functions is not None and role.arn in functions.by_role):
        return False
    return not _is_recent(role.last_used or role.created, asked) and not _is_recent(role.created, asked)


def _is_recent(when: str, asked: Asked) -> bool:
    return when[:10] > (asked.today - datetime.timedelta(days=asked.unused_days)).isoformat()


def _last_use(role: AccountRole, evidence: Evidence) -> str:
    return max(role.last_used or "", evidence.last_seen)


def _services(by_service: Mapping[str, int]) -> str:
    order = sorted(by_service.items(), key=lambda item: (-item[1], item[0]))
    more = f" and {how_many(len(order) - _SHOWN, 'service')} more" if len(order) > _SHOWN else ""
    return ", ".join(f"{service} {count:,}" for service, count in order[:_SHOWN]) + more


def _finding(
    rule: str,
    severity: Severity,
    message: str,
    confidence: Confidence = Confidence.HIGH,
    evidence: tuple[str, ...] = (),
) -> RoleFinding:
    return RoleFinding(rule, Kind.USE, severity, confidence, "", 0, (), message, evidence)


def is_given_up(findings: tuple[RoleFinding, ...]) -> bool:
    """Whether a finding says that nothing uses the role."""
    return any(one.rule in (UNUSED_ROLE, ORPHANED_ROLE) for one in findings)


def says_enough(evidence: Evidence) -> bool:
    """Whether a role can be narrowed by its evidence: enough of it, and some use."""
    return evidence.state is State.ENOUGH and evidence.events > 0
