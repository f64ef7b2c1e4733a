"""`ssm-get-wildcard`: a wildcard that admits every way to read every parameter, and more."""

from collections.abc import Iterator, Sequence

from secrets_cli.gate.fix import Fix, ReplaceValues
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.rule import Hit, OfGrant, Persona, Rule
from secrets_cli.gate.secret_reads import PARAMETER_READS, reads_all, shown
from secrets_cli.gate.subject import Granted
from secrets_cli.severity import Confidence, Severity

_NAMED = ("ssm:GetAccessToken", "ssm:GetCommandInvocation", "ssm:GetDocument", "ssm:GetInventory")
"""Examples of what is no parameter, the most telling first."""


def _check(granted: Granted, knowledge: Knowledge) -> Iterator[Hit]:
    action, resource = granted.statement.action, granted.statement.resource
    if action.negated or resource is None or resource.negated:
        return
    wide = tuple(value for value in action.values if _is_wide(value))
    everything = tuple(value for value in resource.values if reads_all(value))
    admitted = {name for value in wide for name in knowledge.catalog.expand(value)} & granted.actions
    if not everything or not set(PARAMETER_READS) & admitted:
        return
    reads = [name for name in PARAMETER_READS if name in admitted]
    limited = bool(granted.statement.conditions)
    place = action.place_of(wide[0]) or granted.at.location
    yield Hit(
        f"`{'`, `'.join(wide)}` on {shown(everything[0])} grants {len(admitted)} actions: it reads every parameter of the"
        f" account by {_ways(reads)}{_further(admitted)}",
        place,
        evidence=(f"{len(admitted)} known actions: {', '.join(sorted(admitted))}",),
        severity=Severity.MEDIUM if limited else None,
        confidence=Confidence.MEDIUM if limited else None,
        fix=_fix(granted, wide),
        actions=frozenset() if admitted >= granted.actions else frozenset(admitted),
    )


def _is_wide(pattern: str) -> bool:
    """A pattern with a wildcard in the name that begins as the reading actions do; `ssm:*` is another rule's."""
    service, _, name = pattern.lower().partition(":")
    literal = name.partition("*")[0].partition("?")[0]
    return service == "ssm" and literal != name and literal.startswith("g")


def _ways(reads: Sequence[str]) -> str:
    return "one way" if len(reads) == 1 else f"{len(reads)} ways"


def _further(admitted: set[str]) -> str:
    others = admitted - set(PARAMETER_READS)
    named = [f"`{name}`" for name in _NAMED if name in others]
    return f", and admits {', '.join(named[:3])}" if named else ""


def _fix(granted: Granted, wide: tuple[str, ...]) -> Fix | None:
    if granted.statement.location is None:
        return None
    change = ReplaceValues(granted.statement.location, "Action", wide, PARAMETER_READS[:2])
    return Fix("name the actions that read a parameter by its name", safe=False, changes=(change,))


RULE = Rule(
    id="ssm-get-wildcard",
    title="reads every parameter of the account by a wildcard in the action",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "`ssm:Get*` looks like reading a parameter and is some thirty actions. It reads whole trees"
        " (`GetParametersByPath`), old values (`GetParameterHistory`), the outputs of commands (`GetCommandInvocation`), and"
        " gives out tokens (`GetAccessToken`). On `*`, or on `parameter/*`, it reads the secrets of every app of the"
        " account: a SecureString under AWS's own key `aws/ssm` needs no grant on a key beside it."
    ),
    how_to_fix=(
        "Name the actions and the parameters: `ssm:GetParameter` on"
        " `arn:aws:ssm:REGION:ACCOUNT:parameter/app/*` (the parameter's name without its leading slash), and `kms:Decrypt` on"
        " the one key, with `kms:ViaService`. `secrets-cli secret policy` writes it."
    ),
    references=(
        "https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html",
        "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html",
    ),
    mapping=(
        "CKV_AWS_108",
        "CKV_AWS_288",
        "CKV_AWS_355",
        "cloudsplaining DataExfiltration",
        "parliament RESOURCE_STAR",
    ),
    check=OfGrant(_check),
    silences=frozenset({"action-wildcard", "resource-wildcard", "data-exposure", "credentials-exposure"}),
)
