"""The functions, versions and layers of Lambda calls.

A call that names a version or alias is evaluated on the ARN with the qualifier, so the grant lists that ARN beside the
function's own (https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html).
"""

from secrets_cli.catalog.events.kinds import FUNCTION, LAYER, LAYER_VERSION
from secrets_cli.catalog.events.names import fill, in_parameters, in_resources, in_response
from secrets_cli.catalog.events.parameters import text, texts
from secrets_cli.catalog.events.row import Arns, Recipe
from secrets_cli.catalog.grant import ApiCall


def _qualifier(call: ApiCall) -> str:
    """The version or alias the request names, in its own parameter or after the function's name."""
    written = text(call.parameters, "qualifier")
    name = text(call.parameters, "functionName")
    if written:
        return written
    if name.startswith("arn:"):
        return name.split(":", 7)[7] if name.count(":") >= 7 else ""
    parts = name.split(":")
    if "function" in parts[:-2]:
        return parts[parts.index("function") + 2]
    return parts[1] if len(parts) == 2 and parts[0] != "function" and not parts[0].isdigit() else ""


def _function(call: ApiCall) -> Arns:
    return (
        in_resources(FUNCTION, call)
        or in_parameters(FUNCTION, "functionName", call)
        or _qualified_arn_parts(call)
        or in_response(FUNCTION, "functionArn", call)
    )


def _qualified_arn_parts(call: ApiCall) -> Arns:
    """`fullyQualifiedArn{arnPrefix, relativeId}`, which some Lambda records carry."""
    name = text(call.parameters, "fullyQualifiedArn.relativeId.functionName")
    account = text(call.parameters, "fullyQualifiedArn.arnPrefix.account")
    if not name:
        return ()
    form = FUNCTION.form.replace("{account}", account) if account else FUNCTION.form
    return (fill(form, call, name),)


def _function_and_version(call: ApiCall) -> Arns:
    base, qualifier = _function(call), _qualifier(call)
    return (*base, *(f"{arn}:{qualifier}" for arn in base)) if qualifier else base


def _layer_version(call: ApiCall) -> Arns:
    name, version = text(call.parameters, "layerName"), text(call.parameters, "versionNumber")
    return tuple(f"{arn}:{version or '*'}" for arn in in_parameters(LAYER, "layerName", call) if name)


def _layer_by_arn(call: ApiCall) -> Arns:
    return in_parameters(LAYER_VERSION, "arn", call)


def _layers(call: ApiCall) -> Arns:
    return tuple(
        dict.fromkeys(
            (*in_parameters(LAYER_VERSION, "layers", call), *in_parameters(LAYER_VERSION, "layers.arn", call))
        )
    )


def _tagged(call: ApiCall) -> Arns:
    return tuple(arn for arn in texts(call.parameters, "resource") if arn.startswith("arn:"))


FUNCTION_OF_CALL = Recipe(
    "function from resources[], functionName or responseElements.functionArn", _function, "the record names no function"
)
FUNCTION_AND_VERSION = Recipe(
    "function as above, and function:QUALIFIER where the request names one",
    _function_and_version,
    "the record names no function",
)
LAYER_VERSION_OF_CALL = Recipe("layer:layerName:versionNumber", _layer_version, "the record names no layer")
LAYER_BY_ARN = Recipe("layer version from arn", _layer_by_arn, "the record names no layer")
LAYERS_OF_FUNCTION = Recipe("layer versions from layers[]", _layers, "the record names no layer")
TAGGED = Recipe("the ARN in resource", _tagged, "the record names no resource")
