"""What holds for the whole repository, whichever room a file is in."""

import ast
import importlib.metadata
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer

from secrets_cli import __version__
from secrets_cli.cli.app import app

HEAVY = (
    "boto3",
    "botocore",
    "parliament",
    "policyuniverse",
    "duckdb",
    "pyspark",
    "rich",
    "msgspec",
    "isal",
    "hypothesis",
    "jinja2",
    "pyarrow",
    "sqlglot",
    "cryptography",
)
EMPTY_WORDS = ("util", "utils", "helper", "helpers", "manager", "managers", "common", "misc")


def _files(checkout: Path, *folders: str, pattern: str = "*.py") -> list[Path]:
    return [path for folder in folders for path in sorted((checkout / folder).rglob(pattern))]


def _commands(command: Any, path: tuple[str, ...] = ("secrets-cli",)) -> Iterator[tuple[str, Any]]:
    yield " ".join(path), command
    for name, inner in sorted(getattr(command, "commands", {}).items()):
        yield from _commands(inner, (*path, name))


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys\n"
        "from secrets_cli.cli.app import run\n"
        "code = run(['--help'])\n"
        "print(code, *sorted(name for name in sys.modules if '.' not in name), file=sys.stderr)\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    code, *loaded = ran.stderr.split()
    assert code == "0"
    assert "typer" in loaded
    assert not set(HEAVY) & set(loaded)


@pytest.mark.parametrize(("path", "command"), list(_commands(typer.main.get_command(app))))
def test_every_command_and_option_has_help(path: str, command: Any) -> None:
    assert command.help, path
    assert command.help[0].isupper(), path
    for parameter in command.params:
        if parameter.param_type_name == "option":
            assert parameter.help, f"{path} {parameter.opts[0]}"


def test_the_command_reference_is_current(checkout: Path) -> None:
    built = subprocess.run(
        [sys.executable, str(checkout / "scripts" / "build_cli_reference.py"), "--print"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
    kept = (checkout / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
    assert kept == built, "run `make docs`"


def test_the_exit_codes_are_all_documented(checkout: Path) -> None:
    from secrets_cli.cli.exit_codes import ExitCode

    page = (checkout / "docs" / "reference" / "exit-codes.md").read_text(encoding="utf-8")
    documented = {int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)}
    assert {int(code) for code in ExitCode} <= documented


def test_the_version_is_one(checkout: Path) -> None:
    project = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert __version__ == project["version"] == importlib.metadata.version("secrets-cli")


def test_the_changelog_has_an_unreleased_section(checkout: Path) -> None:
    changelog = (checkout / "CHANGELOG.md").read_text(encoding="utf-8")
    section = changelog.partition("## [Unreleased]")[2].partition("\n## [")[0]
    assert re.search(r"^- \S", section, re.MULTILINE)


def test_no_module_is_named_after_nothing(checkout: Path) -> None:
    stems = {path.stem for path in _files(checkout, "secrets_cli", "scripts", "tests")}
    parts = {part for path in _files(checkout, "secrets_cli") for part in path.relative_to(checkout).parts}
    assert not (stems | parts) & set(EMPTY_WORDS)


@pytest.mark.parametrize("path", _files(Path(__file__).resolve().parents[2], "secrets_cli"), ids=lambda path: path.name)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), path
    is_table = path.parent.name == "rows"  # declarative rows, as many as the service has
    assert is_table or len(text.splitlines()) <= 400, f"{path} is about more than one idea"


def test_every_schema_is_a_json_schema(checkout: Path) -> None:
    for path in _files(checkout, "docs", pattern="*.schema.json") + _files(checkout, "docs/schemas", pattern="*.json"):
        schema = json.loads(path.read_text(encoding="utf-8"))
        jsonschema.validators.validator_for(schema).check_schema(schema)


def test_nothing_names_a_registry_or_somebody_s_machine(checkout: Path) -> None:
    """A lock file or a page that does would work in one place only."""
    registry = re.compile(
        r"--(extra-)?index-url|--find-links|file:///|https?://[^\s/]*(pypi|pythonhosted|devpi|nexus|artifactory)"
    )
    home = re.compile(r"(?<![\w.])/(home|Users|work|root)/[a-z]")
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    this = Path(__file__).resolve()
    for name in tracked:
        path = checkout / name
        if not name or not path.is_file() or path.resolve() == this or path.suffix in (".gz", ".zst"):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not registry.search(text), name
        assert not home.search(text), name
