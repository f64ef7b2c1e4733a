"""What a function's configuration makes the platform do with its execution role.

Read from the JSON that AWS prints - `get-function-configuration`, `get-function`, `list-functions`,
`list-event-source-mappings`, `get-event-source-mapping`, `get-function-event-invoke-config` - and from Zappa's settings. Each
implied grant is kept only where the present policy allows it, though the logs may never show it: platforms act at
deployment and on errors, outside the window or where no trail looks.

Which block implies what, with the source of each fact, stands in the modules beside this one; which AWS documents are what,
and whose they are, is decided here.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.arn import parse_arn
from secrets_cli.inputs.zappa_stages import ZappaStage
from secrets_cli.narrow.configuration_document import EXPECTED, Part, documents_of
from secrets_cli.narrow.configuration_function import function_of, implied_by_function
from secrets_cli.narrow.configuration_grant import FunctionName, ImpliedGrant, function_in
from secrets_cli.narrow.configuration_sources import KNOWN_SOURCES, implied_by_mapping
from secrets_cli.narrow.configuration_targets import destinations_of, is_known_target, sends_to
from secrets_cli.narrow.configuration_zappa import implied_by_stage

__all__ = ["Configuration", "ImpliedGrant", "parse_configurations", "with_roles", "zappa_configuration"]


@dataclass(frozen=True, slots=True)
class Configuration:
    """One configuration document."""

    name: str
    """What the reader knows the file by; with `#N` for the Nth document of a file that holds several."""
    implied: tuple[ImpliedGrant, ...]
    function: str = ""
    """The function's name; empty where the document is of no single function."""
    role: str = ""
    """ARN of the role the function runs as; empty where the document does not say."""
    not_understood: tuple[str, ...] = ()
    """What the document names and this module does not know, each in a few words: what it implies is not in `implied`."""


def parse_configurations(text: str, name: str) -> tuple[Configuration, ...]:
    """What the documents of one file imply, one configuration for each function or mapping.

    A file may hold one document, a list of them or several one after the other. Raises MalformedInput, with the place, where
    the text is no JSON or a document is none that this module knows.
    """
    documents = documents_of(text, name)
    found = [configuration for document in documents for configuration in _configurations(document, name)]
    if not found and not documents:
        raise MalformedInput(f"`{name}` holds no document", EXPECTED)
    if len(found) < 2:
        return tuple(found)
    return tuple(replace(one, name=f"{name}#{n}") for n, one in enumerate(found, 1))


def with_roles(configurations: Sequence[Configuration]) -> tuple[Configuration, ...]:
    """The configurations, those that do not say the role with that of the same function's where one does.

    Event-source mappings and invoke configurations name the function only; so what is implied for a function that runs as
    another role can be left out.
    """
    roles = {one.function: one.role for one in configurations if one.function and one.role}
    return tuple(one if one.role else replace(one, role=roles.get(one.function, "")) for one in configurations)


def zappa_configuration(stage: ZappaStage, name: str, principal: str) -> Configuration:
    """What a stage of the settings file `name` implies, in the partition and account of the principal.

    The role is the one the settings name, as far as its path is known: where the principal has a path, that of the principal.
    """
    at = parse_arn(principal)
    partition, account = (at.partition, at.account) if at is not None else ("*", "*")
    function = FunctionName(stage.function, partition, stage.region or "*", account)
    same_name = stage.role != "" and principal.rpartition("/")[2] == stage.role
    role = principal if same_name else stage.role_arn or f"arn:{partition}:iam::{account}:role/{stage.role}"
    return Configuration(f"{name} {stage.name}", tuple(implied_by_stage(stage, function)), stage.function, role)


def _configurations(document: Part, name: str) -> Iterator[Configuration]:
    for several in ("Functions", "EventSourceMappings", "FunctionEventInvokeConfigs"):
        if document.has(several):
            parts = document.parts(several)
            yield from itertools.chain.from_iterable(_configurations(part, name) for part in parts)
            return
    configuration = document.part("Configuration") if document.has("Configuration") else document
    if configuration.has("FunctionName"):
        yield _of_function(configuration, name)
    elif document.has("EventSourceArn") or document.has("SelfManagedEventSource"):
        yield _of_mapping(document, name)
    elif document.has("FunctionArn") or document.has("DestinationConfig"):
        yield _of_invocation(document, name)
    else:
        raise MalformedInput(f"{document.place}: no function configuration that is known here", EXPECTED)


def _of_function(configuration: Part, name: str) -> Configuration:
    implied = tuple(implied_by_function(configuration))
    target = configuration.part("DeadLetterConfig").text("TargetArn")
    unknown = _unknown_targets([target] if target else [])
    return Configuration(name, implied, function_of(configuration).name, configuration.text("Role"), unknown)


def _of_mapping(mapping: Part, name: str) -> Configuration:
    source = parse_arn(mapping.text("EventSourceArn"))
    unknown = _unknown_targets(target for _, target in destinations_of(mapping) if not target.startswith("kafka://"))
    if mapping.text("EventSourceArn") and (source is None or source.service not in KNOWN_SOURCES):
        unknown = (*unknown, f"the event source `{mapping.text('EventSourceArn')}`")
    return Configuration(name, tuple(implied_by_mapping(mapping)), _function_name(mapping), not_understood=unknown)


def _of_invocation(document: Part, name: str) -> Configuration:
    function = function_in(document.text("FunctionArn"))
    objects = f"aws/lambda/async/{function.name if function else '*'}"
    region = function.region if function else "*"
    targets = destinations_of(document)
    implied = tuple(
        grant
        for outcome, target in targets
        for grant in sends_to(target, f"`{target}` is the function's {outcome} destination", region, objects=objects)
    )
    return Configuration(
        name, implied, _function_name(document), not_understood=_unknown_targets(target for _, target in targets)
    )


def _function_name(document: Part) -> str:
    function = function_in(document.text("FunctionArn"))
    return function.name if function else ""


def _unknown_targets(targets: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"the target `{target}`" for target in targets if not is_known_target(target))
