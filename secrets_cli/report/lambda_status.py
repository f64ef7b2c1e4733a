"""The state of a deployment, as text and as JSON."""

from collections.abc import Iterator, Mapping

from secrets_cli.broker.live_function import FunctionState
from secrets_cli.broker.removal import Removed
from secrets_cli.broker.status import GrantedCaller, Status
from secrets_cli.json_value import JsonValue
from secrets_cli.wording import iso_time


def status_lines(status: Status) -> Iterator[str]:
    """For people."""
    stack = status.stack
    yield f"stack     {stack.name}  {stack.status}  {iso_time(stack.changed)}"
    yield f"url       {stack.outputs.get('Url', '-')}"
    yield f"mode      {stack.outputs.get('Mode', '-')} behind {stack.outputs.get('Front', '-')}"
    yield f"deployed  by secrets-cli {status.version}; {len(status.proven)} claims proven then"
    for caller in status.callers:
        yield f"caller    {caller.arn}  {_reads(caller)}"
        if not caller.id:
            yield "          (of another account: known by its ARN alone)"
        if caller.problem:
            yield f"          PROBLEM: {caller.problem}"
    yield from _drift_lines(status)


def _reads(caller: GrantedCaller) -> str:
    return ", ".join((*caller.names, *(f"{path}/*" for path in caller.paths))) or "what its own policies say"


def _drift_lines(status: Status) -> Iterator[str]:
    if status.drifts is None:
        return
    yield from _function_lines(status.function)
    if not status.drifts and not status.widened:
        yield "drift     none; the roles are as they were proven"
    for role in status.widened or ():
        yield f"drift     PROBLEM: the role {role.role} {role.problem}"
    for drift in status.drifts:
        what = f": {', '.join(drift.differences)}" if drift.differences else ""
        yield f"drift     {drift.logical_id} ({drift.type}) {drift.status}{what}"


def _function_lines(function: FunctionState | None) -> Iterator[str]:
    if function is None:
        return
    said = {True: "as deployed", False: "NOT as deployed", None: f"not known to be as deployed: {function.unknown}"}
    yield f"code      {function.code_sha256 or '-'}  {said[function.as_deployed]}"
    for problem in function.problems:
        yield f"function  PROBLEM: {problem}"


def status_json(status: Status) -> Mapping[str, JsonValue]:
    """The document `secrets-cli/lambda-status/1`."""
    stack = status.stack
    return {
        "schema": "secrets-cli/lambda-status/1",
        "stack": stack.name,
        "status": stack.status,
        "changed": iso_time(stack.changed),
        "url": stack.outputs.get("Url"),
        "mode": stack.outputs.get("Mode"),
        "front": stack.outputs.get("Front"),
        "deployed_by": status.version,
        "proven": list(status.proven),
        "callers": [
            {
                "principal": caller.arn,
                "unique_id": caller.id or None,
                "names": list(caller.names),
                "paths": list(caller.paths),
                "problem": caller.problem or None,
            }
            for caller in status.callers
        ],
        "resources": [
            {"logical_id": one.logical_id, "type": one.type, "name": one.physical_id, "status": one.status}
            for one in status.resources
        ],
        "as_deployed": status.as_deployed if status.function is not None else None,
        "function": None
        if status.function is None
        else {
            "code_sha256": status.function.code_sha256 or None,
            "as_deployed": status.function.as_deployed,
            "unknown": status.function.unknown or None,
            "problems": list(status.function.problems),
        },
        "widened": None
        if status.widened is None
        else [{"role": one.role, "problem": one.problem} for one in status.widened],
        "drift": None
        if status.drifts is None
        else [
            {"logical_id": one.logical_id, "type": one.type, "status": one.status, "properties": list(one.differences)}
            for one in status.drifts
        ],
    }


def removed_json(removed: Removed) -> Mapping[str, JsonValue]:
    """The document `secrets-cli/lambda-remove/1`."""
    return {
        "schema": "secrets-cli/lambda-remove/1",
        "stack": removed.stack.name,
        "removed": [{"type": one.type, "name": one.physical_id} for one in removed.resources],
        "left": [{"type": one.type, "name": one.physical_id} for one in removed.left],
    }
