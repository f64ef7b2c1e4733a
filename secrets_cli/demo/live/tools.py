"""The two environments that the demo needs beside its own, and what the environment variables of its processes are."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from secrets_cli.demo.live.stage import REGION
from secrets_cli.errors import ConfigurationError
from secrets_cli.secret_value import SecretValue

_KEPT = ("LANG", "LC_ALL", "COLUMNS", "NO_COLOR")
"""Of the user's own variables; no credentials, profiles, proxies or endpoints."""
_PATH = "/usr/local/bin:/usr/bin:/bin"
_NO_WAY_OUT = {
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "NO_PROXY": "127.0.0.1,localhost",
}
"""Nothing listens there: whoever would ask the Internet (Zappa asks for newer versions of itself) is refused at once."""


@dataclass(frozen=True, slots=True)
class Tools:
    """Programs of other environments."""

    emulator: Path
    """The Python that has ministack."""
    zappa: Path | None
    """The virtual environment that has Zappa and Flask; None where the demo goes without."""


def find_tools(emulator: Path | None, zappa: Path | None, *, fast: bool) -> Tools:
    """The environments named, else those that `make` installs in the checkout that this package is of.

    Raises ConfigurationError where one is not there.
    """
    checkout = _checkout()
    python = _program(emulator or _below(checkout, ".venv-emulator"), "python", "the emulator of AWS", "--emulator")
    if fast:
        return Tools(python, None)
    program = _program(zappa or _below(checkout, ".frameworks/zappa"), "zappa", "Zappa", "--zappa")
    return Tools(python, program.parent.parent)


def _checkout() -> Path | None:
    folder = Path(__file__).resolve().parents[3]
    return folder if (folder / "Makefile").is_file() and (folder / "tests/emulator").is_dir() else None


def _below(folder: Path | None, name: str) -> Path | None:
    return folder / name if folder else None


def _program(environment: Path | None, name: str, what: str, option: str) -> Path:
    program = environment.absolute() / "bin" / name if environment else None
    if program is None or not program.is_file():
        place = f" in `{environment}`" if environment else ""
        raise ConfigurationError(
            f"{what} is not installed{place}",
            f"run `make demo` in a checkout of secrets-cli, which installs it, or name its environment: `{option} DIR`; "
            "`secrets-cli demo --offline` needs none",
        )
    return program


def of_emulator(python: Path, folder: Path, port: int, key: str, secret: SecretValue) -> dict[str, str]:
    """What the emulator is started with: it listens on this machine alone, and asks IAM about each call."""
    return {
        "PATH": f"{python.parent}:{_PATH}",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",  # else it listens for MQTT on every interface
        "AUTH": "true",
        "MINISTACK_REGION": REGION,
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": secret.reveal(),
        "AWS_DEFAULT_REGION": REGION,
        "STOP_WITH_STDIN": "1",
    } | _NO_WAY_OUT


def of_clients(url: str, folder: Path, key: str, secret: SecretValue) -> dict[str, str]:
    """What a user of the emulator exports, its root user's credentials among it."""
    return {
        "AWS_ENDPOINT_URL": url,
        "EMULATOR": url,
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": secret.reveal(),
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "credentials"),
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def of_commands(exported: Mapping[str, str], folder: Path, own: Path, zappa: Path | None = None) -> dict[str, str]:
    """The whole environment of a command of the demo's; `own` is the folder of this Python's programs, `zappa` the virtual
    environment that Zappa packs, where it is Zappa that is run."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    more = {"HOME": str(folder), "TMPDIR": str(folder / "tmp"), "PATH": f"{own}:{_PATH}"}
    if zappa:
        more |= {"VIRTUAL_ENV": str(zappa), "PATH": f"{zappa / 'bin'}:{_PATH}"}
    return kept | more | _NO_WAY_OUT | dict(exported)
