"""What is kept, what goes, what blocks: one test for each rule of the narrowing."""

import pytest

from secrets_cli.iam.contain import Contained
from secrets_cli.iam.model import ConditionTerm, Effect, Operator
from secrets_cli.narrow.configuration import Configuration, ImpliedGrant
from secrets_cli.narrow.narrowing import Blocked, Origin
from secrets_cli.usage.usage import NotCounted, NotCountedReason, Outcome, Rejected
from tests.unit.narrow.cases import (
    BUCKET,
    ROLE,
    TABLE,
    allow,
    deny,
    grants,
    narrowed,
    policy,
    result_of,
    usage_of,
    use,
)

S3_AND_TABLES = policy(allow(["s3:*", "dynamodb:*"]))


def test_what_was_used_stays_on_what_it_was_used_on() -> None:
    result = narrowed(usage_of(use("s3:GetObject", f"{BUCKET}/a"), use("dynamodb:GetItem", TABLE)), S3_AND_TABLES)
    assert grants(result) >= {("s3:GetObject", f"{BUCKET}/a"), ("dynamodb:GetItem", TABLE)}
    assert result.proof.holds
    assert result.proof.requests == result.proof.allowed == 2


def test_what_was_not_used_but_visible_goes() -> None:
    result = narrowed(usage_of(use("s3:GetObject", f"{BUCKET}/a")), policy(allow(["s3:GetObject", "s3:PutObject"])))
    assert grants(result) == {("s3:GetObject", f"{BUCKET}/a")}
    assert [r.action for r in result.removed] == ["s3:PutObject"]


def test_a_denied_call_is_listed_and_never_granted() -> None:
    denied = use("s3:PutObject", f"{BUCKET}/a", outcome=Outcome.DENIED)
    result = narrowed(usage_of(use("s3:GetObject", f"{BUCKET}/a"), denied), S3_AND_TABLES)
    assert "s3:PutObject" not in {action for action, _ in grants(result)}
    assert [(d.action, d.resource) for d in result.denied_events] == [("s3:PutObject", f"{BUCKET}/a")]


def test_a_call_that_failed_after_authorisation_counts() -> None:
    failed = use("s3:GetObject", f"{BUCKET}/a", outcome=Outcome.FAILED_AFTER_AUTHORIZATION)
    result = narrowed(usage_of(failed), S3_AND_TABLES)
    assert ("s3:GetObject", f"{BUCKET}/a") in grants(result)
    assert any("failed after" in note for s in result.statements for note in s.evidence.notes)


def test_others_uses_are_not_granted() -> None:
    other = use("s3:PutObject", f"{BUCKET}/a", principal="arn:aws:iam::123456789012:role/other")
    result = narrowed(usage_of(use("s3:GetObject", f"{BUCKET}/a"), other), S3_AND_TABLES)
    assert "s3:PutObject" not in {action for action, _ in grants(result)}


def test_an_invisible_action_is_kept_on_its_present_resources() -> None:
    present = policy(allow(["sqs:SendMessage", "s3:GetObject"], ["arn:aws:sqs:*:*:*", f"{BUCKET}/*"]))
    result = narrowed(usage_of(use("s3:GetObject", f"{BUCKET}/a")), present)
    assert ("sqs:SendMessage", "arn:aws:sqs:*:*:*") in grants(result)
    assert [(i.action, i.kept) for i in result.invisible] == [("sqs:SendMessage", True)]


@pytest.mark.parametrize("drop", ["sqs", "all"])
def test_an_invisible_action_goes_when_asked(drop: str) -> None:
    present = policy(allow(["sqs:SendMessage", "s3:GetObject"]))
    result = narrowed(usage_of(use("s3:GetObject", f"{BUCKET}/a")), present, drop_invisible=frozenset({drop}))
    assert grants(result) == {("s3:GetObject", f"{BUCKET}/a")}
    assert [(i.action, i.kept) for i in result.invisible] == [("sqs:SendMessage", False)]
    assert "although" in result.removed[0].reason


def test_dropping_another_service_drops_nothing() -> None:
    present = policy(allow(["sqs:SendMessage", "s3:GetObject"]))
    result = narrowed(usage_of(use("s3:GetObject", f"{BUCKET}/a")), present, drop_invisible=frozenset({"sns"}))
    assert "sqs:SendMessage" in {action for action, _ in grants(result)}


def test_data_events_that_are_off_make_everything_of_their_type_invisible() -> None:
    result = narrowed(usage_of(use("s3:ListAllMyBuckets"), data_event_types=()), policy(allow("s3:*")))
    kept = {action for action, _ in grants(result)}
    assert {"s3:GetObject", "s3:PutObject"} <= kept
    assert "s3:DeleteBucket" not in kept


def test_writing_logs_is_kept_although_it_never_shows() -> None:
    result = narrowed(usage_of(use("s3:GetObject", f"{BUCKET}/a")), policy(allow(["logs:*", "s3:*"])))
    assert ("logs:PutLogEvents", "*") in grants(result)
    assert "logs:DeleteLogGroup" not in {action for action, _ in grants(result)}


def test_the_configuration_scopes_the_log_group() -> None:
    group = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/orders-dev:*"
    implied = tuple(ImpliedGrant(a, group, "writes its log") for a in ("logs:CreateLogStream", "logs:PutLogEvents"))
    present = policy(allow("logs:*", "arn:aws:logs:*:*:*"))
    result = narrowed(
        usage_of(use("s3:GetObject", f"{BUCKET}/a")),
        present,
        policy(allow("s3:*")),
        configurations=(Configuration("f.json", implied),),
    )
    logs = {(action, resource) for action, resource in grants(result) if action.startswith("logs:")}
    assert logs == {("logs:CreateLogStream", group), ("logs:PutLogEvents", group)}


def test_the_configuration_of_a_function_with_another_role_is_left_out() -> None:
    implied = (
        ImpliedGrant("logs:PutLogEvents", "arn:aws:logs:eu-west-1:123456789012:log-group:/x:*", "writes its log"),
    )
    other = Configuration("f.json", implied, "x", "arn:aws:iam::123456789012:role/other")
    present = policy(allow(["logs:*", "s3:*"]))
    result = narrowed(usage_of(use("s3:GetObject", f"{BUCKET}/a")), present, configurations=(other,))
    assert ("logs:PutLogEvents", "*") in grants(result)
    assert any("f.json" in warning for warning in result.warnings)


def test_sessions_of_functions_without_configuration_are_named() -> None:
    configuration = Configuration("f.json", (), "other-function", ROLE)
    usage = usage_of(use("s3:GetObject", f"{BUCKET}/a"))
    (warning,) = narrowed(usage, policy(allow("s3:*")), configurations=(configuration,)).warnings
    assert "orders-dev" in warning


def test_what_the_present_policy_does_not_grant_is_not_implied() -> None:
    implied = (ImpliedGrant("xray:PutTraceSegments", "*", "tracing"),)
    result = narrowed(
        usage_of(use("s3:GetObject", f"{BUCKET}/a")),
        policy(allow("s3:*")),
        configurations=(Configuration("f.json", implied),),
    )
    assert "xray:PutTraceSegments" not in {action for action, _ in grants(result)}


def test_a_use_that_the_present_policy_does_not_allow_fails_the_proof() -> None:
    result = narrowed(usage_of(use("s3:GetObject", f"{BUCKET}/a")), policy(allow("s3:PutObject")))
    assert not result.proof.holds
    assert [(d.action, d.reason) for d in result.proof.denied] == [
        ("s3:GetObject", "no statement of the present policies allows it")
    ]
    assert isinstance(result.proof.contained, Contained)


def test_a_use_that_the_present_policy_denies_fails_the_proof() -> None:
    result = narrowed(usage_of(use("s3:GetObject", f"{BUCKET}/a")), policy(allow("s3:*"), deny("s3:GetObject")))
    assert [d.reason for d in result.proof.denied] == ["the present policies deny it"]


def test_denies_and_conditions_survive() -> None:
    from_office = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
    only_tls = {"Bool": {"aws:SecureTransport": "false"}}
    present = policy(allow("s3:*", Condition=from_office), deny("s3:*", Condition=only_tls, Sid="OnlyTls"))
    result = narrowed(usage_of(use("s3:GetObject", f"{BUCKET}/a")), present)
    kept = next(s for p in result.policies for s in p.statements if "s3:GetObject" in s.action.values)
    assert [t.key for t in kept.conditions] == ["aws:SourceIp"]
    last = result.policies[-1].statements[-1]
    assert (last.effect, last.sid) == (Effect.DENY, "OnlyTls")
    assert result.proof.holds


def test_an_unconditional_grant_makes_a_conditional_one_needless() -> None:
    condition = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
    present = policy(allow("s3:*"), allow("s3:*", Condition=condition))
    result = narrowed(usage_of(use("s3:GetObject", f"{BUCKET}/a")), present)
    assert all(not s.conditions for p in result.policies for s in p.statements)


def test_not_action_is_turned_into_the_actions_used() -> None:
    present = policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})
    result = narrowed(usage_of(use("s3:GetObject", f"{BUCKET}/a")), present, drop_invisible=frozenset({"all"}))
    assert grants(result) == {("s3:GetObject", f"{BUCKET}/a")}
    assert all(not s.action.negated for p in result.policies for s in p.statements)


def test_not_resource_gives_the_resource_used() -> None:
    present = policy({"Effect": "Allow", "Action": "s3:GetObject", "NotResource": f"{BUCKET}/secret/*"})
    assert grants(narrowed(usage_of(use("s3:GetObject", f"{BUCKET}/a")), present)) == {("s3:GetObject", f"{BUCKET}/a")}


def test_not_resource_stays_where_the_log_cannot_say() -> None:
    present = policy({"Effect": "Allow", "Action": "s3:GetObject", "NotResource": f"{BUCKET}/secret/*"})
    result = narrowed(usage_of(use("s3:GetObject", unscoped="the event names no object")), present)
    (statement,) = result.policies[0].statements
    assert statement.resource is not None
    assert statement.resource.negated
    assert result.proof.holds


def test_a_learned_condition_is_required() -> None:
    via = ConditionTerm(Operator("StringEquals"), "kms:ViaService", ("ssm.eu-west-1.amazonaws.com",))
    key = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    result = narrowed(usage_of(use("kms:Decrypt", key, condition=(via,))), policy(allow("kms:*")))
    (statement,) = result.policies[0].statements
    assert statement.conditions == (via,)
    assert statement.sid == "KMSDecryptKey"
    assert result.proof.holds


def test_a_secret_suffix_the_log_lacks_is_cut_to_the_present_secret() -> None:
    secret = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf"
    seen = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-??????"
    result = narrowed(
        usage_of(use("secretsmanager:GetSecretValue", seen)), policy(allow("secretsmanager:GetSecretValue", secret))
    )
    assert grants(result) == {("secretsmanager:GetSecretValue", secret)}


def test_many_keys_become_a_prefix_within_the_present_policy() -> None:
    uses = [use("s3:GetObject", f"{BUCKET}/in/{n}") for n in range(9)]
    wide = narrowed(usage_of(*uses), policy(allow("s3:*")))
    assert grants(wide) == {("s3:GetObject", f"{BUCKET}/in/*")}
    assert any("9 resources" in note for s in wide.statements for note in s.evidence.notes)
    tight = narrowed(usage_of(*uses), policy(allow("s3:GetObject", f"{BUCKET}/in/?")))
    assert len(grants(tight)) == 9


def test_an_unknown_action_is_kept_with_a_warning() -> None:
    present = policy(allow(["newservice:DoThing", "otherservice:*", "s3:GetObject"]))
    result = narrowed(usage_of(use("s3:GetObject", f"{BUCKET}/a")), present)
    kept = {action for action, _ in grants(result)}
    assert {"newservice:DoThing", "otherservice:*"} <= kept
    assert len([w for w in result.warnings if "knows no action" in w]) == 2


def test_nothing_used_gives_a_policy_that_allows_nothing() -> None:
    result = narrowed(usage_of(principals=(ROLE,)), policy(allow("s3:PutBucketPolicy")))
    assert grants(result) == set()
    assert [s.effect for s in result.policies[0].statements] == [Effect.DENY]
    assert result.statements
    assert result.proof.holds


def test_a_principal_that_never_appears_blocks() -> None:
    result = result_of(usage_of(principals=("arn:aws:iam::123456789012:role/other",)), S3_AND_TABLES)
    assert isinstance(result, Blocked)
    assert ROLE in result.reason
    assert result.help


def test_a_rejected_file_blocks_until_it_is_accepted() -> None:
    usage = usage_of(use("s3:GetObject", f"{BUCKET}/a"), rejected=(Rejected("logs/x.json.gz", "truncated gzip"),))
    blocked = result_of(usage, S3_AND_TABLES)
    assert isinstance(blocked, Blocked)
    assert [g.name for g in blocked.gaps] == ["logs/x.json.gz"]
    accepted = narrowed(usage, S3_AND_TABLES, accepted_gaps=frozenset({"logs/x.json.gz"}))
    assert [(g.name, g.accepted) for g in accepted.gaps] == [("logs/x.json.gz", True)]


def test_a_file_is_accepted_with_all_its_records() -> None:
    rejected = tuple(Rejected(f"logs/x.json.gz#{n}", "no eventName") for n in (1, 7))
    usage = usage_of(use("s3:GetObject", f"{BUCKET}/a"), rejected=rejected)
    assert narrowed(usage, S3_AND_TABLES, accepted_gaps=frozenset({"logs/x.json.gz"})).proof.holds


def test_a_rejected_record_of_another_principal_does_not_block() -> None:
    other = Rejected("logs/x.json.gz#3", "no eventName", "arn:aws:iam::123456789012:role/other")
    assert narrowed(usage_of(use("s3:GetObject", f"{BUCKET}/a"), rejected=(other,)), S3_AND_TABLES).proof.holds


def unknown_event(source: str) -> NotCounted:
    return NotCounted(ROLE, source, "FooBar", NotCountedReason.UNKNOWN_EVENT, "no rule", 2)


def test_an_unknown_event_blocks_where_the_present_policy_grants_the_service() -> None:
    usage = usage_of(use("s3:GetObject", f"{BUCKET}/a"), not_counted=(unknown_event("s3.amazonaws.com"),))
    blocked = result_of(usage, S3_AND_TABLES)
    assert isinstance(blocked, Blocked)
    name = "unknown-event:s3.amazonaws.com:FooBar"
    assert [g.name for g in blocked.gaps] == [name]
    assert narrowed(usage, S3_AND_TABLES, accepted_gaps=frozenset({name})).proof.holds


def test_an_unknown_event_of_a_service_that_is_not_granted_says_nothing() -> None:
    usage = usage_of(use("s3:GetObject", f"{BUCKET}/a"), not_counted=(unknown_event("sqs.amazonaws.com"),))
    assert narrowed(usage, S3_AND_TABLES).gaps == ()


def test_narrowing_twice_changes_nothing() -> None:
    usage = usage_of(
        *(use("s3:GetObject", f"{BUCKET}/in/{n}") for n in range(9)),
        use("dynamodb:Query", f"{TABLE}/index/by-date"),
        use("dynamodb:Query", TABLE),
    )
    once = narrowed(usage, policy(allow(["s3:*", "dynamodb:*", "sqs:*", "logs:*"])))
    assert narrowed(usage, *once.policies).policies == once.policies


def test_a_types_wildcard_does_not_reach_into_another_service() -> None:
    """A queue's `arn:*:sqs:*:*:*` was taken to fit `arn:aws:s3:::b/x/*`: one pattern of a statement went, another stayed."""
    objects = [f"{BUCKET}/x/*", f"{BUCKET}/y/0"]
    present = policy(allow(["sqs:SendMessage"], objects))
    assert grants(narrowed(usage_of(), present)) == {("sqs:SendMessage", resource) for resource in objects}


def test_the_order_of_events_does_not_matter() -> None:
    uses = [use("s3:GetObject", f"{BUCKET}/{n}") for n in range(3)]
    assert narrowed(usage_of(*uses), S3_AND_TABLES) == narrowed(usage_of(*reversed(uses)), S3_AND_TABLES)


def test_sids_are_alphanumeric_and_unique_over_all_policies() -> None:
    uses = [use("dynamodb:GetItem", TABLE.replace("orders", f"orders-{n:04}-with-a-long-name")) for n in range(200)]
    uses += [
        use("dynamodb:PutItem", TABLE.replace("orders", f"orders-{n:04}-with-a-long-name")) for n in range(0, 200, 2)
    ]
    result = narrowed(usage_of(*uses), policy(allow("dynamodb:*")))
    sids = [s.sid or "" for p in result.policies for s in p.statements]
    assert len(result.policies) > 1
    assert len(set(sids)) == len(sids)
    assert all(sid.isalnum() and sid.isascii() for sid in sids)
    assert {s.sid for s in result.statements} == set(sids)
    assert result.proof.holds


def test_compact_uses_a_wildcard_only_where_it_means_the_same() -> None:
    every_get = ["dynamodb:GetItem", "dynamodb:GetRecords", "dynamodb:GetResourcePolicy", "dynamodb:GetShardIterator"]
    usage = usage_of(
        use("dynamodb:BatchGetItem", TABLE), *(use(a, TABLE) for a in every_get), use("dynamodb:Scan", TABLE)
    )
    whole = narrowed(usage, policy(allow("dynamodb:*")), compact=True)
    assert "dynamodb:Scan" in {action for action, _ in grants(whole)}
    assert any("*" in action for action, _ in grants(whole))
    exact = policy(allow(["dynamodb:BatchGetItem", *every_get, "dynamodb:Scan"]))
    assert not any("*" in action for action, _ in grants(narrowed(usage, exact, compact=True)))


def test_the_2008_version_keeps_its_plain_text() -> None:
    present = policy(allow("s3:GetObject", f"{BUCKET}/${{aws:username}}/*"), version="2008-10-17")
    result = narrowed(usage_of(use("s3:GetObject", f"{BUCKET}/${{aws:username}}/x")), present)
    assert isinstance(result.proof.contained, Contained)


def test_origins_are_told_apart() -> None:
    present = policy(allow(["s3:GetObject", "sqs:SendMessage"]))
    result = narrowed(usage_of(use("s3:GetObject", f"{BUCKET}/a")), present)
    assert {s.sid: s.origin for s in result.statements} == {
        "S3GetObjectOrdersFilesAObject": Origin.USED,
        "SQSNotVisibleInLogs": Origin.INVISIBLE,
    }
