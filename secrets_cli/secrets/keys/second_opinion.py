"""A second opinion on who is let in from outside: policyuniverse, Netflix's library.

It looks at Allow statements one by one and not at Deny, knows the condition keys of 2023, and takes `...IfExists` for a limit.
So its word is a finding of low confidence, and only where our evaluation found nothing on the same statement. It is loaded
when asked, runs in this process under a time limit, and where it fails that is said and nothing else.
"""

import json
import threading
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from secrets_cli.secrets.keys.document import KeyDocument

SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Opinion:
    """What it says of one policy."""

    open_statements: tuple[int, ...] = ()
    """Places of the statements, from 0, that it takes for open to everybody."""
    unavailable: str = ""
    """Why there is no opinion; empty where there is one."""


@dataclass(slots=True)
class _Answer:
    found: list[int] = field(default_factory=list)
    done: bool = False
    failed: str = ""


def second_opinion(
    document: KeyDocument, seconds: float = SECONDS, judge: Callable[[str], Iterable[int]] | None = None
) -> Opinion:
    """Its opinion on a key policy, within so many seconds. Never raises. `judge` stands for the library in tests."""
    return opinion_on(document.text, seconds, judge)


def opinion_on(text: str, seconds: float = SECONDS, judge: Callable[[str], Iterable[int]] | None = None) -> Opinion:
    """The same on the text of any resource policy."""
    answer = _Answer()
    try:
        ask = judge or _library()
    except Exception as error:  # noqa: BLE001  # a library's defect must not end an audit; it is told
        return Opinion(unavailable=f"it cannot be loaded ({type(error).__name__})")
    # A daemon: one that hangs must not keep the process from ending.
    thread = threading.Thread(target=_run, args=(ask, text, answer), daemon=True)
    thread.start()
    thread.join(seconds)
    if answer.failed:
        return Opinion(unavailable=answer.failed)
    if not answer.done:
        return Opinion(unavailable=f"it did not answer in {seconds:.0f} s")
    return Opinion(tuple(answer.found))


def _library() -> Callable[[str], Iterable[int]]:
    """The library's judgement: the places of the statements that it takes for open."""
    with warnings.catch_warnings():
        # It leaves its data file to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        from policyuniverse.policy import Policy  # type: ignore[import-untyped]  # it has no stubs

    def judge(text: str) -> Iterable[int]:
        statements: list[Any] = Policy(json.loads(text)).statements
        return [place for place, one in enumerate(statements) if one.is_internet_accessible()]

    return judge


def _run(ask: Callable[[str], Iterable[int]], text: str, answer: _Answer) -> None:
    try:
        answer.found += ask(text)
        answer.done = True
    except Exception as error:  # noqa: BLE001  # as above
        answer.failed = f"it failed ({type(error).__name__})"
