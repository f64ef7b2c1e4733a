"""The audit of many roles: one pass over what was read, each distinct set of policies judged once.

Pure: the same roles, usage and functions give the same audit, in whatever order they came.
"""

import datetime
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from secrets_cli.account.audit.evidence import Evidence, Logs, evidence_of
from secrets_cli.account.audit.functions import Functions
from secrets_cli.account.audit.held_policies import Held, Policies
from secrets_cli.account.audit.judged import Judged, RoleFinding, judged
from secrets_cli.account.audit.proposals import About, proposals_for
from secrets_cli.account.audit.risk import risk_of
from secrets_cli.account.audit.role_audit import Audit, RoleAudit, Service
from secrets_cli.account.audit.use import Asked, use_findings
from secrets_cli.account.origin import role_origin
from secrets_cli.aws.account_details import AccountRole, AccountRoles
from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.managed_policies import managed_policy
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.settings import Settings
from secrets_cli.iam.model import Policy
from secrets_cli.iam.policy_kind import PolicyKind


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the roles, beside their policies."""

    catalog: Catalog
    asked: Asked
    logs: Logs | None = None
    functions: Functions | None = None
    trusted_accounts: frozenset[str] = frozenset()
    """Other accounts that trust policies may name without a condition."""


def audit_roles(
    account: AccountRoles,
    question: Question,
    seen: Callable[[int, int], None] = lambda _done, _all: None,
    of_aws: Callable[[str], Policy | None] = managed_policy,
) -> Audit:
    """The audit; `seen` is told how many roles are done, and of how many."""
    judge = _Judge(Policies(account.managed, of_aws), question)
    found = []
    for number, role in enumerate(account.roles, 1):
        found.append(judge.role(role))
        seen(number, len(account.roles))
    return Audit(
        tuple(sorted(found, key=_rank)),
        question.asked.today,
        question.logs.coverage if question.logs else None,
        question.functions.where if question.functions else (),
    )


def _rank(one: RoleAudit) -> tuple[int, int, str]:
    return -(one.best.removes if one.best else 0), -one.risk.total, one.role.arn


@dataclass(slots=True)
class _Judge:
    policies: Policies
    question: Question
    _judged: dict[tuple[str, ...], Judged] = field(default_factory=dict)

    def role(self, role: AccountRole) -> RoleAudit:
        held = self.policies.held(role)
        own = role.arn.split(":")[4]
        said = self._said(held, own)
        identity = tuple(one.policy for one in held.policies if one.kind is PolicyKind.IDENTITY)
        question = self.question
        evidence = evidence_of(role, said, identity, question.logs, question.catalog)
        origin = role_origin(role.name, role.path, dict(role.tags), [one.name for one in role.inline])
        functions = question.functions
        uses = tuple(use_findings(role, origin, evidence, len(said.granted), functions, question.asked))
        running = None if functions is None else functions.by_role.get(role.arn, ())
        named = replace(said, findings=tuple(_named(one, held.names) for one in said.findings))
        about = About(role.name, role.arn, origin, said, evidence, uses, held.names)
        return RoleAudit(
            role=role,
            origin=origin,
            functions=running,
            risk=risk_of(said, question.catalog),
            granted=len(said.granted),
            administrator=said.administrator,
            services=_services(said, evidence),
            evidence=evidence,
            findings=tuple(sorted((*named.findings, *uses), key=lambda one: -one.severity.rank)),
            paths=tuple(
                replace(one, policies=tuple(held.names.get(label, label) for label in one.policies))
                for one in said.paths
            ),
            proposals=proposals_for(about, question.catalog),
            unresolved=held.unresolved,
        )

    def _said(self, held: Held, own: str) -> Judged:
        """What the policies say, judged once for each distinct set of them."""
        key = (own, *held.key)
        if key not in self._judged:
            settings = Settings(trusted_accounts=self.question.trusted_accounts | {own})
            knowledge = Knowledge(self.question.catalog, self.question.asked.today, settings)
            self._judged[key] = judged(held.policies, knowledge)
        return self._judged[key]


def _named(finding: RoleFinding, names: Mapping[str, str]) -> RoleFinding:
    return replace(finding, policy=names.get(finding.policy, finding.policy))


def _services(said: Judged, evidence: Evidence) -> Mapping[str, Service]:
    granted, used = _count(said.granted), _count(evidence.used)
    unused, invisible = _count(evidence.unused), _count(evidence.invisible)
    return {
        service: Service(number, used.get(service, 0), unused.get(service, 0), invisible.get(service, 0))
        for service, number in granted.items()
    }


@lru_cache(maxsize=1024)
def _count(actions: frozenset[str]) -> Mapping[str, int]:
    """Actions by service, sorted."""
    counts = Counter(action.partition(":")[0] for action in actions)
    return dict(sorted(counts.items()))


def today_utc() -> datetime.date:
    """The day it is now, in UTC: for who asks the question."""
    return datetime.datetime.now(datetime.UTC).date()
