"""What a store of usage holds, and what was done to it, as JSON and as text.

docs/schemas/usage-store-info-1.json, usage-store-compact-1.json and usage-store-drop-1.json.
"""

from secrets_cli.json_value import JsonValue
from secrets_cli.usage.store.compacting import Compacted
from secrets_cli.usage.store.upkeep import StoreInfo

INFO_SCHEMA = "secrets-cli/usage-store-info/1"
COMPACT_SCHEMA = "secrets-cli/usage-store-compact/1"
DROP_SCHEMA = "secrets-cli/usage-store-drop/1"


def info_json(info: StoreInfo) -> dict[str, JsonValue]:
    """The document of `usage store info`."""
    return {
        "schema": INFO_SCHEMA,
        "path": info.path,
        "bytes": info.bytes,
        "files": info.files,
        "stale": info.stale,
        "records": info.records,
        "first_day": info.first_day or None,
        "last_day": info.last_day or None,
        "days": info.days,
        "merged_days": info.merged_days,
        "principals": info.principals,
    }


def info_text(info: StoreInfo) -> str:
    """The same for a person."""
    lines = [f"store: {info.path}", f"size: {info.bytes:,} bytes"]
    stale = f", {info.stale:,} of them read by another version" if info.stale else ""
    lines.append(f"remembered: {info.files:,} files{stale}; {info.records:,} records")
    if info.days:
        lines.append(
            f"days: {info.days:,} from {info.first_day} to {info.last_day}; {info.merged_days:,} merged, "
            f"with rows of {info.principals:,} principals"
        )
    return "\n".join(lines)


def compact_json(path: str, done: Compacted, size: int) -> dict[str, JsonValue]:
    """The document of `usage store compact`; `size` is the store's after it, in bytes."""
    return {
        "schema": COMPACT_SCHEMA,
        "path": path,
        "merged_days": done.days,
        "forgotten_files": done.stale,
        "dropped_segments": done.segments,
        "bytes": size,
    }


def compact_text(path: str, done: Compacted, size: int) -> str:
    """The same for a person."""
    return (
        f"days merged: {done.days:,}; files of another version forgotten: {done.stale:,}; merged days of no more use: "
        f"{done.segments:,}\nstore: {path}, {size:,} bytes"
    )


def drop_json(path: str, size: int) -> dict[str, JsonValue]:
    """The document of `usage store drop`; `size` is what was set free, in bytes."""
    return {"schema": DROP_SCHEMA, "path": path, "bytes": size}


def drop_text(path: str, size: int) -> str:
    """The same for a person."""
    return f"removed {path}: {size:,} bytes"
