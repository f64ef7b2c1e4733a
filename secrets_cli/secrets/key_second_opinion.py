"""A second opinion on who is let in from outside: policyuniverse, Netflix's library.

It looks at Allow statements one by one and not at Deny, knows the condition keys of 2023, and takes `...IfExists` for a limit.
So its word is a finding of low confidence, and only where our evaluation found nothing on the same statement. It is loaded
when asked, runs in this process under a time limit, and where it fails that is said and nothing else.
"""

import json
import threading
from dataclasses import dataclass, field
from typing import Any

from secrets_cli.secrets.key_document import KeyDocument

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


def second_opinion(document: KeyDocument, seconds: float = SECONDS) -> Opinion:
    """Its opinion on a key policy, within so many seconds. Never raises."""
    answer = _Answer()
    # A daemon: one that hangs must not keep the process from ending.
    thread = threading.Thread(target=_ask, args=(document.text, answer), daemon=True)
    thread.start()
    thread.join(seconds)
    if answer.failed:
        return Opinion(unavailable=answer.failed)
    if not answer.done:
        return Opinion(unavailable=f"it did not answer in {seconds:.0f} s")
    return Opinion(tuple(answer.found))


def _ask(text: str, answer: _Answer) -> None:
    try:
        from policyuniverse.policy import Policy  # type: ignore[import-untyped]  # it has no stubs

        statements: list[Any] = Policy(json.loads(text)).statements
        answer.found += [place for place, one in enumerate(statements) if one.is_internet_accessible()]
        answer.done = True
    except Exception as error:  # noqa: BLE001  # a library's defect must not end an audit; it is told
        answer.failed = type(error).__name__
