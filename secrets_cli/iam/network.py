"""IP addresses and ranges as the IpAddress condition operators read them.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IPAddress
"""

import ipaddress
import re
from dataclasses import dataclass
from functools import lru_cache

_CIDR = re.compile(r"([0-9A-Fa-f.:]{2,45})(?:/([0-9]{1,3}))?")


@dataclass(frozen=True, slots=True)
class Network:
    """A range of addresses of one version, as whole numbers."""

    version: int
    """4 or 6."""
    first: int
    last: int

    def contains(self, other: "Network") -> bool:
        """Whether every address of the other is in this; never across versions."""
        return self.version == other.version and self.first <= other.first and other.last <= self.last


@lru_cache(maxsize=8192)
def parse_network(text: str) -> Network | None:
    """`203.0.113.7`, `203.0.113.0/24`, `2001:db8::/32`; an address alone is a range of one.

    Bits beyond the prefix are ignored. None where the text is neither; netmasks are not read.
    """
    parts = _CIDR.fullmatch(text.strip())
    if parts is None:
        return None
    try:
        address = ipaddress.ip_address(parts.group(1))
    except ValueError:
        return None
    bits = address.max_prefixlen
    prefix = bits if parts.group(2) is None else int(parts.group(2))
    if prefix > bits:
        return None
    span = (1 << (bits - prefix)) - 1
    first = int(address) & ~span
    return Network(address.version, first, first | span)
