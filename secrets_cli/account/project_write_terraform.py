"""Writing narrowed policies back into a Terraform configuration: the changed files, and the proof that they say what is meant.

The changed texts are read as the configuration was. They must grant the role exactly the narrowed policy, with nothing of it left
unknown, and every other policy of the configuration - of other roles, users and groups, of resources, trust policies - must be
what it was.
"""

import posixpath
from collections import Counter
from collections.abc import Mapping, Sequence

from secrets_cli.account.project_change import BY_HAND, NotWritten, WriteAsk, Written, given_by_hand
from secrets_cli.account.project_terraform import other_stages, reading_of
from secrets_cli.errors import MalformedInput
from secrets_cli.iam.equality import unequal
from secrets_cli.iam.model import Policy
from secrets_cli.inputs.list_edit import CannotEdit
from secrets_cli.inputs.project import is_known
from secrets_cli.inputs.project_terraform import TerraformReading, terraform_project
from secrets_cli.inputs.terraform_role_edit import terraform_written


def terraform_change(asks: Sequence[WriteAsk]) -> Written | NotWritten:
    """The change of one configuration for some of its roles. Nothing is written. Raises as the readers."""
    in_words = _attempt(asks, in_file_words=True)
    return in_words if isinstance(in_words, Written) else _attempt(asks, in_file_words=False)


def _attempt(asks: Sequence[WriteAsk], *, in_file_words: bool) -> Written | NotWritten:
    role = asks[0].role
    file = role.file
    texts: dict[str, str] = {}
    remarks: list[str] = []
    if any(_is_override(name) for name in file.configuration):
        return NotWritten(f"`{file.name}` has override files, which change what others say", BY_HAND)
    for ask in asks:
        reading = _read(ask, texts)
        principal = ask.role.role.principal
        if _says_so(reading, ask):
            continue
        if not ask.role.role.is_made:
            return NotWritten(f"the role of {principal} is made elsewhere, so its policies are not kept here", BY_HAND)
        names = [name for name in file.configuration if name.endswith(".tf")]
        address = principal.partition(" ")[2]
        edited = terraform_written(reading, names, address, ask.policies, in_file_words=in_file_words)
        if isinstance(edited, CannotEdit):
            return NotWritten(edited.reason, BY_HAND)
        texts |= edited.texts
        remarks += edited.remarks
    problem = _first_problem(asks, texts)
    if problem is not None:
        return NotWritten(problem, BY_HAND)
    remarks += (said for ask in asks for said in given_by_hand(ask))
    before = {name: _present(asks[0], name) for name in texts}
    changed = {name: text for name, text in texts.items() if before[name] != text}
    others = other_stages(file, role.stage.name)
    return Written({name: before[name] for name in changed}, changed, tuple(dict.fromkeys(remarks)), others)


def _read(ask: WriteAsk, texts: Mapping[str, str]) -> TerraformReading:
    return reading_of(ask.role.file, ask.role.ask, ask.role.stage.name, texts)


def _says_so(reading: TerraformReading, ask: WriteAsk) -> bool:
    """Whether the files grant the role exactly the narrowed policy already."""
    return _problem(reading, ask) is None


def _problem(reading: TerraformReading, ask: WriteAsk) -> str | None:
    """Why what is read does not grant the role exactly the narrowed policy."""
    role = terraform_project(reading, ask.role.file.name, ask.role.stage.name).role(ask.role.role.principal)
    if role is None:
        return f"there is no role of {ask.role.role.principal}"
    if role.unresolved:
        return f"{role.unresolved[0].location}: {role.unresolved[0].reason}"
    unknown = next((one for one in role.policies if not is_known(one)), None)
    if unknown is not None:
        return f"a part of what stands at {unknown.location} is known at deployment only"
    different = unequal([one.policy for one in role.policies], ask.policies)
    return None if different is None else different.reason


def _first_problem(asks: Sequence[WriteAsk], texts: Mapping[str, str]) -> str | None:
    """Why the changed files do not say what is meant."""
    try:
        after = _read(asks[0], texts)
    except MalformedInput as error:
        return f"the changed files could not be read again: {error.message}"
    for ask in asks:
        problem = _problem(after, ask)
        if problem is not None:
            return f"the changed files do not grant {ask.role.role.principal} the narrowed policy: {problem}"
    changed = {ask.role.role.principal for ask in asks}
    before = _others(_read(asks[0], {}), changed)
    now = _others(after, changed)
    for key in (before - now) + (now - before):
        principal, _, carrier, _ = key
        # A policy that is attached to nobody any more stands by itself: it grants nobody anything.
        if principal or carrier or before[key] > now[key]:
            return f"it would also change what {principal or carrier or 'a policy by itself'} says"
    return None


def _others(reading: TerraformReading, changed: set[str]) -> "Counter[tuple[str, str, str, Policy]]":
    """Every policy but those that grant the changed roles something, which trust policies do not."""
    return Counter(
        (one.principal, one.kind.value, one.carrier, one.policy)
        for one in reading.found.policies
        if one.principal not in changed or one.kind.value != "identity"
    )


def _present(ask: WriteAsk, name: str) -> str | None:
    """The text of a file, by its name in reports."""
    file = ask.role.file
    if name in file.configuration:
        return file.configuration[name]
    return file.beside.read(posixpath.relpath(name, posixpath.dirname(file.name) or "."))


def _is_override(name: str) -> bool:
    return name == "override.tf" or name.endswith(("/override.tf", "_override.tf"))
