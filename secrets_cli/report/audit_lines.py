"""The function's log, for people and for programs."""

import json

from secrets_cli.aws.logs import LogEvent
from secrets_cli.broker.audit_lines import AuditLine
from secrets_cli.wording import iso_time


def line_text(line: AuditLine) -> str:
    """One line for people: when, what it came to, which secret, who, by which request."""
    name = line.name + (f":{line.selector}" if line.selector else "")
    version = f" v{line.version}" if line.version is not None else ""
    return f"{line.when}  {line.outcome:<12}  {name or '-'}{version}  {line.caller_arn or '-'}  {line.request_id}"


def other_text(event: LogEvent) -> str:
    """One of Lambda's own lines."""
    return f"{iso_time(event.when)}  {event.message.rstrip()}"


def line_json(line: AuditLine) -> str:
    """One object on one line, of the schema `secrets-cli/lambda-log/1`."""
    return json.dumps(
        {
            "schema": "secrets-cli/lambda-log/1",
            "when": line.when,
            "outcome": line.outcome,
            "caller": line.caller or None,
            "caller_arn": line.caller_arn or None,
            "name": line.name or None,
            "selector": line.selector or None,
            "version": line.version,
            "request_id": line.request_id,
        },
        ensure_ascii=False,
    )
