"""The formats of files of names and values: those that are written and those that are read."""

import enum


class FileFormat(enum.Enum):
    """A format of names and values."""

    DOTENV = "dotenv"
    JSON = "json"
    YAML = "yaml"
    SHELL = "shell"
    TFVARS = "tfvars"

    @property
    def holds_any_name(self) -> bool:
        """Whether names need not be those of variables."""
        return self in (FileFormat.JSON, FileFormat.YAML)

    @property
    def is_run(self) -> bool:
        """Whether a shell takes the lines in, so that a variable such as PATH has its effect."""
        return self in (FileFormat.DOTENV, FileFormat.SHELL)


class InputFormat(enum.Enum):
    """A format that is read."""

    DOTENV = "dotenv"
    JSON = "json"
    YAML = "yaml"
    SHELL = "shell"
