"""The emulator of AWS (ministack) that end-to-end tests talk to: its own process and environment, loopback only.

IAM enforcement is on: a request is signed by a key the emulator knows, and denied where no policy allows it. What it does
not enforce, and so proves nothing about: kms:Decrypt behind a SecureString, kms:ViaService, kms:EncryptionContext,
GetParameters and GetParametersByPath scoped to an ARN (always denied), iam:PassRole. Those are the evaluator's to decide.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT_KEY = "test"
ROOT_SECRET = "test"
ACCOUNT = "000000000000"
REGION = "us-east-1"
LAUNCHER = Path(__file__).parents[2] / "secrets_cli" / "demo" / "live" / "launch.py"
"""Starts ministack, with corrections that it names."""
_WAIT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running emulator."""

    url: str
    """Such as `http://127.0.0.1:40123`."""
    log: Path
    """What it printed."""

    def environment(self, key: str = ROOT_KEY, secret: str = ROOT_SECRET, token: str = "") -> dict[str, str]:
        """The process environment for a client of it, as the caller the key belongs to; nothing of the user's own."""
        keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        given = {
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self.url,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }
        return keep | given | ({"AWS_SESSION_TOKEN": token} if token else {})


@contextmanager
def running(folder: Path, checkout: Path) -> Iterator[Emulator]:
    """Start an emulator on a free port, its log in `folder`; stopped at the end, whatever happened."""
    program = checkout / ".venv-emulator" / "bin" / "python"
    if not program.exists():
        raise FileNotFoundError("the emulator is not installed: run `make emulator`")
    port = _free_port()
    log = folder / "emulator.log"
    environment = {
        "PATH": f"{program.parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "HOME": str(folder),
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        "AUTH": "true",
        "MINISTACK_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ROOT_KEY,
        "AWS_SECRET_ACCESS_KEY": ROOT_SECRET,
        "AWS_DEFAULT_REGION": REGION,
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [program, LAUNCHER], env=environment, stdout=output, stderr=subprocess.STDOUT, cwd=folder
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_up(url, process, log)
        yield Emulator(url, log)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_until_up(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + _WAIT_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the emulator ended at once: {log.read_text(errors='replace')[-2000:]}")
        try:
            with urllib.request.urlopen(f"{url}/_ministack/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(
        f"the emulator did not answer in {_WAIT_SECONDS:.0f} s: {log.read_text(errors='replace')[-2000:]}"
    )


if __name__ == "__main__":
    # By hand: `python -m tests.emulator.server` prints the environment of its root user and runs until Ctrl-C.
    import signal
    import tempfile

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # or the emulator would be left behind
    with tempfile.TemporaryDirectory() as scratch, running(Path(scratch), Path(__file__).parents[2]) as emulator:
        for name, value in emulator.environment().items():
            if name.startswith("AWS_"):
                sys.stdout.write(f"export {name}={value}\n")
        sys.stdout.flush()
        try:
            time.sleep(86_400)
        except KeyboardInterrupt:
            sys.stdout.write("stopped\n")
