"""The keys and aliases of KMS calls.

An identity policy names a key by its ARN; an alias in the request is resolved by `resources[]`, which KMS fills.
https://docs.aws.amazon.com/kms/latest/developerguide/cmks-in-iam-policies.html
"""

from secrets_cli.catalog.events.conditions import EQUALS, via_service
from secrets_cli.catalog.events.kinds import ALIAS, KEY, PARAMETER
from secrets_cli.catalog.events.names import fill, in_parameters, in_resources, in_response
from secrets_cli.catalog.events.parameters import text
from secrets_cli.catalog.events.row import Arns, ConditionRecipe, Recipe, When
from secrets_cli.catalog.grant import ApiCall
from secrets_cli.iam.model import ConditionTerm


def _any_key(call: ApiCall) -> Arns:
    return (fill(KEY.form, call, "*"),)


def _key(call: ApiCall) -> Arns:
    return in_resources(KEY, call) or in_parameters(KEY, "keyId|targetKeyId", call) or in_response(KEY, "keyId", call)


def _key_or_any(call: ApiCall) -> Arns:
    return _key(call) or (_any_key(call) if text(call.parameters, "keyId|aliasName") else ())


def _alias_and_key(call: ApiCall) -> Arns:
    alias = in_resources(ALIAS, call) or in_parameters(ALIAS, "aliasName", call)
    return (*alias, *(_key(call) or _any_key(call))) if alias else _key(call)


def _destination(call: ApiCall) -> Arns:
    written = text(call.parameters, "destinationKeyId")
    named = in_parameters(KEY, "destinationKeyId", call)
    listed = in_resources(KEY, call)
    if named and not written.startswith("alias/"):
        return tuple(arn for arn in listed if arn == named[0] or arn.endswith(f"/{written}")) or named
    return listed[1:2] or (listed[:1] if written else ())


def _source(call: ApiCall) -> Arns:
    named = in_parameters(KEY, "sourceKeyId", call)
    listed = in_resources(KEY, call)
    if named:
        return named
    destination = _destination(call)
    return tuple(arn for arn in listed if arn not in destination)[:1] or listed[:1]


def _created(call: ApiCall) -> Arns:
    return in_response(KEY, "keyMetadata.arn|keyMetadata.keyId", call) or _any_key(call)


KEY_OF_CALL = Recipe("key from resources[], or keyId (an alias: any key)", _key_or_any, "the record names no key")
ALIAS_AND_KEY = Recipe("alias from aliasName, and key from targetKeyId or resources[]", _alias_and_key)
SOURCE_KEY = Recipe("key from sourceKeyId, or the first of resources[]", _source, "the record names no source key")
DESTINATION_KEY = Recipe(
    "key from destinationKeyId, or the second of resources[]", _destination, "the record names no destination key"
)
CREATED_KEY = Recipe("the new key, from responseElements.keyMetadata.arn", _created)


def _parameter_key(call: ApiCall) -> Arns:
    return in_parameters(KEY, "keyId", call) or (_any_key(call) if text(call.parameters, "keyId") else ())


PARAMETER_KEY = Recipe("key from keyId (an alias: any key)", _parameter_key)


def _tier(call: ApiCall) -> str:
    granted = text(call.response, "tier")
    return (granted or text(call.parameters, "tier") or "Standard").lower()


def _own_key(call: ApiCall) -> bool:
    key = text(call.parameters, "keyId")
    return bool(key) and not key.endswith("alias/aws/ssm") and text(call.parameters, "type").lower() == "securestring"


STANDARD_SECURE = When(
    "if a SecureString of the standard tier under a customer key",
    lambda call: _own_key(call) and _tier(call) != "advanced",
)
ADVANCED_SECURE = When(
    "if a SecureString of the advanced tier under a customer key",
    lambda call: _own_key(call) and _tier(call) == "advanced",
)


def _through_ssm(call: ApiCall) -> tuple[ConditionTerm, ...]:
    parameter = in_resources(PARAMETER, call) or in_parameters(PARAMETER, "name", call)
    context = (ConditionTerm(EQUALS, "kms:EncryptionContext:PARAMETER_ARN", parameter[:1]),) if parameter else ()
    return via_service(call, "ssm") + context


THROUGH_SSM = ConditionRecipe("kms:ViaService = ssm, kms:EncryptionContext:PARAMETER_ARN", _through_ssm)
