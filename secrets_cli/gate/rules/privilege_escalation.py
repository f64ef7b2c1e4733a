"""`privilege-escalation`: a principal that can get more permissions than it was granted."""

from collections.abc import Iterator

from secrets_cli.gate.escalation.account import hits_of
from secrets_cli.gate.escalation.paths import PATHS
from secrets_cli.gate.escalation.search import ways_of
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.rule import Hit, OfPrincipal, Persona, Rule
from secrets_cli.gate.subject import Granted, Principal
from secrets_cli.severity import Confidence, Severity

_EVERYTHING = ("*", "*:*")


def _check(principal: Principal, knowledge: Knowledge) -> Iterator[Hit]:
    if any(_is_full_admin(granted) for granted in principal.granted):
        return
    yield from hits_of(
        f"`{principal.name}`" if principal.name else "this policy", tuple(ways_of(principal, PATHS, knowledge))
    )


def _is_full_admin(granted: Granted) -> bool:
    """Whether there is nothing more to get."""
    statement = granted.statement
    every = not statement.action.negated and any(value in _EVERYTHING for value in statement.action.values)
    return every and granted.everywhere and not statement.conditions


RULE = Rule(
    id="privilege-escalation",
    title="can get more permissions than it was granted",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "Some actions give more than their names say: whoever can write the policies of its own role, create a role and give"
        " it any policy, or pass an administrator's role to code that it writes, has every permission that those have,"
        " whatever else its policies say. All policies of a principal are judged together, with their Deny statements,"
        " conditions and the permissions boundary, and each path that is reported comes with requests that the policies"
        " really allow. A name pattern is no limit where the caller chooses the names: `role/*-ExecutionRole` admits a new"
        " `role/x-ExecutionRole` with AdministratorAccess.\n\n"
        "[The paths](../escalation.md) are a table: what each needs, and which resources and conditions rule it out."
    ),
    how_to_fix=(
        "* Name the roles that may be passed, and the services they may be passed to (`iam:PassedToService`).\n"
        "* Where a principal has to create roles, require a permissions boundary on `iam:CreateRole`, `iam:PutRolePolicy`"
        ' and `iam:AttachRolePolicy`: `"Condition": {"StringEquals": {"iam:PermissionsBoundary":'
        ' "arn:aws:iam::111122223333:policy/app-boundary"}}`.\n'
        "* Let the role be created once, by an administrator, and leave the deployment the right to pass it.\n"
        "* Name the functions, projects, stacks and instances whose code a principal may replace or run."
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
        "https://github.com/DataDog/pathfinding.cloud",
        "https://github.com/RhinoSecurityLabs/AWS-IAM-Privilege-Escalation",
    ),
    mapping=("CKV_AWS_110", "CKV_AWS_286", "cloudsplaining PrivilegeEscalation", "parliament PRIVILEGE_ESCALATION"),
    check=OfPrincipal(_check),
    silences=frozenset(
        {
            "pass-role-wildcard",
            "pass-role-without-service",
            "credentials-exposure",
            "resource-exposure",
            "resource-wildcard",
            "wide-resource-pattern",
        }
    ),
)
