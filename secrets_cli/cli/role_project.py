"""From a project to what `role narrow` needs of it: principals, present policies and configurations."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from secrets_cli.account.project_role import RoleInProject
from secrets_cli.cli.present_policies import PresentPolicies
from secrets_cli.errors import ConfigurationError

if TYPE_CHECKING:
    from secrets_cli.account.project import ProjectFile, StageAsk
    from secrets_cli.account.project_live import LiveStage
    from secrets_cli.aws.target import Connection, Target
    from secrets_cli.iam.model import Policy
    from secrets_cli.inputs.found import Unresolved
    from secrets_cli.inputs.project import ProjectRole, ProjectStage
    from secrets_cli.narrow.configuration import Configuration
    from secrets_cli.report.role_list import ListedStage


_ACCOUNT_DIGITS = 12


@dataclass(frozen=True, slots=True)
class ProjectOptions:
    """What the command line says of a project."""

    folder: str
    stage: str | None
    principals: tuple[str, ...]
    """ARNs of the roles to narrow; none: all of the stage's."""
    live: bool
    """Whether AWS is asked; else the files decide."""


@dataclass(frozen=True, slots=True)
class ResolvedProject:
    """What a project says of the roles to narrow."""

    present: PresentPolicies
    configurations: "tuple[Configuration, ...]"
    roles: tuple[RoleInProject, ...]


def listed_stages(folder: str, stage: str | None, account: str, target: "Target", *, live: bool) -> "list[ListedStage]":
    """Every stage of a project, with what is deployed of it where that is asked for; the account is the caller's then.

    Raises ConfigurationError where the account is no account, or another than the caller's; else as the readers and every call.
    """
    from secrets_cli.account.project import StageAsk, project_files, stages_of
    from secrets_cli.aws.target import Connection
    from secrets_cli.report.role_list import ListedStage

    if account and not (len(account) == _ACCOUNT_DIGITS and account.isascii() and account.isdecimal()):
        raise ConfigurationError(f"`--account {account}` is no account", "write its twelve digits")
    connection = Connection(target) if live else None
    if connection is not None and account not in ("", connection.account):
        raise ConfigurationError(
            f"the credentials are of the account {connection.account}, not {account}", "choose another `--profile`"
        )
    account = account if connection is None else connection.account
    ask = StageAsk(stage, account, target.region or "")
    stages = [one for file in project_files(folder) for one in stages_of(file, ask)]
    return [ListedStage(one, None if connection is None else _looked_at(one, target)) for one in stages]


def resolved_project(options: ProjectOptions, target: "Target") -> ResolvedProject:
    """The roles of the one stage that is meant, with their present policies and what their functions' configurations imply.

    From IAM and Lambda with `live`, else from the files. Raises ConfigurationError where the stage, a role or the account is not
    told; else as the readers and every call.
    """
    from secrets_cli.account.project import StageAsk, project_files, stages_of
    from secrets_cli.aws.target import Connection

    files = project_files(options.folder)
    if len(files) > 1:
        names = ", ".join(f"`{one.name}`" for one in files)
        raise ConfigurationError(f"`{options.folder}` holds several projects: {names}", "name the file of one")
    account = Connection(target).account if options.live else _account_in(options.principals)
    ask = StageAsk(options.stage, account, target.region or "")
    stages = stages_of(files[0], ask)
    if len(stages) != 1:
        names = ", ".join(one.name for one in stages)
        raise ConfigurationError(f"`{files[0].name}` has several stages: {names}", "name one with `--stage`")
    chosen = _live_roles if options.live else _offline_roles
    roles = tuple(chosen(files[0], ask, stages[0], options, target))
    policies = {one.arn: _policies(one) for one in roles}
    unresolved = {one.arn: lost for one in roles if (lost := _unresolved(one))}
    configurations = tuple(found for one in roles for found in _configurations(one, target))
    return ResolvedProject(PresentPolicies(policies, unresolved, frozenset(policies)), configurations, roles)


def _looked_at(stage: "ProjectStage", target: "Target") -> "LiveStage":
    from secrets_cli.account.project_live import look_at
    from secrets_cli.aws.execution_roles import ExecutionRoles
    from secrets_cli.aws.stacks import Stacks

    connection = _connection(stage, target)
    return look_at(stage, ExecutionRoles(connection), Stacks(connection))


def _connection(stage: "ProjectStage", target: "Target") -> "Connection":
    """In the region of `--region`, else in the stage's."""
    from dataclasses import replace

    from secrets_cli.aws.target import Connection

    own = stage.region.text if stage.region.is_exact else None
    return Connection(replace(target, region=target.region or own))


def _account_in(principals: Sequence[str]) -> str:
    accounts = {arn.split(":")[4] for arn in principals if arn.count(":") >= 5}
    if len(accounts) > 1:
        raise ConfigurationError("the principals are of several accounts", "narrow those of one account at a time")
    return next(iter(accounts), "")


def _live_roles(
    file: "ProjectFile", ask: "StageAsk", stage: "ProjectStage", options: ProjectOptions, target: "Target"
) -> Iterator[RoleInProject]:
    live = _looked_at(stage, target)
    found = [
        RoleInProject(live.roles[role.principal].role.arn, file, ask, stage, role, live.roles[role.principal])
        for role in stage.roles
        if role.principal in live.roles
    ]
    if not found:
        why = "; ".join(live.differences) or "no function of it runs with a role that is known"
        raise ConfigurationError(f"no role of the stage `{stage.name}` is deployed: {why}", "deploy it first")
    for arn in options.principals:
        if all(one.arn != arn for one in found):
            raise _not_of_stage(arn, stage, [one.arn for one in found])
    yield from (one for one in found if not options.principals or one.arn in options.principals)


def _offline_roles(
    file: "ProjectFile", ask: "StageAsk", stage: "ProjectStage", options: ProjectOptions, _target: "Target"
) -> Iterator[RoleInProject]:
    for role in stage.roles:
        if not role.is_made and not options.principals:
            raise ConfigurationError(
                f"the role of {role.principal} is made elsewhere: the project does not say what it may do",
                "ask IAM with `--live`",
            )
    if options.principals:
        yield from (_matched(arn, file, ask, stage) for arn in options.principals)
        return
    if stage.roles and all(role.arn for role in stage.roles):
        yield from (RoleInProject(role.arn, file, ask, stage, role, None) for role in stage.roles)
        return
    for role in stage.roles:
        raise ConfigurationError(
            f"the files do not say in which account `{role.name.text or role.principal}` is",
            f"give `--principal arn:aws:iam::ACCOUNT:role/{role.name.text or 'NAME'}`, or ask AWS with `--live`",
        )
    raise ConfigurationError(f"no function of the stage `{stage.name}` has a role that is known", "ask with `--live`")


def _matched(arn: str, file: "ProjectFile", ask: "StageAsk", stage: "ProjectStage") -> RoleInProject:
    """The role of the stage whose name the ARN has."""
    name = arn.rpartition("/")[2]
    fitting = [one for one in stage.roles if one.name.text and _fits(name, one)]
    if len(fitting) != 1:
        raise _not_of_stage(arn, stage, [one.name.text or one.principal for one in stage.roles])
    role = fitting[0]
    if not role.is_made:
        raise ConfigurationError(
            f"the role `{name}` is made elsewhere: the project does not say what it may do", "ask IAM with `--live`"
        )
    return RoleInProject(arn, file, ask, stage, role, None)


def _fits(name: str, role: "ProjectRole") -> bool:
    return name == role.name.text if role.name.is_exact else fnmatchcase(name, role.name.text)


def _not_of_stage(arn: str, stage: "ProjectStage", names: Sequence[str]) -> ConfigurationError:
    listed = ", ".join(f"`{one}`" for one in names) or "none"
    return ConfigurationError(f"`{arn}` is no role of the stage `{stage.name}`", f"its roles are: {listed}")


def _policies(one: RoleInProject) -> "tuple[Policy, ...]":
    if one.live is not None:
        return tuple(policy for _, policy in one.live.policies)
    return tuple(policy.policy for policy in one.role.policies)


def _unresolved(one: RoleInProject) -> "tuple[Unresolved, ...]":
    from secrets_cli.account.project_live import live_unresolved

    return () if one.live is not None else live_unresolved(one.stage, one.role)


def _configurations(one: RoleInProject, target: "Target") -> "Iterator[Configuration]":
    from pathlib import Path

    from secrets_cli.account.project_configuration import project_configurations
    from secrets_cli.cli.zappa_configurations import zappa_configurations

    yield from project_configurations(one.stage, one.role, one.arn)
    if one.file.is_zappa:
        yield from zappa_configurations(Path(one.file.name), one.stage.name, (one.arn,))
    if one.live is not None:
        yield from _from_lambda(one, target)


def _from_lambda(one: RoleInProject, target: "Target") -> "Iterator[Configuration]":
    """What Lambda says of the functions that run with the role."""
    from secrets_cli.aws.function_configuration import configuration_documents
    from secrets_cli.narrow.configuration import parse_configurations

    assert one.live is not None
    connection = _connection(one.stage, target)
    for name in one.live.functions:
        yield from parse_configurations(configuration_documents(connection, name), name)
