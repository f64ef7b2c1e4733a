"""Whether the keys let the reader roles decrypt: a key policy that names its users does not know roles made after it.

KMS does not take a key policy that names a role which is not there, so the role comes first and the key's user after it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from secrets_cli.aws.keys import KeyService
from secrets_cli.broker.desired import Deployment
from secrets_cli.broker.policies import covered, reader_policy
from secrets_cli.errors import AccessDenied
from secrets_cli.iam.evaluate import evaluate
from secrets_cli.iam.model import Policy
from secrets_cli.iam.parse import PolicyKind, parse_policy
from secrets_cli.iam.request import ContextValue, PolicySet, Request
from secrets_cli.secrets.policies.least_privilege import parameter_store_of


@dataclass(frozen=True, slots=True)
class KeyGap:
    """A key whose policy does not let a reader role decrypt."""

    key: str
    """Its ARN."""
    role: str
    """ARN of the reader role."""

    @property
    def remedy(self) -> str:
        """The command that closes it."""
        return f"secrets-cli key grant-use {self.key} --reader {self.role}"


def key_policies(keys: KeyService, deployment: Deployment) -> Mapping[str, Policy]:
    """The policies of the keys that may be read, by ARN."""
    found: dict[str, Policy] = {}
    for key in sorted({key for reader in deployment.readers for key in reader.key_arns}):
        try:
            found[key] = parse_policy(keys.policy(key), key, PolicyKind.RESOURCE)
        except AccessDenied:
            continue  # whoever deploys need not be an administrator of the key; then nothing is said of it
    return found


def key_gaps(deployment: Deployment, policies: Mapping[str, Policy]) -> tuple[KeyGap, ...]:
    """The keys that would refuse a reader role a parameter it is granted."""
    place = deployment.place
    via = parameter_store_of(place)[0]
    found: dict[KeyGap, None] = {}
    for reader in deployment.readers:
        principal = f"arn:{place.partition}:sts::{place.account}:assumed-role/{reader.role_name}/session"
        identity = (reader_policy(reader, place),)
        for item, keys in reader.keys:
            arn = covered(item, place).parameters.replace("*", "one")
            for key in keys:
                context: dict[str, ContextValue] = {
                    "kms:ViaService": via,
                    "kms:CallerAccount": place.account,
                    "kms:EncryptionContext:PARAMETER_ARN": arn,
                    "aws:PrincipalArn": reader.arn,
                    "aws:PrincipalAccount": place.account,
                }
                decided = PolicySet(identity, policies.get(key), resource_is_known=key in policies)
                if not evaluate(Request(principal, "kms:Decrypt", key, context), decided).allowed:
                    found[KeyGap(key, reader.arn)] = None
    return tuple(found)
