"""How much of AWS's APIs the event map covers: `python -m scripts.event_coverage [--write]`.

For every operation of every service model of the installed botocore: would a CloudTrail event of that name map to a known
action by the identity rule, by a row of the table, by API Gateway's verbs, to "no permission needed", or is it unknown?

CloudTrail writes as event source the name that a service signs its calls with, or its endpoint's; an operation counts as
mapped only if it is under *each* of the two (`SOURCES` names the few services that are known to write another one). The
event has no parameters here, so what is measured is whether its actions are known, not how well its resources are.

`--write` puts the figures into `scripts/event_coverage.json`, which docs/event-mapping.md is made from.
"""

import argparse
import gzip
import importlib.metadata
import importlib.util
import json
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
KINDS = ("identity", "row", "verb", "no permission", "unknown")

LAMBDA_SERVICES = tuple(
    """apigateway apigatewaymanagementapi apigatewayv2 athena bedrock-runtime cloudformation cloudwatch cognito-identity
    cognito-idp comprehend dynamodb dynamodbstreams ec2 ecr ecs efs events firehose iam kinesis kms lambda logs polly rds
    rds-data rekognition route53 s3 scheduler secretsmanager ses sesv2 sns sqs ssm stepfunctions sts textract
    xray""".split()
)
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
    """One service model."""

    name: str
    """botocore's name."""
    counts: Mapping[str, int]
    """By kind of `KINDS`."""
    unknown: tuple[str, ...]
    """Operations, sorted."""

    @property
    def operations(self) -> int:
        """All of them."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Coverage:
    """All service models."""

    botocore: str
    botocore_date: str
    catalog: str
    services: tuple[ServiceCoverage, ...]

    def of(self, names: Iterable[str]) -> ServiceCoverage:
        """The sum over some services."""
        chosen = frozenset(names)
        return _summed(service for service in self.services if service.name in chosen)

    @property
    def total(self) -> ServiceCoverage:
        """The sum over all services."""
        return _summed(self.services)


def share(mapped: ServiceCoverage) -> str:
    """How much of it is mapped, in per cent, rounded down: no figure looks better than it is."""
    known = mapped.operations - mapped.counts["unknown"]
    return f"{known * 1000 // mapped.operations / 10:.1f} %" if mapped.operations else "-"


def measured(catalog: Catalog) -> Coverage:
    """The coverage of the installed botocore's service models; reads its data folder (some four seconds)."""
    version = importlib.metadata.version("botocore")
    dated = {source.name: source for source in catalog.header.sources}.get("botocore")
    date = dated.date if dated is not None and dated.version == version else ""
    services = tuple(_service(name, model, catalog) for name, model in _models())
    return Coverage(version, date, catalog.header.version, services)


def read(text: str) -> Coverage:
    """The coverage out of the data file's text."""
    raw = json.loads(text)
    services = (
        ServiceCoverage(name, dict(zip(KINDS, counts, strict=True)), tuple(raw["unknown"].get(name, ())))
        for name, counts in raw["services"].items()
    )
    return Coverage(raw["botocore"], raw["botocore_date"], raw["catalog"], tuple(services))


def written(coverage: Coverage) -> str:
    """The data file's text; one service a line."""
    services = (
        f"{json.dumps(service.name)}: {json.dumps([service.counts[kind] for kind in KINDS])}"
        for service in coverage.services
    )
    unknown = (
        f"{json.dumps(service.name)}: {json.dumps(list(service.unknown))}"
        for service in coverage.services
        if service.unknown
    )
    return (
        f'{{"botocore": "{coverage.botocore}", "botocore_date": "{coverage.botocore_date}", '
        f'"catalog": "{coverage.catalog}", "kinds": {json.dumps(KINDS)},\n'
        f'"services": {{\n{_lines(services)}\n}},\n"unknown": {{\n{_lines(unknown)}\n}}}}\n'
    )


def _lines(entries: Iterable[str]) -> str:
    return ",\n".join(entries)


def _summed(services: Iterable[ServiceCoverage]) -> ServiceCoverage:
    counts: Counter[str] = Counter()
    unknown: list[str] = []
    for service in services:
        counts.update(service.counts)
        unknown += [f"{service.name}:{name}" for name in service.unknown]
    return ServiceCoverage("", {kind: counts[kind] for kind in KINDS}, tuple(unknown))


def _models() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The newest model of each service."""
    found = importlib.util.find_spec("botocore")
    assert found is not None and found.origin is not None, "botocore is a dependency"
    for folder in sorted(Path(found.origin).parent.joinpath("data").iterdir()):
        models = sorted(folder.glob("*/service-2.json.gz"))
        if models:
            yield folder.name, json.loads(gzip.decompress(models[-1].read_bytes()))


def _service(name: str, model: Mapping[str, Any], catalog: Catalog) -> ServiceCoverage:
    endpoint = model["metadata"]["endpointPrefix"]
    sources = SOURCES.get(name, (model["metadata"].get("signingName", endpoint), endpoint))
    kinds = {operation: _worst(_kind(source, operation, catalog) for source in sources) for operation in model["operations"]}
    counted = Counter(kinds.values())
    unknown = tuple(sorted(operation for operation, kind in kinds.items() if kind == "unknown"))
    return ServiceCoverage(name, {kind: counted[kind] for kind in KINDS}, unknown)


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
    yield f"botocore {coverage.botocore} ({coverage.botocore_date or 'date unknown'}), catalog {coverage.catalog}"
    yield f"{'':28}{'operations':>12}" + "".join(f"{kind:>15}" for kind in KINDS) + f"{'mapped':>10}"
    yield _line("all services", coverage.total)
    yield _line(f"{len(LAMBDA_SERVICES)} services of Lambda apps", coverage.of(LAMBDA_SERVICES))
    yield ""
    for service in coverage.services:
        if service.name in LAMBDA_SERVICES:
            yield _line(service.name, service)
    yield ""
    yield "unknown:"
    for service in coverage.services:
        if service.unknown:
            yield f"  {service.name} ({len(service.unknown)} of {service.operations}): {' '.join(service.unknown)}"


def _line(name: str, service: ServiceCoverage) -> str:
    counts = "".join(f"{service.counts[kind]:>15,}" for kind in KINDS)
    return f"{name:28}{service.operations:>12,}{counts}{share(service):>10}"


def main() -> None:
    """Print the figures; with `--write` keep them."""
    parser = argparse.ArgumentParser(description="How much of AWS's APIs the event map covers.")
    parser.add_argument("--write", action="store_true", help=f"keep the figures in {DATA.name}")
    asked = parser.parse_args()
    coverage = measured(load_catalog())
    if asked.write:
        DATA.write_text(written(coverage), encoding="utf-8")
    print("\n".join(_report(coverage)))


if __name__ == "__main__":
    main()
