"""What a reviewer can check of a narrowing: events and rules, reasons for wildcards, refused calls, days."""

from dataclasses import replace

from secrets_cli.narrow.configuration import Configuration, ImpliedGrant
from secrets_cli.narrow.narrowing import AskedFor, MappedCall, Narrowing, PatternReason
from secrets_cli.usage.usage import DayOfUse, Outcome, Use
from tests.unit.narrow.cases import BUCKET, ROLE, TABLE, allow, deny, narrowed, policy, usage_of, use

SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db"


def by_rule(one: Use, rule: str, event_name: str) -> Use:
    return replace(one, rule=rule, event_name=event_name)


def patterns(result: Narrowing) -> tuple[PatternReason, ...]:
    return tuple(pattern for statement in result.statements for pattern in statement.patterns)


def test_a_statement_says_which_events_and_which_rules_are_behind_it() -> None:
    got = by_rule(use("s3:GetObject", f"{BUCKET}/a"), "s3-get-object", "GetObject")
    asked = by_rule(use("s3:GetObject", f"{BUCKET}/a", count=4), "s3-head-object", "HeadObject")
    more = by_rule(use("s3:GetObject", f"{BUCKET}/b"), "s3-get-object", "GetObject")
    (statement,) = narrowed(usage_of(got, asked, more), policy(allow("s3:GetObject"))).statements
    assert statement.evidence.calls == (
        MappedCall("s3:GetObject", "s3.amazonaws.com", "GetObject", "s3-get-object", 6),
        MappedCall("s3:GetObject", "s3.amazonaws.com", "HeadObject", "s3-head-object", 4),
    )
    assert sum(call.events for call in statement.evidence.calls) == statement.evidence.events


def test_exact_resources_need_no_reason() -> None:
    assert patterns(narrowed(usage_of(use("s3:GetObject", f"{BUCKET}/a")), policy(allow("s3:GetObject")))) == ()


def test_a_pattern_made_of_many_resources_says_how_many_and_which() -> None:
    uses = [use("s3:GetObject", f"{BUCKET}/in/{n}") for n in range(7)]
    (reason,) = patterns(narrowed(usage_of(*uses), policy(allow("s3:GetObject"))))
    assert (reason.resource, reason.stands_for) == (f"{BUCKET}/in/*", 7)
    assert reason.examples == (f"{BUCKET}/in/0", f"{BUCKET}/in/1", f"{BUCKET}/in/2")


def test_a_star_of_an_action_without_resources_says_so() -> None:
    (reason,) = patterns(narrowed(usage_of(use("s3:ListAllMyBuckets")), policy(allow("s3:*"))))[:1]
    assert reason == PatternReason("*", "s3:ListAllMyBuckets: AWS lets no resource be named for it")


def test_a_star_that_the_event_forces_has_the_mapping_s_reason() -> None:
    seen = use("dynamodb:DescribeTable", unscoped="the event names no table")
    (reason,) = patterns(narrowed(usage_of(seen), policy(allow("dynamodb:DescribeTable"))))
    assert reason == PatternReason("*", "the event names no table")


def test_a_pattern_out_of_the_log_is_told_from_one_of_ours() -> None:
    seen = use("secretsmanager:GetSecretValue", f"{SECRET}-??????")
    (reason,) = patterns(narrowed(usage_of(seen), policy(allow("secretsmanager:GetSecretValue"))))
    assert reason == PatternReason(f"{SECRET}-??????", "the log holds no more of the name than this")


def test_what_the_configuration_implies_is_a_reason() -> None:
    group = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/orders:*"
    configuration = Configuration("c", (ImpliedGrant("logs:CreateLogStream", group, "it writes its log"),))
    seen = use("dynamodb:GetItem", TABLE)
    result = narrowed(usage_of(seen), policy(allow(["logs:*", "dynamodb:*"])), configurations=(configuration,))
    assert PatternReason(group, "it writes its log") in patterns(result)


def test_what_could_not_be_seen_is_a_reason() -> None:
    present = policy(allow(["sqs:SendMessage"], "arn:aws:sqs:*:*:*"), allow("s3:GetObject"))
    (reason,) = patterns(narrowed(usage_of(use("s3:GetObject", f"{BUCKET}/a")), present))
    assert "could not have shown" in reason.why


def test_not_resource_is_told() -> None:
    present = policy({"Effect": "Allow", "Action": "sqs:SendMessage", "NotResource": "arn:aws:sqs:*:*:x"})
    (reason,) = patterns(narrowed(usage_of(use("s3:GetObject", principal="p")), present))
    assert reason.why.startswith("the present statement says NotResource")


def test_a_compact_statement_has_the_same_reasons() -> None:
    uses = [use(f"s3:{name}", f"{BUCKET}/in/{n}") for name in ("GetObject", "PutObject") for n in range(5)]
    plain, compact = (
        patterns(narrowed(usage_of(*uses), policy(allow("s3:*")), compact=choice)) for choice in (False, True)
    )
    assert [reason for reason in compact if reason in plain] == list(plain)


def test_refused_calls_are_told_once_with_what_refused_them() -> None:
    refused = [
        use("s3:PutObject", f"{BUCKET}/a", outcome=Outcome.DENIED, count=2),
        replace(use("s3:PutObject", f"{BUCKET}/a", outcome=Outcome.DENIED, count=3), session_name="other"),
        use("iam:CreateUser", outcome=Outcome.DENIED, count=1),
        use("iam:CreateRole", outcome=Outcome.DENIED, principal="arn:aws:iam::123456789012:role/other"),
    ]
    result = narrowed(usage_of(use("s3:GetObject", f"{BUCKET}/a"), *refused), policy(allow("s3:*")))
    times = ("2026-03-01T08:00:00Z", "2026-03-02T08:00:00Z")
    ids = (f"id-s3:PutObject-{BUCKET}/a",)
    assert result.asked_for == (
        AskedFor("s3:PutObject", f"{BUCKET}/a", ("PutObject",), 5, *times, ids, allowed_now=True),
        AskedFor("iam:CreateUser", "*", ("CreateUser",), 1, *times, ("id-iam:CreateUser-*",), allowed_now=False),
    )


def test_the_days_are_the_principal_s_own() -> None:
    days = tuple(DayOfUse(who, "s3", "2026-03-01", Outcome.USED, 3) for who in (ROLE, "arn:aws:iam::1:role/other"))
    usage = replace(usage_of(use("s3:GetObject", f"{BUCKET}/a")), days=days)
    assert narrowed(usage, policy(allow("s3:*"))).days == days[:1]


def test_the_present_policies_are_at_hand() -> None:
    present = policy(allow("s3:*"), deny("s3:DeleteBucket"))
    assert narrowed(usage_of(use("s3:GetObject", f"{BUCKET}/a")), present).present == (present,)
