"""How much of AWS's APIs the event map covers: `python -m scripts.event_coverage [--write] [--older WHEEL]`.

For every operation of every service model of the installed botocore: would a CloudTrail event of that name map to a known
action by the identity rule, by a row of the table, by API Gateway's verbs, to "no permission needed", or is it unknown?

CloudTrail writes as event source the name that a service signs its calls with, or its endpoint's; an operation counts as
mapped only if it is under *each* of the two (`SOURCES` names the few services that are known to write another one). The
event has no parameters here, so what is measured is whether its actions are known, not how well its resources are.

An operation that is newer than the catalog's action data cannot be known by it. Which ones these are is told by an older
botocore: what the wheel of the release next before the action data's date lacks is newer. `--older WHEEL` reads it;
without it, what `scripts/event_coverage.json` says of it is taken. `--write` keeps the figures in that file, which
docs/event-mapping.md is made from.
"""

import argparse
import gzip
import importlib.metadata
import importlib.util
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.events import meaning_of
from secrets_cli.catalog.events.gateway import SOURCE as GATEWAY
from secrets_cli.catalog.events.mapping import IDENTITY
from secrets_cli.catalog.grant import ApiCall, Mapped, NoPermissionNeeded, UnknownEvent
from secrets_cli.catalog.load import load_catalog

DATA = Path(__file__).with_suffix(".json")
_MODEL = re.compile(r"botocore/data/([^/]+)/[^/]+/service-2\.json\.gz")
KINDS = ("identity", "row", "verb", "no permission", "unknown")

_LAMBDA_SERVICES = """
    apigateway apigatewaymanagementapi apigatewayv2 athena bedrock-runtime cloudformation cloudwatch cognito-identity
    cognito-idp comprehend dynamodb dynamodbstreams ec2 ecr ecs efs events firehose iam kinesis kms lambda logs polly rds
    rds-data rekognition route53 s3 scheduler secretsmanager ses sesv2 sns sqs ssm stepfunctions sts textract
    xray
"""
LAMBDA_SERVICES = tuple(_LAMBDA_SERVICES.split())
"""The 40 services that Lambda apps use most, by botocore's names.

Why these: the services of SAM's policy templates (what its users ask their functions to call), of Lambda's event sources
and destinations, of what Zappa and the Serverless Framework call and create, and of the API Gateway, Cognito and Bedrock
calls that web apps make. Left out of SAM's templates: what was closed (CodeCommit, Mobile Analytics) or is rarely called
from a function (Cost Explorer, Organizations, EKS, EMR, ACM, CodePipeline, SageMaker, OpenSearch, the app repository).
"""

SOURCES = {
    "connectparticipant": ("participant-connect", "participant.connect"),
    "dynamodbstreams": ("streams.dynamodb", "dynamodb"),
}
"""Services whose event source is neither what they sign with nor their endpoint (facts of the table of sources)."""


@dataclass(frozen=True, slots=True)
class ServiceCoverage:
    """One service model, or the sum over several."""

    name: str
    """botocore's name; empty for a sum."""
    counts: Mapping[str, int]
    """By kind of `KINDS`."""
    unknown: tuple[str, ...]
    """Operations, sorted; `service:Operation` in a sum."""
    newer: tuple[str, ...]
    """Operations, unknown or not, that are newer than the action data."""

    @property
    def operations(self) -> int:
        """All of them."""
        return sum(self.counts.values())

    @property
    def unknown_of_old(self) -> tuple[str, ...]:
        """What is unknown although the action data is no older than the operation."""
        newer = frozenset(self.newer)
        return tuple(name for name in self.unknown if name not in newer)

    @property
    def share(self) -> str:
        """How much of all operations is mapped, in per cent, rounded down: no figure looks better than it is."""
        return _percent(self.operations - len(self.unknown), self.operations)

    @property
    def share_of_old(self) -> str:
        """The same over the operations that are no newer than the action data."""
        old = self.operations - len(self.newer)
        return _percent(old - len(self.unknown_of_old), old)


def _percent(part: int, whole: int) -> str:
    return f"{part * 1000 // whole / 10:.1f} %" if whole else "-"


@dataclass(frozen=True, slots=True)
class Older:
    """What an older botocore says about the age of operations."""

    botocore: str
    date: str
    """Day of the release, as in the wheel."""
    newer: Mapping[str, tuple[str, ...]]
    """Operations of the installed botocore that the older one lacks, by service."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """All service models."""

    botocore: str
    botocore_date: str
    catalog: str
    older: Older
    services: tuple[ServiceCoverage, ...]

    def of(self, names: Iterable[str]) -> ServiceCoverage:
        """The sum over some services."""
        chosen = frozenset(names)
        return _summed(service for service in self.services if service.name in chosen)

    @property
    def total(self) -> ServiceCoverage:
        """The sum over all services."""
        return _summed(self.services)


def measured(catalog: Catalog, older: Older) -> Coverage:
    """The coverage of the installed botocore's service models; reads its data folder (some four seconds)."""
    version = importlib.metadata.version("botocore")
    dated = {source.name: source for source in catalog.header.sources}.get("botocore")
    date = dated.date if dated is not None and dated.version == version else ""
    services = tuple(_service(name, model, older.newer.get(name, ()), catalog) for name, model in _models())
    return Coverage(version, date, catalog.header.version, older, services)


def older_botocore(wheel: Path) -> Older:
    """What the wheel of an older botocore lacks of the installed one's operations."""
    with zipfile.ZipFile(wheel) as archive:
        models = {found[1]: name for name in sorted(archive.namelist()) if (found := _MODEL.fullmatch(name))}
        had = {name: set(_parsed(archive.read(member))["operations"]) for name, member in models.items()}
        day = max(member.date_time for member in archive.infolist())[:3]
    newer = {name: tuple(sorted(set(model["operations"]) - had.get(name, set()))) for name, model in _models()}
    return Older(
        wheel.name.split("-")[1],
        "-".join(f"{part:02}" for part in day),
        {name: operations for name, operations in newer.items() if operations},
    )


def read(text: str) -> Coverage:
    """The coverage out of the data file's text."""
    raw = json.loads(text)
    newer = {name: tuple(operations) for name, operations in raw["newer"].items()}
    services = (
        ServiceCoverage(
            name, dict(zip(KINDS, counts, strict=True)), tuple(raw["unknown"].get(name, ())), newer.get(name, ())
        )
        for name, counts in raw["services"].items()
    )
    older = Older(raw["older_botocore"], raw["older_date"], newer)
    return Coverage(raw["botocore"], raw["botocore_date"], raw["catalog"], older, tuple(services))


def written(coverage: Coverage) -> str:
    """The data file's text; one service a line."""
    head = {
        "botocore": coverage.botocore,
        "botocore_date": coverage.botocore_date,
        "catalog": coverage.catalog,
        "older_botocore": coverage.older.botocore,
        "older_date": coverage.older.date,
        "kinds": KINDS,
    }
    tables: Mapping[str, Mapping[str, object]] = {
        "services": {service.name: [service.counts[kind] for kind in KINDS] for service in coverage.services},
        "unknown": {service.name: service.unknown for service in coverage.services if service.unknown},
        "newer": coverage.older.newer,
    }
    parts = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in head.items()]
    parts += [f"{json.dumps(name)}: {{\n{_lines(table)}\n}}" for name, table in tables.items()]
    return "{" + ",\n".join(parts) + "}\n"


def _lines(table: Mapping[str, object]) -> str:
    return ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in table.items())


def _summed(services: Iterable[ServiceCoverage]) -> ServiceCoverage:
    counts: Counter[str] = Counter()
    unknown: list[str] = []
    newer: list[str] = []
    for service in services:
        counts.update(service.counts)
        unknown += [f"{service.name}:{name}" for name in service.unknown]
        newer += [f"{service.name}:{name}" for name in service.newer]
    return ServiceCoverage("", {kind: counts[kind] for kind in KINDS}, tuple(unknown), tuple(newer))


def _models() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The newest model of each service."""
    found = importlib.util.find_spec("botocore")
    assert found is not None, "botocore is a dependency"
    assert found.origin is not None, "it is an ordinary package"
    for folder in sorted(Path(found.origin).parent.joinpath("data").iterdir()):
        models = sorted(folder.glob("*/service-2.json.gz"))
        if models:
            yield folder.name, _parsed(models[-1].read_bytes())


def _parsed(packed: bytes) -> Mapping[str, Any]:
    model: Mapping[str, Any] = json.loads(gzip.decompress(packed))
    return model


def _service(name: str, model: Mapping[str, Any], newer: tuple[str, ...], catalog: Catalog) -> ServiceCoverage:
    endpoint = model["metadata"]["endpointPrefix"]
    sources = SOURCES.get(name, (model["metadata"].get("signingName", endpoint), endpoint))
    kinds = {
        operation: _worst(_kind(source, operation, catalog) for source in sources) for operation in model["operations"]
    }
    counted = Counter(kinds.values())
    unknown = tuple(sorted(operation for operation, kind in kinds.items() if kind == "unknown"))
    return ServiceCoverage(name, {kind: counted[kind] for kind in KINDS}, unknown, newer)


def _worst(kinds: Iterable[str]) -> str:
    """`unknown` if any is; else the first one's."""
    found = tuple(kinds)
    return "unknown" if "unknown" in found else found[0]


def _kind(source: str, operation: str, catalog: Catalog) -> str:
    match meaning_of(ApiCall(f"{source}.amazonaws.com", operation, "eu-west-1", "111122223333"), catalog):
        case UnknownEvent():
            return "unknown"
        case NoPermissionNeeded():
            return "no permission"
        case Mapped(grants) if grants[0].rule == IDENTITY:
            return "identity"
        case Mapped(grants):
            return "verb" if grants[0].rule.startswith(f"{GATEWAY}-apigateway") else "row"


def _report(coverage: Coverage) -> Iterator[str]:
    old = coverage.older
    yield f"botocore {coverage.botocore} ({coverage.botocore_date or 'date unknown'}), catalog {coverage.catalog}"
    yield f"`of old` leaves out what botocore {old.botocore} ({old.date}) lacks: it is newer than the catalog's action data"
    yield f"{'':28}{'operations':>12}" + "".join(f"{kind:>15}" for kind in KINDS) + f"{'mapped':>10}{'of old':>10}"
    yield _line("all services", coverage.total)
    yield _line(f"{len(LAMBDA_SERVICES)} services of Lambda apps", coverage.of(LAMBDA_SERVICES))
    yield ""
    for service in coverage.services:
        if service.name in LAMBDA_SERVICES:
            yield _line(service.name, service)
    yield ""
    yield "unknown (+: newer than the catalog's action data):"
    for service in coverage.services:
        if service.unknown:
            names = (f"{'' if name in service.unknown_of_old else '+'}{name}" for name in service.unknown)
            yield f"  {service.name} ({len(service.unknown)} of {service.operations}): {' '.join(names)}"


def _line(name: str, service: ServiceCoverage) -> str:
    counts = "".join(f"{service.counts[kind]:>15,}" for kind in KINDS)
    return f"{name:28}{service.operations:>12,}{counts}{service.share:>10}{service.share_of_old:>10}"


def main() -> None:
    """Print the figures; with `--write` keep them."""
    parser = argparse.ArgumentParser(description="How much of AWS's APIs the event map covers.")
    parser.add_argument("--write", action="store_true", help=f"keep the figures in {DATA.name}")
    parser.add_argument("--older", type=Path, help="wheel of the botocore that was current at the action data's date")
    asked = parser.parse_args()
    older = older_botocore(asked.older) if asked.older else read(DATA.read_text(encoding="utf-8")).older
    coverage = measured(load_catalog(), older)
    if asked.write:
        DATA.write_text(written(coverage), encoding="utf-8")
    print("\n".join(_report(coverage)))


if __name__ == "__main__":
    main()
