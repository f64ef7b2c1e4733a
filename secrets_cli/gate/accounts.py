"""Which accounts a file names, and which of them is its own as far as it tells.

The account a file is deployed into is mostly not written in it. Its own are the accounts of what it manages: a resource
policy's resources, the identity providers of a trust policy, the resources of a role's other policies where they are all
of one account.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from secrets_cli.gate.named import Who, named_in
from secrets_cli.iam.arn import parse_arn
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.found import PolicyAt

_ACCOUNT: Final = re.compile(r"\d{12}")

AWS_OWNED: Final = frozenset(
    {
        "009996457667",
        "027434742980",
        "033677994240",
        "037604701340",
        "048591011584",
        "054676820928",
        "076674570225",
        "098369216593",
        "114774131450",
        "127311923021",
        "156460612806",
        "190560391635",
        "383597477331",
        "507241528517",
        "582318560864",
        "589379963580",
        "600734575887",
        "635631232127",
        "638102146993",
        "652711504416",
        "718504428378",
        "754344448648",
        "783225319266",
        "797873946194",
        "897822967062",
        "985666609251",
    }
)
"""Accounts by which load balancers write their logs.
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html"""


def own_account_of_resources(policy: PolicyAt) -> str:
    """The one account of the resources that a resource policy names; empty where there is none, or several."""
    return _only(_of_resources(policy))


def own_accounts_of_role(policies: Iterable[PolicyAt]) -> frozenset[str]:
    """The accounts that are a role's own: of its identity providers, and of the resources of its policies where it is one."""
    own: set[str] = set()
    resources: set[str] = set()
    for policy in policies:
        if policy.kind is PolicyKind.TRUST:
            own |= set(_of_providers(policy))
        else:
            resources |= set(_of_resources(policy))
    return frozenset(own | {account for account in (_only(resources),) if account})


def _only(accounts: Iterable[str]) -> str:
    each = set(accounts)
    return each.pop() if len(each) == 1 else ""


def _of_resources(policy: PolicyAt) -> Iterator[str]:
    for statement in policy.policy.statements:
        for value in statement.resource.values if statement.resource is not None else ():
            arn = parse_arn(value)
            if arn is not None and _ACCOUNT.fullmatch(arn.account):
                yield arn.account


def _of_providers(policy: PolicyAt) -> Iterator[str]:
    for statement in policy.policy.statements:
        for named in named_in(statement.principal):
            if named.who in (Who.OIDC, Who.SAML) and named.account:
                yield named.account
