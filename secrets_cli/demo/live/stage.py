"""What the steps of the demo act upon, and how they fail.

A step runs one command as a user would type it, reads its answer and claims what that proves. A command that ends otherwise
than it should, an answer that cannot be read, or a claim that does not hold, ends the demo.
"""

import enum
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from secrets_cli.errors import SecretsCliError
from secrets_cli.secret_value import SecretValue

ACCOUNT = "000000000000"
"""Of the emulator."""
REGION = "us-east-1"
PROJECT = "orders"
"""The folder of the app's project, and the name that Zappa is given."""
FUNCTION = "orders-dev"
ROLE = f"{FUNCTION}-ZappaLambdaExecutionRole"
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/{ROLE}"
KEY = "orders/dev"
PARAMETER = "/orders/dev/payment-key"
LOGS = "logs"


class Program(enum.Enum):
    """Which program a command is of."""

    OURS = "secrets-cli"
    PYTHON = "python"
    """The one that runs this, which has the SDK."""
    ZAPPA = "zappa"
    """Run inside the project's folder."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command line."""

    program: Program
    words: tuple[str, ...]
    """What follows the program's name."""
    stdin: SecretValue | None = None
    """What is piped into it."""
    ends: int = 0
    """The exit code that it should end with; another one ends the demo."""

    def __str__(self) -> str:
        """As a user would type it in the demo's folder; what is piped in is not shown."""
        line = shlex.join((self.program.value, *self.words))
        if self.program is Program.ZAPPA:
            line = f"(cd {PROJECT} && {line})"
        return f"{line} < SECRET" if self.stdin is not None else line


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended, as it should."""

    out: str
    err: str


class Account(Protocol):
    """The emulated account, as far as the steps furnish it (`aws.emulated_account.EmulatedAccount`)."""

    def user(self, name: str, policy: str = "") -> tuple[str, SecretValue]: ...
    def bucket(self, name: str) -> None: ...
    def store(self, bucket: str, key: str, text: str) -> None: ...
    def table(self, name: str) -> None: ...
    def role(self, name: str, policy: str) -> str: ...
    def function(self, name: str, role: str, code: bytes) -> str: ...


class Stage(Protocol):
    """Where the steps are played."""

    @property
    def folder(self) -> Path:
        """The demo's own, in which every command runs."""

    @property
    def account(self) -> Account:
        """What the steps furnish."""

    def part(self, title: str) -> None:
        """A new part of the demo begins."""

    def run(self, command: Command) -> Ran:
        """Tell the command and run it. Raises StepFailed where it does not end as it should."""

    def prove(self, claim: str) -> None:
        """Tell what the last command proves: one line."""


class StepFailed(SecretsCliError):
    """A step did not do what it should; `exit_code` is the demo's, as documented, and `last` what the command said last."""

    def __init__(self, message: str, help: str, exit_code: int, last: tuple[str, ...] = ()) -> None:
        super().__init__(message, help)
        self.exit_code = exit_code
        self.last = last


class NotProven(Exception):  # always caught by the stage, which knows the command
    """What a step should prove is not so; the text says what was found instead."""
