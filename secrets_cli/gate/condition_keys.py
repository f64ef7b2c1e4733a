"""What is known of condition keys: their type, how many values they have, whether they are always there.

Keys that AWS itself sets (`aws:...`) are listed here; those of services come from the catalog and may always be absent.
Nothing is assumed of others, such as those of identity providers: they may be absent, have several values and hold any
text.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html, the entries
"Availability", "Data type" and "Value type" of each key; read 2026-11.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from secrets_cli.catalog.condition_keys import service_key


class KeyType(enum.Enum):
    """What a key's values are, by which the fitting operators go."""

    STRING = "string"
    ARN = "arn"
    BOOL = "bool"
    NUMBER = "number"
    DATE = "date"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """What is known of one key."""

    name: str
    """In AWS's spelling; a trailing `/` stands for a name that follows, as in `aws:PrincipalTag/`."""
    type: KeyType | None = KeyType.STRING
    """None where it is not known."""
    multivalued: bool | None = False
    """None where it is not known."""
    always: bool = False
    """Whether every request has it, anonymous ones and those by AWS services included."""
    signed: bool = False
    """Whether every signed request has it; an identity policy is only asked about such requests."""


UNKNOWN_KEY = KeyFacts("", None, None)
"""Of a key nothing is known of."""

_ARN, _BOOL, _DATE, _NUMBER, _ADDRESS = KeyType.ARN, KeyType.BOOL, KeyType.DATE, KeyType.NUMBER, KeyType.ADDRESS

_FACTS = (
    # of the principal
    KeyFacts("aws:PrincipalArn", _ARN, signed=True),
    KeyFacts("aws:PrincipalAccount", signed=True),
    KeyFacts("aws:PrincipalOrgPaths", multivalued=True),
    KeyFacts("aws:PrincipalOrgID"),
    KeyFacts("aws:PrincipalOrgMasterAccountId"),
    KeyFacts("aws:PrincipalTag/"),
    KeyFacts("aws:PrincipalIsAWSService", _BOOL, signed=True),
    KeyFacts("aws:PrincipalServiceName"),
    KeyFacts("aws:PrincipalServiceNamesList", multivalued=True),
    KeyFacts("aws:PrincipalType", always=True),
    KeyFacts("aws:userid", signed=True),
    KeyFacts("aws:username"),
    KeyFacts("aws:ARN", _ARN),
    # of the session
    KeyFacts("aws:AssumedRoot", _BOOL),
    KeyFacts("aws:FederatedProvider"),
    KeyFacts("aws:TokenIssueTime", _DATE),
    KeyFacts("aws:MultiFactorAuthAge", _NUMBER),
    KeyFacts("aws:MultiFactorAuthPresent", _BOOL),
    KeyFacts("aws:ChatbotSourceArn", _ARN),
    KeyFacts("aws:Ec2InstanceSourceVpc"),
    KeyFacts("aws:Ec2InstanceSourcePrivateIPv4", _ADDRESS),
    KeyFacts("aws:SourceIdentity"),
    KeyFacts("aws:SignInSessionArn", _ARN),
    KeyFacts("ec2:RoleDelivery", _NUMBER),
    KeyFacts("ec2:SourceInstanceArn", _ARN),
    KeyFacts("glue:RoleAssumedBy"),
    KeyFacts("glue:CredentialIssuingService"),
    KeyFacts("codebuild:BuildArn", _ARN),
    KeyFacts("codebuild:ProjectArn", _ARN),
    KeyFacts("identitystore:UserId", multivalued=None),
    KeyFacts("lambda:SourceFunctionArn", _ARN),
    KeyFacts("ssm:SourceInstanceArn", _ARN),
    # of the network
    KeyFacts("aws:SourceIp", _ADDRESS),
    KeyFacts("aws:SourceVpc"),
    KeyFacts("aws:SourceVpcArn", _ARN),
    KeyFacts("aws:SourceVpce"),
    KeyFacts("aws:VpceAccount"),
    KeyFacts("aws:VpceOrgID"),
    KeyFacts("aws:VpceOrgPaths", multivalued=True),
    KeyFacts("aws:VpcSourceIp", _ADDRESS),
    # of the resource
    KeyFacts("aws:ResourceAccount"),
    KeyFacts("aws:ResourceOrgID"),
    KeyFacts("aws:ResourceOrgPaths", multivalued=True),
    KeyFacts("aws:ResourceTag/"),
    # of the request
    KeyFacts("aws:CalledVia", multivalued=True),
    KeyFacts("aws:CalledViaFirst"),
    KeyFacts("aws:CalledViaLast"),
    KeyFacts("aws:CalledViaAWSMCP"),
    KeyFacts("aws:ViaAWSMCPService", _BOOL),
    KeyFacts("aws:ViaAWSService", _BOOL),
    KeyFacts("aws:CurrentTime", _DATE, always=True),
    KeyFacts("aws:EpochTime", _DATE, always=True),
    KeyFacts("aws:referer"),
    KeyFacts("aws:RequestedRegion", always=True),
    KeyFacts("aws:RequestTag/"),
    KeyFacts("aws:TagKeys", multivalued=True),
    KeyFacts("aws:SecureTransport", _BOOL, always=True),
    KeyFacts("aws:SourceAccount"),
    KeyFacts("aws:SourceArn", _ARN),
    KeyFacts("aws:SourceOrgID"),
    KeyFacts("aws:SourceOrgPaths", multivalued=True),
    KeyFacts("aws:UserAgent", always=True),
    KeyFacts("aws:IsMcpServiceAction", _BOOL),
    KeyFacts("aws:SourceOwner"),
)

GLOBAL_KEYS: Mapping[str, KeyFacts] = MappingProxyType({facts.name.lower(): facts for facts in _FACTS})
"""By name in lower case."""


def facts_of_key(key: str) -> KeyFacts:
    """What is known of a key (any case); UNKNOWN_KEY where nothing is."""
    lower = key.lower()
    found = GLOBAL_KEYS.get(lower)
    if found is None and "/" in lower:
        found = GLOBAL_KEYS.get(f"{lower.partition('/')[0]}/")
    return found or _of_service(lower)


_TYPES = {
    "String": KeyType.STRING,
    "ARN": KeyType.ARN,
    "Bool": KeyType.BOOL,
    "Numeric": KeyType.NUMBER,
    "Date": KeyType.DATE,
    "IPAddress": KeyType.ADDRESS,
}


def _of_service(key: str) -> KeyFacts:
    known = service_key(key)
    return UNKNOWN_KEY if known is None else KeyFacts(known.name, _TYPES[known.type], known.multivalued)
