"""Compare the shape of recorded events with real ones: field names and parameter names, for each kind of event.

    python -m scripts.recorder_shapes FOLDER [--write FILE]

For each kind (source, name) in the folder's logs a call of that operation is made up with every parameter there is, recorded,
and compared: which of the names that real records have would be in a recorded one. Names alone are read and printed, never a
value; `--write` puts them into a file that the tests compare with.
"""

import argparse
import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from secrets_cli.catalog.events.sources import undated
from tests.recorder_wire import MODELS, draft, request_of, sampled

_NEVER = frozenset(
    [
        "tlsDetails",  # a loopback connection has none
        "vpcEndpointId",
        "vpcEndpointAccountId",
        "sessionCredentialFromConsole",
        "sharedEventID",
        "errorCode",
        "errorMessage",
        "additionalEventData",
        "serviceEventDetails",
        "resources",  # of what the call was on: compared by tests on their own
        "apiVersion",
        "edgeDeviceDetails",
        "addendum",
    ]
)
"""Fields that depend on the call, or that a recorder has no source for."""
_SHIPPERS = frozenset(["aws", "evt", "http", "network", "service"])
"""Fields that a log shipper added."""
_EARLY = 1.05
"""Versions of the record before this had fewer fields."""


@dataclass
class Kind:
    """What real records of one kind have."""

    records: int = 0
    fields: set[str] = field(default_factory=set)
    parameters: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Compared:
    """One kind, compared."""

    source: str
    name: str
    kind: Kind
    missing_fields: tuple[str, ...]
    missing_parameters: tuple[str, ...]
    operation: str
    """Empty where no operation of a model is the event's."""


def real_kinds(folder: Path) -> dict[tuple[str, str], Kind]:
    """The kinds of API calls in the folder's logs."""
    found: dict[tuple[str, str], Kind] = {}
    for path in sorted(folder.rglob("*.json.gz")):
        for record in json.loads(gzip.decompress(path.read_bytes()))["Records"]:
            if record.get("eventType", "AwsApiCall") != "AwsApiCall":
                continue
            kind = found.setdefault((record["eventSource"], record["eventName"]), Kind())
            kind.records += 1
            if "eventVersion" in record and float(record["eventVersion"]) > _EARLY:
                kind.fields |= {name for name in record if name[:2] != "p_"} - _SHIPPERS
            if isinstance(record.get("requestParameters"), dict):
                kind.parameters |= set(parameter_names(record["requestParameters"]))
    return found


def parameter_names(parameters: Mapping[str, Any]) -> Iterator[str]:
    """Names at the top; of EC2's wrappers those inside too: `instancesSet.items.instanceId`."""
    for name, value in parameters.items():
        yield name
        if isinstance(value, dict) and name.endswith(("Request", "Input")):
            yield from (f"{name}.{inner}" for inner in value)
        if isinstance(value, dict) and isinstance(value.get("items"), list):
            yield from (f"{name}.items.{inner}" for one in value["items"] if isinstance(one, dict) for inner in one)


def recorded_names(source: str, name: str) -> tuple[str, set[str], set[str]]:
    """The operation of an event, and the fields and parameters that a record of it with every parameter has."""
    signing_name = source.removesuffix(".amazonaws.com")
    for names in sorted(MODELS.signed_as(signing_name), key=lambda one: one.model != signing_name):
        model = MODELS.model(names.model)
        for operation in _operations(names.model, name, model.operation_names):
            shape = model.operation_model(operation).input_shape
            event = draft(request_of(names.model, operation, _members(shape))).event
            if event["eventName"] == name or undated(str(event["eventName"])) == undated(name):
                parameters = event["requestParameters"]
                told = set(parameter_names(parameters)) if isinstance(parameters, dict) else set()
                return f"{names.model}.{operation}", set(event) | {"recipientAccountId"}, told
    return "", set(), set()


def _members(shape: Any) -> dict[str, Any]:
    if shape is None:
        return {}
    found = sampled(shape)
    return found if isinstance(found, dict) else {}


def _operations(model: str, name: str, known: list[str]) -> list[str]:
    """Operations whose event may have this name."""
    plain = undated(name)
    alike = [one for one in known if model in ("s3", "s3control") and _same_words(one, plain)]
    return [one for one in (plain,) if one in known] + [one for one in alike if one != plain]


def _same_words(operation: str, event: str) -> bool:
    for word in ("Configuration", "Bucket", "Account", "V2"):
        operation, event = operation.replace(word, ""), event.replace(word, "")
    return operation == event


def compared(kinds: Mapping[tuple[str, str], Kind]) -> list[Compared]:
    """Each kind, by source and name."""
    found = []
    for (source, name), kind in sorted(kinds.items()):
        operation, fields, parameters = recorded_names(source, name)
        lowered = {one.lower() for one in parameters}
        missing = tuple(sorted(one for one in kind.parameters if one.lower() not in lowered)) if operation else ()
        wanted = kind.fields - _NEVER
        found.append(
            Compared(source, name, kind, tuple(sorted(wanted - fields)) if operation else (), missing, operation)
        )
    return found


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", type=Path, help="write the names to this file")
    asked = parser.parse_args()
    rows = compared(real_kinds(asked.folder))
    known = [row for row in rows if row.operation]
    print(f"{'event':60} {'records':>7} {'names':>5} {'missing'}")
    for row in known:
        missing = ", ".join((*row.missing_fields, *row.missing_parameters)) or "-"
        label = f"{row.source.removesuffix('.amazonaws.com')} {row.name}"
        print(f"{label:60} {row.kind.records:7} {len(row.kind.parameters):5} {missing}")
    names = sum(len(row.kind.parameters) for row in known)
    lacking = sum(len(row.missing_parameters) for row in known)
    fields = Counter(name for row in known for name in row.missing_fields)
    print(f"\n{len(known)} of {len(rows)} kinds are operations of a model; others: console and internal calls")
    share = (names - lacking) / max(names, 1)
    print(f"{names - lacking} of {names} parameter names of real records are written alike ({share:.1%})")
    print(f"fields that recorded events lack: {dict(fields) or 'none'}")
    if asked.write:
        told = {
            f"{row.source} {row.name}": {
                "parameters": sorted(row.kind.parameters),
                "missing": list(row.missing_parameters),
            }
            for row in known
        }
        lines = ",\n".join(f"{json.dumps(kind)}: {json.dumps(names)}" for kind, names in told.items())
        asked.write.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
