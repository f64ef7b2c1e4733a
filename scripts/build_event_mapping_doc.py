"""Write docs/event-mapping.md from the event table: `python -m scripts.build_event_mapping_doc`."""

from pathlib import Path

from scripts.event_coverage import DATA, KINDS, LAMBDA_SERVICES, Coverage, ServiceCoverage, read
from secrets_cli.catalog.data_events import ACTIONS_BY_TYPE, NEVER_LOGGED
from secrets_cli.catalog.events.pass_role import PASSED_TO, PASSED_TO_BY_PARAMETER
from secrets_cli.catalog.events.row import Need, Row
from secrets_cli.catalog.events.rows.table import rows
from secrets_cli.catalog.events.sources import PREFIX_OF_ENDPOINT, PREFIX_OF_SOURCE

TARGET = Path(__file__).parents[1] / "docs" / "event-mapping.md"

HEAD = """# From CloudTrail events to IAM actions and ARNs

This page is generated from the code (`python -m scripts.build_event_mapping_doc`); a test holds the two
equal.

How one record is read, in this order:

1. A refused call (an error code of denial, or "not authorized to perform" in its message) asks for the action
   and the resource that `errorMessage` names: such records often have no parameters. A message without either
   falls through.
2. The event table below, by event source and event name, with and without its date suffix (`20150331v2`,
   `2020_05_31`).
3. API Gateway: the action is the HTTP verb, the ARN is the path, filled from the parameters. REST and HTTP
   APIs share the event source; an operation that both have is told by `restApiId` or `apiId`.
4. The identity rule: the action has the event's name. The ARN comes from the catalog's ARN formats: an ARN in
   the request or in `resources[]` that fits the format, EC2 ids told by their prefix, else each placeholder
   from the parameter of the same name (`tableName`, `tableNames`, `table`; compared without case, EC2's
   `items` and `content` wrappers seen through).

Beside its own actions a call needs `iam:PassRole` on each role it hands over, and, in EC2, `ec2:CreateTags`
on what it creates with tags. Both are never events of their own.

An action that the catalog does not know is never emitted: the event is *unknown* then, and listed.

**What stands in an ARN for what the record lacks.** An id that AWS invents (a new VPC's, a log stream's) is
`*` in its place; a secret's six-character suffix is `-??????`; a missing account or region is `*`. Where the
record names no resource at all the grant is on `*` and says why. A bare name of an IAM role or user lacks its
path: it is taken from the request of the creating call, from the caller's own ARN, or from AWS's fixed paths;
otherwise the path is taken to be `/`. Such a grant is too narrow, never too wide, for an entity with a path.
"""


def render() -> str:
    """The page."""
    coverage = read(DATA.read_text(encoding="utf-8"))
    return "\n".join([HEAD, *_coverage(coverage), *_table(), *_sources(), *_pass_role(), *_visibility()])


def _coverage(coverage: Coverage) -> list[str]:
    old = coverage.older
    head = ["", "operations", *KINDS, "mapped", "mapped of old"]
    return [
        "## How much of AWS it covers",
        "",
        f"Every operation of every service model of botocore {coverage.botocore} ({coverage.botocore_date}), asked of the",
        f"catalog of {coverage.catalog}: does an event of that name map, by the identity rule, a row of the table, or API",
        "Gateway's verbs; does it need no permission; or is it unknown? `make event-coverage` measures it anew.",
        "",
        "An unknown event is named in the report and never guessed into an action. Most of the unknown operations are newer",
        f"than the catalog's action data: *mapped of old* leaves out what botocore {old.botocore} ({old.date}) does not have.",
        "",
        f"| {' | '.join(head)} |",
        f"|{'---|' * len(head)}",
        _coverage_line("**all services**", coverage.total),
        _coverage_line(f"**{len(LAMBDA_SERVICES)} services of Lambda apps**", coverage.of(LAMBDA_SERVICES)),
        *(_coverage_line(f"`{one.name}`", one) for one in coverage.services if one.name in LAMBDA_SERVICES),
        "",
        "Which 40, and why these, is said in `scripts/event_coverage.py`. An operation counts as mapped only if it is under",
        "both names that CloudTrail may write as its source: the one the service signs with, and its endpoint's.",
        "",
        "<details><summary>Unknown operations, by service (in italics: newer than the action data)</summary>",
        "",
        *(f"- `{one.name}`: {_unknown(one)}" for one in coverage.services if one.unknown),
        "",
        "</details>",
        "",
    ]


def _coverage_line(name: str, service: ServiceCoverage) -> str:
    counts = " | ".join(f"{service.counts[kind]:,}" for kind in KINDS)
    return f"| {name} | {service.operations:,} | {counts} | {service.share} | {service.share_of_old} |"


def _unknown(service: ServiceCoverage) -> str:
    old = frozenset(service.unknown_of_old)
    return ", ".join(name if name in old else f"*{name}*" for name in service.unknown)


def _table() -> list[str]:
    lines = ["## The event table", ""]
    source = ""
    for row in sorted(rows(), key=lambda row: row.source):
        if row.source != source:
            source = row.source
            lines += [f"### {source}", "", "| row | events | needs | note |", "|---|---|---|---|"]
        lines.append(f"| `{row.id}` | {_events(row)} | {_needs(row)} | {_note(row)} |")
        if row is [other for other in rows() if other.source == source][-1]:
            lines.append("")
    return lines


def _events(row: Row) -> str:
    names = ", ".join(f"`{event}`" for event in row.events)
    return f"{names} ({row.when.says})" if row.when else names


def _needs(row: Row) -> str:
    return "<br>".join(_need(need) for need in row.needs) if row.needs else "no permission"


def _need(need: Need) -> str:
    action = "the action of the same name" if need.action == "=" else f"`{need.action}`"
    on = need.on.says if need.on else "the catalog's ARN format, filled"
    when = f", {need.when.says}" if need.when else ""
    condition = f"; condition {need.condition.says}" if need.condition else ""
    return f"{action} on {on}{when}{condition}".replace("|", " or ")


def _note(row: Row) -> str:
    return " ".join(part for part in (row.note, f"{row.evidence} ({row.read})") if part).replace("|", " or ")


def _sources() -> list[str]:
    known = PREFIX_OF_SOURCE | PREFIX_OF_ENDPOINT
    pairs = [f"| `{source}` | `{prefix}` |" for source, prefix in sorted(known.items())]
    return [
        "## Event sources with another IAM prefix",
        "",
        "All other sources: what stands before `.amazonaws.com`.",
        "",
        "| source | prefix |",
        "|---|---|",
        *pairs,
        "| `*-marketplace` | `aws-marketplace` |",
        "| `chime-sdk-*` | `chime` |",
        "",
    ]


def _pass_role() -> list[str]:
    whole = [
        f"| `{prefix}` | every parameter that holds a role | `{service}` |"
        for prefix, service in sorted(PASSED_TO.items())
    ]
    single = [
        f"| `{prefix}` | `{name}` | `{service}` |" for (prefix, name), service in sorted(PASSED_TO_BY_PARAMETER.items())
    ]
    return [
        "## iam:PassRole and iam:PassedToService",
        "",
        "A carrier that is not listed gives the grant without the condition.",
        "",
        "| carrier | parameter | iam:PassedToService |",
        "|---|---|---|",
        *whole,
        *single,
        "",
    ]


def _visibility() -> list[str]:
    types = [f"| `{type_}` | {_names(actions)} |" for type_, actions in sorted(ACTIONS_BY_TYPE.items()) if actions]
    never = [f"| `{action}` | {reason} |" for action, reason in sorted(NEVER_LOGGED.items())]
    return [
        "## What CloudTrail shows only as data events",
        "",
        "Off by default; what is not listed is a management event.",
        "",
        "| data-event type | actions |",
        "|---|---|",
        *types,
        "",
        "## What CloudTrail never shows",
        "",
        "| action | why |",
        "|---|---|",
        *never,
        "",
    ]


def _names(actions: frozenset[str]) -> str:
    return ", ".join(f"`{action}`" for action in sorted(actions))


if __name__ == "__main__":
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(render(), encoding="utf-8")
    print(f"wrote {TARGET.name}")
