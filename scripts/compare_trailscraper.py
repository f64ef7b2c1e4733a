"""What two tools make of the same logs: `python -m scripts.compare_trailscraper LOGS --trailscraper COMMAND`.

trailscraper writes one policy for all that is in a log folder; it is run once so, and once for each principal. `role narrow`
writes one policy for each principal; the present policy is taken to be `service:*` on `*` for every service that the
principal asked for, refused calls included, so that nothing but the tool's own rules keeps a refused action out. Counted are

* actions that the policies name, and of these, those that do not exist (no action of the catalog, the pattern matches none);
* grants (an action in a statement) on `*`, and of these, those of actions that do take resources;
* actions that were only ever refused (of the principal, where there is a policy for each) and are granted all the same;
* whether iam:PassRole is granted, on what, and whether it says to which service;
* statements.
"""

import argparse
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.trailscraper import Raw, records_of, trailscraper_policy
from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.load import load_catalog
from secrets_cli.iam.model import Effect, Element, Policy, Statement
from secrets_cli.narrow.narrow import Ask, narrow
from secrets_cli.narrow.narrowing import Blocked
from secrets_cli.narrow.observed import COUNTED
from secrets_cli.usage.engine import scan
from secrets_cli.usage.usage import Outcome, Usage

ALL = ""
"""In place of a principal: everybody in the logs together."""

OURS = "role narrow, by principal"
_HEAD = (
    "made by",
    "actions",
    "nonexistent",
    "only refused",
    "grants on `*`",
    "of these, of actions with resources",
    "iam:PassRole",
    "statements",
    "policies",
)


@dataclass(frozen=True, slots=True)
class Made:
    """The policies that one way of working gives."""

    way: str
    policies: tuple[tuple[str, Policy], ...]
    """With the principal each is for."""
    failed: tuple[str, ...] = ()
    """What gave no policy, and why."""


@dataclass(frozen=True, slots=True)
class Grants:
    """One way's policies, taken apart."""

    granted: tuple[tuple[str, str, Statement], ...]
    """Principal, action and statement of each grant."""
    statements: int


def main() -> None:
    """Print the table and what is behind it."""
    parser = argparse.ArgumentParser(description="Compare with trailscraper on the same logs.")
    parser.add_argument("logs", help="a folder of CloudTrail logs")
    parser.add_argument("--trailscraper", type=Path, required=True, help="the command trailscraper")
    asked = parser.parse_args()
    catalog = load_catalog()
    usage = scan([asked.logs])
    records = records_of(asked.logs)
    ways = (
        _of_trailscraper("trailscraper, all in one", asked.trailscraper, {ALL: records}),
        _of_trailscraper("trailscraper, by principal", asked.trailscraper, _by_principal(records, usage)),
        _of_role_narrow(usage, catalog),
    )
    print("\n".join(_report(ways, usage, catalog)))


def _by_principal(records: Sequence[Raw], usage: Usage) -> dict[str, tuple[Raw, ...]]:
    principals = sorted({use.principal for use in usage.uses})
    return {one: tuple(raw for raw in records if f"'{one}'" in str(raw.get("userIdentity"))) for one in principals}


def _of_trailscraper(way: str, command: Path, records: dict[str, tuple[Raw, ...]]) -> Made:
    policies: list[tuple[str, Policy]] = []
    failed: list[str] = []
    for principal, own in records.items():
        try:
            policies.append((principal, trailscraper_policy(command, own)))
        except subprocess.CalledProcessError as error:
            failed.append(f"{principal}: {error.stderr.decode().strip().splitlines()[-1]}")
    return Made(way, tuple(policies), tuple(failed))


def _of_role_narrow(usage: Usage, catalog: Catalog) -> Made:
    policies: list[tuple[str, Policy]] = []
    failed: list[str] = []
    for principal in sorted({use.principal for use in usage.uses}):
        present = _present(usage, principal)
        result = narrow(Ask(principal, (present,), usage, drop_invisible=frozenset({"all"})), catalog)
        if isinstance(result, Blocked):
            failed.append(f"{principal}: {result.reason}")
        elif not result.proof.holds:
            failed.append(f"{principal}: the proof does not hold")
        else:
            policies += [(principal, policy) for policy in result.policies]
    return Made(OURS, tuple(policies), tuple(failed))


def _present(usage: Usage, principal: str) -> Policy:
    services = sorted({use.action.partition(":")[0] for use in usage.uses if use.principal == principal})
    return Policy((Statement(Effect.ALLOW, Element(tuple(f"{s}:*" for s in services)), Element(("*",))),))


def _grants(made: Made) -> Grants:
    allows = [
        (principal, statement)
        for principal, policy in made.policies
        for statement in policy.statements
        if statement.effect is Effect.ALLOW
    ]
    granted = tuple((who, action, statement) for who, statement in allows for action in statement.action.values)
    return Grants(granted, len(allows))


def _refused_only(usage: Usage) -> dict[str, frozenset[str]]:
    """By principal, and for all together: actions that were asked for and never allowed."""
    found: dict[str, frozenset[str]] = {}
    for principal in (ALL, *{use.principal for use in usage.uses}):
        uses = [use for use in usage.uses if principal in (ALL, use.principal)]
        counted = {use.action for use in uses if use.outcome in COUNTED}
        found[principal] = frozenset(use.action for use in uses if use.outcome is Outcome.DENIED) - counted
    return found


def _report(ways: Iterable[Made], usage: Usage, catalog: Catalog) -> Iterator[str]:
    refused = _refused_only(usage)
    yield (
        f"{usage.coverage.records} records, {len({use.principal for use in usage.uses})} principals; refused and never"
        f" allowed: {_names(refused[ALL])}"
    )
    yield ""
    yield f"| {' | '.join(_HEAD)} |"
    yield f"|{'---|' * len(_HEAD)}"
    notes: list[str] = []
    for made in ways:
        grants = _grants(made)
        actions = {action for _, action, _ in grants.granted}
        nonexistent = {action for action in actions if not catalog.expand(action)}
        denied = {name for who, action, _ in grants.granted for name in refused[who] if name in catalog.expand(action)}
        stars = [(action, s) for _, action, s in grants.granted if s.resource is not None and "*" in s.resource.values]
        blamed = [action for action, _ in stars if catalog.resource_types(action)]
        yield (
            f"| {made.way} | {len(actions)} | {len(nonexistent)} | {len(denied)} | {len(stars)} | {len(blamed)} |"
            f" {_pass_role(grants)} | {grants.statements} | {len(made.policies)} |"
        )
        notes += [f"{made.way}: nonexistent {_names(nonexistent)}; only refused {_names(denied)}"]
        if made.way == OURS:
            notes += [f"{made.way}: on `*` although it takes resources: {_names(blamed)}"]
        notes += [f"{made.way}: {failure}" for failure in made.failed]
    yield ""
    yield from notes


def _pass_role(grants: Grants) -> str:
    found = [statement for _, action, statement in grants.granted if action.lower() == "iam:passrole"]
    if not found:
        return "-"
    on = sorted({value for statement in found if statement.resource is not None for value in statement.resource.values})
    said = all(any(term.key.lower() == "iam:passedtoservice" for term in one.conditions) for one in found)
    return f"{len(on)} role ARNs{', each with its service' if said else ''}"


def _names(actions: Iterable[str]) -> str:
    return ", ".join(f"`{action}`" for action in sorted(actions)) or "none"


if __name__ == "__main__":
    main()
