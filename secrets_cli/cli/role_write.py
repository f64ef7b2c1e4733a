"""Writing what was narrowed into the project: the change shown, agreed to, and written whole or not at all."""

import difflib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from secrets_cli.cli.exit_codes import ExitCode
from secrets_cli.cli.terminal import hint, warn

if TYPE_CHECKING:
    from secrets_cli.account.project_change import WriteAsk, Written
    from secrets_cli.account.project_role import RoleInProject
    from secrets_cli.cli.narrowing_output import Narrowed
    from secrets_cli.cli.role_project import ResolvedProject


def write_into_project(
    project: "ResolvedProject",
    results: "Sequence[Narrowed]",
    code: ExitCode,
    *,
    leave_role: bool,
    other_stages: bool,
    yes: bool,
    quiet: bool,
) -> ExitCode:
    """Write the policies that are proven; the exit code of the narrowing, or 21 where the project is left as it is although
    something was to be written.

    Raises ConfigurationError where nobody agreed, or a file has changed meanwhile.
    """
    from secrets_cli.account.project_change import NotWritten
    from secrets_cli.account.project_write import change_of
    from secrets_cli.cli.asking import confirm
    from secrets_cli.repository.write_back import write_together

    asks = _asks(project.roles, results)
    if not asks or len(asks) < len(results):
        hint("nothing was written into the project: a policy is not proven, or evidence is missing")
        if asks:
            hint("  name the roles that are to be written with `--principal`")
        return code
    change = change_of(asks, leave_role=leave_role)
    if isinstance(change, NotWritten):
        warn(f"not written into the project: {change.reason}")
        hint(f"  {change.help}")
        return ExitCode.UNDECIDED
    if not change.after:
        hint("the project says so already: nothing to write", quiet)
        return code
    _show(change, leave_role=leave_role, quiet=quiet)
    if change.others and not other_stages:
        warn(
            f"not written into the project: {' and '.join(change.others)} would get the same policy, which names what "
            f"the stage `{asks[0].role.stage.name}` used"
        )
        hint("  give `--other-stages` where that is right, or give each stage statements of its own")
        return ExitCode.UNDECIDED
    if not confirm(f"write {len(change.after)} file{'s' if len(change.after) > 1 else ''}", yes=yes):
        hint("nothing was written")
        return code
    write_together(change.before, change.after)
    for name in sorted(change.after):
        hint(f"wrote {name}", quiet)
    hint(_next_step(asks[0].role, leave_role=leave_role), quiet)
    return code


def _asks(roles: "Sequence[RoleInProject]", results: "Sequence[Narrowed]") -> "list[WriteAsk]":
    """Each role with its policies; those without a proof are left out."""
    from secrets_cli.account.project_change import WriteAsk
    from secrets_cli.narrow.narrowing import Narrowing

    by_arn = {one.arn: one for one in roles}
    return [
        WriteAsk(by_arn[one.result.principal], one.result.policies)
        for one in results
        if isinstance(one.result, Narrowing) and one.result.proof.holds
    ]


def _show(change: "Written", *, leave_role: bool, quiet: bool) -> None:
    """The change as a unified diff, and what remains; a diff is the plan, so it is shown with `--quiet` too."""
    for name in sorted(change.after):
        before = change.before[name]
        old = "/dev/null" if before is None else f"a/{name}"
        lines = difflib.unified_diff(
            (before or "").splitlines(keepends=True), change.after[name].splitlines(keepends=True), old, f"b/{name}"
        )
        for line in lines:
            hint(line.rstrip("\r\n"))
    if leave_role:
        hint("ok  read again, the files leave the role alone, and no other role changes", quiet)
    else:
        hint("ok  read again, the files grant exactly what is written (proven), and no other role changes", quiet)
    for remark in change.remarks:
        hint(f"note: {remark}", quiet)


def _next_step(role: "RoleInProject", *, leave_role: bool) -> str:
    from secrets_cli.inputs.project import Framework

    stage = role.stage.name
    match role.stage.framework:
        case Framework.ZAPPA if leave_role:
            return f"now apply the policy to the role: `zappa update {stage}` no longer touches it"
        case Framework.ZAPPA:
            return f"deploy it: zappa update {stage}"
        case Framework.SERVERLESS:
            return f"deploy it: serverless deploy --stage {stage}"
        case Framework.SAM:
            return f"deploy it: sam build && sam deploy --config-env {stage}"
        case Framework.TERRAFORM:
            from secrets_cli.account.project_terraform import has_values

            values = f" -var-file={stage}.tfvars" if has_values(role.file, stage) else ""
            return f"deploy it: terraform plan{values}, then terraform apply{values}"
        case Framework.CLOUDFORMATION:
            return "deploy it: update the stack with the template"
