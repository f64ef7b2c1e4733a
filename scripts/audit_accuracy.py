"""How often an audit is right about escalation on labelled roles: which it misses, and which it calls one wrongly.

    python -m scripts.audit_accuracy FOLDER

A folder of cases as `scripts.gate_accuracy` takes it. Those whose file is a role with all of its policies (source
`iam-vulnerable-roles`) are judged as `role audit` judges a role; `over-broad` there means that the role can be used to get more
permissions, `fine` that it cannot. A role counts as found where a path is open, or a finding says that it may be: at medium
severity or worse.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scripts.gate_accuracy import Case, cases_in
from secrets_cli.account.audit.audit import today_utc
from secrets_cli.account.audit.held_policies import PRINCIPAL
from secrets_cli.account.audit.judged import Judged, Kind, judged
from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.load import load_catalog
from secrets_cli.catalog.managed_policies import managed_policy
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.iam.model import Policy
from secrets_cli.inputs.any_file import read_any
from secrets_cli.inputs.found import PolicyAt, Supplied
from secrets_cli.inputs.zappa_settings import ZappaDefaults
from secrets_cli.severity import Severity

SOURCE = "iam-vulnerable-roles"
MOST_FALSE = 0.05


@dataclass(frozen=True, slots=True)
class Told:
    """What the audit says of one case."""

    case: Case
    flagged: bool
    paths: tuple[str, ...]
    administrator: bool


def main() -> int:
    """Print the table; 1 where one was missed, or more than 5 % of those that are fine were flagged."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("labels", type=Path, metavar="FOLDER", help="a folder with labels.json")
    told = tuple(judge_cases(parser.parse_args().labels, load_catalog()))
    sys.stdout.write("\n".join((*lines(told), "")))
    bad = [one for one in told if one.case.over_broad and not one.flagged]
    fine = [one for one in told if not one.case.over_broad]
    return int(bool(bad) or sum(one.flagged for one in fine) > MOST_FALSE * len(fine))


def judge_cases(folder: Path, catalog: Catalog) -> Iterator[Told]:
    """Each role of the folder, judged."""
    for case in cases_in(folder):
        if case.source == SOURCE:
            said = judged(_policies(folder / case.path), Knowledge(catalog, today_utc()))
            yield Told(case, is_flagged(said), tuple(one.id for one in said.paths), said.administrator)


def is_flagged(said: Judged) -> bool:
    """Whether the audit calls the role one that can get more permissions."""
    worse = (one for one in said.findings if one.kind is Kind.ESCALATION and one.severity.rank > Severity.LOW.rank)
    return said.administrator or any(worse)


def lines(told: Sequence[Told]) -> Iterator[str]:
    """The counts, then each case that is wrong, then the paths by case."""
    bad = [one for one in told if one.case.over_broad]
    fine = [one for one in told if not one.case.over_broad]
    found, false = sum(one.flagged for one in bad), sum(one.flagged for one in fine)
    yield f"roles that can be used to get more permissions: {len(bad)}, found {found}, missed {len(bad) - found}"
    yield f"roles that cannot: {len(fine)}, flagged {false}"
    yield f"recall {found / len(bad) if bad else 1:.0%}, false alarms {false / len(fine) if fine else 0:.0%}"
    for one in told:
        verdict = "right" if one.flagged is one.case.over_broad else "WRONG"
        said = "every permission already" if one.administrator else ", ".join(one.paths) or "no path"
        yield f"  {verdict}  {one.case.id}: {said}"


def _policies(path: Path) -> tuple[PolicyAt, ...]:
    """The policies of the file's role, as those of an account's role."""
    text = path.read_text(encoding="utf-8")
    found = read_any(text, path.name, Supplied(managed=managed_policy), ZappaDefaults(Policy(()), Policy(())))
    return tuple(replace(one, principal=PRINCIPAL) for one in found.policies) if found is not None else ()


if __name__ == "__main__":
    sys.exit(main())
