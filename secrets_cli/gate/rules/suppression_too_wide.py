"""`suppression-too-wide`: a suppression of every rule, of a whole file, or for years."""

from secrets_cli.gate.rule import ByEngine, Persona, Rule
from secrets_cli.severity import Confidence, Severity

RULE = Rule(
    id="suppression-too-wide",
    title="is a suppression of every rule, of everything in a file, of every file, or for more than a year",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "A suppression accepts one finding that somebody has looked at. One that names no rule, or covers a whole section of a"
        " template, every file, or years to come, accepts what nobody has seen yet. It suppresses nothing."
    ),
    how_to_fix=(
        "Name each rule, write the comment at the statement or the resource that it is about, and give a day within a year."
        " What a team accepts for good and everywhere is no suppression: it stands in the configuration, as a disabled rule, as"
        " a severity or as allowed access."
    ),
    references=("https://docs.zizmor.sh/usage/#ignoring-results",),
    mapping=(),
    check=ByEngine(),
)
