"""What is shipped: the wheel and the source archive are built, looked into, installed elsewhere and run.

The installer is the one thing in the tests that may use the network; where the machine has no package index at hand,
leave these out with `-m "not installs"`.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from secrets_cli import __version__

pytestmark = pytest.mark.installs

BUNDLED = "import sys; from secrets_cli.bundled import bundled, bundled_names; "


def _run(command: Sequence[str | Path], folder: Path) -> str:
    """Run a program and answer its stdout; nothing of this checkout is on its path."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV_"))}
    ran = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env={**environment, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, f"{command}\n{ran.stdout}\n{ran.stderr}"
    return ran.stdout


def _once(name: str, factory: pytest.TempPathFactory, make: Callable[[Path], object]) -> Path:
    """A folder filled by `make`, once for all processes that share the run: the first one makes, the others wait."""
    top = factory.getbasetemp()
    folder = (top.parent if "PYTEST_XDIST_WORKER" in os.environ else top) / name
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder.with_suffix(".done")
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            done.touch()
    return folder


@pytest.fixture(scope="module")
def built(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source archive, made the way a release makes them: the wheel from the archive."""
    command: list[str | Path] = [sys.executable, "-m", "build", "--no-isolation", checkout, "--outdir"]
    return _once("dist", tmp_path_factory, lambda folder: _run([*command, folder], folder))


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (path,) = built.glob("*.whl")
    return path


def _environment(folder: Path) -> Path:
    """A fresh virtual environment; answers its folder of programs."""
    venv.create(folder, with_pip=True)
    return folder / "bin"


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment into which the wheel was installed with its dependencies."""

    def install(folder: Path) -> None:
        programs = _environment(folder / "venv")
        _run([programs / "python", "-m", "pip", "install", "--quiet", wheel], programs)

    return _once("installed", tmp_path_factory, install) / "venv" / "bin"


def _data(checkout: Path) -> set[str]:
    """The files of the data folders and of the package, as the wheel should name them."""
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    present = [name for name in tracked if name and (checkout / name).is_file()]
    package = {name for name in present if name.startswith("secrets_cli/")}
    bundled = {f"secrets_cli/_bundled/{name}" for name in present if name.startswith(("policies/", "lambda_handlers/"))}
    return package | bundled


def test_the_wheel_holds_the_package_and_the_data_once(wheel: Path, checkout: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert len(names) == len(set(names))
    info = f"secrets_cli-{__version__}.dist-info/"
    assert {name for name in names if not name.startswith(info)} == _data(checkout)
    assert "secrets_cli/py.typed" in names
    assert "secrets_cli/_bundled/policies/zappa/default-execution.json" in names
    licences = {name.rpartition("/")[2] for name in names if name.startswith(f"{info}licenses/")}
    assert licences == {"LICENSE", "NOTICE"}


def test_the_source_archive_can_be_built_again(built: Path) -> None:
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {
        "pyproject.toml",
        "hatch_build.py",
        "LICENSE",
        "NOTICE",
        "README.md",
        "CHANGELOG.md",
        "policies/README.md",
        "policies/zappa/default-execution.json",
        "secrets_cli/py.typed",
    } <= names


def test_the_same_tree_gives_the_same_wheel(wheel: Path, checkout: Path, tmp_path: Path) -> None:
    _run([sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", tmp_path, checkout], tmp_path)
    (again,) = tmp_path.glob("*.whl")
    assert again.read_bytes() == wheel.read_bytes()


def test_the_installed_command_runs_away_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    assert _run([installed / "secrets-cli", "--version"], tmp_path) == f"secrets-cli {__version__}\n"
    assert "Usage: secrets-cli" in _run([installed / "secrets-cli", "--help"], tmp_path)
    assert "Usage: " in _run([installed / "python", "-m", "secrets_cli", "--help"], tmp_path)


def test_the_installed_command_finds_its_data(installed: Path, checkout: Path, tmp_path: Path) -> None:
    listing = _run([installed / "python", "-c", BUNDLED + "print(*bundled_names('policies'), sep='\\n')"], tmp_path)
    here = {path.relative_to(checkout / "policies").as_posix() for path in (checkout / "policies").rglob("*.*")}
    assert set(listing.split()) == here


def test_the_installed_demo_works(installed: Path, tmp_path: Path) -> None:
    assert "orders-dev" in _run([installed / "secrets-cli", "demo", "--offline"], tmp_path)
    assert list((tmp_path / "demo-output" / "logs").rglob("*.json.gz"))


def test_nothing_of_development_is_needed(installed: Path, tmp_path: Path) -> None:
    listed = _run([installed / "python", "-m", "pip", "list", "--format", "freeze"], tmp_path)
    packages = {line.partition("==")[0].lower() for line in listed.split()}
    assert "secrets-cli" in packages
    assert not packages & {"pytest", "mypy", "ruff", "moto", "hypothesis", "parliament", "hatchling", "import-linter"}
    assert _run([installed / "python", "-m", "pip", "check"], tmp_path).startswith("No broken requirements")


def test_an_editable_install_reads_the_checkout(checkout: Path, tmp_path: Path) -> None:
    """A copy of the data made at install time would go stale: a file changed afterwards must be seen."""
    copy = tmp_path / "copy"
    for name in ("secrets_cli", "policies"):
        _copy(checkout / name, copy / name)
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "NOTICE"):
        (copy / name).write_bytes((checkout / name).read_bytes())
    target = tmp_path / "venv"
    venv.create(target, with_pip=False, symlinks=True)
    python = target / "bin" / "python"
    build = "import sys, hatchling.build as backend; print(backend.build_editable(sys.argv[1]))"
    link = _run([sys.executable, "-c", build, tmp_path], copy).split()[-1]
    pip: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
    ]
    _run([*pip, tmp_path / link], tmp_path)
    (copy / "policies" / "added-later.txt").write_text("seen")
    shown = _run([python, "-c", BUNDLED + "print(bundled('policies', 'added-later.txt'))"], tmp_path)
    assert shown == "seen\n"
    assert not list(target.rglob("_bundled"))


def _copy(source: Path, target: Path) -> None:
    for path in source.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(path.read_bytes())
