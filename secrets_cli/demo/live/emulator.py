"""The emulator of AWS (ministack) as a process of the demo's: on a free port of this machine, IAM enforcement on.

What it does not enforce, and so proves nothing about: kms:Decrypt behind a SecureString, kms:ViaService,
kms:EncryptionContext, iam:PassRole. Those are decided by our own evaluator, in the commands that the demo runs.
"""

import secrets
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from secrets_cli.demo.live.processes import Interruptions, start, stop
from secrets_cli.demo.live.tools import of_emulator
from secrets_cli.errors import Unreachable
from secrets_cli.secret_value import SecretValue

LAUNCHER = Path(__file__).with_name("launch.py")
_WAIT_SECONDS = 60.0
_TRIES = 3
"""Another process may take the port that was found free."""


@dataclass(frozen=True, slots=True)
class Emulator:
    """One that answers."""

    url: str
    """Such as `http://127.0.0.1:40123`."""
    key: str
    """Its root user's access key, made for this run: no other emulator knows it."""
    secret: SecretValue
    process: "subprocess.Popen[bytes]"

    def leave(self) -> None:
        """Let it live on after this process has ended."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"stay\n")
        self.process.stdin.close()


def start_emulator(
    python: Path, folder: Path, interruptions: Interruptions, note: Callable[["subprocess.Popen[bytes]"], None]
) -> Emulator:
    """Start one whose files lie in `folder`, and wait until it answers; `note` is told of each process that was started.

    Raises Unreachable where it does not answer.
    """
    folder.mkdir()
    log = folder / "emulator.log"
    for _ in range(_TRIES):
        key, secret = f"AKIADEMO{secrets.token_hex(6).upper()}", SecretValue(secrets.token_urlsafe(30))
        port = _free_port()
        with log.open("wb") as output, interruptions.held():
            process = start(
                [python, LAUNCHER],
                of_emulator(python, folder, port, key, secret),
                folder,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            note(process)
        if _answers(f"http://127.0.0.1:{port}", process):
            return Emulator(f"http://127.0.0.1:{port}", key, secret, process)
        stop(process)
    said = log.read_text(encoding="utf-8", errors="replace").strip().rpartition("\n")[2][-300:]
    raise Unreachable(
        f"the emulator of AWS did not start: `{said}`", "install it anew: `rm -r .venv-emulator && make demo`"
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _answers(url: str, process: "subprocess.Popen[bytes]") -> bool:
    until = time.monotonic() + _WAIT_SECONDS
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < until and process.poll() is None:
        try:
            with opener.open(f"{url}/_ministack/health", timeout=2) as answer:
                if answer.status == 200:
                    return process.poll() is None
        except OSError:
            time.sleep(0.1)
    return False
