"""copy, rename, diff and reencrypt with the installed command, some calls throttled, and stopped by a real Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.emulator.proxy import Counts, throttling
from tests.emulator.server import Emulator

pytestmark = pytest.mark.e2e

PROGRAM = str(Path(sys.executable).with_name("secrets-cli"))
MARKER = "marker-55d0be"
MANY = 60


@pytest.fixture
def throttled(emulator: Emulator) -> Iterator[tuple[str, Counts]]:
    with throttling(emulator.url, 0.05, seed=3) as proxy:
        yield proxy


@pytest.fixture
def environment(emulator: Emulator, throttled: tuple[str, Counts], tmp_path: Path) -> dict[str, str]:
    url, _ = throttled
    own = {"AWS_ENDPOINT_URL": url, "AWS_RETRY_MODE": "standard", "HOME": str(tmp_path)}
    made = {**emulator.environment(), **own}
    for alias in ("bulk-old", "bulk-new"):
        _aws_key(made, alias)
    values = tmp_path / "values.json"
    values.touch(mode=0o600)
    values.write_text(json.dumps({f"p{number:02}": f"{MARKER} {number}" for number in range(MANY)}))
    _run(made, "import", str(values), "--path", _path(tmp_path, "a"), "--key", "bulk-old", "--yes")
    return made


def _path(tmp_path: Path, side: str) -> str:
    """Names of this test's own: the emulator is shared."""
    return f"/bulk-{tmp_path.name}/{side}"


def _aws_key(environment: dict[str, str], alias: str) -> None:
    program = (
        "import boto3, sys\n"
        "kms = boto3.client('kms')\n"
        "if sys.argv[1] not in [one['AliasName'] for one in kms.list_aliases()['Aliases']]:\n"
        "    kms.create_alias(AliasName=sys.argv[1], TargetKeyId=kms.create_key()['KeyMetadata']['KeyId'])\n"
    )
    subprocess.run([sys.executable, "-c", program, f"alias/{alias}"], env=environment, check=True, timeout=60)


def _run(environment: dict[str, str], *words: str, code: int = 0) -> str:
    ran = subprocess.run(
        [PROGRAM, "secret", *words], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert MARKER not in ran.stdout + ran.stderr
    assert ran.returncode == code, ran.stderr
    return ran.stdout


def test_copy_diff_rename_lose_nothing_under_throttling(
    environment: dict[str, str], throttled: tuple[str, Counts], tmp_path: Path
) -> None:
    a, b, c = (_path(tmp_path, side) for side in "abc")
    assert f"copied {MANY}," in _run(environment, "copy", a, b, "-r", "--yes")
    assert f"0 changed, {MANY} equal" in _run(environment, "diff", a, b)
    assert _run(environment, "rename", b, c, "-r", "--yes") == f"renamed {MANY}, failed 0\n"
    assert f"0 only in B, 0 changed, {MANY} equal" in _run(environment, "diff", a, c)
    assert f"{MANY} only in A" in _run(environment, "diff", a, b, code=20)
    assert throttled[1].throttled > 0


def test_reencrypt_stopped_by_ctrl_c_goes_on_where_it_stopped(
    environment: dict[str, str], throttled: tuple[str, Counts], tmp_path: Path
) -> None:
    a, b = _path(tmp_path, "a"), _path(tmp_path, "b")
    _run(environment, "copy", a, b, "-r", "--yes")
    counts = throttled[1]
    counts.taken()
    words = [PROGRAM, "secret", "reencrypt", a, "--key", "bulk-new", "--yes", "--quiet"]
    process = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while counts.calls < 40 and process.poll() is None:
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert f"of {MANY}" in err
    assert MARKER not in out + err
    again = json.loads(_run(environment, "reencrypt", a, "--key", "bulk-new", "--yes", "--quiet", "--format", "json"))
    assert all(one["state"] in ("reencrypted", "right-already") for one in again["parameters"])
    assert 0 < len(again["parameters"]) <= MANY
    done = json.loads(_run(environment, "reencrypt", a, "--key", "bulk-new", "--dry-run", "--format", "json"))
    assert (done["parameters"], done["right"]) == ([], MANY)
    assert f"0 changed, {MANY} equal" in _run(environment, "diff", a, b)
    assert not list(tmp_path.rglob("*.jsonl"))
