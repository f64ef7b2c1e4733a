"""`suppression-expired`: a suppression whose last day is over."""

from secrets_cli.gate.rule import ByEngine, Persona, Rule
from secrets_cli.severity import Confidence, Severity

RULE = Rule(
    id="suppression-expired",
    title="is a suppression whose last day is over",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "Somebody accepted a finding until a day, and that day is over. From then on the suppression suppresses nothing: the"
        " finding is open again beside this one, as was agreed when it was written."
    ),
    how_to_fix=(
        "Mend what the finding says and remove the suppression. Where it must stay a while longer, let whoever answers for it"
        " agree again, and write a new day and a reason that is true today."
    ),
    references=("https://aquasecurity.github.io/tfsec/latest/guides/configuration/ignores/",),
    mapping=(),
    check=ByEngine(),
)
