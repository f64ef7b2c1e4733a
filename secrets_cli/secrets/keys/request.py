"""Requests on a key as KMS sees them: who asks, and directly or through Parameter Store.

A role asks by its sessions, so a role is put to the test as one of them. `aws:PrincipalType` and the other keys that
describe the caller are in every request.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html,
https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from secrets_cli.iam.arn import parse_arn
from secrets_cli.iam.evaluate import Decision, evaluate
from secrets_cli.iam.model import Effect, Element, Policy, Statement
from secrets_cli.iam.request import ContextValue, PolicySet, Request
from secrets_cli.secrets.keys.policy import via_service

EVERYTHING = Policy((Statement(Effect.ALLOW, Element(("*",)), Element(("*",))),), name="AdministratorAccess")
"""AWS's policy AdministratorAccess: what an IAM administrator brings along."""

_SESSION = "secrets-cli"


class Way(enum.Enum):
    """How a request comes to KMS."""

    DIRECT = "direct"
    SSM = "through Parameter Store"


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """The key a request is on."""

    arn: str
    region: str
    account: str


def made_up_key(partition: str, region: str, account: str) -> KeyPlace:
    """Stands for a key that is not made yet."""
    return KeyPlace(f"arn:{partition}:kms:{region}:{account}:key/00000000-0000-0000-0000-000000000000", region, account)


def place_of(key_arn: str) -> KeyPlace:
    """The place that a key's ARN says."""
    arn = parse_arn(key_arn)
    return KeyPlace(key_arn, arn.region if arn else "", arn.account if arn else "")


def request(who: str, action: str, key: KeyPlace, way: Way, also: Mapping[str, ContextValue] | None = None) -> Request:
    """A request of a principal (an ARN, or an AWS service's name); `also` adds to its context and wins."""
    context: dict[str, ContextValue] = {
        "aws:SecureTransport": "true",
        "aws:RequestedRegion": key.region,
        **_caller_keys(who),
    }
    if way is Way.SSM:
        arn = f"arn:aws:ssm:{key.region}:{key.account}:parameter/any"
        context |= {"kms:ViaService": via_service(key.region), "kms:EncryptionContext:PARAMETER_ARN": arn}
        context |= {"kms:EncryptionContextKeys": ("PARAMETER_ARN",)}
    return Request(_asking(who), action, key.arn, context | dict(also or {}))


def ask(asked: Request, policy: Policy, *, administrator: bool = False) -> Decision:
    """What the key's policy answers; `administrator`: to somebody whose own IAM policies allow everything."""
    identity = (EVERYTHING,) if administrator else ()
    return evaluate(asked, PolicySet(identity=identity, resource=policy, resource_is_known=True))


def _asking(who: str) -> str:
    arn = parse_arn(who)
    if arn is None or arn.service != "iam" or not arn.resource.startswith("role/"):
        return who
    name = arn.resource.rpartition("/")[2]
    return f"arn:{arn.partition}:sts::{arn.account}:assumed-role/{name}/{_SESSION}"


def _caller_keys(who: str) -> dict[str, ContextValue]:
    arn = parse_arn(who)
    if arn is None or not arn.account:
        return {"aws:PrincipalIsAWSService": "true"}
    kinds = {"root": "Account", "user": "User", "role": "AssumedRole", "assumed-role": "AssumedRole"}
    principal = who
    if arn.service == "sts" and arn.resource.startswith("assumed-role/"):
        principal = f"arn:{arn.partition}:iam::{arn.account}:role/{arn.resource.split('/')[1]}"
    return {
        "aws:PrincipalIsAWSService": "false",
        "aws:PrincipalArn": principal,
        "aws:PrincipalAccount": arn.account,
        "aws:PrincipalType": kinds.get(arn.resource.partition("/")[0], "User"),
        "kms:CallerAccount": arn.account,
    }
