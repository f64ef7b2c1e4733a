"""Judging in several processes where there is much to judge; the result is the same as in one."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from secrets_cli.gate.finding import Finding
from secrets_cli.gate.judgement import Judgement, findings_of, judgement_of
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.settings import Settings
from secrets_cli.inputs.read_tree import ReadFile, ReadTree

FEW: Final = 400
"""Statements up to which starting other processes costs more than it gains."""
_PART: Final = 100
"""Statements that are handed to a process at a time, about."""


@dataclass(frozen=True, slots=True)
class _Judge:
    """Judging a part of the files, as it is sent to other processes."""

    settings: Settings
    today: date

    def __call__(self, part: "_Part") -> tuple[tuple[Finding, ...], ...]:
        from secrets_cli.catalog.load import load_catalog
        from secrets_cli.gate.registry import RULES

        knowledge = Knowledge(load_catalog(), self.today, self.settings)
        return tuple(findings_of(file, knowledge, RULES) for file in part.files)


@dataclass(frozen=True, slots=True)
class _Part:
    number: int
    files: tuple[ReadFile, ...]
    """Without their texts."""


def judged(
    tree: ReadTree,
    settings: Settings,
    today: date,
    tell: Callable[[int, int], None] = lambda _done, _all: None,
    processes: int | None = None,
) -> Judgement:
    """The judgement of every rule. `processes`: None is as many as there are cores; `tell` is told how many files of how
    many are judged."""
    from secrets_cli.usage.pool import answers

    parts = _parts([file for file in tree.files if file.found.policies or file.found.functions])
    judge = _Judge(settings, today)
    found: dict[int, tuple[tuple[Finding, ...], ...]] = {}
    done = 0
    for part, findings in answers(judge, parts, _processes(processes, parts)):
        found[part.number] = findings
        done += len(part.files)
        tell(done, sum(len(one.files) for one in parts))
    return judgement_of(tree, [one for number in sorted(found) for one in found[number]])


def _processes(asked: int | None, parts: Sequence[_Part]) -> int:
    if len(parts) <= FEW // _PART:
        return 1
    return asked or os.cpu_count() or 1


def _parts(files: Sequence[ReadFile]) -> list[_Part]:
    parts: list[list[ReadFile]] = []
    size = _PART
    for file in files:
        if size >= _PART:
            parts.append([])
            size = 0
        parts[-1].append(replace(file, texts={}))
        size += sum(len(one.policy.statements) for one in file.found.policies)
    return [_Part(number, tuple(part)) for number, part in enumerate(parts)]
