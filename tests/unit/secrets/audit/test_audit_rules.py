"""Each rule of `secret audit` on made facts: what fires, what does not, how bad it is."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from secrets_cli.aws.functions import Function, Variable
from secrets_cli.aws.keys import Alias, Key
from secrets_cli.aws.parameters import Described, ResourcePolicy, Version
from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets.audit.facts import AccountFacts, KeyFacts, ParameterFacts
from secrets_cli.secrets.audit.rules.registry import RULES, judge_account
from secrets_cli.secrets.finding import Finding
from secrets_cli.secrets.parameter_name import Place
from secrets_cli.secrets.read_log import ReadLog, parse_read_log
from secrets_cli.severity import Confidence, Severity

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PLACE = Place("aws", "eu-west-1", "111122223333")
CANARY = "hunter2-CANARY"
LATER = '{"Type":"Expiration","Version":"1.0","Attributes":{"Timestamp":"2027-06-01T00:00:00.000Z"}}'


def _described(**changed: object) -> Described:
    base = Described(
        name="/app/db",
        arn="",
        type="SecureString",
        version=3,
        modified=NOW - timedelta(days=200),
        modified_by="",
        key="alias/app",
        tier="Standard",
        description="",
        allowed_pattern="",
        policies=(LATER,),
        data_type="text",
    )
    return replace(base, **changed)  # type: ignore[arg-type]  # fields by name, as the test gives them


def _key(state: str = "Enabled", manager: str = "CUSTOMER", deletion: datetime | None = None) -> Key:
    return Key("k-1", "arn:aws:kms:eu-west-1:111122223333:key/k-1", state, manager, "", "", "", NOW, deletion)


GOOD_KEY = KeyFacts("alias/app", _key())


def _parameter(described: Described | None = None, key: KeyFacts | None = GOOD_KEY, **more: object) -> ParameterFacts:
    described = described or _described()
    facts = ParameterFacts(described, PLACE.parameter_arn(described.name), key)
    return replace(facts, **more)  # type: ignore[arg-type]  # as above


def _account(*parameters: ParameterFacts, functions: tuple[Function, ...] = ()) -> AccountFacts:
    return AccountFacts("111122223333/eu-west-1", PLACE, parameters, functions, 1, NOW)


def _judged(
    *parameters: ParameterFacts, functions: tuple[Function, ...] = (), log: ReadLog | None = None, days: int = 90
) -> tuple[Finding, ...]:
    return judge_account(_account(*parameters, functions=functions), log, days)


def _only(findings: tuple[Finding, ...]) -> Finding:
    assert len(findings) == 1, findings
    return findings[0]


def test_a_secret_that_is_kept_well_breaks_no_rule() -> None:
    assert _judged(_parameter()) == ()


@pytest.mark.parametrize("named", ["alias/aws/ssm", "arn:aws:kms:eu-west-1:111122223333:alias/aws/ssm"])
def test_the_aws_managed_key_is_known_by_its_name(named: str) -> None:
    finding = _only(_judged(_parameter(_described(key=named), None)))
    assert (finding.rule, finding.severity) == ("secret-aws-managed-key", Severity.MEDIUM)
    assert finding.subject == "arn:aws:ssm:eu-west-1:111122223333:parameter/app/db"


def test_the_aws_managed_key_is_known_by_its_manager_where_its_id_was_given() -> None:
    found = _judged(_parameter(_described(key="k-1"), KeyFacts("k-1", _key(manager="AWS"))))
    assert _only(found).rule == "secret-aws-managed-key"


@pytest.mark.parametrize(
    ("key", "says"),
    [
        (_key("Disabled"), "is Disabled"),
        (_key("PendingDeletion", deletion=NOW + timedelta(days=7)), "PendingDeletion and goes on 2026-11-28T12:00:00Z"),
        (_key("Unavailable"), "is Unavailable"),
        (None, "KMS knows no such key"),
    ],
)
def test_a_key_that_cannot_be_used_is_high(key: Key | None, says: str) -> None:
    finding = _only(_judged(_parameter(key=KeyFacts("alias/app", key))))
    assert (finding.rule, finding.severity) == ("secret-key-unusable", Severity.HIGH)
    assert says in finding.message


def test_a_key_that_could_not_be_asked_about_is_no_finding() -> None:
    assert _judged(_parameter(key=None)) == ()


@pytest.mark.parametrize(("moved", "fires"), [(timedelta(days=-1), False), (timedelta(days=1), True)])
def test_an_alias_that_moved_after_the_write_is_found_by_the_dates(moved: timedelta, fires: bool) -> None:
    written = _described().modified
    alias = Alias("alias/app", "arn:aws:kms:eu-west-1:111122223333:alias/app", "k-1", written + moved)
    found = _judged(_parameter(key=KeyFacts("alias/app", _key(), alias)))
    assert [(one.rule, one.confidence) for one in found] == (
        [("secret-alias-moved", Confidence.MEDIUM)] if fires else []
    )


def test_an_alias_without_a_date_tells_nothing() -> None:
    alias = Alias("alias/app", "arn:aws:kms:eu-west-1:111122223333:alias/app", "k-1")
    assert _judged(_parameter(key=KeyFacts("alias/app", _key(), alias))) == ()


@pytest.mark.parametrize(
    ("name", "text", "severity"),
    [
        ("/app/db-password", CANARY, Severity.MEDIUM),
        (
            "/app/hook",
            "https://hooks.slack.com/" + "services/T01AB2CD3/B04EF5GH6/aB3dE6gH9jK2mN5pQ8sT1vW4",
            Severity.HIGH,
        ),
        ("/app/misc", "kJ8fQ2mZ7xV4bN1cR6tY3wP9sL5dG0hAuEoIXKqB", Severity.LOW),
        ("/app/region", "eu-west-1", None),
        ("/app/db-password", "changeme", None),
        ("/app/db-password", "{{resolve:ssm-secure:/app/db}}", None),
    ],
)
def test_a_plain_parameter_is_judged_by_name_and_value(name: str, text: str, severity: Severity | None) -> None:
    plain = _parameter(_described(name=name, type="String", key="", policies=()), None, value=SecretValue(text))
    found = _judged(plain)
    assert [(one.rule, one.severity) for one in found] == (
        [("secret-plain-parameter", severity)] if severity is not None else []
    )
    assert text not in repr(found)


def test_a_plain_parameter_whose_value_was_denied_is_judged_by_its_name() -> None:
    finding = _only(_judged(_parameter(_described(name="/app/api_key", type="String", key=""), None)))
    assert (finding.rule, finding.confidence) == ("secret-plain-parameter", Confidence.LOW)
    assert _judged(_parameter(_described(name="/app/stage", type="String", key=""), None)) == ()


@pytest.mark.parametrize(
    ("policies", "rule", "severity"),
    [
        ((), "secret-no-expiry", Severity.INFO),
        (('{"Type":"NoChangeNotification"}',), "secret-no-expiry", Severity.INFO),
        (("not json",), "secret-no-expiry", Severity.INFO),
        ((LATER.replace("2027-06-01", "2026-12-10"),), "secret-expires-soon", Severity.MEDIUM),
        ((f"[{LATER.replace('2027-06-01', '2026-12-10')}]",), "secret-expires-soon", Severity.MEDIUM),
        ((LATER.replace("2027-06-01", "2026-11-01"),), "secret-expired", Severity.HIGH),
    ],
)
def test_expiry(policies: tuple[str, ...], rule: str, severity: Severity) -> None:
    finding = _only(_judged(_parameter(_described(policies=policies))))
    assert (finding.rule, finding.severity) == (rule, severity)


@pytest.mark.parametrize(
    ("kept", "labels", "severity"),
    [(91, ("stable",), Severity.MEDIUM), (100, ("stable",), Severity.HIGH), (100, (), None), (90, ("stable",), None)],
)
def test_a_label_on_the_oldest_of_many_versions(kept: int, labels: tuple[str, ...], severity: Severity | None) -> None:
    oldest = Version(7, "SecureString", None, labels, NOW, "", "", "Standard", "", "", (), "text")
    found = _judged(_parameter(oldest=oldest, kept=kept))
    assert [one.severity for one in found] == ([severity] if severity else [])
    assert all("`stable`" in one.fix for one in found)


def _share(principal: object, effect: str = "Allow", element: str = "Principal") -> ResourcePolicy:
    statement = {
        "Effect": effect,
        element: principal,
        "Action": ["ssm:GetParameter"],
        "Resource": "arn:aws:ssm:eu-west-1:111122223333:parameter/app/db",
    }
    return ResourcePolicy("p-1", "h", json.dumps({"Version": "2012-10-17", "Statement": [statement]}))


@pytest.mark.parametrize(
    ("policy", "severity"),
    [
        (_share({"AWS": "arn:aws:iam::999988887777:root"}), Severity.MEDIUM),
        (_share({"AWS": ["111122223333", "999988887777"]}), Severity.MEDIUM),
        (_share("*"), Severity.HIGH),
        (_share({"AWS": "*"}), Severity.HIGH),
        (_share({"AWS": "111122223333"}, element="NotPrincipal"), Severity.HIGH),
        (_share({"AWS": "arn:aws:iam::111122223333:role/app"}), None),
        (_share("*", effect="Deny"), None),
        (ResourcePolicy("p-1", "h", "{"), Severity.HIGH),
    ],
)
def test_a_share_outside_the_account(policy: ResourcePolicy, severity: Severity | None) -> None:
    found = _judged(_parameter(shares=(policy,)))
    assert [(one.rule, one.severity) for one in found] == ([("secret-shared-outside", severity)] if severity else [])


def test_a_function_s_variables_are_named_and_not_shown() -> None:
    variables = (Variable("DB_PASSWORD", SecretValue(CANARY)), Variable("STAGE", SecretValue("prod")))
    function = Function("f", "arn:aws:lambda:eu-west-1:111122223333:function:f", "", "python3.13", variables, "")
    finding = _only(_judged(functions=(function,)))
    assert (finding.rule, finding.severity, finding.subject) == (
        "secret-in-function-environment",
        Severity.MEDIUM,
        function.arn,
    )
    assert "`DB_PASSWORD`" in finding.message
    assert CANARY not in repr(finding)


def _log(*uses: dict[str, object], **coverage: object) -> ReadLog:
    base = {
        "rejected": [],
        "fates": {"other-principal": 0},
        "first": "2026-01-01T00:00:00Z",
        "last": "2026-11-21T11:00:00Z",
        "regions": ["eu-west-1"],
        "accounts": ["111122223333"],
    }
    document = {"schema": "secrets-cli/usage/1", "coverage": base | coverage, "uses": list(uses)}
    return parse_read_log(json.dumps(document), "usage.json")


def _use(action: str, path: str, last: str = "2026-11-01T00:00:00Z", outcome: str = "used") -> dict[str, object]:
    resource = path if path == "*" else f"arn:aws:ssm:eu-west-1:111122223333:parameter{path}"
    principal = "arn:aws:iam::111122223333:role/app"
    return {
        "principal": principal,
        "action": action,
        "resource": resource,
        "count": 2,
        "last_seen": last,
        "outcome": outcome,
    }


@pytest.mark.parametrize(
    ("use", "read"),
    [
        (_use("ssm:GetParameter", "/app/db"), True),
        (_use("ssm:GetParameters", "/app/db"), True),
        (_use("ssm:GetParameterHistory", "/app/db"), True),
        (_use("ssm:GetParameter", "/app/*"), True),
        (_use("ssm:GetParameter", "*"), True),
        (_use("ssm:GetParametersByPath", "/app"), True),
        (_use("ssm:GetParametersByPath", "/app/"), True),
        (_use("ssm:GetParametersByPath", "/"), True),
        (_use("ssm:GetParametersByPath", "/a*"), True),
        (_use("ssm:GetParametersByPath", "*"), True),
        (_use("ssm:GetParametersByPath", "/ap"), False),
        (_use("ssm:GetParametersByPath", "/app/db"), False),
        (_use("ssm:GetParameter", "/app/db2"), False),
        (_use("ssm:GetParameter", "/app/db", outcome="denied"), False),
        (_use("ssm:GetParameter", "/app/db", outcome="failed-after-authorization"), False),
        (_use("ssm:PutParameter", "/app/db"), False),
        (_use("ssm:GetParameter", "/app/db", last="2026-05-01T00:00:00Z"), False),
    ],
)
def test_what_counts_as_a_read_in_the_window(use: dict[str, object], read: bool) -> None:
    found = _judged(_parameter(), log=_log(use))
    assert [one.rule for one in found] == ([] if read else ["secret-unread"])


def test_the_last_read_is_told() -> None:
    finding = _only(_judged(_parameter(), log=_log(_use("ssm:GetParameter", "/app/db", last="2026-05-01T00:00:00Z"))))
    assert "last on 2026-05-01T00:00:00Z" in finding.message
    assert (finding.severity, finding.confidence) == (Severity.LOW, Confidence.HIGH)


def test_a_secret_written_in_the_window_is_new_or_less_sure() -> None:
    yesterday = NOW - timedelta(days=1)
    assert _judged(_parameter(_described(version=1, modified=yesterday)), log=_log()) == ()
    finding = _only(_judged(_parameter(_described(version=9, modified=yesterday)), log=_log()))
    assert finding.confidence is Confidence.MEDIUM


@pytest.mark.parametrize(
    ("coverage", "says"),
    [
        ({"first": "2026-11-01T00:00:00Z"}, "begins 2026-11-01T00:00:00Z"),
        ({"last": "2026-11-01T00:00:00Z"}, "ends 2026-11-01T00:00:00Z"),
        ({"first": None, "last": None}, "no record with a time"),
        ({"regions": ["us-east-1"]}, "no record of region eu-west-1"),
        ({"accounts": []}, "no record of account 111122223333"),
        ({"rejected": [{}]}, "1 files or records"),
        ({"fates": {"other-principal": 5}}, "some principals only"),
    ],
)
def test_a_log_with_a_gap_says_so_and_gives_no_finding(coverage: dict[str, object], says: str) -> None:
    from secrets_cli.secrets.audit.rules.unread import unread_gaps

    log = _log(**coverage)
    assert _judged(_parameter(), log=log) == ()
    gaps = unread_gaps(_account(_parameter()), log, 90)
    assert [says in gap.reason for gap in gaps] == [True]


def test_readers_are_told_latest_first_and_once() -> None:
    log = _log(
        _use("ssm:GetParameter", "/app/db", last="2026-10-01T00:00:00Z"),
        _use("ssm:GetParameter", "/app/db", last="2026-11-02T00:00:00Z"),
        _use("ssm:GetParametersByPath", "/app", last="2026-11-01T00:00:00Z"),
    )
    reads = log.of(PLACE.parameter_arn("/app/db"))
    assert [(read.action, read.count, read.last[:10]) for read in reads] == [
        ("ssm:GetParameter", 4, "2026-11-02"),
        ("ssm:GetParametersByPath", 2, "2026-11-01"),
    ]


def test_every_rule_has_an_id_of_its_own() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES) == 13
    assert all(rule.id.startswith("secret-") for rule in RULES)
