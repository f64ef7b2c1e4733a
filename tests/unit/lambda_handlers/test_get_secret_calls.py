"""What is asked of AWS for an entitled caller: whose session, for what, how often, and what is kept."""

import json

from tests.get_secret_events import ACCOUNT, APP, KEY, REGION, USER, Context, ask, document, grant, reader
from tests.get_secret_faults import assumed, got, got_several, ssm_error, sts_error
from tests.get_secret_run import CANARY, ToldAws, handler, invoke, told

PREFIX = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/"


def test_the_session_is_the_callers_and_for_the_names_alone() -> None:
    with told(ToldAws([assumed()], [got()])) as aws:
        assert invoke(ask("/app/prod/db:1")).status == 200
    (sent,) = aws.asked("sts:AssumeRole")
    assert sent["RoleArn"] == reader("app")
    assert sent["RoleSessionName"] == sent["SourceIdentity"] == APP.id
    assert sent["DurationSeconds"] == "900"
    read, decrypt = json.loads(sent["Policy"])["Statement"]
    assert read["Resource"] == [f"{PREFIX}app/prod/db"]
    assert decrypt["Resource"] == [KEY]
    assert decrypt["Condition"]["StringEquals"] == {
        "kms:ViaService": f"ssm.{REGION}.amazonaws.com",
        "kms:EncryptionContext:PARAMETER_ARN": [f"{PREFIX}app/prod/db"],
    }
    assert aws.asked("ssm:GetParameter") == [{"Name": "/app/prod/db:1", "WithDecryption": True}]


def test_a_warm_read_is_one_call() -> None:
    with told(ToldAws([assumed()], [got()])) as aws:
        for _ in range(3):
            assert invoke(ask("/app/prod/db")).status == 200
    assert [name for name, _ in aws.requests] == ["sts:AssumeRole", *["ssm:GetParameter"] * 3]


def test_a_session_is_not_used_by_another_caller() -> None:
    both = [grant(APP, "shared", ["/app/prod/db"]), grant(USER, "shared", ["/app/prod/db"])]
    with told(ToldAws([assumed()], [got()])) as aws:
        for who in (APP, USER, APP):
            assert invoke(ask("/app/prod/db", who=who), document(both)).status == 200
    assert [sent["SourceIdentity"] for sent in aws.asked("sts:AssumeRole")] == [APP.id, USER.id]


def test_a_session_is_not_used_to_its_end() -> None:
    with told(ToldAws([assumed(seconds=30)], [got()])) as aws:
        invoke(ask("/app/prod/db"))
        invoke(ask("/app/prod/db"))
    assert len(aws.asked("sts:AssumeRole")) == 2


def test_no_more_sessions_are_kept_than_stated() -> None:
    grants = document([grant(APP, "web", paths=["/app"])])
    with told(ToldAws([assumed()], [ssm_error("ParameterNotFound")])):
        for number in range(handler.SESSIONS + 5):
            assert invoke(ask(f"/app/{number}"), grants).status == 403
        assert 0 < len(handler._sessions) <= handler.SESSIONS


def test_a_value_is_never_kept() -> None:
    with told(ToldAws([assumed()], [got(value="first"), got(value="second")])):
        values = [invoke(ask("/app/prod/db")).body["secrets"][0]["value"] for _ in range(2)]
    assert values == ["first", "second"]


def test_several_names_of_a_grant_are_one_call() -> None:
    asked = ("/app/prod/db", "/app/prod/api-key")
    with told(ToldAws([assumed()], [got_several("/app/prod/api-key", missing=["/app/prod/db"])])) as aws:
        ran = invoke(ask(*asked))
    assert [name for name, _ in aws.requests] == ["sts:AssumeRole", "ssm:GetParameters"]
    assert [result.get("error") for result in ran.body["secrets"]] == ["not-available", None]


def test_where_several_are_denied_they_are_asked_for_one_by_one() -> None:
    answers = [ssm_error("AccessDeniedException"), got(), got(name="/app/prod/api-key")]
    with told(ToldAws([assumed()], answers)) as aws:
        assert invoke(ask("/app/prod/db", "/app/prod/api-key")).status == 200
    assert [name for name, _ in aws.requests[1:]] == ["ssm:GetParameters", *["ssm:GetParameter"] * 2]


def test_of_several_the_log_says_which_one_was_denied() -> None:
    denied = ssm_error("AccessDeniedException")
    names = ("/app/prod/db", "/app/prod/api-key", "/app/prod/web/x")
    granted = document([grant(APP, "app", paths=["/app"])])
    answers = [denied, got(), denied, got(name="/app/prod/web/x")]
    with told(ToldAws([assumed()], answers)):
        ran = invoke(ask(*names), granted)
    assert ran.status == 502
    assert ran.outcomes == ["withheld", "read-denied", "withheld"]
    assert not ran.shows(CANARY)


def test_a_call_that_fails_once_is_made_again() -> None:
    with told(ToldAws([assumed()], [ssm_error("InternalServerError", 500), got()], retries=1)) as aws:
        assert invoke(ask("/app/prod/db")).status == 200
    assert len(aws.asked("ssm:GetParameter")) == 2


def test_a_session_that_failed_is_forgotten() -> None:
    with told(ToldAws([assumed()], [ssm_error("UnrecognizedClientException"), got()])) as aws:
        assert [invoke(ask("/app/prod/db")).status for _ in range(2)] == [502, 200]
    assert len(aws.asked("sts:AssumeRole")) == 2


def test_names_too_long_for_one_session_policy_are_split() -> None:
    names = [f"/long/{'x' * 200}/{number}" for number in range(6)]
    with told(ToldAws([assumed()], [got_several(*names)])) as aws:
        ran = invoke(ask(*names), document([grant(APP, "long", paths=["/long"])]))
    assert ran.status == 200
    assert all(len(sent["Policy"]) <= 2_048 for sent in aws.asked("sts:AssumeRole"))
    assert [sent["Names"] for sent in aws.asked("ssm:GetParameters")] == [names[:3], names[3:]]


def test_the_longest_name_loses_the_second_mention_and_no_more() -> None:
    name = "/" + "x" * (1_011 - len(PREFIX))
    with told(ToldAws([assumed()], [got(name=name)])) as aws:
        assert invoke(ask(name), document([grant(APP, "long", [name])])).status == 200
    (sent,) = aws.asked("sts:AssumeRole")
    read, decrypt = json.loads(sent["Policy"])["Statement"]
    assert read["Resource"] == [PREFIX + name[1:]]
    assert decrypt["Condition"] == {"StringEquals": {"kms:ViaService": f"ssm.{REGION}.amazonaws.com"}}


def test_a_policy_that_sts_cannot_pack_is_split_too() -> None:
    names = ("/app/prod/db", "/app/prod/api-key")
    sts = [sts_error("PackedPolicyTooLarge", 400), assumed()]
    with told(ToldAws(sts, [got(), got(name="/app/prod/api-key")])) as aws:
        assert invoke(ask(*names)).status == 200
    policies = [json.loads(sent["Policy"])["Statement"][0]["Resource"] for sent in aws.asked("sts:AssumeRole")]
    assert [len(resources) for resources in policies] == [2, 1, 1]


def test_without_known_keys_the_context_alone_bounds_the_decryption() -> None:
    with told(ToldAws([assumed()], [got()])) as aws:
        invoke(ask("/app/prod/db"), document([grant(APP, "app", ["/app/prod/db"], keys=())]))
    decrypt = json.loads(aws.asked("sts:AssumeRole")[0]["Policy"])["Statement"][1]
    assert decrypt["Resource"] == "*"
    assert "kms:EncryptionContext:PARAMETER_ARN" in decrypt["Condition"]["StringEquals"]


def test_nothing_is_asked_of_aws_for_what_is_not_granted() -> None:
    with told(ToldAws([assumed()], [got()])) as aws:
        assert invoke(ask("/other/db"), None, Context(100)).status == 403
    assert not aws.requests
