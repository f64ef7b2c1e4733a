"""`denied-by-team`: a principal that may do what the team's configuration says nobody may."""

from collections.abc import Iterator

from secrets_cli.gate.allowed import is_spoken_of
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.rule import Hit, OfPrincipal, Persona, Rule
from secrets_cli.gate.settings import Access
from secrets_cli.gate.subject import Granted, Principal
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.severity import Confidence, Severity

_HELD = (PolicyKind.IDENTITY, PolicyKind.SESSION, PolicyKind.BOUNDARY)
"""The kinds whose Deny statements take access back."""


def _check(principal: Principal, knowledge: Knowledge) -> Iterator[Hit]:
    for granted in principal.granted:
        file = granted.at.location.file
        for denied in knowledge.settings.at(file).denied:
            if is_spoken_of(denied, file, knowledge):
                yield from _of_one(denied, granted, principal, knowledge)


def _of_one(denied: Access, granted: Granted, principal: Principal, knowledge: Knowledge) -> Iterator[Hit]:
    from secrets_cli.gate.shared_access import shared_access  # proofs take long to load, and few teams deny access

    held = tuple(policy.policy for policy in principal.policies if policy.kind in _HELD)
    found = shared_access(granted.at, denied.policy, held, knowledge.known)
    if found is None:
        return
    (statement,) = denied.policy.statements
    forbidden = ", ".join(f"`{value}`" for value in statement.action.values)
    where = ", ".join(f"`{value}`" for value in statement.resource.values) if statement.resource else "`*`"
    yield Hit(
        f"{granted.at.named} grants `{found.action}`, which the team grants to nobody: {denied.reason}",
        granted.statement.action.location or granted.at.location,
        evidence=(
            f"`{found.action}` on `{found.resource}` becomes possible",
            f"the team's list at {denied.location}: {forbidden} on {where}",
        ),
        about=(granted.at,),
        subject=forbidden,
    )


RULE = Rule(
    id="denied-by-team",
    title="may do what the team's configuration says nobody may",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "The team's configuration lists access that no principal in these files may have, with the reason. This statement"
        " grants some of it, after all Deny statements of the principal. It is judged by what is granted, not by what is"
        " written: `iam:Put*` grants `iam:PutRolePolicy` as its full name does."
    ),
    how_to_fix=(
        "Leave the action out, or narrow the resource. Where the rule is too strict for this file, the configuration's"
        " `except-paths` is the place to say so:\n\n"
        "```toml\n[[gate.deny]]\n"
        'actions = ["iam:PutRolePolicy"]\nreason = "inline policies are made by the platform team"\n'
        'except-paths = ["platform/**"]\n```'
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-custom-policy-checks.html",
        "https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CheckAccessNotGranted.html",
    ),
    mapping=("custom check CheckAccessNotGranted of Access Analyzer",),
    check=OfPrincipal(_check),
)
