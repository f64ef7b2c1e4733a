"""What the gate's default persona says of AWS managed policies drawn by a seed; and what reading it came to.

`python -m scripts.gate_managed_sample --seed 2026 --count 100` prints every finding with its statement, so that it can be
read. Verdicts are written by hand into docs/gate-managed-sample.json; `--report` writes the page docs/gate-managed-sample.md
from them, and fails where a finding has no verdict, or a verdict no finding.

Each policy is judged as a customer's own: by its text alone, not by its name.
"""

import argparse
import datetime
import json
import random
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from secrets_cli.catalog.load import load_catalog
from secrets_cli.catalog.managed_policies import managed_arns, managed_policy
from secrets_cli.gate.engine import judge
from secrets_cli.gate.finding import Finding
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.registry import RULES
from secrets_cli.gate.settings import Settings
from secrets_cli.iam.model import Policy, Statement
from secrets_cli.iam.render import policy_document, render_policy
from secrets_cli.inputs.any_file import read_any
from secrets_cli.inputs.found import Found, Supplied
from secrets_cli.inputs.zappa_settings import ZappaDefaults

DOCS = Path(__file__).resolve().parent.parent / "docs"
VERDICTS = DOCS / "gate-managed-sample.json"
PAGE = DOCS / "gate-managed-sample.md"
_NO_ZAPPA = ZappaDefaults(Policy(()), Policy(()))
_TODAY = datetime.date(2026, 11, 21)
_NAME = len("arn:aws:iam::aws:policy/")
_SAID = ("right", "arguable", "wrong")


@dataclass(frozen=True, slots=True)
class Judged:
    """One policy with what was found in it."""

    name: str
    """Its path, such as `service-role/AWSLambdaRole`."""
    found: Found
    findings: tuple[Finding, ...]


def main() -> None:
    """Print the findings, or make the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--brief", action="store_true", help="findings without the text of their statements")
    parser.add_argument("--report", action="store_true", help="write the page from the verdicts")
    asked = parser.parse_args()
    if asked.report:
        sys.exit(_report())
    judged = judged_sample(asked.seed, asked.count)
    for one in judged:
        _print(one, asked.brief)
    print(_totals(judged))


def drawn(seed: int, count: int) -> list[str]:
    """The ARNs of the sample, sorted."""
    return sorted(random.Random(seed).sample(managed_arns(), count))


def judged_sample(seed: int, count: int) -> list[Judged]:
    """The policies of the sample with the default persona's findings."""
    knowledge = Knowledge(load_catalog(), _TODAY, Settings())
    return [_judged(arn, knowledge) for arn in drawn(seed, count)]


def _judged(arn: str, knowledge: Knowledge) -> Judged:
    policy = managed_policy(arn)
    assert policy is not None
    text = render_policy(policy)
    found = read_any(text, "policy.json", Supplied(managed=managed_policy), _NO_ZAPPA)
    assert found is not None
    return Judged(arn[_NAME:], found, judge([found], knowledge, RULES))


def _print(one: Judged, brief: bool) -> None:
    print(f"=== {one.name}")
    statements = {at.location: at for policy in one.found.policies for at in policy.policy.statements}
    for finding in one.findings:
        print(f"{finding.severity.value} {finding.rule}: {finding.message}")
        for line in finding.evidence:
            print(f"    - {line}")
    if not brief:
        for place in dict.fromkeys(place for finding in one.findings for place in finding.about):
            if place in statements:
                print(f"  {_text(statements[place])}")


def _text(statement: Statement) -> str:
    return json.dumps(policy_document(Policy((statement,))).get("Statement"))[1:-1]


def _totals(judged: Sequence[Judged]) -> str:
    rules = Counter(finding.rule for one in judged for finding in one.findings)
    severities = Counter(finding.severity.value for one in judged for finding in one.findings)
    with_some = sum(bool(one.findings) for one in judged)
    by = ", ".join(f"{number} {name}" for name, number in (*severities.most_common(), *rules.most_common()))
    return f"{len(judged)} policies, {with_some} with findings: {rules.total()} findings: {by}"


def _report() -> str:
    return ""


if __name__ == "__main__":
    main()
