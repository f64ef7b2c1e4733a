"""`stale-principal`: a unique id in the place of a principal that was deleted."""

from collections.abc import Iterator

from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.named import Who, named_in
from secrets_cli.gate.rule import Hit, OfStatement, Persona, Rule
from secrets_cli.gate.subject import StatementAt
from secrets_cli.severity import Confidence, Severity

_KINDS = {"AIDA": "user", "AROA": "role", "AGPA": "group", "AIPA": "instance profile"}


def _check(at: StatementAt, _knowledge: Knowledge) -> Iterator[Hit]:
    element = at.statement.principal
    for named in named_in(element):
        if element is None or named.who is not Who.GONE:
            continue
        kind = _KINDS.get(named.value[:4], "principal")
        yield Hit(
            f"`{named.value}` is the unique id of a {kind} that was deleted: nobody can be it again",
            element.location or at.location,
            subject=named.value,
        )


RULE = Rule(
    id="stale-principal",
    title="names a principal that was deleted",
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "AWS keeps a role or a user in a policy by a unique id and shows its ARN as long as it exists. An id such as"
        " `AIDA...` or `AROA...` in a policy is what is left of one that was deleted. A new one of the same name is"
        " another, so the entry grants nothing, and AWS refuses a new policy that holds it."
    ),
    how_to_fix="Take the entry out, or write the ARN of the principal that shall have access now.",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-roles",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids",
    ),
    mapping=("Access Analyzer INVALID_ROLE_REFERENCE", "Access Analyzer INVALID_USER_REFERENCE"),
    check=OfStatement(_check),
)
