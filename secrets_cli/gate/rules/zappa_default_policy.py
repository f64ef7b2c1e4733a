"""`zappa-default-policy`: a Zappa stage whose role gets Zappa's default policy."""

from collections import Counter
from collections.abc import Iterator

from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.principals import known_actions
from secrets_cli.gate.rule import Hit, OfPolicy, Persona, Rule
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.found import PolicyAt
from secrets_cli.severity import Confidence, Severity

_MOST = 12


def _check(policy: PolicyAt, knowledge: Knowledge) -> Iterator[Hit]:
    if policy.attached_by != "Zappa's default policy" or policy.kind is not PolicyKind.IDENTITY:
        return
    actions = {action for one in policy.policy.statements for action in known_actions(one.action, knowledge.catalog)}
    services = Counter(action.partition(":")[0] for action in actions)
    counts = ", ".join(f"{name} {count:,}" for name, count in services.most_common(_MOST))
    yield Hit(
        f"{policy.principal} gets Zappa's default policy: {len(actions):,} actions on every resource of {len(services)}"
        " services",
        policy.location,
        evidence=(
            f"known actions by service: {counts}",
            "`s3:DeleteBucket`, `dynamodb:DeleteTable`, `route53:ChangeResourceRecordSets` and `sqs:DeleteQueue` are among"
            " them",
        ),
    )


RULE = Rule(
    id="zappa-default-policy",
    title="gets Zappa's default execution policy",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "Where a stage does not say otherwise, Zappa makes its role and gives it one policy for every app there could be:"
        " all of `s3`, `dynamodb`, `sns`, `sqs`, `kinesis`, `route53` and `logs` on every resource of the account, and"
        " network interfaces, tracing and function invocation on `*`. Whoever gets the app to run a line of code of his"
        " owns the data of every other app beside it."
    ),
    how_to_fix=(
        "Let the app's own CloudTrail records say what it uses: `secrets-cli role narrow --logs SOURCE --principal ARN"
        " --policy FILE`. Save the result beside the settings and name it:"
        ' `"attach_policy": "execution-policy.json"`. `manage_roles: false` with a `role_name` works as well, where'
        " somebody else makes the role."
    ),
    references=(
        "https://github.com/zappa/Zappa#custom-aws-iam-roles-and-policies-for-execution",
        "https://github.com/zappa/Zappa/blob/master/zappa/policies/attach_policy.json",
    ),
    mapping=(),
    check=OfPolicy(_check),
    silences=frozenset(
        {
            "service-wildcard",
            "action-wildcard",
            "resource-wildcard",
            "data-exposure",
            "resource-exposure",
            "credentials-exposure",
            "privilege-escalation",
            "dead-resource",
            "second-opinion",
            "subsumed-statement",
            "malformed-arn",
        }
    ),
)
