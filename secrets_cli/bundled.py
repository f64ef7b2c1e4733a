"""The data folders that stand beside the package in the checkout and inside it in a wheel.

`policies/` and `lambda_handlers/` are at the top of the repository, where people look for them. The wheel carries them
as `secrets_cli/_bundled/` (hatch_build.py); an editable install reads the checkout, so there is never a stale copy.
"""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from secrets_cli.errors import ConfigurationError


def bundled(folder: str, name: str) -> str:
    """The text of one bundled file, such as `bundled("policies", "zappa/default-execution.json")`.

    Raises ConfigurationError where there is no such file: the installation is not whole.
    """
    try:
        return _place(folder).joinpath(*name.split("/")).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"bundled file `{folder}/{name}` is missing from this installation",
            help="install secrets-cli anew; in a checkout, restore the file with `git checkout`",
        ) from error


def bundled_names(folder: str) -> tuple[str, ...]:
    """Every file of a bundled folder, as `sub/name`, sorted; empty where the folder is not there."""
    return tuple(sorted(_walk(_place(folder), "")))


def _place(folder: str) -> Traversable:
    """The folder in a wheel, else in the checkout; which one is decided by what is there, never by both."""
    package = files("secrets_cli")
    packed = package.joinpath("_bundled")
    if packed.is_dir():
        return packed.joinpath(folder)
    return Path(str(package)).parent.joinpath(folder)


def _walk(folder: Traversable, prefix: str) -> list[str]:
    if not folder.is_dir():
        return []
    names: list[str] = []
    for entry in folder.iterdir():
        if entry.is_dir():
            names += _walk(entry, f"{prefix}{entry.name}/")
        else:
            names.append(f"{prefix}{entry.name}")
    return names
