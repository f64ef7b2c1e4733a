"""What came of a recording, for a person and as JSON: who called what, what was refused, what is not known, what to run next."""

import shlex
from collections import Counter
from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from secrets_cli.json_value import JsonValue
from secrets_cli.usage.recorder.recording import Recorded
from secrets_cli.usage.sources.files import printable

SCHEMA = "secrets-cli/usage-record/1"
_MOST_LINES = 40


def recorded_json(recorded: Recorded, folder: str, exit_code: int | None) -> dict[str, JsonValue]:
    """The document; `exit_code` is the command's, None where none was run."""
    return {
        "schema": SCHEMA,
        "folder": folder,
        "files": [str(path) for path in recorded.files],
        "selectors": str(recorded.selectors) if recorded.selectors else None,
        "records": recorded.total,
        "added": recorded.added,
        "calls": [
            {
                "event_source": source,
                "principal": principal,
                "count": count,
                "denied": _denied_of(recorded)[source, principal],
            }
            for (source, principal), count in sorted(recorded.calls.items())
        ],
        "denied": [
            {"event_source": source, "event_name": name, "principal": principal, "count": count}
            for (source, name, principal), count in sorted(recorded.denied.items())
        ],
        "unrecognised": [{"call": call, "count": count} for call, count in sorted(recorded.unrecognised.items())],
        "unknown_keys": [{"access_key": key, "count": count} for key, count in sorted(recorded.unknown_keys.items())],
        "notes": list(recorded.notes),
        "exit_code": exit_code,
        "next": next_command(recorded, folder),
    }


def recorded_report(recorded: Recorded, folder: str) -> RenderableType:
    """The summary."""
    return Group(*([_table(recorded)] if recorded.calls else []), *(Text(line) for line in _lines(recorded, folder)))


def next_command(recorded: Recorded, folder: str) -> str:
    """`role narrow` for the principal with the most calls; empty where none is known."""
    calls: Counter[str] = Counter()
    for (_, principal), count in recorded.calls.items():
        if principal.startswith("arn:") and not principal.endswith(":root"):
            calls[principal] += count
    if not calls:
        return ""
    principal = calls.most_common(1)[0][0]
    selectors = f" --selectors {shlex.quote(str(recorded.selectors))}" if recorded.selectors else ""
    logs = f"--logs {shlex.quote(folder)}{selectors}"
    return f"secrets-cli role narrow {logs} --principal {shlex.quote(principal)} --policy POLICY.json"


def _denied_of(recorded: Recorded) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for (source, _, principal), count in recorded.denied.items():
        found[source, principal] += count
    return found


def _table(recorded: Recorded) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("service", "principal"):
        table.add_column(name, overflow="fold")
    for name in ("calls", "denied"):
        table.add_column(name, justify="right")
    denied = _denied_of(recorded)
    for (source, principal), count in sorted(recorded.calls.items()):
        refused = denied[source, principal]
        table.add_row(
            printable(source.removesuffix(".amazonaws.com") or "-"),
            printable(principal),
            f"{count:,}",
            f"{refused:,}" if refused else "",
            style="red" if refused else "",
        )
    return table


def _lines(recorded: Recorded, folder: str) -> Iterator[str]:
    for (source, name, principal), count in sorted(recorded.denied.items())[:_MOST_LINES]:
        service = source.removesuffix(".amazonaws.com")
        yield f"denied: {service} {printable(name)} for {printable(principal.rpartition(':')[2])} ({count:,}x)"
    for call, count in sorted(recorded.unrecognised.items())[:_MOST_LINES]:
        yield f"no operation known: {printable(call)} ({count:,}x)"
    for key, count in sorted(recorded.unknown_keys.items()):
        records = "1 record" if count == 1 else f"{count:,} records"
        yield f"whose key is not known: {printable(key)}, {records}; say it with --principal {printable(key)}=ARN"
    if recorded.added:
        yield f"added: kms Decrypt, {recorded.added:,}x, which the endpoint did not make (--add-kms)"
    for note in recorded.notes:
        yield f"note: {printable(note)}"
    yield _totals(recorded, folder)
    following = next_command(recorded, folder)
    if following:
        yield f"next: {following}"


def _totals(recorded: Recorded, folder: str) -> str:
    if not recorded.total:
        return "no call was recorded: does the command call the endpoint in AWS_ENDPOINT_URL?"
    records = "1 record" if recorded.total == 1 else f"{recorded.total:,} records"
    files = "1 file" if len(recorded.files) == 1 else f"{len(recorded.files):,} files"
    return f"{records} in {files} in {printable(folder)}"
