"""The lines the function writes to its log, one for each name asked for, apart from what Lambda itself writes."""

import json
from dataclasses import dataclass

from secrets_cli.aws.logs import LogEvent
from secrets_cli.wording import iso_time


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One name asked for by one caller, and what it came to."""

    when: str
    """UTC, ISO 8601."""
    outcome: str
    caller: str
    """Unique id; empty where there was none."""
    caller_arn: str
    name: str
    selector: str
    """A version's number or a label, if one was asked for."""
    version: int | None
    """That was handed out."""
    request_id: str


def audit_line(event: LogEvent) -> AuditLine | None:
    """The audit line that a log event is; None for what Lambda writes (START, REPORT, ...)."""
    try:
        line = json.loads(event.message)
    except ValueError:
        return None
    if not isinstance(line, dict) or line.get("event") != "get-secret":
        return None
    version = line.get("version")
    return AuditLine(
        when=str(line.get("timestamp", iso_time(event.when))),
        outcome=str(line.get("outcome", "")),
        caller=str(line.get("caller", "")),
        caller_arn=str(line.get("callerArn", "")),
        name=str(line.get("name", "")),
        selector=str(line.get("selector", "")),
        version=version if isinstance(version, int) else None,
        request_id=str(line.get("requestId", "")),
    )
