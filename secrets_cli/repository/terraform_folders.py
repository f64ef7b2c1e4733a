"""Terraform files by folder: each folder is one configuration, and a module that another one calls is read through it."""

import os
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from secrets_cli.errors import MalformedInput
from secrets_cli.inputs.file_kind import FileKind
from secrets_cli.inputs.found import Supplied
from secrets_cli.inputs.looks_like import Look, look_of
from secrets_cli.inputs.read_tree import ReadFile, Unreadable
from secrets_cli.inputs.terraform import read_terraform, read_tfvars
from secrets_cli.inputs.terraform_parse import parse_terraform
from secrets_cli.inputs.terraform_source import Sources
from secrets_cli.repository.confined import is_of_configuration
from secrets_cli.repository.one_file import ReadAsk, TerraformText, beside_of

_SOURCE: Final = re.compile(r'\bsource[ \t]*=[ \t]*"(\.\.?/[^"\n]*)"')


@dataclass(slots=True)
class _Folder:
    path: str
    """With no symlink in it."""
    files: dict[str, TerraformText] = field(default_factory=dict)
    """By name in reports."""

    @property
    def calls(self) -> set[str]:
        """Folders that it seems to call modules of."""
        texts = (one.text for one in self.files.values())
        return {os.path.realpath(os.path.join(self.path, source)) for text in texts for source in _SOURCE.findall(text)}


def read_terraform_folders(files: Iterable[TerraformText], ask: ReadAsk) -> Iterator[ReadFile | Unreadable]:
    """What the configurations hold. Folders that nobody among them calls come first; one that was not reached through a
    caller, whatever a caller seems to say, is read by itself."""
    folders: dict[str, _Folder] = {}
    for one in files:
        path = os.path.dirname(os.path.realpath(one.at.path))
        folders.setdefault(path, _Folder(path)).files[one.at.name] = one
    called = set().union(*(folder.calls - {folder.path} for folder in folders.values()))
    reached: set[str] = set()
    for folder in sorted(folders.values(), key=lambda one: one.path in called):
        if folder.path not in reached:
            yield from _read(folder, ask, reached)


def _read(folder: _Folder, ask: ReadAsk, reached: set[str]) -> Iterator[ReadFile | Unreadable]:
    first = min(folder.files.values(), key=lambda one: one.at.name).at
    texts: Mapping[str, str] = {name: one.text for name, one in folder.files.items() if is_of_configuration(name)}
    is_named = any(one.at.named for one in folder.files.values())
    beside = beside_of(first)
    if is_named:
        texts = {**beside.configuration(), **texts}
    if not any(look_of(text.encode(), name) is Look.SURELY for name, text in texts.items()):
        return
    supplied = Supplied({**ask.terraform_values, **ask.values}, beside.read, ask.managed)
    broken: list[Unreadable] = []
    try:
        found = read_terraform(texts, supplied, beside.module)
    except MalformedInput:
        texts = _whole(texts, broken)

        def module(path: str) -> Mapping[str, str] | None:
            return _whole(beside.module(path) or {}, broken) or None

        found = read_terraform(texts, supplied, module)
    yield from dict.fromkeys(broken)
    if not texts:
        return
    reached |= beside.folders
    own = frozenset(texts)
    yield ReadFile(
        posixpath.dirname(first.name) or ".",
        FileKind.TERRAFORM.value,
        found,
        {**beside.texts, **texts},
        own,
        own - set(folder.files) if is_named else frozenset(),
    )


def _whole(texts: Mapping[str, str], broken: list[Unreadable]) -> Mapping[str, str]:
    """The files that are Terraform; the others are added to `broken`."""
    whole: dict[str, str] = {}
    for name, text in texts.items():
        try:
            if name.endswith(".tfvars"):
                read_tfvars(text, name)
            else:
                sources = Sources()
                parse_terraform(sources, sources.add(name, text))
        except MalformedInput as error:
            broken.append(Unreadable(name, error.message, error.help))
        else:
            whole[name] = text
    return whole
