"""Storing, reading many and going back, against moto: what is sent, in which order, and what is said of a refusal."""

from dataclasses import replace

import pytest

from secrets_cli.aws.parameters import ParameterStore, Write
from secrets_cli.aws.target import Connection
from secrets_cli.errors import AccessDenied, AlreadyThere, AwsFailure, KeyUnusable, Throttled
from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets.store.history import Comparison, plan_rollback
from secrets_cli.secrets.store.reading import read_each
from secrets_cli.secrets.store.write import Order, store_secret
from tests.refused_calls import DENIED, refuse

MARKER = "hunter2-MARKER"
WRITE = Write("/team/db", SecretValue(MARKER), "alias/team")
DOWNGRADE = (
    "ValidationException",
    f"You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier. {MARKER}",
)


def test_a_write_makes_one_call_and_reads_nothing(aws: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    called = refuse(monkeypatch, {})
    assert store_secret(ParameterStore(aws), Order(WRITE)).written.version == 1
    assert called == ["PutParameter"]


def test_labels_go_on_the_version_that_the_write_answered(aws: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    store = ParameterStore(aws)
    store_secret(store, Order(WRITE))
    called = refuse(monkeypatch, {})
    assert store_secret(store, Order(WRITE, ("live",))).problems == ()
    assert called == ["PutParameter", "LabelParameterVersion"]
    assert store.get("/team/db:live").version == 2


def test_tags_go_with_a_creation_and_after_an_overwrite(aws: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    store = ParameterStore(aws)
    tagged = Order(replace(WRITE, tags=(("team", "a"),)))
    called = refuse(monkeypatch, {})
    store_secret(store, tagged)
    assert called == ["PutParameter"]
    store_secret(store, Order(replace(WRITE, tags=(("team", "b"),))))
    assert called[1:] == ["PutParameter", "PutParameter", "AddTagsToResource"]
    assert store.tags("/team/db") == {"team": "b"}
    assert store.get("/team/db").version == 2
    with pytest.raises(AlreadyThere, match="is there already, and nothing was written"):
        store_secret(store, Order(replace(WRITE, tags=(("team", "c"),), overwrite=False)))


def test_a_label_or_tag_that_is_denied_leaves_the_value_stored(
    aws: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ParameterStore(aws)
    store_secret(store, Order(WRITE))
    refuse(
        monkeypatch,
        {
            "LabelParameterVersion": [("AccessDeniedException", DENIED)],
            "AddTagsToResource": [("AccessDeniedException", DENIED)],
        },
    )
    stored = store_secret(store, Order(replace(WRITE, tags=(("a", "b"),)), ("live",)))
    assert stored.written.version == 2
    assert [type(problem) for problem in stored.problems] == [AccessDenied, AccessDenied]
    assert store.get("/team/db").version == 2


def test_an_advanced_parameter_is_written_as_such_where_the_tier_was_not_asked_for(
    aws: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ParameterStore(aws)
    refuse(monkeypatch, {"PutParameter": [DOWNGRADE, None]})
    stored = store_secret(store, Order(WRITE, is_tier_free=True))
    assert stored.written.tier == "Advanced"
    assert "is in the advanced tier already" in stored.notes[0]


def test_an_advanced_parameter_is_not_written_as_such_where_standard_was_asked_for(
    aws: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(monkeypatch, {"PutParameter": [DOWNGRADE]})
    with pytest.raises(AwsFailure, match="no parameter goes back to standard") as raised:
        store_secret(ParameterStore(aws), Order(WRITE))
    assert MARKER not in raised.value.message + raised.value.help


def test_the_label_on_the_oldest_of_a_hundred_versions_is_named(aws: Connection) -> None:
    store = ParameterStore(aws)
    for _ in range(100):
        store.put(WRITE)
    store.label("/team/db", 1, ["first"])
    with pytest.raises(
        AwsFailure, match="version 1, the oldest, is not dropped for a new one as it has the label `first`"
    ) as raised:
        store_secret(store, Order(WRITE))
    assert "`secrets-cli secret label /team/db move first --version 100`" in raised.value.help
    store.label("/team/db", 100, ["first"])
    assert store_secret(store, Order(WRITE)).written.version == 101


def test_a_write_only_role_is_told_what_aws_told(aws: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        "You attempted to create a new version of /team/db by calling the PutParameter API with the overwrite flag. "
        "Version 7, the oldest version, can't be deleted because it has a label associated with it."
    )
    refuse(
        monkeypatch,
        {
            "PutParameter": [("ParameterMaxVersionLimitExceeded", text)],
            "GetParameterHistory": [("AccessDeniedException", DENIED)],
        },
    )
    with pytest.raises(AwsFailure, match="version 7, the oldest") as raised:
        store_secret(ParameterStore(aws), Order(WRITE))
    assert "`secrets-cli secret history /team/db`" in raised.value.help


@pytest.mark.parametrize(
    ("code", "kind", "said"),
    [
        ("HierarchyTypeMismatchException", AwsFailure, "the type of a parameter cannot change"),
        ("InvalidAllowedPatternException", AwsFailure, "does not match the allowed pattern"),
        ("ParameterPatternMismatchException", AwsFailure, "does not take the name or the value's form"),
        ("ParameterLimitExceeded", AwsFailure, "10,000 standard"),
        ("InvalidPolicyAttributeException", AwsFailure, "does not take the expiry"),
        ("IncompatiblePolicyException", AwsFailure, "contradict each other"),
        ("TooManyUpdates", Throttled, "or was deleted a moment ago"),
        ("ValidationException", AwsFailure, "AWS answered ValidationException"),
        ("InvalidKeyId", KeyUnusable, "the KMS key cannot be used"),
        ("ThrottlingException", Throttled, "was throttled"),
        ("InternalServerError", AwsFailure, "AWS answered InternalServerError"),
    ],
)
def test_each_refusal_says_its_reason_and_not_the_value(
    aws: Connection, monkeypatch: pytest.MonkeyPatch, code: str, kind: type[AwsFailure], said: str
) -> None:
    quoting = "" if code == "InvalidKeyId" else f"Value '{MARKER}' at 'value' failed to satisfy constraint"
    refuse(monkeypatch, {"PutParameter": [(code, quoting)]})
    with pytest.raises(kind, match=said) as raised:
        store_secret(ParameterStore(aws), Order(WRITE))
    assert MARKER not in raised.value.message + raised.value.help
    assert raised.value.__suppress_context__


def test_eleven_labels_are_refused_with_the_way_out(aws: Connection) -> None:
    store = ParameterStore(aws)
    store.put(WRITE)
    store.label("/team/db", 1, [f"l{number}" for number in range(10)])
    with pytest.raises(AwsFailure, match="version 1 of `/team/db` would have more than 10 labels") as raised:
        store.label("/team/db", 1, ["one-more"])
    assert "remove LABEL --version 1" in raised.value.help


def test_many_are_read_in_tens_and_a_name_is_once_in_a_call(aws: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    store = ParameterStore(aws)
    names = [f"/many/{number:02}" for number in range(25)]
    for name in names:
        store.put(replace(WRITE, name=name, value=SecretValue(name)))
    store.put(replace(WRITE, name="/many/00", value=SecretValue("new")))
    called = refuse(monkeypatch, {})
    read = read_each(store, [*names, "/many/99", "/many/00:1", "/many/00:9", "/many/03"])
    assert [(word, value.value.reveal()) for word, value in read.found[:2]] == [
        ("/many/00", "new"),
        ("/many/01", "/many/01"),
    ]
    assert read.found[-1][0] == "/many/00:1"
    assert read.found[-1][1].value.reveal() == "/many/00"
    assert len(read.found) == 26
    assert read.missing == ("/many/99", "/many/00:9")
    # Ten, ten, then five with 99 and 00:1; 00:9 goes apart, as /many/00 is in that call, and alone by GetParameter.
    assert called == ["GetParameters"] * 3 + ["GetParameter"]


def test_one_that_cannot_be_read_hides_none_of_the_others(aws: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    store = ParameterStore(aws)
    for name in ("/a/1", "/a/2", "/a/3"):
        store.put(replace(WRITE, name=name))
    refuse(
        monkeypatch,
        {
            "GetParameters": [("InvalidKeyId", "arn:aws:kms:us-east-1:1:key/1 is disabled")],
            "GetParameter": [None, ("AccessDeniedException", "no"), None],
        },
    )
    read = read_each(store, ["/a/1", "/a/2", "/a/3", "/a/4"])
    assert [word for word, _ in read.found] == ["/a/1", "/a/3"]
    assert [each.asked for each in read.unreadable] == ["/a/2"]
    assert read.missing == ("/a/4",)


def test_throttling_is_no_unreadable_parameter(aws: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse(monkeypatch, {"GetParameters": [("ThrottlingException", "Rate exceeded")]})
    with pytest.raises(Throttled):
        read_each(ParameterStore(aws), ["/a/1", "/a/2"])


def test_an_arn_and_a_label_come_back_under_the_word_asked(aws: Connection) -> None:
    store = ParameterStore(aws)
    store.put(WRITE)
    store.label("/team/db", 1, ["live"])
    arn = store.get("/team/db").arn
    assert [word for word, _ in read_each(store, [arn, "/team/db:live"]).found] == [arn, "/team/db:live"]


def test_going_back_works_where_the_present_value_cannot_be_read(
    aws: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ParameterStore(aws)
    store.put(replace(WRITE, description="d"))
    store.put(replace(WRITE, value=SecretValue("second"), description="e", tier="Advanced"))
    refuse(monkeypatch, {"GetParameter": [None, ("InvalidKeyId", "the key is pending deletion")]})
    plan = plan_rollback(store, "/team/db", "1", key="alias/new")
    assert plan.comparison is Comparison.UNKNOWN
    assert (plan.write.key, plan.write.tier, plan.write.description) == ("alias/new", "Advanced", "e")
    assert plan.write.value.reveal() == MARKER
    assert MARKER not in repr(plan)
