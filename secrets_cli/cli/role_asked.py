"""Which roles `role narrow` is asked for, whether by themselves or by a project, and what becomes of the project."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from secrets_cli.cli.exit_codes import ExitCode
from secrets_cli.cli.present_policies import ConfigurationSources, PresentPolicies, configurations_of, present_policies
from secrets_cli.errors import ConfigurationError

if TYPE_CHECKING:
    from secrets_cli.aws.target import Target
    from secrets_cli.cli.narrowing_output import Narrowed
    from secrets_cli.cli.role_project import ResolvedProject
    from secrets_cli.narrow.configuration import Configuration


@dataclass(frozen=True, slots=True)
class AskedRoles:
    """What the command line says of roles."""

    principals: Sequence[str]
    policies: Sequence[str]
    account_details: Path | None
    all_roles: bool
    project: str | None
    live: bool
    write: bool
    leave_role: bool
    other_stages: bool


@dataclass(slots=True)
class Asked:
    """The roles to narrow."""

    present: PresentPolicies
    configurations: "Callable[[], tuple[Configuration, ...]]"
    """Asked for once the rest of the command line was found to be right: it may ask AWS."""
    project: "ResolvedProject | None" = None
    write: bool = False
    leave_role: bool = False
    other_stages: bool = False
    results: "list[Narrowed]" = field(default_factory=list)

    def kept(self, found: "Iterator[Narrowed]") -> "Iterator[Narrowed]":
        """The same, kept where they are to be written into the project."""
        for one in found:
            if self.write:
                self.results.append(one)
            yield one

    def written(self, code: ExitCode, *, yes: bool, quiet: bool) -> ExitCode:
        """Write what was narrowed into the project, where that is asked for; the code it comes to."""
        if not self.write or self.project is None:
            return code
        from secrets_cli.cli.role_write import write_into_project

        return write_into_project(
            self.project,
            self.results,
            code,
            leave_role=self.leave_role,
            other_stages=self.other_stages,
            yes=yes,
            quiet=quiet,
        )


def asked_roles(asked: AskedRoles, sources: ConfigurationSources, target: "Target") -> Asked:
    """The roles with their present policies. Raises as `present_policies` and `resolved_project`, and ConfigurationError where
    options do not go together."""
    if asked.project is None:
        if asked.live or asked.write or asked.leave_role:
            raise ConfigurationError(
                "`--live`, `--write` and `--leave-role` are of a project", "name its folder with `--project DIR`"
            )
        present = present_policies(asked.principals, asked.policies, asked.account_details, all_roles=asked.all_roles)
        return Asked(present, lambda: configurations_of(tuple(present.policies), sources, target))
    return _of_project(asked, asked.project, sources, target)


def _of_project(asked: AskedRoles, folder: str, sources: ConfigurationSources, target: "Target") -> Asked:
    from dataclasses import replace

    from secrets_cli.cli.role_project import ProjectOptions, resolved_project

    given = {
        "--policy": bool(asked.policies),
        "--account-details": asked.account_details is not None,
        "--all-roles": asked.all_roles,
        "--zappa-settings": sources.zappa_settings is not None,
        "--function": bool(sources.functions),
    }
    named = next((name for name, is_given in given.items() if is_given), None)
    if named is not None:
        raise ConfigurationError(f"`{named}` does not go with `--project`", "the project says it; leave it out")
    if asked.leave_role and not asked.write:
        raise ConfigurationError("`--leave-role` changes the project", "give it with `--write`")
    options = ProjectOptions(folder, sources.stage, tuple(asked.principals), asked.live)
    project = resolved_project(options, target)

    def configurations() -> "tuple[Configuration, ...]":
        more = configurations_of(tuple(project.present.policies), replace(sources, stage=None), target)
        return (*project.configurations, *more)

    return Asked(project.present, configurations, project, asked.write, asked.leave_role, asked.other_stages)
