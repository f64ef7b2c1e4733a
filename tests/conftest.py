"""What every test may use."""

import os
import signal
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hypothesis import settings

from secrets_cli.aws.target import Connection, Target

# How long an example takes says how busy the machine is: speed is measured by benchmarks, and never asserted.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
# A shell starts what runs in the background with Ctrl-C ignored, and so would every program be that a test interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command line ended."""

    code: int
    out: str
    err: str


RunCli: TypeAlias = Callable[..., Ran]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> RunCli:
    """Run a command line in this process: `cli("demo", "--out", "x")` answers its code, stdout and stderr."""
    from secrets_cli.cli import app, options

    monkeypatch.setattr(options._Asked, "debug", False)
    monkeypatch.setattr(app, "_drop_stdout", lambda: None)  # pytest's stdout is not ours to close
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")

    def run(*words: str) -> Ran:
        code = app.run(words)
        captured = capsys.readouterr()
        return Ran(int(code), captured.out, captured.err)

    return run


@pytest.fixture(scope="session")
def service_models() -> Iterator[None]:
    """The SDK's service models are parsed once for all tests: they take most of the time it takes to make a client."""
    from botocore.loaders import JSONFileLoader

    with pytest.MonkeyPatch.context() as patch:
        parsed = cache(JSONFileLoader().load_file)

        def load_file(loader: JSONFileLoader, path: str) -> Any:
            model = parsed(path)
            if isinstance(model, dict) and "operations" in model:  # a client of S3 takes `{Bucket}` out of its own
                return model | {"operations": deepcopy(model["operations"])}
            return model

        patch.setattr(JSONFileLoader, "load_file", load_file)
        yield


@pytest.fixture
def aws(service_models: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    """AWS as moto plays it in this process, and a connection to it (account 123456789012, us-east-1).

    moto checks no permission that counts: it proves nothing about privilege.
    """
    from moto import mock_aws

    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    for name, value in _MOTO.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        yield Connection(Target())


_MOTO = {
    "AWS_ACCESS_KEY_ID": "AKIDTEST",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_SESSION_TOKEN": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The top folder of the repository."""
    return Path(__file__).resolve().parent.parent
