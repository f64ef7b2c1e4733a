"""Proof, by the evaluator, that a key policy does what it was built for.

What is claimed to be denied is put to the test as the strongest case: the caller's own IAM policies allow everything. What
is claimed to be allowed must be so by the key policy alone (of another account's principals, together with their own
policies, without which nothing is allowed across accounts). Where the policy hands decisions to IAM, no policy can prove what
IAM will say: the claims are then about the key policy alone, and the proof says so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from secrets_cli.iam.evaluate import Decision
from secrets_cli.iam.model import Policy
from secrets_cli.secrets.keys.policy import READ_ACTIONS, USE_ACTIONS, WRITE_ACTIONS, AccountAccess, KeyAccess, Via
from secrets_cli.secrets.keys.principal import Principal, PrincipalKind
from secrets_cli.secrets.keys.request import KeyPlace, Way, ask, made_up_key, request

_CREATE_GRANT = "kms:CreateGrant"
_PUT_POLICY = "kms:PutKeyPolicy"


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that is to hold of a policy, and whether it does."""

    subject: str
    """The principal it is about."""
    text: str
    """What is claimed, such as `may kms:Decrypt through Parameter Store`."""
    holds: bool
    requests: int
    """How many requests were evaluated."""
    against: str = ""
    """The first request that speaks against it; empty where it holds."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The claims on one policy."""

    claims: tuple[Claim, ...]
    limits: tuple[str, ...]
    """What the proof cannot speak of."""

    @property
    def holds(self) -> bool:
        """Whether every claim does."""
        return all(claim.holds for claim in self.claims)

    @property
    def requests(self) -> int:
        """Requests evaluated, over all claims."""
        return sum(claim.requests for claim in self.claims)


def prove(policy: Policy, access: KeyAccess) -> Proof:
    """Check that the policy gives each principal of `access` what it should and no more."""
    prover = _Prover(policy, access, made_up_key(access.partition, access.region, access.account))
    return Proof(tuple(prover.claims()), tuple(_limits(access)))


def prove_use(policy: Policy, access: KeyAccess, key: KeyPlace) -> Proof:
    """Claims about the users, readers and writers of `access` alone, by the key policy alone: the rest of the policy is
    somebody else's."""
    prover = _Prover(policy, replace(access, account_access=AccountAccess.IAM), key)
    claims = (claim for user in access.all_users for claim in prover.of_user(user, administers=True))
    return Proof(tuple(claims), ())


def may_manage(policy: Policy, caller: str, key: KeyPlace) -> bool | None:
    """Whether the caller may replace the policy again, which KMS demands; None: their own IAM policies decide."""
    asked = request(caller, _PUT_POLICY, key, Way.DIRECT)
    if ask(asked, policy).allowed:
        return True
    return None if ask(asked, policy, administrator=True).allowed else False


class _Prover:
    def __init__(self, policy: Policy, access: KeyAccess, key: KeyPlace) -> None:
        self.policy = policy
        self.access = access
        self.key = key

    def claims(self) -> Iterator[Claim]:
        users = {principal.arn for principal in self.access.all_users}
        for administrator in self.access.administrators:
            yield self.allowed(administrator, (_PUT_POLICY,), (Way.DIRECT,))
            if administrator.arn in users:
                yield self.denied(administrator, (_CREATE_GRANT,), tuple(Way))
            else:
                yield self.denied(administrator, (*USE_ACTIONS, _CREATE_GRANT), tuple(Way))
        administrators = {principal.arn for principal in self.access.administrators}
        if self.access.account_access is not AccountAccess.NONE:
            administrators.add(self.access.root)
        for user in self.access.all_users:
            yield from self.of_user(user, user.arn in administrators)
        yield from self.of_the_account()

    def of_user(self, user: Principal, administers: bool) -> Iterator[Claim]:
        """What a user may, through what, and what not."""
        access = self.access
        may = set(USE_ACTIONS if user in access.users else ())
        may |= set(READ_ACTIONS if user in access.readers else ())
        may |= set(WRITE_ACTIONS if user in access.writers else ())
        actions = tuple(action for action in USE_ACTIONS if action in may)
        others = tuple(action for action in USE_ACTIONS if action not in may)
        ways = (Way.SSM,) if access.via is Via.SSM else tuple(Way)
        yield self.allowed(user, actions, ways)
        if access.via is Via.SSM:
            yield self.denied(user, actions, (Way.DIRECT,))
        if others:
            yield self.denied(user, others, tuple(Way))
        if not administers:
            yield self.denied(user, (_PUT_POLICY, _CREATE_GRANT), tuple(Way))

    def of_the_account(self) -> Iterator[Claim]:
        """What is left to the account's root user and to its IAM administrators."""
        access = self.access
        root = Principal(access.root, PrincipalKind.ROOT, access.account)
        if access.account_access is AccountAccess.RECOVERY:
            yield self.allowed(root, (_PUT_POLICY,), (Way.DIRECT,))
        arn = f"arn:{access.partition}:iam::{access.account}:role/any-other-iam-administrator"
        other = Principal(arn, PrincipalKind.ROLE, access.account)
        if not access.delegates_use:
            yield self.denied(other, USE_ACTIONS, tuple(Way))
        if not access.delegates_management:
            yield self.denied(other, (_PUT_POLICY, _CREATE_GRANT), tuple(Way))

    def allowed(self, who: Principal, actions: Sequence[str], ways: Sequence[Way]) -> Claim:
        return self.claim(who, actions, ways, expected=True, administrator=who.account != self.access.account)

    def denied(self, who: Principal, actions: Sequence[str], ways: Sequence[Way]) -> Claim:
        use = all(action in USE_ACTIONS for action in actions)
        access = self.access
        # CreateGrant and PutKeyPolicy are management, yet AccountAccess.IAM hands both kinds over.
        delegated = access.delegates_use if use else (access.delegates_use or access.delegates_management)
        return self.claim(who, actions, ways, expected=False, administrator=not delegated)

    def claim(
        self, who: Principal, actions: Sequence[str], ways: Sequence[Way], *, expected: bool, administrator: bool
    ) -> Claim:
        against = ""
        for action in actions:
            for way in ways:
                decision = ask(request(who.arn, action, self.key, way), self.policy, administrator=administrator)
                if decision.allowed != expected and not against:
                    against = _against(action, way, decision)
        how = "" if len(ways) == len(Way) else f" {_HOW[ways[0]]}"
        text = f"{'may' if expected else 'may not'} {_joined(actions)}{how}"
        return Claim(who.arn, text, not against, len(actions) * len(ways), against)


_HOW = {Way.DIRECT: "directly", Way.SSM: "through Parameter Store"}


def _joined(actions: Sequence[str]) -> str:
    *first, last = actions
    names = f"{', '.join(first)} and {last}" if first else last
    return names.replace(", kms:", ", ").replace(" and kms:", " and ")


def _against(action: str, way: Way, decision: Decision) -> str:
    sid = f" (statement {decision.by.sid})" if decision.by.sid else ""
    return f"{action} {_HOW[way]} is {decision.verdict.value}: {decision.by.reason}{sid}"


def _limits(access: KeyAccess) -> Iterator[str]:
    if access.delegates_use:
        yield "IAM policies of the account decide on use too: each IAM administrator of the account can read"
    if access.delegates_management and not access.delegates_use:
        yield "IAM policies of the account decide on the key's management too"
    others = [p.arn for p in (*access.administrators, *access.all_users) if p.account != access.account]
    if others:
        yield f"another account's policies must allow it too: {', '.join(dict.fromkeys(others))}"
