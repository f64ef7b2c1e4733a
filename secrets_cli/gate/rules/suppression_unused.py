"""`suppression-unused`: a suppression for which there is no finding."""

from secrets_cli.gate.rule import ByEngine, Persona, Rule
from secrets_cli.severity import Confidence, Severity

RULE = Rule(
    id="suppression-unused",
    title="is a suppression for which there is no finding",
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "What it accepted is gone: the statement was mended, moved or deleted. Left in place, it would silently accept the"
        " next finding of that rule that comes to stand there, which nobody has looked at."
    ),
    how_to_fix=(
        "Remove it. Where it was to cover something further down, move it: a comment covers what begins on its own line, or, on"
        " a line of its own, what begins on the next."
    ),
    references=("https://docs.zizmor.sh/usage/#ignoring-results",),
    mapping=(),
    check=ByEngine(),
)
