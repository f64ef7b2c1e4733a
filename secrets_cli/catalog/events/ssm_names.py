"""The documents, instances and tagged resources of Systems Manager calls."""

import re

from secrets_cli.catalog.events.kinds import (
    AWS_DOCUMENT,
    DOCUMENT,
    INSTANCE,
    MANAGED_INSTANCE,
    PARAMETER,
    PARAMETER_PATH,
)
from secrets_cli.catalog.events.names import arn_of_name, fill, in_parameters, in_resources
from secrets_cli.catalog.events.parameters import nodes, text, texts
from secrets_cli.catalog.events.row import Arns, Recipe
from secrets_cli.catalog.grant import ApiCall

_OWNED_BY_AWS = re.compile(r"(AWS|Amazon)[A-Za-z]*-.*")


def _document(call: ApiCall) -> Arns:
    """The ARN of a document that AWS owns has no account:
    https://docs.aws.amazon.com/systems-manager/latest/userguide/security_iam_id-based-policy-examples.html"""
    return tuple(
        arn
        for name in texts(call.parameters, "documentName|name")
        if (arn := arn_of_name(AWS_DOCUMENT if _OWNED_BY_AWS.fullmatch(name) else DOCUMENT, name, call))
    )


def _instances(call: ApiCall) -> Arns:
    written = texts(call.parameters, "instanceIds|instanceId|target")
    chosen = [target for target in nodes(call.parameters, "targets")]
    by_id = tuple(
        name for target in chosen if text(target, "key").lower() == "instanceids" for name in texts(target, "values")
    )
    arns = tuple(_instance(name, call) for name in (*written, *by_id))
    if any(text(target, "key").lower() != "instanceids" for target in chosen):
        arns = (*arns, fill(INSTANCE.form, call, "*"))
    return tuple(dict.fromkeys(arn for arn in arns if arn))


def _instance(name: str, call: ApiCall) -> str:
    return arn_of_name(INSTANCE, name, call) or arn_of_name(MANAGED_INSTANCE, name, call)


def _document_and_instances(call: ApiCall) -> Arns:
    return (*_document(call), *_instances(call))


def _path(call: ApiCall) -> Arns:
    return in_parameters(PARAMETER_PATH, "path", call)


_TAGGED = {
    "parameter": "parameter/{name}",
    "document": "document/{name}",
    "maintenancewindow": "maintenancewindow/{name}",
    "managedinstance": "managed-instance/{name}",
    "patchbaseline": "patchbaseline/{name}",
    "opsitem": "opsitem/{name}",
    "opsmetadata": "opsmetadata/{name}",
    "automation": "automation-execution/{name}",
    "association": "association/{name}",
}


def _tagged(call: ApiCall) -> Arns:
    kind, name = text(call.parameters, "resourceType").lower(), text(call.parameters, "resourceId")
    if not name or kind not in _TAGGED:
        return ()
    if name.startswith("arn:"):
        return (name,)
    plain = name.removeprefix("/").split(":")[0] if kind == "parameter" else name
    return (fill("arn:{partition}:ssm:{region}:{account}:" + _TAGGED[kind], call, plain),)


def _parameters(call: ApiCall) -> Arns:
    """What `resources[]` lists and what the request names, by one spelling: a name not found is in the request only."""
    found = (*in_resources(PARAMETER, call), *in_parameters(PARAMETER, "name|names", call))
    return tuple(dict.fromkeys(found))


def _automation(call: ApiCall) -> Arns:
    """An automation is authorised on the definition (with its version) and, in newer accounts, on document and
    execution."""
    version = text(call.parameters, "documentVersion") or "$DEFAULT"
    documents = _document(call)
    definitions = tuple(f"{arn.replace(':document/', ':automation-definition/')}:{version}" for arn in documents)
    anything = fill("arn:{partition}:ssm:{region}:{account}:automation-execution/*", call, "")
    return (*documents, *definitions, anything) if documents else ()


AUTOMATION = Recipe("automation-definition and document of documentName, any execution", _automation)
PARAMETERS = Recipe("parameter ARNs from resources[] and name(s)", _parameters, "the record names no parameter")
PATH = Recipe("parameter/<path>, as the request writes it", _path, "the record names no path")
DOCUMENT_OF_CALL = Recipe("document from documentName or name", _document, "the record names no document")
DOCUMENT_AND_INSTANCES = Recipe(
    "document from documentName, and instances from instanceIds, target or targets",
    _document_and_instances,
    "the record names neither document nor instance",
)
TAGGED = Recipe("the resource of resourceType and resourceId", _tagged, "the record names no taggable resource")
