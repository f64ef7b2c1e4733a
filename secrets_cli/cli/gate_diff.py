"""`gate --diff REF`: the files as the base had them, judged beside the present ones, and what is new."""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from secrets_cli.gate.judgement import Judgement
    from secrets_cli.gate.knowledge import Knowledge
    from secrets_cli.gate.settings import Settings
    from secrets_cli.inputs.read_tree import ReadTree
    from secrets_cli.repository.git import Base

ReadPaths = Callable[[Sequence[str]], "ReadTree"]
JudgeTree = Callable[["ReadTree", "Settings"], "Judgement"]


def only_new(
    judgement: "Judgement",
    tree: "ReadTree",
    base: "Base",
    paths: Sequence[str],
    knowledge: "Knowledge",
    read: ReadPaths,
    judge: JudgeTree,
) -> "Judgement":
    """The judgement with what is new since the base alone. `read` and `judge` are the ways in which the present files were
    read and judged."""
    from secrets_cli.gate.agreed import found_in, judged_texts
    from secrets_cli.gate.registry import RULES
    from secrets_cli.gate.widening import Side, new_in_head
    from secrets_cli.repository.git import renamed_since

    settings = knowledge.settings
    with _laid_out(base, paths) as (top, there):
        folders = replace(
            settings.folders,
            top=top,
            configured=os.path.normpath(Path(top, os.path.relpath(settings.folders.configured, base.top))),
        )
        before = replace(settings, folders=folders)
        base_tree = read(there) if there else None
        base_findings = judge(base_tree, before).findings if base_tree is not None else ()
    old = Side((), (), {}, folders)
    if base_tree is not None:
        old = Side(found_in(base_tree), base_findings, judged_texts(base_tree), folders)
    head = Side(found_in(tree), judgement.findings, judged_texts(tree), settings.folders)
    new = new_in_head(old, head, renamed_since(base), knowledge, RULES)
    return replace(
        judgement,
        findings=new.findings,
        unresolved=new.unresolved,
        access=new.access,
        known=new.known,
        new_suppressions=new.suppressions,
        base=base.commit,
    )


@contextmanager
def _laid_out(base: "Base", paths: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """The base's files in a folder of their own, and the paths in it that are those of the command line."""
    from secrets_cli.repository.git import lay_out

    with tempfile.TemporaryDirectory(prefix="secrets-cli-base-") as made:
        top = os.path.realpath(made)
        Path(top, ".git").mkdir()  # the readers never look beyond the top of a repository
        lay_out(base, Path(top))
        asked = (Path(top, os.path.relpath(os.path.realpath(path), base.top)) for path in paths if path != "-")
        there = [str(path) for path in asked if path.exists() and path.resolve().is_relative_to(top)]
        yield top, there
