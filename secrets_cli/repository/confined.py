"""Reading what a file refers to, and nothing outside the repository it is in.

What a pull request from a stranger names must not bring a file of the machine into a report.
"""

import os
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from secrets_cli.repository.content import LARGEST, Refused, bytes_of
from secrets_cli.repository.ignored import work_tree_of

_TERRAFORM_FILE: Final = ".tf"


@dataclass(slots=True)
class Beside:
    """What stands beside one file, or below the same root."""

    name: str
    """The file's name as reports have it; what it refers to is relative to its folder."""
    folder: str
    """The folder that holds it, with no symlink in it."""
    root: str
    """The folder that nothing read may lie outside of, with no symlink in it."""
    texts: dict[str, str] = field(default_factory=dict)
    """Every text that was read, by its name in reports."""
    folders: set[str] = field(default_factory=set)
    """Every folder whose `.tf` files were read, with no symlink in it."""

    def read(self, path: str) -> str | None:
        """The text of a file named relative to the folder; None where there is none, it lies outside or is no UTF-8."""
        real = self._inside(path)
        if real is None:
            return None
        data = bytes_of(real, lambda _head: True)
        if data is None or isinstance(data, Refused) or len(data) > LARGEST:
            return None
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return None
        self.texts[self._named(path)] = text
        return text

    def module(self, path: str) -> Mapping[str, str] | None:
        """The `.tf` files of a folder named relative to the folder: name in reports -> text; None where there are none."""
        real = self._inside(path)
        if real is None or not os.path.isdir(real):
            return None
        names = sorted(name for name in os.listdir(real) if name.endswith(_TERRAFORM_FILE))
        files: dict[str, str] = {}
        for name in names:
            text = self.read(posixpath.join(path, name))
            if text is not None:
                files[self._named(posixpath.join(path, name))] = text
        if not files:
            return None
        self.folders.add(real)
        return files

    def configuration(self) -> Mapping[str, str]:
        """The files of the folder itself that make up a Terraform configuration."""
        names = sorted(name for name in os.listdir(self.folder) if is_of_configuration(name))
        texts = {self._named(name): self.read(name) for name in names}
        return {name: text for name, text in texts.items() if text is not None}

    def _named(self, path: str) -> str:
        return posixpath.normpath(posixpath.join(posixpath.dirname(self.name), path))

    def _inside(self, path: str) -> str | None:
        if os.path.isabs(path) or "\0" in path:
            return None
        real = os.path.realpath(os.path.join(self.folder, path))
        return real if real == self.root or real.startswith(self.root.rstrip(os.sep) + os.sep) else None


def is_of_configuration(name: str) -> bool:
    """Whether Terraform reads a file of its folder without being told to."""
    base = posixpath.basename(name)
    return base.endswith((_TERRAFORM_FILE, ".auto.tfvars")) or base == "terraform.tfvars"


def root_of(folder: str) -> str:
    """What may be read for a file in the folder (no symlink in it): the repository; without one the working folder where
    the file is within it, else the file's folder."""
    top = work_tree_of(folder)
    if top is not None:
        return top
    here = os.path.realpath(os.curdir)
    return here if os.path.commonpath((here, folder)) == here else folder
