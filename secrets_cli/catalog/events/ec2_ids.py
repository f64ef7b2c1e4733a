"""EC2's resource types by the prefix of their ids.

Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html and the ARN formats of
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
"""

ID_PREFIX = {
    "capacity-reservation": "cr",
    "client-vpn-endpoint": "cvpn-endpoint",
    "customer-gateway": "cgw",
    "dedicated-host": "h",
    "dhcp-options": "dopt",
    "egress-only-internet-gateway": "eigw",
    "elastic-ip": "eipalloc",
    "fleet": "fleet",
    "image": "ami",
    "instance": "i",
    "instance-connect-endpoint": "eice",
    "internet-gateway": "igw",
    "key-pair": "key",
    "launch-template": "lt",
    "natgateway": "nat",
    "network-acl": "acl",
    "network-interface": "eni",
    "network-insights-path": "nip",
    "network-insights-analysis": "nia",
    "placement-group": "pg",
    "prefix-list": "pl",
    "route-table": "rtb",
    "security-group": "sg",
    "security-group-rule": "sgr",
    "snapshot": "snap",
    "spot-instances-request": "sir",
    "spot-fleet-request": "sfr",
    "subnet": "subnet",
    "traffic-mirror-filter": "tmf",
    "traffic-mirror-filter-rule": "tmfr",
    "traffic-mirror-session": "tms",
    "traffic-mirror-target": "tmt",
    "transit-gateway": "tgw",
    "transit-gateway-attachment": "tgw-attach",
    "transit-gateway-route-table": "tgw-rtb",
    "volume": "vol",
    "vpc": "vpc",
    "vpc-endpoint": "vpce",
    "vpc-endpoint-service": "vpce-svc",
    "vpc-flow-log": "fl",
    "vpc-peering-connection": "pcx",
    "vpn-connection": "vpn",
    "vpn-gateway": "vgw",
}
"""Resource type -> what its ids begin with, before the hyphen."""


def type_of_id(written: str) -> str:
    """The resource type of an id such as `i-0abc`, or an empty string."""
    prefix = written.rpartition("-")[0]
    return _TYPE_OF_PREFIX.get(prefix, "")


_TYPE_OF_PREFIX = {prefix: kind for kind, prefix in ID_PREFIX.items()}
WITHOUT_ACCOUNT = frozenset({"image", "snapshot"})
"""Types whose ARNs have no account: they may be another account's."""
NAMED_BY_CALLERS = frozenset({"key-pair", "placement-group"})
"""Types whose ARNs hold the name that the caller chose; the others' hold an id that EC2 invents."""
