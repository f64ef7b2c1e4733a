"""Which roles the functions of an account run as, and which stacks there are, in many regions: typed calls, each failure one
of ours.

Sources: https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html,
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStacks.html,
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html (without AllRegions: those enabled)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from secrets_cli.aws.failures import translated
from secrets_cli.aws.target import Connection

_DELETED = "DELETE_COMPLETE"


@dataclass(frozen=True, slots=True)
class InRegions:
    """What was found."""

    functions: tuple[tuple[str, str], ...]
    """ARN of the role and ARN of the function."""
    stacks: frozenset[str]
    """Names of stacks that are there."""
    regions: tuple[str, ...]


class AccountFunctions:
    """EC2, Lambda and CloudFormation on one connection, which is copied for each region."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def enabled_regions(self) -> tuple[str, ...]:
        """The regions that the account may use, sorted, by ec2:DescribeRegions."""
        client: Any = self.connection.client("ec2")
        with translated("ec2:DescribeRegions"):
            return tuple(sorted(one["RegionName"] for one in client.describe_regions()["Regions"]))

    def in_regions(
        self, regions: Sequence[str], seen: Callable[[int, int], None] = lambda _done, _all: None
    ) -> InRegions:
        """Functions by lambda:ListFunctions, their variables dropped, and stacks by cloudformation:ListStacks; `seen` is told
        after each region how many are done."""
        functions: list[tuple[str, str]] = []
        stacks: set[str] = set()
        for number, region in enumerate(regions, 1):
            connection = Connection(replace(self.connection.target, region=region))
            functions += self._functions(connection, region)
            stacks |= self._stacks(connection, region)
            seen(number, len(regions))
        return InRegions(tuple(functions), frozenset(stacks), tuple(regions))

    def _functions(self, connection: Connection, region: str) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        with translated("lambda:ListFunctions", region):
            for page in connection.client("lambda").get_paginator("list_functions").paginate():
                found += [(one.get("Role", ""), one["FunctionArn"]) for one in page["Functions"]]
        return found

    def _stacks(self, connection: Connection, region: str) -> set[str]:
        found: set[str] = set()
        with translated("cloudformation:ListStacks", region):
            for page in connection.client("cloudformation").get_paginator("list_stacks").paginate():
                found |= {one["StackName"] for one in page["StackSummaries"] if one["StackStatus"] != _DELETED}
        return found
