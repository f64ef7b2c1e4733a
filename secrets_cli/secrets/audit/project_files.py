"""The files of a project folder that give functions their environment, and the settings in them.

Read are: `.env` files, `env.json` (SAM's `--env-vars`), serverless.yml (`environment` of the provider and of functions, and
the files, `custom` and `params` it takes them from), SAM and CloudFormation templates (`Environment.Variables`), zappa_settings
(`environment_variables`, `aws_environment_variables`). Nothing is run and no link is followed. A file that is one of these
and cannot be read is unresolved, never passed over; so is a configuration that is a program.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from secrets_cli.errors import ConfigurationError, MalformedInput
from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets.audit.setting_readers import (
    Branch,
    Leaf,
    Node,
    leaves,
    read_dotenv,
    read_json_tree,
    read_toml_tree,
    read_yaml_tree,
)

_LARGEST = 1024 * 1024
"""Bytes of a configuration file."""
_NOT_OURS = frozenset(
    {
        ".git", ".hg", ".svn", "node_modules", ".venv", "venv", "env", "site-packages", "__pycache__", ".tox", ".mypy_cache",
        ".aws-sam", ".serverless", "cdk.out", ".terraform", "bower_components", "vendor", ".pytest_cache", ".next",
    }
)  # fmt: skip
"""Folders of what others wrote or what a build made."""
_SAMPLE = re.compile(
    r"\.(?:example|sample|template|dist|tmpl|tpl|defaults?)(?:\.|$)|(?:example|sample)(?:\.env|\.json)?$", re.IGNORECASE
)
_DOTENV = re.compile(r"\.env(?:rc|[._-].+)?|[\w.-]+\.env")
_ENCRYPTED = re.compile(r"\.(?:vault|keys\.vault|enc|gpg|age|sops)$")
_ENV_JSON = re.compile(r"(?:[\w.-]+[.-])?env(?:[._-][\w.-]+)?\.json(?:\.(?:example|sample|template|dist))?")
_SERVERLESS = re.compile(r"serverless(?:[.-][\w-]+)*\.(?:ya?ml|json)")
_ZAPPA = re.compile(r"zappa_settings[\w-]*\.(?:json|toml|ya?ml)")
_PROGRAM = re.compile(r"serverless\.(?:ts|js|cjs|mjs)|zappa_settings\.py")
_TEMPLATE = re.compile(r".+\.(?:ya?ml|json|template)")
_OF_FUNCTIONS = re.compile(r"AWS::(?:Serverless|Lambda::Function)")
_FILE_REFERENCE = re.compile(r"\$\{file\(\s*(?P<path>[^,()]+?)\s*\)(?::(?P<key>[^},]*))?")
_OWN_REFERENCE = re.compile(r"\$\{(?:self:custom|param:)")
"""By which an environment takes its values from the file's own `custom` or `params`."""
_DOUBLE_SLASH = re.compile(r":parameter//")
_SAM_READER = "SSMParameterReadPolicy"


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable that a file gives a value."""

    file: str
    """Its path, beginning with the folder as the user named it."""
    line: int
    name: str
    value: SecretValue
    sample: bool
    """Whether the file is an example, whose values are made up."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A parameter's ARN that never matches: two slashes behind `parameter`."""

    file: str
    line: int
    what: str
    """What makes it so."""


@dataclass(frozen=True, slots=True)
class UnreadFile:
    """A file, or a part of one, that could not be read."""

    file: str
    line: int
    """0: the whole file."""
    reason: str


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """What a project folder holds."""

    folder: str
    files: tuple[str, ...]
    """The files read, in order."""
    settings: tuple[Setting, ...]
    slips: tuple[Slip, ...]
    unread: tuple[UnreadFile, ...]


def read_project(folder: Path) -> ProjectFacts:
    """The settings under a folder. Raises ConfigurationError where it is no folder."""
    if not folder.is_dir():
        raise ConfigurationError(f"`{folder}` is no folder", "give the folder of a project")
    project = _Project(folder)
    for path in _candidates(folder, project):
        project.read(path)
    return project.facts()


def _candidates(folder: Path, project: "_Project") -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        project.unread.append(UnreadFile(str(error.filename), 0, f"cannot be listed: {_why(error)}"))

    for top, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = sorted(name for name in folders if name not in _NOT_OURS)
        for name in sorted(names):
            path = Path(top, name)
            if _is_candidate(name) and not path.is_symlink():
                yield path


def _is_candidate(name: str) -> bool:
    return not _ENCRYPTED.search(name) and any(
        form.fullmatch(name) for form in (_DOTENV, _ENV_JSON, _SERVERLESS, _ZAPPA, _PROGRAM, _TEMPLATE)
    )


class _Project:
    """One folder being read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, None] = {}
        self.settings: list[Setting] = []
        self.slips: list[Slip] = []
        self.unread: list[UnreadFile] = []

    def facts(self) -> ProjectFacts:
        by_place = sorted(self.settings, key=lambda one: (one.file, one.line, one.name))
        distinct = {(one.file, one.line, one.name): one for one in by_place}
        return ProjectFacts(
            str(self.folder), tuple(self.files), tuple(distinct.values()), tuple(self.slips), tuple(self.unread)
        )

    def read(self, path: Path) -> None:
        """Read a file by what its name says it is; what goes wrong is kept."""
        shown = str(path)
        if _PROGRAM.fullmatch(path.name):
            self.unread.append(UnreadFile(shown, 0, "is a program, and is not run: what it sets cannot be told"))
            return
        try:
            self._read(path, shown)
        except MalformedInput as error:
            self.unread.append(UnreadFile(shown, 0, error.message))
        except UnicodeDecodeError:
            self.unread.append(UnreadFile(shown, 0, "is not UTF-8"))
        except OSError as error:
            self.unread.append(UnreadFile(shown, 0, f"cannot be read: {_why(error)}"))

    def _read(self, path: Path, shown: str) -> None:
        if path.stat().st_size > _LARGEST:
            self.unread.append(UnreadFile(shown, 0, f"is larger than {_LARGEST:,} bytes"))
            return
        text = path.read_text(encoding="utf-8-sig")
        if _DOTENV.fullmatch(path.name):
            self._keep(shown, leaves(read_dotenv(text)))
        elif _ENV_JSON.fullmatch(path.name):
            self._keep(shown, leaves(read_json_tree(text, shown)))
        elif _SERVERLESS.fullmatch(path.name):
            self._serverless(path, shown, text)
        elif _ZAPPA.fullmatch(path.name):
            tree = read_toml_tree(text, shown) if path.suffix == ".toml" else _tree(shown, text)
            self._keep(shown, (found for node in _zappa(tree) for found in leaves(node)))
        elif _OF_FUNCTIONS.search(text):
            tree = _tree(shown, text)
            self._keep(shown, (found for node in _template(tree) for found in leaves(node)))
            self._slips(shown, text, tree)

    def _keep(self, shown: str, found: Iterator[tuple[str, Leaf]]) -> None:
        self.files[shown] = None
        sample = bool(_SAMPLE.search(Path(shown).name))
        self.settings += [Setting(shown, leaf.line, name, leaf.value, sample) for name, leaf in found if name]

    def _serverless(self, path: Path, shown: str, text: str) -> None:
        tree = _tree(shown, text)
        found = [one for node in _environments(tree) for one in leaves(node, "environment")]
        if any(_OWN_REFERENCE.search(leaf.value.reveal()) for _, leaf in found):
            found += [one for name in ("custom", "params") for one in leaves(_under(tree, name), name)]
        self._keep(shown, iter(found))
        self._slips(shown, text, tree)
        for _, leaf in found:
            for reference in _FILE_REFERENCE.finditer(leaf.value.reveal()):
                self._follow(path.parent, reference["path"].strip("'\""), shown, leaf.line)

    def _follow(self, base: Path, named: str, shown: str, line: int) -> None:
        """Read a file that settings are taken from: `${file(./env.${opt:stage}.yml)}` is every file of that form."""
        pattern = re.sub(r"\$\{[^}]*\}?", "*", named).removeprefix("./")
        paths = [] if Path(pattern).is_absolute() else sorted(base.glob(pattern))
        inside = [path for path in paths if path.is_file() and path.resolve().is_relative_to(self.folder.resolve())]
        readable = [path for path in inside if path.suffix in (".yml", ".yaml", ".json")]
        if not readable:
            self.unread.append(
                UnreadFile(shown, line, f"takes settings from `{named}`, which cannot be read as a file here")
            )
        for path in readable:
            if str(path) not in self.files:
                self._keep(str(path), leaves(_tree(str(path), path.read_text(encoding="utf-8-sig"))))

    def _slips(self, shown: str, text: str, tree: Node) -> None:
        for number, line in enumerate(text.splitlines(), start=1):
            if _DOUBLE_SLASH.search(line):
                self.slips.append(Slip(shown, number, "an ARN with `:parameter//`"))
        for leaf in _read_policies(tree):
            if leaf.value.reveal().startswith("/"):
                self.slips.append(Slip(shown, leaf.line, f"{_SAM_READER} of a name that begins with `/`"))


def _tree(shown: str, text: str) -> Node:
    return read_json_tree(text, shown) if text.lstrip()[:1] == "{" else read_yaml_tree(text, shown)


def _inner(node: Node | None) -> tuple[Node, ...]:
    return tuple(inner for _, inner in node.items) if isinstance(node, Branch) else ()


def _under(node: Node | None, *path: str) -> Node | None:
    return node.at(*path) if isinstance(node, Branch) else None


def _environments(tree: Node) -> Iterator[Node | None]:
    """`environment` of serverless.yml's provider and functions; functions may be a list of groups."""
    yield _under(tree, "provider", "environment")
    for function in _inner(_under(tree, "functions")):
        yield _under(function, "environment")
        for inner in _inner(function):
            yield _under(inner, "environment")
    yield from _template(_under(tree, "resources"))


def _template(tree: Node | None) -> Iterator[Node | None]:
    """`Environment.Variables` of a template's functions, and of what is global to them."""
    yield _under(tree, "Globals", "Function", "Environment", "Variables")
    for resource in _inner(_under(tree, "Resources")):
        yield _under(resource, "Properties", "Environment", "Variables")


def _zappa(tree: Node) -> Iterator[Node | None]:
    for stage in _inner(tree):
        yield _under(stage, "environment_variables")
        yield _under(stage, "aws_environment_variables")


def _read_policies(node: Node) -> Iterator[Leaf]:
    """The `ParameterName` of each SAM policy template that puts its own slash before the name.

    Source: https://github.com/aws/serverless-application-model/issues/1106
    """
    if isinstance(node, Branch):
        for name, inner in node.items:
            named = _under(inner, "ParameterName") if name == _SAM_READER else None
            if isinstance(named, Leaf):
                yield named
            yield from _read_policies(inner)


def _why(error: OSError) -> str:
    return (error.strerror or "unknown error").lower()
