"""What a denial says, and the smallest statement that would have allowed the call.

AWS names the action, the resource and the kind of policy that said no, in one of a few sentences; KMS behind Parameter
Store has a sentence of its own that names neither. Told apart are the SSM side and the KMS side, and a denial that a
statement mends from one that it does not: an explicit Deny stays a Deny whatever is added.

The ARN in a statement has one slash: `parameter//a/b` never matches anything.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

import json
import re
from dataclasses import dataclass

from secrets_cli.json_value import JsonValue
from secrets_cli.secrets.parameter_name import Place

_PERFORM = re.compile(r"not authorized to perform: (?P<action>[A-Za-z0-9-]+:[A-Za-z0-9]+)( on resource: (?P<arn>\S+))?")
_EXPLICIT = re.compile(r"with an explicit deny(?: in (?P<where>an? [a-z -]+? policy|a permissions boundary))?")
_LIMITED_BY = re.compile(
    r"because no (?P<kind>permissions boundary|session policy|service control policy|VPC endpoint policy)"
)
_KMS_WITHOUT_NAME = re.compile(r"ciphertext refers to a customer master key|Service: (AWS)?K[Mm][Ss]", re.IGNORECASE)
_WITHOUT_RESOURCE = frozenset({"ssm:DescribeParameters", "kms:ListAliases", "kms:ListKeys"})
"""Actions that no ARN narrows."""
_SIDS = {"ssm": "Parameter", "kms": "Key"}


@dataclass(frozen=True, slots=True)
class Denial:
    """One denied call, as far as AWS says."""

    action: str
    resources: tuple[str, ...]
    """ARNs, or `*` for an action that takes none."""
    side: str
    """`SSM` or `KMS`."""
    obstacle: str
    """What a new Allow does not get past, such as `an explicit deny in a service control policy`; empty for nothing."""
    statement: dict[str, JsonValue]
    """The statement to add to the caller's policy."""


def denial(text: str, action: str, names: tuple[str, ...], place: Place) -> Denial:
    """What a denial says: `text` is AWS's message, `action` the IAM action of the call, `names` the parameters it was for."""
    parameters = tuple(place.parameter_arn(name) for name in names)
    said = _PERFORM.search(text)
    denied = said["action"] if said else _kms_action(action) if _KMS_WITHOUT_NAME.search(text) else action
    on = (said["arn"] or "") if said else ""
    obstacle = _obstacle(text)
    if denied.startswith("kms:"):
        keys = (on,) if on.startswith("arn:") else (f"arn:{place.partition}:kms:{place.region}:{place.account}:key/*",)
        return Denial(denied, keys, "KMS", obstacle, missing_statement(denied, *keys, parameters=parameters))
    resources = ("*",) if denied in _WITHOUT_RESOURCE else parameters or ((on,) if on else ("*",))
    return Denial(denied, resources, "SSM", obstacle, missing_statement(denied, *resources))


def _kms_action(action: str) -> str:
    """What KMS was asked for where its sentence does not say; an advanced write asks for kms:GenerateDataKey instead."""
    return "kms:Encrypt" if action == "ssm:PutParameter" else "kms:Decrypt"


def missing_statement(action: str, *arns: str, parameters: tuple[str, ...] = ()) -> dict[str, JsonValue]:
    """The smallest Allow statement for an action on ARNs.

    `parameters`: for an action of KMS, the ARNs of the parameters the key is used for; the statement is then limited to
    them and to calls through Parameter Store. A double slash in a parameter's ARN is mended.
    """
    service, _, name = action.partition(":")
    resources = [mended_arn(arn) for arn in arns] or ["*"]
    if action in _WITHOUT_RESOURCE:
        resources = ["*"]
    statement: dict[str, JsonValue] = {
        "Sid": f"{_SIDS.get(service, service.capitalize())}{name}",
        "Effect": "Allow",
        "Action": action,
        "Resource": resources[0] if len(resources) == 1 else resources,
    }
    if service == "kms" and parameters:
        region = parameters[0].split(":")[3]
        contexts = [mended_arn(arn) for arn in parameters]
        statement["Condition"] = {
            "StringEquals": {
                "kms:ViaService": f"ssm.{region}.amazonaws.com",
                "kms:EncryptionContext:PARAMETER_ARN": contexts[0] if len(contexts) == 1 else contexts,
            }
        }
    return statement


def mended_arn(arn: str) -> str:
    """A parameter's ARN with one slash where a pasted name left two; any other ARN as it is."""
    return re.sub(r"(:parameter)/{2,}", r"\1/", arn) if ":ssm:" in arn else arn


def advice(found: Denial) -> str:
    """What to do about a denial, on one line: the statement as JSON, the trap of the double slash, what it does not mend."""
    if found.obstacle:
        return (
            f"this is {found.obstacle}: no statement added to the caller's policy gets past it; "
            f"ask whoever keeps it to let `{found.action}` through on `{found.resources[0]}`"
        )
    trap = ""
    if found.side == "SSM" and any(":parameter/" in arn for arn in found.resources):
        trap = " (one slash after `parameter`: an ARN with `parameter//` never matches)"
    where = "the key's policy must allow it too; " if found.side == "KMS" else ""
    return f"{where}add to the caller's policy{trap}: {json.dumps(found.statement)}"


def _obstacle(text: str) -> str:
    explicit = _EXPLICIT.search(text)
    if explicit:
        return f"an explicit deny in {explicit['where']}" if explicit["where"] else "an explicit deny"
    limit = _LIMITED_BY.search(text)
    return f"a {limit['kind']} that does not allow it" if limit else ""
