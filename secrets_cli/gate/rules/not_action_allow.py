"""`not-action-allow`: an Allow statement that lists what it does not grant."""

from collections.abc import Iterator

from secrets_cli.gate.breadth import breadth_of, place_of
from secrets_cli.gate.breadth_actions import counted, named, severity_of
from secrets_cli.gate.breadth_wildcards import and_so_on, worth_telling
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.rule import Hit, OfGrant, Persona, Rule
from secrets_cli.gate.subject import Granted
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.severity import Confidence, Severity


def _check(granted: Granted, knowledge: Knowledge) -> Iterator[Hit]:
    catalog, action = knowledge.catalog, granted.statement.action
    if not action.negated or any(UNKNOWN in one for one in action.values):
        return
    breadth = breadth_of(granted, catalog)
    everywhere = worth_telling(breadth.wide, catalog)
    some = worth_telling(breadth.scoped, catalog)
    grants = breadth.wide | breadth.scoped | breadth.narrowed
    if not grants:
        return
    grave = everywhere or some
    yield Hit(
        f"{granted.at.named} grants every action but {and_so_on(action.values)}"
        f" {'on every resource' if everywhere else 'on its resources'}: {counted(grants, catalog)} that are known, among"
        f" them {named(grave or grants, catalog)}, and every action that AWS adds",
        place_of(granted, action),
        evidence=(counted(grants, catalog),),
        severity=severity_of(everywhere, catalog) if everywhere else Severity.MEDIUM if some else Severity.LOW,
        persona=Persona.DEFAULT if grave else Persona.STRICT,
    )


RULE = Rule(
    id="not-action-allow",
    title="grants every action but those it lists",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "Allow with NotAction grants all of AWS less a list: some twenty thousand actions of services nobody thought of, and"
        " each one that AWS adds. What is left out tends to have holes: leaving out `iam:Create*`, `iam:Update*` and"
        " `iam:Attach*` still grants `iam:PutRolePolicy`. NotAction is made for Deny statements."
    ),
    how_to_fix=(
        "List what is granted with Action. To take something out of a grant, deny it in a statement of its own."
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-1",
    ),
    mapping=("parliament NotAction", "cfn-lint W1030", "cfn_nag W15", "CKV_AWS_49"),
    check=OfGrant(_check),
    silences=frozenset({"data-exposure", "resource-exposure", "credentials-exposure", "not-resource-allow"}),
)
