"""A project's folder: which framework deploys it, and what each of its stages makes.

Only files that the framework itself would take are looked at, by the names it gives them, and of others only what these name
and what lies in the same repository. Nothing is run and AWS is not asked.
"""

import os
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from secrets_cli.catalog.managed_policies import managed_policy
from secrets_cli.errors import ConfigurationError, MalformedInput, NothingToRead, UnreadableSource
from secrets_cli.inputs.found import Supplied
from secrets_cli.inputs.project import ProjectStage
from secrets_cli.inputs.samconfig import DEFAULT, NAMES, SamEnvironment, sam_environments
from secrets_cli.repository.confined import Beside
from secrets_cli.repository.one_file import beside_of, zappa_defaults
from secrets_cli.repository.walk import FileAt, shown

_ZAPPA: Final = tuple(f"zappa_settings.{ending}" for ending in ("json", "toml", "yml", "yaml"))
_SERVERLESS: Final = tuple(f"serverless.{ending}" for ending in ("yml", "yaml", "json"))
_TEMPLATE: Final = tuple(f"template.{ending}" for ending in ("yaml", "yml", "json"))
"""Each in the order that its framework looks for them."""
_TERRAFORM: Final = ".tf"
_CALLS: Final = re.compile(r"^\s*module\s", re.MULTILINE)
"""A module may make functions."""
_LARGEST: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """A file that says what a framework deploys."""

    name: str
    """As reports name it, and to open it by: relative to the working folder where it is within."""
    text: str = field(repr=False)
    """It may hold secrets."""
    is_zappa: bool
    is_serverless: bool
    beside: Beside
    environments: tuple[SamEnvironment, ...] = ()
    """Of samconfig, where this is a template."""
    configuration: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The Terraform files of the folder, by name in reports, where this is all of them; empty for anything else."""

    @property
    def is_terraform(self) -> bool:
        """Whether this is a folder of Terraform files."""
        return bool(self.configuration)

    def supplied(self, values: Mapping[str, str], texts: Mapping[str, str]) -> Supplied:
        """What the file may refer to, with `texts` (by name in reports) in the place of what is on disk."""

        def read(path: str) -> str | None:
            name = posixpath.normpath(posixpath.join(posixpath.dirname(self.name), path))
            return texts[name] if name in texts else self.beside.read(path)

        return Supplied(values, read, managed_policy)


@dataclass(frozen=True, slots=True)
class StageAsk:
    """Which deployment is meant."""

    stage: str | None = None
    """A stage of Zappa or Serverless, an environment of samconfig; None: every one that the file names."""
    account: str = ""
    """Twelve digits; empty where it is not known."""
    region: str = ""
    """Where the file does not say; empty for none."""


def project_files(folder: str) -> tuple[ProjectFile, ...]:
    """The files in a project's folder, or the one file that is named.

    Raises NothingToRead where there is none, ConfigurationError where there is no such folder, UnreadableSource, MalformedInput.
    """
    if not os.path.exists(folder):
        raise ConfigurationError(f"there is no folder `{folder}`", "check the path")
    if os.path.isfile(folder):
        within, base = os.path.dirname(folder) or ".", os.path.basename(folder)
        return (_terraform(within) if base.endswith(_TERRAFORM) else _file(within, base),)
    names = (_first(folder, candidates) for candidates in (_ZAPPA, _SERVERLESS, _TEMPLATE))
    found = tuple(_file(folder, name) for name in names if name)
    if any(name.endswith(_TERRAFORM) for name in os.listdir(folder)):
        terraform = _terraform(folder)
        # Terraform beside another framework makes what that one needs, unless it makes functions of its own.
        if not found or any("aws_lambda_function" in text for text in terraform.configuration.values()):
            found = (*found, terraform)
    if not found:
        raise NothingToRead(
            f"`{folder}` holds no project that is known here",
            f"it has none of {_ZAPPA[0]} (.toml, .yml), {_SERVERLESS[0]}, {_TEMPLATE[0]} and *{_TERRAFORM}; "
            "name the file itself",
        )
    return found


def stages_of(file: ProjectFile, ask: StageAsk, texts: Mapping[str, str] | None = None) -> tuple[ProjectStage, ...]:
    """What the file deploys; `texts` are read in the place of what is on disk, the file's own included, by name in reports.

    Raises ConfigurationError where it has no such stage; else as the readers.
    """
    texts = texts or {}
    if file.is_terraform:
        from secrets_cli.account.project_terraform import terraform_stages

        return terraform_stages(file, ask, texts)
    text = texts.get(file.name, file.text)
    if file.is_zappa:
        return _of_zappa(file, text, ask, texts)
    if file.is_serverless:
        return _of_serverless(file, text, ask, texts)
    return tuple(_of_template(file, text, ask, texts))


def _of_zappa(file: ProjectFile, text: str, ask: StageAsk, texts: Mapping[str, str]) -> tuple[ProjectStage, ...]:
    from secrets_cli.inputs.project_zappa import zappa_project

    supplied = file.supplied(_account_values(ask), texts)
    folder = os.path.basename(file.beside.folder)
    return _asked(zappa_project(text, file.name, supplied, zappa_defaults(), folder), ask, file)


def _of_serverless(file: ProjectFile, text: str, ask: StageAsk, texts: Mapping[str, str]) -> tuple[ProjectStage, ...]:
    from secrets_cli.inputs.project_serverless import serverless_project, without_packaging

    supplied = serverless_supplied(file, ask, texts)
    return (serverless_project(text, file.name, without_packaging(supplied) if texts else supplied),)


def serverless_supplied(file: ProjectFile, ask: StageAsk, texts: Mapping[str, str]) -> Supplied:
    """What the command line says of a service, and what lies beside its file."""
    values = dict(_account_values(ask))
    if ask.stage is not None:
        values["opt:stage"] = ask.stage
    if ask.account:
        values["aws:accountId"] = ask.account
    return file.supplied(values, texts)


def _of_template(file: ProjectFile, text: str, ask: StageAsk, texts: Mapping[str, str]) -> Iterator[ProjectStage]:
    from secrets_cli.inputs.project_template import template_project

    environments = file.environments or (SamEnvironment(DEFAULT, "", "", "", {}),)
    chosen = [one for one in environments if ask.stage in (None, one.name)]
    if not chosen:
        names = ", ".join(one.name for one in environments)
        raise ConfigurationError(
            f"samconfig beside `{file.name}` has no environment `{ask.stage}`", f"its environments are: {names}"
        )
    for one in chosen:
        yield template_project(text, file.name, template_supplied(file, ask, one.name, texts), one.name)


def template_supplied(file: ProjectFile, ask: StageAsk, environment: str, texts: Mapping[str, str]) -> Supplied:
    """What samconfig says of one environment, and what lies beside the template."""
    values = dict(_account_values(ask))
    given = {"AWS::Region": ask.region}
    for one in file.environments:
        if one.name == environment:
            values |= one.parameters
            given = {"AWS::StackName": one.stack, "AWS::Region": one.region or ask.region}
    values |= {name: value for name, value in given.items() if value}
    return file.supplied(values, texts)


def _asked(stages: tuple[ProjectStage, ...], ask: StageAsk, file: ProjectFile) -> tuple[ProjectStage, ...]:
    found = tuple(one for one in stages if ask.stage in (None, one.name))
    if not found:
        names = ", ".join(one.name for one in stages)
        raise ConfigurationError(f"`{file.name}` has no stage `{ask.stage}`", f"its stages are: {names}")
    return found


def _account_values(ask: StageAsk) -> Mapping[str, str]:
    return {"AWS::AccountId": ask.account} if ask.account else {}


def _first(folder: str, names: tuple[str, ...]) -> str:
    return next((name for name in names if os.path.isfile(os.path.join(folder, name))), "")


def _terraform(folder: str) -> ProjectFile:
    """All Terraform files of a folder. Raises NothingToRead where they make nothing that has a role."""
    base = min(name for name in os.listdir(folder) if name.endswith(_TERRAFORM))
    path = os.path.join(folder, base)
    beside = beside_of(FileAt(path, shown(path), named=True))
    configuration = beside.configuration()
    name = posixpath.join(posixpath.dirname(shown(path)), f"*{_TERRAFORM}")
    if not any("aws_lambda_function" in text or _CALLS.search(text) for text in configuration.values()):
        raise NothingToRead(f"`{name}` makes no function", "name the folder whose files have `aws_lambda_function`")
    return ProjectFile(name, "", False, False, beside, configuration=configuration)


def _file(folder: str, base: str) -> ProjectFile:
    path = os.path.join(folder, base)
    name = shown(path)
    beside = beside_of(FileAt(path, name, named=True))
    text = _text(path)
    is_zappa = base.startswith("zappa_settings") or "zappa_settings" in base
    is_serverless = not is_zappa and base.startswith("serverless")
    environments = () if is_zappa or is_serverless else _environments(folder)
    if not is_zappa and not is_serverless:
        _refuse_no_template(text, name)
    return ProjectFile(name, text, is_zappa, is_serverless, beside, environments)


def _refuse_no_template(text: str, name: str) -> None:
    from secrets_cli.inputs.project_template import is_template

    if not is_template(text, name):
        raise NothingToRead(
            f"`{name}` makes no function", "name the folder or the file of a Zappa, Serverless or SAM project"
        )


def _environments(folder: str) -> tuple[SamEnvironment, ...]:
    base = _first(folder, NAMES)
    path = os.path.join(folder, base)
    return sam_environments(_text(path), shown(path)) if base else ()


def _text(path: str) -> str:
    try:
        with open(path, "rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise UnreadableSource(f"`{path}` cannot be read: {(error.strerror or 'unknown error').lower()}") from None
    if len(data) > _LARGEST:
        raise MalformedInput(f"`{path}` is larger than {_LARGEST:,} bytes", "give a project's file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedInput(f"`{path}` is not UTF-8 at byte {error.start}", "save it as UTF-8") from None
