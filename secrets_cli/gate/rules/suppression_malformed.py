"""`suppression-malformed`: a comment or a setting that was meant as a suppression, and is none."""

from secrets_cli.gate.rule import ByEngine, Persona, Rule
from secrets_cli.severity import Confidence, Severity

RULE = Rule(
    id="suppression-malformed",
    title="is a suppression without a reason, without an expiry, or of a rule that is not there",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "A suppression takes a finding off the gate, so it must say why and until when: the reason is what the next reader"
        " judges it by, the expiry makes somebody look again. One that lacks either, misspells the rule, or gives a joke for"
        " a reason suppresses nothing, and its author believes that it does."
    ),
    how_to_fix=(
        'Write `# secrets-cli: ignore[RULE] until=YYYY-MM-DD reason="..."`, with the ids of the rules in the brackets and a'
        " reason of at least two words. In `.secrets-cli.toml` the same stands in a table `[[gate.suppress]]`."
    ),
    references=("https://github.com/bridgecrewio/checkov-action/issues/108",),
    mapping=(),
    check=ByEngine(),
)
