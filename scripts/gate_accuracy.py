"""How often the gate is right on labelled policies, beside its peers on the same cases.

A folder of cases: `labels.json` with `cases[]` of `id`, `source`, `label` (`over-broad` or `fine`) and `path`, one file in a
folder of its own each. Over-broad cases should get an open finding of severity medium or higher, fine cases none.

Each tool gets what it can read. checkov reads the files; it counts where one of its checks about policies fails.
parliament and cloudsplaining read policy documents alone: they get the identity policies that our readers take out of the
file, as the text of a policy, and count where they report anything of theirs that is about breadth or danger.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from secrets_cli.iam.model import Policy
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.iam.render import render_policy
from secrets_cli.inputs.any_file import read_any
from secrets_cli.inputs.found import Supplied
from secrets_cli.inputs.zappa_settings import ZappaDefaults

HERE = Path(__file__).resolve().parent
AT_LEAST = ("medium", "high")
_NO_ZAPPA = ZappaDefaults(Policy(()), Policy(()))
"""No case is a Zappa project."""


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled file."""

    id: str
    source: str
    over_broad: bool
    path: str
    """Relative to the folder."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """What one tool made of the cases of one source."""

    found: int
    missed: int
    false_alarms: int
    quiet: int

    @property
    def recall(self) -> float:
        """The share of over-broad cases that were found; 1 where there are none."""
        total = self.found + self.missed
        return self.found / total if total else 1.0

    @property
    def false_alarm_rate(self) -> float:
        """The share of fine cases that were flagged; 0 where there are none."""
        total = self.false_alarms + self.quiet
        return self.false_alarms / total if total else 0.0


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="How often the gate is right on labelled policies.")
    parser.add_argument("labels", type=Path, metavar="FOLDER", help="a folder with labels.json")
    parser.add_argument(
        "--peers", type=Path, help="a folder with the virtual environments `checkov` and `cloudsplaining`"
    )
    asked = parser.parse_args()
    cases = cases_in(asked.labels)
    flagged = {"secrets-cli gate": flagged_by_gate(asked.labels, cases)}
    if asked.peers is not None:
        flagged |= flagged_by_peers(asked.labels, cases, asked.peers)
    sys.stdout.write("\n".join((*table(cases, flagged), "", *wrong(cases, flagged["secrets-cli gate"]), "")))


def cases_in(folder: Path) -> tuple[Case, ...]:
    """The labelled cases."""
    labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    return tuple(Case(one["id"], one["source"], one["label"] == "over-broad", one["path"]) for one in labels["cases"])


def flagged_by_gate(folder: Path, cases: Sequence[Case]) -> frozenset[str]:
    """The ids of the cases with an open finding of medium or higher, by the installed command."""
    command = [str(Path(sys.executable).with_name("secrets-cli")), "gate", "--format", "json"]
    ran = subprocess.run(
        [*command, *(str(folder / case.path) for case in cases)], capture_output=True, text=True, check=False
    )
    report = json.loads(ran.stdout)
    files = {
        str(Path(one["file"]).resolve())
        for one in report["findings"]
        if one["state"] == "open" and one["severity"] in AT_LEAST
    }
    return frozenset(case.id for case in cases if str((folder / case.path).resolve()) in files)


def flagged_by_peers(folder: Path, cases: Sequence[Case], peers: Path) -> Mapping[str, frozenset[str]]:
    """The ids of the cases that each peer flags."""
    documents = json.dumps({case.id: _documents(folder / case.path) for case in cases})
    files = json.dumps({case.id: str((folder / case.path).resolve()) for case in cases})
    return {
        "parliament": _verdicts(Path(sys.executable), "parliament", documents),
        "cloudsplaining": _verdicts(peers / "cloudsplaining" / "bin" / "python", "cloudsplaining", documents),
        "checkov": _verdicts(peers / "checkov" / "bin" / "python", "checkov", files),
    }


def _verdicts(python: Path, peer: str, given: str) -> frozenset[str]:
    ran = subprocess.run(
        [str(python), str(HERE / "peers" / f"{peer}_verdicts.py")],
        input=given,
        capture_output=True,
        text=True,
        check=True,
    )
    return frozenset(json.loads(ran.stdout.splitlines()[-1]))


def _documents(path: Path) -> list[str]:
    """The identity policies of a file, each as the text of a policy document."""
    found = read_any(path.read_text(encoding="utf-8"), path.name, Supplied(), _NO_ZAPPA)
    policies = found.policies if found is not None else ()
    return [render_policy(one.policy) for one in policies if one.kind is PolicyKind.IDENTITY]


def table(cases: Sequence[Case], flagged: Mapping[str, frozenset[str]]) -> Iterable[str]:
    """One row for each tool and source, and one for each tool over all."""
    yield "| tool | source | over-broad: found | missed | recall | fine: flagged | quiet | false alarms |"
    yield "|---|---|---|---|---|---|---|---|"
    for tool, ids in flagged.items():
        for source in (*dict.fromkeys(case.source for case in cases), "all"):
            one = matrix([case for case in cases if source in (case.source, "all")], ids)
            yield (
                f"| {tool} | {source} | {one.found} | {one.missed} | {one.recall:.3f} | {one.false_alarms} | {one.quiet} |"
                f" {one.false_alarm_rate:.1%} |"
            )


def matrix(cases: Iterable[Case], flagged: frozenset[str]) -> Matrix:
    """The four counts."""
    told = [(case.over_broad, case.id in flagged) for case in cases]
    return Matrix(
        told.count((True, True)), told.count((True, False)), told.count((False, True)), told.count((False, False))
    )


def wrong(cases: Iterable[Case], flagged: frozenset[str]) -> Iterable[str]:
    """The cases on which the gate and the label disagree."""
    for case in cases:
        if case.over_broad != (case.id in flagged):
            yield f"{'missed' if case.over_broad else 'false alarm'}: {case.source} {case.id}"


if __name__ == "__main__":
    main()
