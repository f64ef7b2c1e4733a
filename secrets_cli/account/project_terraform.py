"""A folder of Terraform files as a project: which values each stage has, and what they deploy.

A stage is a `NAME.tfvars` that Terraform takes when it is told to (`-var-file`), or a workspace where the files ask for its name;
without either there is one, `default`. A module's files are read, and never written.

Source: https://developer.hashicorp.com/terraform/language/values/variables#assigning-values-to-root-module-variables
"""

import posixpath
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from secrets_cli.account.project import ProjectFile, StageAsk
from secrets_cli.errors import ConfigurationError
from secrets_cli.inputs.found import Supplied
from secrets_cli.inputs.project import ProjectStage
from secrets_cli.inputs.project_terraform import TerraformReading, read_configuration, terraform_project
from secrets_cli.inputs.terraform import read_tfvars
from secrets_cli.inputs.terraform_attribute import ACCOUNT, REGION
from secrets_cli.inputs.terraform_evaluate import WORKSPACE
from secrets_cli.repository.confined import is_of_configuration

DEFAULT: Final = "default"
"""The stage of a configuration that has no others, and Terraform's own name for its first workspace."""
_VALUES: Final = ".tfvars"


def terraform_stages(file: ProjectFile, ask: StageAsk, texts: Mapping[str, str]) -> tuple[ProjectStage, ...]:
    """What each stage deploys, or the one that is asked for. Raises ConfigurationError where there is none of that name."""
    return tuple(
        terraform_project(reading_of(file, ask, stage, texts), file.name, stage) for stage in _asked(file, ask)
    )


def reading_of(file: ProjectFile, ask: StageAsk, stage: str, texts: Mapping[str, str]) -> TerraformReading:
    """The configuration as one stage has it; `texts` are read in the place of what is on disk, by name in reports."""
    values: dict[str, str] = {}
    given = file.beside.read(f"{stage}{_VALUES}") if f"{stage}{_VALUES}" in _value_files(file) else None
    if given is not None:
        values |= read_tfvars(given, posixpath.join(posixpath.dirname(file.name), f"{stage}{_VALUES}"))
    if stage != DEFAULT or ask.stage == DEFAULT:
        values[WORKSPACE] = stage
    values |= {name: value for name, value in ((ACCOUNT, ask.account), (REGION, ask.region)) if value}
    supplied: Supplied = file.supplied(values, texts)
    own = {name: texts.get(name, text) for name, text in file.configuration.items()}
    return read_configuration(own, supplied, file.beside.module)


def other_stages(file: ProjectFile, stage: str) -> tuple[str, ...]:
    """What else is deployed from the same files, in words."""
    named = tuple(f"the stage `{one}`" for one in _named_stages(file) if one != stage)
    return named or (("every other workspace",) if _has_workspaces(file) else ())


def has_values(file: ProjectFile, stage: str) -> bool:
    """Whether a stage's values stand in a file that Terraform is to be told of."""
    return stage in _named_stages(file)


def _asked(file: ProjectFile, ask: StageAsk) -> tuple[str, ...]:
    stages = _named_stages(file)
    if ask.stage is None:
        return stages or (DEFAULT,)
    if ask.stage in stages or _has_workspaces(file) or (not stages and ask.stage == DEFAULT):
        return (ask.stage,)
    names = ", ".join(stages or (DEFAULT,))
    raise ConfigurationError(
        f"`{file.name}` has no stage `{ask.stage}`",
        f"its stages are: {names}; a stage is a file `{ask.stage}{_VALUES}`, or a workspace where the files ask for it",
    )


def _named_stages(file: ProjectFile) -> tuple[str, ...]:
    return tuple(one.removesuffix(_VALUES) for one in _value_files(file))


def _value_files(file: ProjectFile) -> tuple[str, ...]:
    names = sorted(path.name for path in Path(file.beside.folder).iterdir())
    return tuple(one for one in names if one.endswith(_VALUES) and not is_of_configuration(one))


def _has_workspaces(file: ProjectFile) -> bool:
    return any(WORKSPACE in text for text in file.configuration.values())
