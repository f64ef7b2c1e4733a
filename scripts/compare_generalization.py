"""How the ways to generalise compare: what each would have denied later, and what each grants that nobody of the role asked for.

For each principal of a log folder a policy is made of the part before the last fifth of the principal's time, in several ways:
`none`, `prefix` and `auto` of `role narrow`; the seen actions on `*`, as a generator of action-level policies leaves it; and,
with `--trailscraper`, that tool's own output on the same records. Each policy is asked

* for the requests of the last fifth: the share of events that it denies (they would have failed);
* for the requests that other principals made in the same logs, in the services that the present policy covers, and this one
  never did: the share that it allows (over-grant). It is a measure by example: what real requests in this account the policy
  admits beyond those of the role.

The present policy is `service:*` on `*` for each service that the principal used.
"""

import argparse
import json
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.load import load_catalog
from secrets_cli.iam.evaluate import Verdict, evaluate
from secrets_cli.iam.model import Effect, Element, Policy, Statement
from secrets_cli.iam.parse import parse_policy
from secrets_cli.iam.request import PolicySet, Request
from secrets_cli.narrow.generalize import Rule
from secrets_cli.narrow.holdout import cut_at
from secrets_cli.narrow.narrow import Ask, narrow
from secrets_cli.narrow.narrowing import Blocked, Narrowing
from secrets_cli.narrow.observed import ObservedRequest, observed_requests
from secrets_cli.narrow.prove import NOT_ALLOWED_NOW, ToProve, prove
from secrets_cli.usage.engine import scan
from secrets_cli.usage.sources.content import BadFileError, read_bytes
from secrets_cli.usage.sources.files import log_files
from secrets_cli.usage.sources.shape import raw_records
from secrets_cli.usage.usage import Usage
from secrets_cli.usage.window import Window

SHARE = "20%"


@dataclass(frozen=True, slots=True)
class Measure:
    """One policy, measured."""

    way: str
    later: int
    """Events of the last fifth."""
    denied: int
    foreign: int
    """Distinct requests of others."""
    admitted: int
    statements: int
    stars: int
    """Statements on `*`."""


def main() -> None:
    """Print one table for each principal, and the sums."""
    parser = argparse.ArgumentParser(description="Compare the ways to generalise.")
    parser.add_argument("logs", help="a folder of CloudTrail logs")
    parser.add_argument("principals", nargs="+", help="ARNs of roles or users in it")
    parser.add_argument("--trailscraper", type=Path, help="the command trailscraper")
    asked = parser.parse_args()
    catalog = load_catalog()
    everybody = scan([asked.logs])
    total: dict[str, list[Measure]] = {}
    for principal in asked.principals:
        measures = tuple(_measures(asked.logs, principal, everybody, catalog, asked.trailscraper))
        print(f"\n{principal}\n")
        print("\n".join(_table(measures)))
        for one in measures:
            total.setdefault(one.way, []).append(one)
    print("\nall of them\n")
    print("\n".join(_table([_summed(way, parts) for way, parts in total.items()])))


def _measures(
    logs: str, principal: str, everybody: Usage, catalog: Catalog, trailscraper: Path | None
) -> Iterable[Measure]:
    cut = cut_at(SHARE, everybody, principal)
    asked = frozenset({principal})
    earlier, later = scan([logs], asked, window=Window(until=cut)), scan([logs], asked, window=Window(since=cut))
    present = _present(everybody, principal)
    requests = observed_requests(later.uses, principal)
    foreign = _foreign(everybody, principal)
    policies: dict[str, tuple[Policy, ...]] = {}
    for rule in Rule:
        ask = Ask(principal, (present,), earlier, rule=rule, drop_invisible=frozenset({"all"}))
        result = narrow(ask, catalog)
        if isinstance(result, Blocked):  # made-up logs hold events that no service has
            result = narrow(replace(ask, accepted_gaps=frozenset(gap.name for gap in result.gaps)), catalog)
        if isinstance(result, Narrowing):
            policies[rule.value] = result.policies
    policies["actions on *"] = (_of_actions(observed_requests(earlier.uses, principal)),)
    if trailscraper is not None:
        try:
            policies["trailscraper"] = (_of_trailscraper(trailscraper, logs, principal, cut),)
        except subprocess.CalledProcessError as error:
            print(f"trailscraper failed on `{principal}`: {error.stderr.decode().strip().splitlines()[-1]}")
    for way, made in policies.items():
        yield _measured(way, made, requests, foreign, (principal, present), catalog)


def _measured(
    way: str,
    policies: tuple[Policy, ...],
    requests: Sequence[ObservedRequest],
    foreign: Sequence[tuple[str, str]],
    whose: tuple[str, Policy],
    catalog: Catalog,
) -> Measure:
    principal, present = whose
    refused = {
        (one.action, one.resource): one.reason
        for one in prove(ToProve(principal, (present,), policies, tuple(requests)), catalog).denied
    }
    asked = [one for one in requests if refused.get((one.action, one.resource)) not in NOT_ALLOWED_NOW]
    statements = [statement for policy in policies for statement in policy.statements]
    return Measure(
        way,
        later=sum(one.evidence.events for one in asked),
        denied=sum(one.evidence.events for one in asked if (one.action, one.resource) in refused),
        foreign=len(foreign),
        admitted=sum(_allows(policies, principal, action, resource) for action, resource in foreign),
        statements=len(statements),
        stars=sum(one.resource is not None and "*" in one.resource.values for one in statements),
    )


def _present(usage: Usage, principal: str) -> Policy:
    services = sorted({one.action.partition(":")[0] for one in observed_requests(usage.uses, principal)})
    return Policy((Statement(Effect.ALLOW, Element(tuple(f"{s}:*" for s in services)), Element(("*",))),))


def _foreign(usage: Usage, principal: str) -> tuple[tuple[str, str], ...]:
    """What others asked for, on a named resource, in the services of the principal."""
    own = {(use.action, use.resource) for use in usage.uses if use.principal == principal}
    services = {action.partition(":")[0] for action, _ in own}
    return tuple(
        sorted(
            {
                (use.action, use.resource)
                for use in usage.uses
                if (use.action, use.resource) not in own
                and use.action.partition(":")[0] in services
                and "*" not in use.resource
            }
        )
    )


def _allows(policies: tuple[Policy, ...], principal: str, action: str, resource: str) -> bool:
    account = resource.split(":")[4] or principal.split(":")[4]
    caller = f"arn:aws:iam::{account}:{principal.split(':', 5)[5]}"
    return evaluate(Request(caller, action, resource), PolicySet(identity=policies)).verdict is Verdict.ALLOWED


def _of_actions(requests: Iterable[ObservedRequest]) -> Policy:
    actions = tuple(sorted({one.action for one in requests}))
    return Policy((Statement(Effect.ALLOW, Element(actions), Element(("*",))),))


def _of_trailscraper(command: Path, logs: str, principal: str, cut: str) -> Policy:
    """Its policy of the principal's records before the cut; it is given these alone."""
    records = [raw for raw in _raw_records(logs) if _is_earlier(raw, principal, cut)]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/01")
        place.mkdir(parents=True)
        name = place / "111122223333_CloudTrail_us-east-1_20260101T0000Z_aaaaaaaaaaaaaaaa.json.gz"
        import gzip

        name.write_bytes(gzip.compress(json.dumps({"Records": records}).encode()))
        select = [str(command), "select", "--log-dir", folder, "--from", "2000-01-01", "--to", "2100-01-01"]
        selected = subprocess.run(select, capture_output=True, check=True)
        made = subprocess.run([str(command), "generate"], input=selected.stdout, capture_output=True, check=True)
    return parse_policy(made.stdout.decode(), "trailscraper")


def _raw_records(logs: str) -> Iterable[Mapping[str, object]]:
    files, _ = log_files(logs)
    for file in files:
        try:
            records = raw_records(read_bytes(file.path))
        except BadFileError:
            continue  # a bystander, such as a manifest; the scan has listed it
        for raw in records:
            if isinstance(raw, dict):
                yield raw


def _is_earlier(raw: Mapping[str, object], principal: str, cut: str) -> bool:
    text = json.dumps(raw.get("userIdentity"))
    return f'"{principal}"' in text and str(raw.get("eventTime", "")) < cut


def _summed(way: str, parts: Sequence[Measure]) -> Measure:
    return Measure(
        way,
        *(
            sum(getattr(one, name) for one in parts)
            for name in ("later", "denied", "foreign", "admitted", "statements", "stars")
        ),
    )


def _table(measures: Iterable[Measure]) -> Iterable[str]:
    yield "| made by | later events | denied | denied later | requests of others | allowed | over-grant | statements | on `*` |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for one in measures:
        yield (
            f"| {one.way} | {one.later:,} | {one.denied:,} | {_share(one.denied, one.later)} | {one.foreign:,} |"
            f" {one.admitted:,} | {_share(one.admitted, one.foreign)} | {one.statements} | {one.stars} |"
        )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "-"


if __name__ == "__main__":
    main()
