"""`usage visibility` for a person and as JSON (docs/schemas/usage-visibility-1.json): what is logged, and what can be seen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from secrets_cli.aws.trails import Trail
from secrets_cli.catalog.header import Header
from secrets_cli.json_value import JsonValue
from secrets_cli.report.coverage_words import not_opened_json, not_opened_words
from secrets_cli.report.printable import printable
from secrets_cli.usage.selectors import Category, Selection, Selectors, Texts
from secrets_cli.usage.usage import Coverage
from secrets_cli.usage.visibility import ActionVisibility, Sight, State
from secrets_cli.usage.visibility_days import days_by_region, days_without_records
from secrets_cli.usage.visibility_survey import ServiceVisibility
from secrets_cli.wording import days_covered, how_many

SCHEMA = "secrets-cli/usage-visibility/1"
_STYLE = {State.VISIBLE: "green", State.PARTLY: "yellow", State.INVISIBLE: "red"}
_MANY = 6


@dataclass(frozen=True, slots=True)
class VisibilityReport:
    """All that is to be said."""

    sight: Sight
    services: tuple[ServiceVisibility, ...]
    in_detail: bool
    """Whether services were asked for by name: then every action is listed."""
    trails: tuple[Trail, ...] = ()
    coverage: Coverage | None = None
    """Of the logs that were read; None where none were."""
    warnings: tuple[str, ...] = ()


def visibility_text(report: VisibilityReport) -> RenderableType:
    """The whole report."""
    parts: list[RenderableType] = [*_trail_lines(report.trails), *_selector_lines(report.sight.selectors)]
    if report.coverage is not None:
        parts += _coverage_lines(report.coverage)
    parts.append(Text())
    if report.in_detail:
        for service in report.services:
            parts += [_action_table(service), Text()]
    else:
        parts += _overview(report.services)
    return Group(*parts, *(Text(f"! {warning}", "yellow") for warning in report.warnings))


def visibility_json(report: VisibilityReport, header: Header) -> dict[str, JsonValue]:
    """The document."""
    return {
        "schema": SCHEMA,
        "catalog": header.document(),
        "basis": "selectors" if report.sight.selectors else "logs",
        "trails": [_trail_json(trail) for trail in report.trails],
        "selectors": [_selectors_json(selectors) for selectors in report.sight.selectors],
        "coverage": _coverage_json(report.coverage) if report.coverage else None,
        "services": [_service_json(service, report.in_detail) for service in report.services],
        "warnings": list(report.warnings),
    }


def _trail_lines(trails: Iterable[Trail]) -> Iterable[Text]:
    for trail in trails:
        where = "every region" if trail.is_multi_region else trail.home_region
        state = f"logging since {trail.logging_since}" if trail.is_logging else "NOT LOGGING"
        target = "/".join(part for part in (trail.bucket, trail.prefix) if part)
        yield Text(f"Trail {trail.name}: {where}, {state}, to s3://{target}", "" if trail.is_logging else "bold red")


def _selector_lines(all_selectors: Iterable[Selectors]) -> Iterable[Text]:
    for selectors in all_selectors:
        yield Text(f"Selectors of {printable(selectors.trail or selectors.name)} log", "bold")
        for says in dict.fromkeys(_says(selection) for selection in selectors.selections):
            yield Text(f"  {printable(says)}")
        if not any(selection.category is Category.DATA for selection in selectors.selections):
            yield Text(
                "  NO DATA EVENTS: no S3 object, DynamoDB item, Lambda invocation, queue message, ...", "bold red"
            )


def _says(selection: Selection) -> str:
    what = f"{selection.type} data events" if selection.type else "management events"
    marks = {(True, True): "", (True, False): "only reads", (False, True): "only writes", (False, False): "none"}
    says = (
        marks[selection.reads, selection.writes],
        _texts("from", selection.sources),
        _texts("named", selection.names),
        _texts("on", selection.arns),
        _texts("of callers", selection.callers),
        f"under conditions on {', '.join(selection.beyond)}" if selection.beyond else "",
    )
    return ", ".join((what, *filter(None, says)))


def _texts(relation: str, texts: Texts) -> str:
    only = f"{relation} {_some(texts.selecting)}" if texts.selecting else ""
    without = f"not {relation} {_some(texts.leaving_out)}" if texts.leaving_out else ""
    return ", ".join(filter(None, (only, without)))


def _coverage_lines(coverage: Coverage) -> list[RenderableType]:
    lines: list[RenderableType] = [
        Text(
            f"Logs: {how_many(coverage.records, 'record')} in {how_many(coverage.files, 'file')}, "
            f"{coverage.first or 'no time'} to {coverage.last or 'no time'}",
            "bold",
        )
    ]
    lines += [
        Text(
            f"  {printable(found.region) or 'no region'}: {how_many(found.days, 'day')}, {found.first} to {found.last}"
        )
        for found in days_by_region(coverage)
    ]
    if missing := days_without_records(coverage):
        lines.append(Text(f"  no record at all on {_some(missing)}", "red"))
    lines.append(Text(f"  data events of: {', '.join(coverage.data_event_types) or 'NONE'}"))
    lines += [Text(f"  not opened in {one.where}: {not_opened_words(one)}") for one in coverage.not_opened]
    return lines


def _overview(services: Sequence[ServiceVisibility]) -> list[RenderableType]:
    table = _table("service", "visible", "partly", "invisible", "why not all")
    limited = [service for service in services if service.state is not State.VISIBLE]
    for service in limited:
        reasons = service.reasons
        counts = [f"{service.count(state):,}" for state in State]
        for n, (why, count) in enumerate(reasons):
            cells = (service.service, *counts) if n == 0 else ("", "", "", "")
            table.add_row(*cells, f"{count:,}: {printable(why)}", style=_STYLE[service.state] if n == 0 else "")
    wholly = len(services) - len(limited)
    return [
        table,
        Text(),
        Text(f"{how_many(wholly, 'other service')}: every action is visible. --service NAME lists actions."),
    ]


def _action_table(service: ServiceVisibility) -> Table:
    counted = ", ".join(f"{service.count(state):,} {state.value}" for state in State if service.count(state))
    table = _table("action", "state", "why", title=f"{service.service}: {counted}")
    for action in service.actions:
        table.add_row(action.action, Text(action.state.value, _STYLE[action.state]), printable(action.why))
    return table


def _table(*columns: str, title: str = "") -> Table:
    table = Table(title=title or None, title_justify="left", box=None, pad_edge=False, padding=(0, 2))
    for column in columns:
        is_number = column in {state.value for state in State}
        table.add_column(column, overflow="fold", justify="right" if is_number else "left")
    return table


def _some(texts: Sequence[str]) -> str:
    more = f" and {len(texts) - _MANY} more" if len(texts) > _MANY else ""
    return ", ".join(texts[:_MANY]) + more


def _trail_json(trail: Trail) -> dict[str, JsonValue]:
    return {
        "arn": trail.arn,
        "name": trail.name,
        "home_region": trail.home_region,
        "multi_region": trail.is_multi_region,
        "global_events": trail.has_global_events,
        "organization": trail.is_organization,
        "bucket": trail.bucket,
        "prefix": trail.prefix or None,
        "logging": trail.is_logging,
        "logging_since": trail.logging_since or None,
        "delivery_error": trail.delivery_error or None,
    }


def _selectors_json(selectors: Selectors) -> dict[str, JsonValue]:
    says = dict.fromkeys(_says(selection) for selection in selectors.selections)
    return {
        "name": selectors.name,
        "trail": selectors.trail or None,
        "logs": list(says),
        "others": list(selectors.others),
    }


def _coverage_json(coverage: Coverage) -> dict[str, JsonValue]:
    return {
        "files": coverage.files,
        "records": coverage.records,
        "first": coverage.first or None,
        "last": coverage.last or None,
        "days": days_covered(coverage.first, coverage.last),
        "days_without_records": list(days_without_records(coverage)),
        "regions": [
            {"region": found.region, "days": found.days, "first": found.first, "last": found.last}
            for found in days_by_region(coverage)
        ],
        "data_event_types": list(coverage.data_event_types),
        "rejected": len(coverage.rejected),
        "not_opened": not_opened_json(coverage.not_opened),
    }


def _service_json(service: ServiceVisibility, in_detail: bool) -> dict[str, JsonValue]:
    document: dict[str, JsonValue] = {
        "service": service.service,
        "state": service.state.value,
        **{state.value: service.count(state) for state in State},
        "why": [{"actions": count, "reason": why} for why, count in service.reasons],
    }
    if in_detail:
        document["actions"] = [_action_json(action) for action in service.actions]
    return document


def _action_json(action: ActionVisibility) -> dict[str, JsonValue]:
    return {
        "action": action.action,
        "state": action.state.value,
        "data_event_type": action.type or None,
        "why": action.why or None,
    }
