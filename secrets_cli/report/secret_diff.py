"""`secret diff` as text and as JSON. Values are in neither."""

from collections.abc import Sequence

from secrets_cli.json_value import JsonValue
from secrets_cli.secrets.transfer.comparing import Aspect, Compared, Comparison, Standing

SCHEMA = "secrets-cli/secret-diff/1"

_SIGNS = {
    Standing.ONLY_A: "-",
    Standing.ONLY_B: "+",
    Standing.CHANGED: "~",
    Standing.EQUAL: "=",
    Standing.UNREADABLE: "?",
}


def diff_text(found: Comparison, a: str, b: str, *, equal: bool) -> str:
    """The sides, one line a parameter that is not equal (`equal` shows those too), and the counts."""
    shown = [entry for entry in found.entries if equal or entry.standing is not Standing.EQUAL]
    counts = found.counts
    summary = (
        f"{counts[Standing.ONLY_A]} only in A, {counts[Standing.ONLY_B]} only in B, {counts[Standing.CHANGED]} changed,"
        f" {counts[Standing.EQUAL]} equal"
    )
    if counts[Standing.UNREADABLE]:
        summary += f", {counts[Standing.UNREADABLE]} unreadable"
    return "\n".join([f"A {a}", f"B {b}", *(_line(entry) for entry in shown), summary])


def _line(entry: Compared) -> str:
    said = [entry.reason] if entry.reason else []
    said += ["value"] if entry.value_differs else []
    said += [f"{aspect.what} {_shown(aspect.a)} -> {_shown(aspect.b)}" for aspect in entry.aspects]
    line = f"{_SIGNS[entry.standing]} {entry.name}"
    return f"{line}  {', '.join(said)}" if said else line


def _shown(text: str) -> str:
    return text or "none"


def diff_json(found: Comparison, a: str, b: str) -> dict[str, JsonValue]:
    """The JSON result: every parameter, the equal ones too."""
    return {
        "schema": SCHEMA,
        "a": a,
        "b": b,
        "counts": {standing.value: count for standing, count in found.counts.items()},
        "parameters": [
            {
                "name": entry.name,
                "standing": entry.standing.value,
                "value_differs": entry.value_differs,
                "metadata": _aspects(entry.aspects),
                "reason": entry.reason or None,
            }
            for entry in found.entries
        ],
    }


def _aspects(aspects: Sequence[Aspect]) -> list[JsonValue]:
    return [{"what": aspect.what, "a": aspect.a, "b": aspect.b} for aspect in aspects]
