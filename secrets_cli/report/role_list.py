"""Roles as text and as JSON (docs/schemas/role-list-1.json): those of a project's stages, or those of an account."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from secrets_cli.account.origin import role_origin
from secrets_cli.account.project_live import LiveStage
from secrets_cli.aws.execution_roles import Role
from secrets_cli.iam.render import policy_document
from secrets_cli.inputs.found import UNKNOWN, PolicyAt
from secrets_cli.inputs.project import Named, ProjectFunction, ProjectRole, ProjectStage, is_known
from secrets_cli.json_value import JsonValue

if TYPE_CHECKING:
    from rich.table import Table

SCHEMA = "secrets-cli/role-list/1"


@dataclass(frozen=True, slots=True)
class ListedStage:
    """A stage and, where the account was asked, what is deployed of it."""

    stage: ProjectStage
    live: LiveStage | None = None


def project_document(stages: Sequence[ListedStage]) -> dict[str, JsonValue]:
    """The JSON result for a project."""
    return {"schema": SCHEMA, "stages": [_stage_json(one) for one in stages], "roles": []}


def account_document(roles: Sequence[Role]) -> dict[str, JsonValue]:
    """The JSON result for an account."""
    return {"schema": SCHEMA, "stages": [], "roles": [_role_json(role) for role in roles]}


def _stage_json(listed: ListedStage) -> dict[str, JsonValue]:
    stage, live = listed.stage, listed.live
    return {
        "framework": stage.framework.value,
        "file": stage.file,
        "stage": stage.name,
        "region": _name_json(stage.region),
        "stack": _name_json(stage.stack),
        "packaged": stage.packaged or None,
        "functions": [_function_json(one, live) for one in stage.functions],
        "roles": [_project_role_json(one, live) for one in stage.roles],
        "unresolved": [{"location": str(one.location), "reason": one.reason} for one in stage.open_parts],
        "differences": None if live is None else list(live.differences),
    }


def _name_json(name: Named) -> dict[str, JsonValue]:
    return {"name": name.text or None, "exact": name.is_exact, "why": name.why or None}


def _function_json(function: ProjectFunction, live: LiveStage | None) -> dict[str, JsonValue]:
    running = live.functions.get(function.key) if live is not None else None
    return {
        "key": function.key,
        "location": str(function.location),
        "function": _name_json(function.name),
        "log_group": _name_json(function.log_group),
        "role": function.principal or None,
        "deployed": None if running is None else {"function": running.name, "role": running.role},
    }


def _project_role_json(role: ProjectRole, live: LiveStage | None) -> dict[str, JsonValue]:
    found = live.roles.get(role.principal) if live is not None else None
    return {
        "principal": role.principal,
        "role": _name_json(role.name),
        "arn": (found.role.arn if found is not None else role.arn) or None,
        "made_by_project": role.is_made,
        "policies": [_policy_json(one) for one in role.policies],
        "deployed": None
        if found is None
        else {
            "last_used": _when(found.role.last_used),
            "created": _when(found.role.created),
            "policies": [one.name for one, _ in found.policies],
        },
    }


def _policy_json(policy: PolicyAt) -> dict[str, JsonValue]:
    document: JsonValue = policy_document(policy.policy) if is_known(policy) else None
    return {
        "location": str(policy.location),
        "attached_by": policy.attached_by or None,
        "known": is_known(policy),
        "where": policy.where or None,
        "document": document,
    }


def _role_json(role: Role) -> dict[str, JsonValue]:
    origin = role_origin(role.name, role.path, role.tags)
    return {
        "name": role.name,
        "arn": role.arn,
        "framework": origin.framework.slug if origin else None,
        "because": origin.told_by if origin else None,
        "application": (origin.application or None) if origin else None,
        "trusts": list(role.trusts),
        "created": _when(role.created),
        "last_used": _when(role.last_used),
    }


def _when(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def stage_lines(listed: ListedStage) -> Iterator[str]:
    """A stage in words, each line by itself."""
    stage, live = listed.stage, listed.live
    yield f"{stage.framework.value} stage {stage.name} ({stage.file}), region {_words(stage.region)}"
    if stage.packaged:
        yield f"    names from {stage.packaged}"
    for function in stage.functions:
        yield from _function_lines(function, stage, live)
    for role in stage.roles:
        yield from _role_lines(role, stage, live)
    for one in stage.open_parts:
        yield f"  unresolved: {one.location}: {one.reason}"
    if live is not None:
        yield from (f"  differs: {one}" for one in live.differences)
        if not live.differences:
            yield "  ok  what is deployed is what the files say"


def _words(name: Named) -> str:
    """The name; of one that is not exact also why."""
    if name.is_exact:
        return name.text
    return f"{name.text} ({name.why})" if name.text else f"not known ({name.why})"


def _function_lines(function: ProjectFunction, stage: ProjectStage, live: LiveStage | None) -> Iterator[str]:
    running = live.functions.get(function.key) if live is not None else None
    name = running.name if running is not None else _words(function.name)
    group = running.log_group if running is not None else function.log_group.text or "not known"
    yield f"  function {function.key}: {name}"
    yield f"    log group {group}"
    yield f"    role      {_role_of(function, stage, running.role if running is not None else '')}"


def _role_of(function: ProjectFunction, stage: ProjectStage, arn: str) -> str:
    role = stage.role(function.principal)
    if arn or role is None:
        return arn or "not known: the file does not say which role it is"
    return role.name.text or f"not known, that of {role.principal}"


def _role_lines(role: ProjectRole, stage: ProjectStage, live: LiveStage | None) -> Iterator[str]:
    found = live.roles.get(role.principal) if live is not None else None
    own = sum(one.principal == role.principal for one in stage.functions)
    shared = f", which {own} functions share" if own > 1 else ""
    yield f"  role of {role.principal}{shared}: {found.role.arn if found is not None else _words(role.name)}"
    if not role.is_made:
        yield "    made elsewhere: the project's files do not say what it may do"
    for policy in role.policies:
        yield f"    {_policy_words(policy)}"
    if found is not None:
        used = f"last used {found.role.last_used:%Y-%m-%d}" if found.role.last_used else "no use known to IAM"
        yield f"    deployed: {', '.join(one.name for one, _ in found.policies) or 'no policy'}; {used}"


def _policy_words(policy: PolicyAt) -> str:
    statements = len(policy.policy.statements)
    what = f"{statements} statement{'s' if statements != 1 else ''}"
    by = f" by {policy.attached_by}" if policy.attached_by else ""
    when = f", where {policy.where}" if policy.where else ""
    unknown = ", a part of it known at deployment only" if UNKNOWN in repr(policy.policy) else ""
    return f"{what} at {policy.location}{by}{when}{unknown}"


def account_table(roles: Sequence[Role]) -> "Table":
    """One row a role."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, show_edge=False)
    for title in ("role", "made by", "of", "trusts", "created", "last used"):
        table.add_column(title, overflow="fold", no_wrap=title == "role")
    for role in roles:
        origin = role_origin(role.name, role.path, role.tags)
        used = f"{role.last_used:%Y-%m-%d}" if role.last_used else "-"
        trusts = ", ".join(one.partition(".")[0] for one in role.trusts)
        framework, application = (origin.framework.slug, origin.application) if origin else ("-", "")
        table.add_row(role.name, framework, application, trusts, f"{role.created:%Y-%m-%d}", used)
    return table
