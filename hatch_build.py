"""Carry the top-level data folders into the wheel, and only into a real one.

`force-include` in the configuration would leave a stale copy of the folders in an editable install, which
`importlib.resources` then reads in place of the files being edited. So the folders are added when a standard wheel is
built; an editable install reads them from the checkout (`secrets_cli.bundled`).
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

DATA_FOLDERS = ("policies", "lambda_handlers")


class BundleDataFolders(BuildHookInterface):  # type: ignore[type-arg]  # hatchling leaves its parameter open
    """Adds each of DATA_FOLDERS that exists as `secrets_cli/_bundled/FOLDER`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before a build; `version` is `standard` or `editable`."""
        if version != "standard":
            return
        for folder in DATA_FOLDERS:
            source = Path(self.root, folder)
            if source.is_dir():
                build_data["force_include"][str(source)] = f"secrets_cli/_bundled/{folder}"
