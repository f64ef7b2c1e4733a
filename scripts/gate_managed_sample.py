"""What the gate's default persona says of AWS managed policies drawn by a seed, to be read by hand, and what that came to.

`python -m scripts.gate_managed_sample --seed 2026 --count 100` prints every finding with its statement, so that it can be
read. Verdicts are written into docs/gate-managed-sample.json; `--report` writes the page docs/gate-managed-sample.md
from them, and fails where a finding has no verdict, or a verdict no finding.

Each policy is judged as a customer's own: by its text alone, not by its name.
"""

import argparse
import datetime
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
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
_DIGITS = 12
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


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reader said of one finding."""

    policy: str
    rule: str
    finding: str
    """The first digits of its fingerprint; empty for one that is no longer reported."""
    verdict: str
    """`right`, `arguable` or `wrong`."""
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader said of one sample."""

    seed: int
    count: int
    findings: tuple[Verdict, ...]
    """Of what is reported now."""
    removed: tuple[Verdict, ...]
    """Of what was reported when the sample was first read; `reason` says what was changed."""

    def said(self, verdict: str) -> int:
        """How many findings of now have this verdict."""
        return sum(one.verdict == verdict for one in self.findings)


def readings() -> tuple[Reading, ...]:
    """The verdicts as written down."""
    raw = json.loads(VERDICTS.read_text(encoding="utf-8"))
    return tuple(
        Reading(
            one["seed"],
            one["count"],
            tuple(Verdict(**each) for each in one["findings"]),
            tuple(Verdict(finding="", **each) for each in one["removed"]),
        )
        for one in raw["samples"]
    )


def unread(reading: Reading, judged: Sequence[Judged]) -> list[str]:
    """The findings of a sample without a verdict, and the verdicts without a finding."""
    found = {(one.name, each.rule, each.fingerprint[:_DIGITS]) for one in judged for each in one.findings}
    read = {(one.policy, one.rule, one.finding) for one in reading.findings}
    return [*(f"no verdict: {one}" for one in sorted(found - read)), *(f"gone: {one}" for one in sorted(read - found))]


def _report() -> str | None:
    told = readings()
    open_ = [line for one in told for line in unread(one, judged_sample(one.seed, one.count))]
    if open_:
        return "\n".join(open_)
    PAGE.write_text(page_text(told), encoding="utf-8")
    return None


def page_text(told: Sequence[Reading]) -> str:
    """The page that tells of the readings."""
    return "\n".join(_page(told)) + "\n"


def _page(told: Sequence[Reading]) -> Iterator[str]:
    yield _INTRODUCTION
    yield "| sample | when first read | wrong | now | right | arguable | wrong | share wrong |"
    yield "|---|---|---|---|---|---|---|---|"
    for one in told:
        first, now = len(one.findings) + len(one.removed), len(one.findings)
        right, arguable, wrong = (one.said(verdict) for verdict in _SAID)
        yield (
            f"| {one.count} policies, seed {one.seed} | {first} findings | {len(one.removed) + wrong}"
            f" ({(len(one.removed) + wrong) / first:.1%}) | {now} findings | {right} | {arguable} | {wrong} |"
            f" {wrong / now:.1%} |"
        )
    yield _HOW_READ
    for one in told:
        yield f"\n## Seed {one.seed}, {one.count} policies\n\n| policy | rule | verdict | why |\n|---|---|---|---|"
        for each in (*one.removed, *one.findings):
            verdict = each.verdict if each.finding else f"{each.verdict}, no longer reported"
            yield f"| {each.policy} | {each.rule} | {verdict} | {each.reason} |"


_INTRODUCTION = """# Findings read one by one

<!-- Generated from docs/gate-managed-sample.json by `python -m scripts.gate_managed_sample --report`. -->

Policies were drawn by a seed out of the AWS managed policies that the package carries, and everything the gate's default
persona says of them was read beside its statement. The question was whether a careful engineer who reads the policy as a role
policy of one's own agrees that the finding is true and worth showing. The aim is a share of at most 2 % that is not. The
policies were read in November 2026; the verdicts are by one reader.
"""
_HOW_READ = """
*right*: true, and worth a line in a review. *arguable*: true, and a reviewer may say that the work needs it so. *wrong*: not
true, or nothing that anybody could act on. What was wrong when a sample was first read stands in its table with what was
changed in the rule.

The second sample was drawn to check that the share holds on policies that the rules had not been corrected on. It is no
independent check of `unknown-action`, `malformed-arn`, `dead-resource`, `credentials-exposure` and the rules on conditions:
their findings had been looked through over all policies before, and 66 action names that AWS's own policies use and no
published table has are since then shown to persona `auditor` only. Nor is the share of now a measurement: the rules were
corrected on these samples, and "when first read" is what to expect elsewhere. Six policies are in both samples, with one
finding each in three of them.

To read again after a change of a rule: `python -m scripts.gate_managed_sample --seed 2026 --count 100`."""


if __name__ == "__main__":
    main()
