"""Reading one file by itself: what it holds, or why that cannot be told."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final

from secrets_cli.bundled import bundled
from secrets_cli.errors import MalformedInput
from secrets_cli.iam.location import Location
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.any_file import read_as, read_as_found
from secrets_cli.inputs.file_kind import FileKind
from secrets_cli.inputs.found import Found, Supplied, Unresolved
from secrets_cli.inputs.looks_like import TEMPLATE_ENDINGS, Look, is_rendered, is_worth_reading, look_of
from secrets_cli.inputs.read_tree import Passed, ReadFile, Unreadable
from secrets_cli.repository.confined import Beside, root_of
from secrets_cli.repository.content import LARGEST, Refused, bytes_of
from secrets_cli.repository.walk import FileAt

if TYPE_CHECKING:
    from secrets_cli.iam.model import Policy
    from secrets_cli.inputs.zappa_settings import ZappaDefaults

STDIN: Final = "-"
"""The name of standard input."""
TERRAFORM_ENDINGS: Final = (".tf", ".tfvars")


@dataclass(frozen=True, slots=True)
class ReadAsk:
    """How to read."""

    values: Mapping[str, str] = field(default_factory=dict)
    """Parameters and variables that files leave open."""
    terraform_values: Mapping[str, str] = field(default_factory=dict)
    """Those of Terraform alone, out of `.tfvars` files; `values` go before them."""
    kind: FileKind | PolicyKind | None = None
    """What the files that are named, and standard input, are; a kind of policy also holds for the policies in folders."""
    managed: "Callable[[str], Policy | None]" = lambda _arn: None
    """An AWS managed policy by ARN; a function of a module, as it may be sent to another process."""


@dataclass(frozen=True, slots=True)
class TerraformText:
    """One file of a Terraform configuration, which is read with the others of its folder."""

    at: FileAt
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NotOurs:
    """A file of no kind that holds policies."""


Outcome = ReadFile | Unreadable | Passed | TerraformText | NotOurs


def read_file(file: FileAt, ask: ReadAsk) -> Outcome:
    """What became of one file; nothing is raised for what it holds."""
    data = bytes_of(file.path, lambda head: file.named or is_worth_reading(head, file.name))
    if isinstance(data, Refused):
        return Unreadable(file.name, f"`{file.name}` {data.reason}", "make it readable, or leave it out")
    return NotOurs() if data is None else read_data(data, file, ask)


def read_data(data: bytes, file: FileAt, ask: ReadAsk) -> Outcome:
    """The same for a file whose content is at hand, such as that of standard input."""
    forced = ask.kind if file.named else None
    look = look_of(data, file.name)
    if len(data) > LARGEST:
        reason = f"is larger than {LARGEST:,} bytes"
        if look is Look.SURELY or forced is not None:
            return Unreadable(file.name, f"`{file.name}` {reason}", "divide it, or leave it out")
        return Passed(file.name, f"{reason}: only its beginning was looked at")
    if look is Look.NO and forced is None and file.name != STDIN and not file.name.endswith(TERRAFORM_ENDINGS):
        return NotOurs()
    is_certain = look is Look.SURELY or forced is not None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _no_utf8(data, file.name, error.start) if is_certain else NotOurs()
    if file.name.endswith(TERRAFORM_ENDINGS) and forced in (None, FileKind.TERRAFORM):
        return TerraformText(file, text)
    return _read_text(text, file, ask, is_certain)


def _read_text(text: str, file: FileAt, ask: ReadAsk, is_certain: bool) -> Outcome:
    unread = _not_read(file.name)
    if unread:
        return ReadFile(file.name, "unread", Found(unresolved=(unread,)), {file.name: text}, frozenset({file.name}))
    beside = beside_of(file)
    supplied = Supplied(ask.values, beside.read, ask.managed)
    try:
        read = _found(text, file, ask, supplied)
    except MalformedInput as error:
        if not is_certain:
            return NotOurs()
        if is_rendered(text, file.name):
            reason = "is a template of another program, and what that makes of it is not known"
            unresolved = Unresolved(Location(file.name, 1, 1), reason, f"judge what it makes: {error.message}")
            return ReadFile(
                file.name, "template", Found(unresolved=(unresolved,)), {file.name: text}, frozenset({file.name})
            )
        return Unreadable(file.name, error.message, error.help)
    if read is None:
        return NotOurs()
    kind, found = read
    return ReadFile(file.name, kind.value, found, {**beside.texts, file.name: text}, frozenset({file.name}))


def _found(text: str, file: FileAt, ask: ReadAsk, supplied: Supplied) -> tuple[FileKind, Found] | None:
    forced = ask.kind if file.named else None
    if isinstance(forced, FileKind):
        return forced, read_as(forced, text, file.name, supplied, zappa_defaults)
    policy_kind = ask.kind if isinstance(ask.kind, PolicyKind) else None
    read = read_as_found(text, file.name, supplied, zappa_defaults, policy_kind)
    if read is None and forced is not None:
        return FileKind.POLICY, read_as(FileKind.POLICY, text, file.name, supplied, zappa_defaults, policy_kind)
    return read


def beside_of(file: FileAt) -> Beside:
    """What the file may refer to."""
    folder = os.path.dirname(os.path.realpath(file.path))
    return Beside(file.name, folder, root_of(folder))


@cache
def zappa_defaults() -> "ZappaDefaults":
    """What Zappa attaches where the settings say nothing."""
    from secrets_cli.iam.parse import parse_policy
    from secrets_cli.inputs.zappa_settings import ZappaDefaults

    execution = parse_policy(bundled("policies", "zappa/default-execution.json"), "Zappa's default policy")
    trust = parse_policy(bundled("policies", "zappa/trust.json"), "Zappa's default trust policy", PolicyKind.TRUST)
    return ZappaDefaults(execution, trust)


def _not_read(name: str) -> Unresolved | None:
    """Of a file that may hold policies in a form that is not read."""
    base = name.lower()
    if base.endswith((".tf.json", ".tofu", ".tofu.json")):
        return Unresolved(
            Location(name, 1, 1), "is Terraform in a form that is not read", "give `terraform show -json` of its plan"
        )
    if base.endswith(TEMPLATE_ENDINGS):
        return Unresolved(Location(name, 1, 1), "is a template, and no file that was read renders it")
    return None


def _no_utf8(data: bytes, name: str, at: int) -> Unreadable:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Unreadable(name, f"`{name}` is UTF-16, where UTF-8 is read", "save it as UTF-8")
    line = data.count(b"\n", 0, at) + 1
    column = at - (data.rfind(b"\n", 0, at) + 1) + 1
    return Unreadable(name, f"{name}:{line}:{column}: this is no UTF-8", "save it as UTF-8")
