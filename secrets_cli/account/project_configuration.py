"""What the files of a project imply for a role, beside its use: its functions' log groups, and what the framework grants by
itself because a function has a queue, a network or tracing.

What the framework adds is added again at each deployment, so it is kept as far as it is for more than logs.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from secrets_cli.iam.model import Effect, Statement
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.inputs.project import Framework, Named, ProjectFunction, ProjectRole, ProjectStage
from secrets_cli.json_value import JsonValue
from secrets_cli.narrow.configuration import Configuration, ImpliedGrant, parse_configurations

_LOGS: Final = "logs:"


def project_configurations(stage: ProjectStage, role: ProjectRole, arn: str) -> tuple[Configuration, ...]:
    """One for each function that runs with the role, and one for what the framework adds. `arn` is the role's."""
    own = [one for one in stage.functions if one.principal == role.principal]
    found = [configuration for one in own for configuration in _of_function(one, stage, arn)]
    added = tuple(_added(role)) if stage.framework is not Framework.TERRAFORM else ()
    if added:
        found.append(Configuration(f"{stage.file} {role.principal}", added, role=arn))
    return tuple(found)


def _of_function(function: ProjectFunction, stage: ProjectStage, arn: str) -> tuple[Configuration, ...]:
    fields = arn.split(":")
    name = _pattern(function.name)
    function_arn = f"arn:{fields[1]}:lambda:{_pattern(stage.region)}:{fields[4]}:function:{name}"
    document: dict[str, JsonValue] = {
        **function.settings,
        "FunctionName": name,
        "FunctionArn": function_arn,
        "Role": arn,
        "LoggingConfig": {"LogGroup": _pattern(function.log_group)},
    }
    documents = [document, *({**event, "FunctionArn": function_arn} for event in function.events)]
    found = parse_configurations(json.dumps(documents), f"{stage.file} {function.key}")
    return tuple(replace(one, role=arn) for one in found)


def _pattern(name: Named) -> str:
    return name.text or "*"


def _added(role: ProjectRole) -> Iterator[ImpliedGrant]:
    for policy in role.policies:
        if not policy.attached_by or policy.attached_by.startswith(("SAM policy template", "inherited", "Zappa's")):
            continue
        for statement in policy.policy.statements:
            yield from _grants(statement, f"{policy.attached_by} grants it at each deployment")


def _grants(statement: Statement, because: str) -> Iterator[ImpliedGrant]:
    if statement.effect is not Effect.ALLOW or statement.resource is None:
        return
    if statement.action.negated or statement.resource.negated:
        return
    for action in statement.action.values:
        if action.lower().startswith(_LOGS) or "*" in action:
            continue
        for resource in statement.resource.values:
            yield ImpliedGrant(action, resource.replace(UNKNOWN, "*"), because, statement.conditions)
