"""The executable specification: what AWS answers to a request under a set of policies.

The order, which decides what the answer names:

1. an explicit Deny in any applicable policy;
2. every level of SCPs must allow (they apply to principals of the account, its root user included, not to
   service-linked roles and not to AWS services);
3. every level of RCPs must allow (not for service-linked roles);
4. the resource policy: within one account it may allow by itself, how far depends on how closely it names the caller
   (`secrets_cli.iam.principal.Closeness`); across accounts it must allow;
5. identity policies, unless the resource policy named the caller; the root user needs none;
6. the permissions boundary and 7. the session policy, unless the resource policy named the user or the session itself.

Trust policies (STS actions on a role) and KMS key policies must allow in the same account too, at least the account.
The request's account is its principal's; the resource's is the fifth field of its ARN or, where that is empty, `aws`
or a wildcard, the principal's.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html,
https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
"""

from secrets_cli.iam.arn import Arn, parse_arn
from secrets_cli.iam.consult import Asked, Layer, Outcome, consult, nearest
from secrets_cli.iam.decision import Because, Decision, PolicyType, Verdict
from secrets_cli.iam.model import Policy
from secrets_cli.iam.principal import CallerKind, Closeness
from secrets_cli.iam.request import PolicySet, Request

__all__ = ["Because", "Decision", "PolicyType", "Verdict", "evaluate"]


def evaluate(request: Request, policies: PolicySet) -> Decision:
    """What IAM answers. Never raises on policies that were parsed and a request of text."""
    asked = Asked.of(request)
    case = _Case(asked, policies)
    return case.explicit_deny() or case.organization() or case.account()


class _Case:
    """One request under its policies: each layer is consulted once."""

    __slots__ = ("arn", "asked", "boundary", "identity", "levels", "policies", "resource", "session")

    def __init__(self, asked: Asked, policies: PolicySet) -> None:
        self.asked = asked
        self.policies = policies
        self.arn = parse_arn(asked.resource)
        self.levels = self._levels()
        self.resource = self._consult(PolicyType.RESOURCE, policies.resource)
        self.identity = consult(Layer(PolicyType.IDENTITY, policies.identity), asked)
        self.boundary = self._consult(PolicyType.BOUNDARY, policies.boundary)
        self.session = self._consult(PolicyType.SESSION, policies.session)

    def _consult(self, kind: PolicyType, policy: Policy | None) -> Outcome | None:
        if policy is None:
            return None
        # A key policy's statement without Resource is stored and has no effect.
        needs_resource = kind is PolicyType.RESOURCE and _is_kms_key(self.arn)
        return consult(Layer(kind, (policy,), None, needs_resource), self.asked)

    def _levels(self) -> tuple[Outcome, ...]:
        policies, caller = self.policies, self.asked.caller
        if not (policies.scps or policies.rcps) or caller.service_linked:
            return ()
        scps = policies.scps if caller.account else ()
        layers = [Layer(PolicyType.SCP, level, number) for number, level in enumerate(scps)]
        layers += [Layer(PolicyType.RCP, level, number) for number, level in enumerate(policies.rcps)]
        return tuple(consult(layer, self.asked) for layer in layers)

    def explicit_deny(self) -> Decision | None:
        for outcome in (*self.levels, self.resource, self.identity, self.boundary, self.session):
            if outcome is not None and outcome.deny is not None:
                why = f"{_title(outcome.layer)} denies it"
                return Decision(Verdict.EXPLICITLY_DENIED, outcome.because(outcome.deny, why))
        return None

    def organization(self) -> Decision | None:
        for outcome in self.levels:
            if outcome.allow is None:
                return self.implicit(outcome)
        return None

    def account(self) -> Decision:
        resource = self.resource
        close = resource.closeness if resource is not None else Closeness.NONE
        if self.asked.caller.kind is CallerKind.OUTSIDE:
            return self.by_resource() if close else self.no_resource_policy("the caller has no identity policies")
        if not self.same_account():
            return (
                self.limited(self.root_or_identity()) if close else self.no_resource_policy("it is another account's")
            )
        if close is Closeness.DIRECT:
            return self.by_resource()
        if close is Closeness.ROLE:
            return self.limited(self.by_resource())
        if close is Closeness.NONE and self.resource_policy_must_allow():
            return self.no_resource_policy("its own policy must allow it")
        return self.limited(self.root_or_identity())

    def same_account(self) -> bool:
        """Also where nothing is known of the resource's policy: then only the other policies are asked."""
        if self.policies.resource is None and not self.policies.resource_is_known:
            return True
        account = self.arn.account if self.arn is not None else ""
        return account in ("", "aws", self.asked.caller.account) or "*" in account or "?" in account

    def resource_policy_must_allow(self) -> bool:
        if self.policies.resource is None and not self.policies.resource_is_known:
            return False
        service = self.asked.action.partition(":")[0]
        assumes = service == "sts" and _is_role(self.arn)
        return assumes or (service == "kms" and _is_kms_key(self.arn))

    def root_or_identity(self) -> Decision:
        if self.asked.caller.kind is CallerKind.ROOT:
            return Decision(Verdict.ALLOWED, Because("the account's root user is not implicitly denied"))
        outcome = self.identity
        if outcome.allow is None:
            return self.implicit(outcome)
        return Decision(Verdict.ALLOWED, outcome.because(outcome.allow, "an identity policy allows it"))

    def by_resource(self) -> Decision:
        outcome = self.resource
        # INVARIANT: only asked for where the resource policy names the caller, hence allows.
        assert outcome is not None
        assert outcome.allow is not None
        return Decision(Verdict.ALLOWED, outcome.because(outcome.allow, "the resource's policy allows it"))

    def limited(self, decision: Decision) -> Decision:
        """The decision, unless it is Allowed and a boundary or a session policy does not allow too."""
        if not decision.allowed or self.asked.caller.kind is CallerKind.ROOT:
            return decision
        for outcome in (self.boundary, self.session):
            if outcome is not None and outcome.allow is None:
                return self.implicit(outcome)
        return decision

    def no_resource_policy(self, why: str) -> Decision:
        if self.resource is None:
            reason = f"the resource has no policy that allows it, and {why}"
            return Decision(Verdict.IMPLICITLY_DENIED, Because(reason, PolicyType.RESOURCE))
        return self.implicit(self.resource, f", and {why}")

    def implicit(self, outcome: Outcome, also: str = "") -> Decision:
        found = nearest(outcome.layer, self.asked)
        identity = outcome.layer.policy_type is PolicyType.IDENTITY
        reason = "no identity policy allows it" if identity else f"{_title(outcome.layer)} does not allow it{also}"
        return Decision(Verdict.IMPLICITLY_DENIED, outcome.because(found, reason))


def _title(layer: Layer) -> str:
    match layer.policy_type:
        case PolicyType.IDENTITY:
            return "an identity policy"
        case PolicyType.RESOURCE:
            return "the resource's policy"
        case PolicyType.BOUNDARY:
            return "the permissions boundary"
        case PolicyType.SESSION:
            return "the session policy"
        case PolicyType.SCP:
            return f"level {layer.level} of the service control policies"
        case PolicyType.RCP:
            return f"level {layer.level} of the resource control policies"


def _is_kms_key(arn: Arn | None) -> bool:
    return arn is not None and arn.service == "kms" and arn.resource.startswith("key/")


def _is_role(arn: Arn | None) -> bool:
    return arn is not None and arn.service == "iam" and arn.resource.startswith("role/")
