"""The SDK's models of AWS's services: which there are, and each one's operations, loaded when it is first asked for.

The names by which requests tell the service (signing name, target prefix) are read off the head of each model's file: the
439 models of botocore 1.44 take a quarter of a second so, a whole load of them over a second and half a gigabyte.
"""

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel

_HEAD = 8192
"""Bytes of a model that hold its `metadata`."""


@dataclass(frozen=True, slots=True)
class ServiceNames:
    """What a model says of its service."""

    model: str
    """The model's name, as the SDK has it: `cloudwatch`, `stepfunctions`."""
    signing_name: str
    """As in a signature's scope: `monitoring`, `states`."""
    target_prefix: str
    """Before the dot of `X-Amz-Target`, and after `/service/` of an RPC call; empty where the service has none."""
    endpoint_prefix: str
    """The first part of its host: `monitoring`, `streams.dynamodb`."""


class ServiceModels:
    """The models that the installed SDK brings."""

    def __init__(self) -> None:
        import botocore

        self._folder = Path(botocore.__file__).parent / "data"

    @cached_property
    def names(self) -> tuple[ServiceNames, ...]:
        """Of each service, by its model's name in order."""
        return tuple(self._read())

    @cached_property
    def _by_signing_name(self) -> Mapping[str, tuple[ServiceNames, ...]]:
        return _grouped((one.signing_name, one) for one in self.names)

    @cached_property
    def _by_target(self) -> Mapping[str, tuple[ServiceNames, ...]]:
        return _grouped((one.target_prefix, one) for one in self.names if one.target_prefix)

    def signed_as(self, signing_name: str) -> tuple[ServiceNames, ...]:
        """The services that sign with this name; more than one for `s3`, `dynamodb`, `rds`, ..."""
        return self._by_signing_name.get(signing_name, ())

    def targeted_by(self, prefix: str) -> tuple[ServiceNames, ...]:
        """The services whose calls have this target."""
        return self._by_target.get(prefix, ())

    def model(self, name: str) -> "ServiceModel":
        """The whole model; loaded once."""
        return _model(name)

    def operation(self, name: str, operation: str) -> "OperationModel | None":
        """An operation of a model by the name on the wire (`CreateDistribution2020_05_31`) or the SDK's."""
        model = self.model(name)
        known = operation if operation in model.operation_names else _by_wire_name(name).get(operation)
        return model.operation_model(known) if known else None

    def _read(self) -> Iterator[ServiceNames]:
        for folder in sorted(path for path in self._folder.iterdir() if path.is_dir()):
            versions = sorted(folder.glob("*/service-2.json*"))
            if versions:
                told = _metadata(versions[-1])
                prefix = told.get("endpointPrefix", folder.name)
                yield ServiceNames(folder.name, told.get("signingName", prefix), told.get("targetPrefix", ""), prefix)


def _metadata(path: Path) -> dict[str, str]:
    """The texts of a model's `metadata`."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        head = file.read(_HEAD).decode("utf-8", "ignore")
    place = head.find('"metadata":')
    try:
        found, _ = json.JSONDecoder().raw_decode(head[place + len('"metadata":') :].lstrip())
    except ValueError:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            found = json.load(file)["metadata"]
    return {name: value for name, value in found.items() if isinstance(value, str)}


def _grouped(pairs: Iterator[tuple[str, ServiceNames]]) -> Mapping[str, tuple[ServiceNames, ...]]:
    found: dict[str, tuple[ServiceNames, ...]] = {}
    for name, one in pairs:
        found[name] = (*found.get(name, ()), one)
    return found


@cache
def _model(name: str) -> "ServiceModel":
    from botocore.loaders import Loader
    from botocore.model import ServiceModel

    return ServiceModel(Loader().load_service_model(name, "service-2"), name)


@cache
def _by_wire_name(name: str) -> Mapping[str, str]:
    model = _model(name)
    return {model.operation_model(one).wire_name: one for one in model.operation_names}
