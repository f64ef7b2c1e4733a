"""`unused-access`: a principal that is granted what its own logs do not show it using."""

from secrets_cli.gate.rule import ByEngine, Persona, Rule
from secrets_cli.severity import Confidence, Severity

RULE = Rule(
    id="unused-access",
    title="is granted actions that the principal has not used for long",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    persona=Persona.DEFAULT,
    why=(
        "What a principal may do and never does is of use to an attacker alone. With `--usage FILE` the gate compares what the"
        " files grant with what CloudTrail saw the principal do. An action whose use the logs could not have shown is not"
        " unused: it is counted apart, and the replacement keeps it. Nothing is said where the logs cover fewer days than"
        " asked for, or where a log could not be read."
    ),
    how_to_fix=(
        "Take the narrowed policy that comes with the finding: it is proven to grant nothing beyond the present one and to"
        " allow every counted request. What a function's configuration implies (an event source, a network interface) is in no"
        " log: `role narrow --function-config FILE` knows it, and its JSON is taken by `--usage` too. `--unused-days N` sets for"
        " how long an action must not have been used."
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings.html#access-analyzer-unused-access-analyzers",
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html",
    ),
    mapping=("unused access (UnusedPermission) of Access Analyzer",),
    check=ByEngine(),
)
