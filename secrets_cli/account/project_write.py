"""Writing narrowed policies back into a project: the change of each file, and the proof that it says what is meant.

The changed texts are read by the readers that read the project, before anything is written. What they say must grant the role
exactly what is written, and with what the framework adds by itself at least the narrowed policy; no other role of the file may
change. What the framework adds beyond the narrowed policy is told.
"""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from secrets_cli.account.project import StageAsk, serverless_supplied, stages_of, template_supplied
from secrets_cli.account.project_change import BY_HAND, NotWritten, WriteAsk, Written, given_by_hand
from secrets_cli.account.project_role import RoleInProject
from secrets_cli.errors import MalformedInput
from secrets_cli.iam.contain import Contained, NotContained, contains
from secrets_cli.iam.equality import unequal
from secrets_cli.iam.model import VERSION_2012, Effect, Policy, Statement
from secrets_cli.iam.render import render_policy
from secrets_cli.iam.size import ROLE_INLINE_LIMIT, policy_size
from secrets_cli.inputs.found import PolicyAt
from secrets_cli.inputs.list_edit import CannotEdit
from secrets_cli.inputs.project import Framework, ProjectRole, is_known
from secrets_cli.inputs.project_edit import (
    serverless_written,
    statements_of,
    template_written,
    zappa_attached,
    zappa_left_alone,
    zappa_policy_file,
)

_ADDED_BY: Final = ("the Serverless Framework", "managed ", "`efs_config`", "`websocket_handler_module`")
"""How `PolicyAt.attached_by` begins for what a framework grants by itself, once nothing of its own is left in the file."""


def change_of(asks: Sequence[WriteAsk], *, leave_role: bool = False) -> Written | NotWritten:
    """The change of one project's file for some roles of one stage. Nothing is written.

    `leave_role`: Zappa is told to leave the role alone, and no policy is written. Raises as the readers.
    """
    file = asks[0].role.file
    if leave_role:
        if not file.is_zappa:
            return NotWritten("only Zappa has a setting to leave a role alone", "leave `--leave-role` out")
        return _proven(asks, _left_alone(asks[0]), (), is_granted=False)
    if file.is_terraform:
        from secrets_cli.account.project_write_terraform import terraform_change

        return terraform_change(asks)
    if file.is_zappa:
        return _attempt(asks, in_file_words=False)
    in_words = _attempt(asks, in_file_words=True)
    return in_words if isinstance(in_words, Written) else _attempt(asks, in_file_words=False)


def _attempt(asks: Sequence[WriteAsk], *, in_file_words: bool) -> Written | NotWritten:
    """With ARNs as the file says them, or all of them literal."""
    file = asks[0].role.file
    texts: dict[str, str] = {}
    remarks: list[str] = []
    for ask in asks:
        edited = _edited(ask, texts.get(file.name, file.text), remarks, in_file_words=in_file_words)
        if isinstance(edited, CannotEdit):
            return _proven(asks, edited, (), is_granted=True)
        texts |= edited
    return _proven(asks, texts, remarks, is_granted=True)


def _proven(
    asks: Sequence[WriteAsk], texts: Mapping[str, str] | CannotEdit, remarks: Sequence[str], *, is_granted: bool
) -> Written | NotWritten:
    if isinstance(texts, CannotEdit):
        return NotWritten(f"`{asks[0].role.file.name}`: {texts.reason}", BY_HAND)
    more = list(remarks)
    try:
        problem = _first_problem(asks, texts, more) if is_granted else _still_managed(asks[0].role, texts)
        problem = problem or _others_changed(asks, texts)
    except MalformedInput as error:
        problem = f"the changed file could not be read again: {error.message}"
    if problem is not None:
        return NotWritten(problem, BY_HAND)
    before = {name: _present(asks[0].role, name) for name in texts}
    changed = {name: text for name, text in texts.items() if before[name] != text}
    return Written({name: before[name] for name in changed}, changed, tuple(dict.fromkeys(more)), _served(asks))


def _left_alone(ask: WriteAsk) -> dict[str, str] | CannotEdit:
    role = ask.role
    edited = zappa_left_alone(role.file.text, role.file.name, role.stage.name, role.arn.rpartition("/")[2])
    return edited if isinstance(edited, CannotEdit) else {role.file.name: edited}


def _edited(ask: WriteAsk, text: str, remarks: list[str], *, in_file_words: bool) -> dict[str, str] | CannotEdit:
    role = ask.role
    name = role.file.name
    if not role.role.is_made:
        return CannotEdit(f"the role of {role.role.principal} is made elsewhere, so its policies are not kept here")
    wanted = _needed(ask)
    document = Policy(wanted, VERSION_2012)
    if policy_size(document) > ROLE_INLINE_LIMIT:
        return CannotEdit(
            f"the policy has {policy_size(document):,} characters, and inline policies of a role at most "
            f"{ROLE_INLINE_LIMIT:,}"
        )
    if role.stage.framework is Framework.ZAPPA:
        return _zappa(ask, text)
    if len(wanted) < sum(len(policy.statements) for policy in ask.policies):
        remarks.append(
            f"statements that {role.stage.framework.value} grants {role.role.principal} by itself are not written again"
        )
    statements = statements_of((document,))
    if role.stage.framework is Framework.SERVERLESS:
        supplied = serverless_supplied(role.file, role.ask, {})
        write = serverless_written
    else:
        supplied = template_supplied(role.file, role.ask, role.stage.name, {})
        write = template_written
    edited = write(text, name, supplied, role.role.principal, statements, in_file_words=in_file_words)
    return edited if isinstance(edited, CannotEdit) else {name: edited}


def _zappa(ask: WriteAsk, text: str) -> dict[str, str] | CannotEdit:
    role = ask.role
    name = role.file.name
    path = zappa_policy_file(text, name, role.stage.name)
    edited = zappa_attached(text, name, role.stage.name, path)
    if isinstance(edited, CannotEdit):
        return edited
    policy_name = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
    document = render_policy(Policy(_merged(ask.policies), VERSION_2012)) + "\n"
    if edited != text and _present(role, policy_name) not in (None, document) and path not in text:
        return CannotEdit(f"`{policy_name}` is there already, and is not this stage's")
    return {policy_name: document, name: edited}


def _merged(policies: Sequence[Policy]) -> tuple[Statement, ...]:
    return tuple(statement for policy in policies for statement in policy.statements)


def _needed(ask: WriteAsk) -> tuple[Statement, ...]:
    """The statements without those that the framework grants by itself at each deployment."""
    if ask.role.stage.framework is Framework.ZAPPA:
        return _merged(ask.policies)
    added = [one.policy for one in _added(ask.role.role, was_written=False)]
    return tuple(one for one in _merged(ask.policies) if not _is_granted(one, added))


def _is_granted(statement: Statement, added: Sequence[Policy]) -> bool:
    if statement.effect is not Effect.ALLOW or not added:
        return False
    return isinstance(contains(added, (Policy((statement,)),)), Contained)


def _added(role: ProjectRole, *, was_written: bool) -> tuple[PolicyAt, ...]:
    """What the framework grants by itself. Before the change a managed policy may also be one that the file lists, which goes:
    only what is known to be the framework's own counts then."""
    own = ("the Serverless Framework",) if not was_written else _ADDED_BY
    found = (one for one in role.policies if one.attached_by.startswith(own) and is_known(one))
    basic = () if was_written else tuple(one for one in role.policies if one.attached_by.endswith(_SAM_BASIC))
    return (*found, *basic)


_SAM_BASIC: Final = ("AWSLambdaBasicExecutionRole", "AWSLambdaBasicDurableExecutionRolePolicy")
"""What SAM gives every role that it makes for a function."""


def _present(role: RoleInProject, name: str) -> str | None:
    """The text of a file of the project, by its name in reports; None where there is none."""
    if name == role.file.name:
        return role.file.text
    return role.file.beside.read(posixpath.relpath(name, posixpath.dirname(role.file.name) or "."))


def _first_problem(asks: Sequence[WriteAsk], texts: Mapping[str, str], remarks: list[str]) -> str | None:
    """Why the changed file does not say what is meant, of the first role of which it does not."""
    for ask in asks:
        role = _again(ask.role, texts)
        if role is None:
            return f"the changed file has no role of {ask.role.role.principal}"
        problem = _problem(ask, role, remarks)
        if problem is not None:
            return f"the changed file does not grant {role.principal} the narrowed policy: {problem}"
    return None


def _still_managed(role: RoleInProject, texts: Mapping[str, str]) -> str | None:
    """Why Zappa would still change the role's policies, or take another role."""
    again = _again(role, texts)
    if again is None or again.is_made or again.name.text != role.arn.rpartition("/")[2]:
        return f"the changed file does not leave `{role.arn}` alone"
    return None


def _again(role: RoleInProject, texts: Mapping[str, str]) -> ProjectRole | None:
    ask = replace(role.ask, stage=role.stage.name)
    stages = stages_of(role.file, ask, texts)
    return next((found for one in stages if (found := one.role(role.role.principal)) is not None), None)


def _problem(ask: WriteAsk, role: ProjectRole, remarks: list[str]) -> str | None:
    added = [one for one in role.policies if one.attached_by.startswith(_ADDED_BY)]
    written = [one for one in role.policies if one not in added]
    unknown = next((one for one in written if not is_known(one)), None)
    if unknown is not None:
        return f"a part of what stands at {unknown.location} is known at deployment only"
    wanted = Policy(_needed(ask))
    different = unequal([one.policy for one in written], (wanted,))
    if different is not None:
        return different.reason
    known = [one.policy for one in added if is_known(one)]
    whole = [*(one.policy for one in written), *known]
    match contains(whole, ask.policies):
        case Contained():
            pass
        case NotContained(witness):
            return f"`{witness.action}` on `{witness.resource}` would be lost"
        case undecided:
            return undecided.reason
    remarks += _beyond(ask, added)
    return None


def _beyond(ask: WriteAsk, added: Sequence[PolicyAt]) -> Iterator[str]:
    """What stays granted beyond the narrowed policy, whatever is written."""
    principal = ask.role.role.principal
    for one in added:
        if not is_known(one):
            yield f"beyond the narrowed policy, {principal} stays granted what {one.attached_by} adds, known at deployment only"
            continue
        found = contains(ask.policies, (one.policy,))
        if isinstance(found, NotContained):
            witness = found.witness
            yield (
                f"beyond the narrowed policy, {principal} stays granted what {one.attached_by} adds: such as "
                f"`{witness.action}` on `{witness.resource}`"
            )
    yield from given_by_hand(ask)


def _others_changed(asks: Sequence[WriteAsk], texts: Mapping[str, str]) -> str | None:
    """Another role of the file that the change would touch, in this stage or, of Zappa, in another."""
    role = asks[0].role
    changed = {(ask.role.stage.name, ask.role.role.principal) for ask in asks}
    everything = StageAsk(None if role.file.is_zappa else role.stage.name, role.ask.account, role.ask.region)
    before, after = (dict(_granted(role, everything, given)) for given in ({role.file.name: role.file.text}, texts))
    for (stage, principal), policies in before.items():
        if (stage, principal) not in changed and after.get((stage, principal)) != policies:
            return f"it would also change what {principal} of the stage `{stage}` is granted, which takes its settings over"
    return None


def _granted(
    role: RoleInProject, ask: StageAsk, texts: Mapping[str, str]
) -> Iterator[tuple[tuple[str, str], tuple[Policy, ...]]]:
    for stage in stages_of(role.file, ask, texts):
        for one in stage.roles:
            yield (stage.name, one.principal), tuple(policy.policy for policy in one.policies)


_STAGE_VARIABLES: Final = ("${self:provider.stage", "${sls:stage", "${opt:stage", "${param:")


def _served(asks: Sequence[WriteAsk]) -> tuple[str, ...]:
    """Other deployments that the same statements go to."""
    role = asks[0].role
    if role.stage.framework is Framework.ZAPPA:
        return ()
    if role.stage.framework is Framework.SERVERLESS:
        is_open = any(sign in role.file.text for sign in _STAGE_VARIABLES)
        return ("every stage that is deployed from it",) if is_open else ()
    return tuple(
        f"the environment `{one.name}`" for one in role.file.environments if one.name != role.stage.name and one.stack
    )
