"""The guards of a process that holds secrets, each tried in a process of its own."""

import json
import subprocess
import sys
from typing import Any

import pytest

IS_LINUX = sys.platform == "linux"
"""The dumpable attribute is Linux's alone: elsewhere the test looks at the core file limit only."""
DUMPABLE, NOT_DUMPABLE = (1, 0) if IS_LINUX else (None, None)
LOOK = """
import ctypes, json, resource, sys
def look():
    dumpable = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) if sys.platform == "linux" else None
    return {"dumpable": dumpable, "core": resource.getrlimit(resource.RLIMIT_CORE)}
"""
PROTECT = f"""
{LOOK}
from secrets_cli.hardening import protect_process
before = look()
first, again = protect_process(), protect_process()
print(json.dumps([before, look(), [first.core_files_off, first.not_dumpable], first == again]))
"""


def run(program: str) -> Any:
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    return json.loads(ran.stdout)


def test_no_core_files_and_not_dumpable() -> None:
    before, after, done, is_same = run(PROTECT)
    assert before["dumpable"] == DUMPABLE
    assert after == {"dumpable": NOT_DUMPABLE, "core": [0, 0]}
    assert done == [True, IS_LINUX]
    assert is_same


def test_a_program_that_is_executed_is_dumpable_again_and_writes_no_core_file() -> None:
    child = f"{LOOK}\nprint(json.dumps(look()))"
    protected = "import os, sys\nfrom secrets_cli.hardening import protect_process\nprotect_process()\n"
    program = f"{protected}os.execv(sys.executable, [sys.executable, '-c', {child!r}])"
    assert run(program) == {"dumpable": DUMPABLE, "core": [0, 0]}


def test_elsewhere_it_says_that_it_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    from secrets_cli import hardening

    monkeypatch.setattr(sys, "platform", "darwin")
    assert not hardening._not_dumpable()


@pytest.mark.parametrize("words", [["secret", "exec", "/a"], ["lambda", "invoke"]])
def test_every_command_that_holds_values_is_protected(words: list[str]) -> None:
    program = f"{LOOK}\nfrom secrets_cli.cli.app import run\nrun({words})\nprint(json.dumps(look()))"
    assert run(program) == {"dumpable": NOT_DUMPABLE, "core": [0, 0]}
