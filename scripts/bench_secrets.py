"""Parameters by the thousand, with throttling: seconds, calls, memory, and whether any was lost.

An emulator of AWS runs behind a proxy that refuses 3 % of the calls to Parameter Store (seeded). For each size the steps
below run with the installed command, each as a process of its own (`put` is an import), and at the end every value is
compared, straight from the emulator. What is measured is the client and the emulator together: AWS's own latency and limits
are not in it.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from secrets_cli.aws.parameters import ParameterStore
from secrets_cli.aws.target import Connection, Target
from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets.transfer.reading_many import read_under
from tests.emulator.proxy import Counts, throttling
from tests.emulator.server import running

_SHARE = 0.03
_SEED = 7
_SIZES = (250, 500, 1000)
_LOOK_SECONDS = 0.02
_HEAD = f"{'step':<12}{'N':>6}{'seconds':>9}{'calls':>8}{'throttled':>11}{'max RSS MB':>12}"


@dataclass(frozen=True, slots=True)
class Measured:
    """One step at one size."""

    step: str
    size: int
    seconds: float
    calls: int
    throttled: int
    megabytes: float
    code: int

    def __str__(self) -> str:
        return (
            f"{self.step:<12}{self.size:>6}{self.seconds:>9.1f}{self.calls:>8,}{self.throttled:>11,}{self.megabytes:>12.0f}"
            + (f"  exit {self.code}" if self.code else "")
        )


def _steps(size: int, values: Path) -> dict[str, tuple[str, ...]]:
    """The command lines of one size, in order; `values` is the file that `put` imports."""
    command = (str(Path(sys.executable).with_name("secrets-cli")), "secret")
    source, copy = f"/bench{size}/a", f"/bench{size}/b"
    return {
        "put": (*command, "import", str(values), "--path", source, "--key", "bench-old", "--yes", "--quiet"),
        "list": (*command, "list", source, "--flat", "--quiet"),
        "get": (*command, "get", *_names(size), "--quiet"),
        "copy": (*command, "copy", source, copy, "--recursive", "--yes", "--quiet"),
        "diff": (*command, "diff", source, copy, "--quiet"),
        "reencrypt": (*command, "reencrypt", source, "--key", "bench-new", "--yes", "--quiet"),
    }


def _name(size: int, number: int) -> str:
    return f"/bench{size}/a/secret-{number:04}"


def _value(number: int) -> SecretValue:
    return SecretValue(f"value {number} " + "x" * 200)


def _names(size: int) -> list[str]:
    return [_name(size, number) for number in range(size)]


def _file(size: int, scratch: Path) -> Path:
    file = scratch / f"values-{size}.json"
    file.touch(mode=0o600)
    values = {f"secret-{number:04}": _value(number).reveal() for number in range(size)}
    file.write_text(json.dumps(values), encoding="utf-8")
    return file


def _measured(
    step: str, size: int, words: Sequence[str], environment: Mapping[str, str], counts: Counts, log: Path
) -> Measured:
    counts.taken()
    began = time.monotonic()
    with log.open("ab") as out:
        process = subprocess.Popen(words, env=environment, stdout=out)
        most = 0.0
        while process.poll() is None:
            most = max(most, _megabytes(process.pid))
            time.sleep(_LOOK_SECONDS)
    calls, throttled = counts.taken()
    return Measured(step, size, time.monotonic() - began, calls, throttled, most, process.returncode)


def _megabytes(pid: int) -> float:
    """The most memory the process has had resident so far. Not the kernel's maximum of a child that has ended: that counts
    this process too, from before the child's program was loaded (VmHWM: https://man7.org/linux/man-pages/man5/proc_pid_status.5.html)."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def _lost(size: int) -> int:
    """Parameters whose value is not what was put, at the source and at the copy, or that are not under the new key."""
    store = ParameterStore(Connection(Target()))
    lost = 0
    for side in ("a", "b"):
        found = read_under(store, f"/bench{size}/{side}").found
        names = [_name(size, number).replace("/a/", f"/{side}/", 1) for number in range(size)]
        lost += sum(name not in found or found[name].value != _value(number) for number, name in enumerate(names))
    keys = {one.name: one.key for one in store.describe() if one.name.startswith(f"/bench{size}/a/")}
    return lost + sum(keys.get(name) != "alias/bench-new" for name in _names(size))


def _make_keys() -> None:
    import boto3

    kms = boto3.client("kms")
    for alias in ("alias/bench-old", "alias/bench-new"):
        kms.create_alias(AliasName=alias, TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])


def bench(sizes: Sequence[int], seed: int, mode: str, scratch: Path) -> int:
    """Run every step at every size and print the table; 0 where nothing failed and nothing was lost, else 1."""
    checkout = Path(__file__).resolve().parents[1]
    results: list[Measured] = []
    lost = 0
    with running(scratch, checkout) as emulator, throttling(emulator.url, _SHARE, seed) as (url, counts):
        os.environ.update({name: value for name, value in emulator.environment().items() if name.startswith("AWS_")})
        _make_keys()
        state = {"HOME": str(scratch), "PATH": os.environ["PATH"], "PYTHONPATH": str(checkout)}
        environment = {**emulator.environment(), **state, "AWS_ENDPOINT_URL": url, "AWS_RETRY_MODE": mode}
        print(
            f"{_SHARE:.0%} of the calls to Parameter Store throttled, seed {seed}; retries: {mode}",
            _HEAD,
            sep="\n",
            flush=True,
        )
        for size in sizes:
            for step, words in _steps(size, _file(size, scratch)).items():
                results.append(_measured(step, size, words, environment, counts, scratch / "out"))
                print(results[-1], flush=True)
            lost += _lost(size)
    print(_growth(results, sizes[0], sizes[-1]))
    print(f"lost: {lost}")
    return int(bool(lost) or any(one.code for one in results))


def _growth(results: Sequence[Measured], smallest: int, largest: int) -> str:
    """How time and memory grow from the smallest to the largest size, a step a line."""
    at = {(one.step, one.size): one for one in results}
    lines = [f"{'growth':<12}{largest / smallest:>5.0f}x  {'time':>9}{'memory':>10}"]
    for step in dict.fromkeys(one.step for one in results):
        small, large = at[step, smallest], at[step, largest]
        lines.append(
            f"{step:<12}{'':>8}{large.seconds / small.seconds:>9.1f}x{large.megabytes / small.megabytes:>9.2f}x"
        )
    return "\n".join(lines)


def main() -> int:
    """Parse the command line and run the bench."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=_SEED)
    parser.add_argument("--retries", choices=("standard", "adaptive"), default="standard", help="as AWS_RETRY_MODE")
    parser.add_argument("--sizes", type=int, nargs="+", default=_SIZES)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        return bench(given.sizes, given.seed, given.retries, Path(scratch))


if __name__ == "__main__":
    sys.exit(main())
