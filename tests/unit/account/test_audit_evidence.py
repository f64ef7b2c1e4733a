"""Granted and used: what logs say about a role, and when they say too little."""

import datetime
from typing import Any

import pytest

from secrets_cli.account.audit.audit import Question, audit_roles
from secrets_cli.account.audit.evidence import Logs, State
from secrets_cli.account.audit.functions import Functions, functions_in
from secrets_cli.account.audit.role_audit import ChangeKind, RoleAudit
from secrets_cli.account.audit.use import Asked
from secrets_cli.aws.account_details import AccountRole, AccountRoles
from secrets_cli.catalog.load import load_catalog
from secrets_cli.errors import MalformedInput
from secrets_cli.usage.usage import Coverage, Outcome, Rejected, Usage, Use
from tests.audited_roles import ACCOUNT, ADMIN, allow, arn_of, role

CATALOG = load_catalog()
S3_READ = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"


def coverage(**more: Any) -> Coverage:
    facts: dict[str, Any] = {
        "files": 1,
        "records": 10,
        "bytes": 1,
        "rejected": (),
        "first": "2026-09-01T00:00:00Z",
        "last": "2026-11-20T00:00:00Z",
        "regions": ("eu-west-1",),
        "accounts": (ACCOUNT,),
        "data_event_types": ("AWS::S3::Object",),
        **more,
    }
    return Coverage(**facts)


def use(action: str, resource: str, principal: str = arn_of("app"), outcome: Outcome = Outcome.USED) -> Use:
    seen = "2026-10-01T00:00:00Z"
    service = action.partition(":")[0]
    facts = (f"{service}.amazonaws.com", action.partition(":")[2], action, resource, (), "eu-west-1", ACCOUNT)
    return Use(principal, "s", *facts, outcome, 3, seen, seen)


def usage(*uses: Use, **more: Any) -> Usage:
    return Usage(coverage(**more), uses, (), tuple(sorted({one.principal for one in uses})))


def audited(one: AccountRole, found: Usage | None = None, functions: Functions | None = None) -> RoleAudit:
    logs = None if found is None else Logs.of(found)
    question = Question(CATALOG, Asked(datetime.date(2026, 11, 21)), logs, functions)
    return audit_roles(AccountRoles((one,)), question).roles[0]


ALL_TYPES = ("AWS::S3::Object", "AWS::DynamoDB::Table")
BROAD = allow(["s3:GetObject", "s3:PutObject", "ssm:GetParameter", "dynamodb:GetItem"])
READ = use("s3:GetObject", "arn:aws:s3:::files/a")


def test_used_unused_and_what_logs_could_not_show() -> None:
    evidence = audited(role("app", BROAD), usage(READ)).evidence
    assert evidence.state is State.ENOUGH
    assert evidence.used == {"s3:GetObject"}
    assert evidence.unused == {"s3:PutObject", "ssm:GetParameter"}
    assert evidence.invisible == {"dynamodb:GetItem"}
    assert (evidence.events, evidence.last_seen) == (3, "2026-10-01T00:00:00Z")


def test_a_denied_call_and_another_role_s_calls_are_no_use() -> None:
    other = use("s3:GetObject", "arn:aws:s3:::files/a", arn_of("other"))
    denied = use("ssm:GetParameter", "*", outcome=Outcome.DENIED)
    evidence = audited(role("app", BROAD), usage(other, denied)).evidence
    assert (evidence.used, evidence.events) == (frozenset(), 0)


def test_a_region_without_logs_hides_what_is_granted_there() -> None:
    elsewhere = allow("ssm:GetParameter", f"arn:aws:ssm:us-east-1:{ACCOUNT}:parameter/a")
    assert audited(role("app", elsewhere), usage(READ)).evidence.invisible == {"ssm:GetParameter"}


@pytest.mark.parametrize(
    ("found", "facts", "says"),
    [
        (usage(READ, first="2026-11-10T00:00:00Z"), {}, "the logs cover 11 days, and 30 are asked for"),
        (usage(READ, rejected=(Rejected("a.gz", "is no gzip"),)), {}, "`a.gz`: is no gzip"),
        (usage(READ, accounts=("444455556666",)), {}, f"the logs hold no record of the account {ACCOUNT}"),
        (usage(READ), {"created": "2026-11-01T00:00:00Z"}, "the role was made on 2026-11-01, too late"),
        (usage(data_event_types=ALL_TYPES), {"last_used": "2026-10-05T00:00:00Z"}, "IAM saw it used on 2026-10-05"),
    ],
)
def test_evidence_too_thin(found: Usage, facts: dict[str, Any], says: str) -> None:
    told = audited(role("app", BROAD, **facts), found)
    assert told.evidence.state is State.THIN
    assert any(says in reason for reason in told.evidence.reasons)
    assert told.evidence.unused == frozenset()
    assert not {ChangeKind.NARROW, ChangeKind.DETACH} & {one.kind for one in told.proposals}


def test_a_rejected_record_of_another_principal_is_no_gap() -> None:
    gap = Rejected("a.gz#1", "is cut off", arn_of("other"))
    assert audited(role("app", BROAD), usage(READ, rejected=(gap,))).evidence.state is State.ENOUGH


def test_a_use_that_the_logs_could_not_show_is_not_missed() -> None:
    told = audited(role("app", BROAD, last_used="2026-10-05T00:00:00Z"), usage())
    assert told.evidence.state is State.ENOUGH
    assert told.evidence.invisible == {"dynamodb:GetItem"}


def test_without_logs_nothing_is_said_of_use() -> None:
    told = audited(role("app", BROAD))
    assert told.evidence.state is State.NO_LOGS
    assert not any(one.rule == "unused-access" for one in told.findings)


def test_unused_access_and_the_change_that_narrows() -> None:
    told = audited(role("app", BROAD), usage(READ))
    (finding,) = (one for one in told.findings if one.rule == "unused-access")
    assert finding.message == "2 of 4 granted actions were not used"
    (narrow,) = (one for one in told.proposals if one.kind is ChangeKind.NARROW)
    # s3:GetObject stays on named objects (10 -> 1), dynamodb:GetItem stays as it is; s3:PutObject and ssm:GetParameter go
    assert (told.risk.reach, narrow.removes) == (33, 22)


def test_a_managed_policy_of_which_nothing_was_used() -> None:
    named = allow("ssm:GetParameter", f"arn:aws:ssm:eu-west-1:{ACCOUNT}:parameter/a")
    parameter = use("ssm:GetParameter", f"arn:aws:ssm:eu-west-1:{ACCOUNT}:parameter/a")
    types = ("AWS::S3::Object", "AWS::S3ObjectLambda::AccessPoint", "AWS::S3Express::Object")
    told = audited(role("app", named, attached=[S3_READ]), usage(parameter, data_event_types=types))
    (detach,) = (one for one in told.proposals if one.kind is ChangeKind.DETACH)
    assert detach.policy == S3_READ
    kept = audited(role("app", named, attached=[S3_READ]), usage(parameter, READ, data_event_types=types))
    assert not any(one.kind is ChangeKind.DETACH for one in kept.proposals)


def test_a_role_that_iam_and_the_logs_know_nothing_of() -> None:
    told = audited(role("app", BROAD, last_used="2026-01-01T00:00:00Z"), usage(use("s3:GetObject", "*", arn_of("x"))))
    assert any(one.rule == "unused-role" for one in told.findings)
    best = told.best
    assert best is not None
    assert (best.kind, best.removes) == (ChangeKind.DELETE, told.risk.total)


@pytest.mark.parametrize(
    "facts",
    [
        {"last_used": "2026-11-01T00:00:00Z"},
        {"last_used": None},
        {"last_used": "", "created": "2026-11-01T00:00:00Z"},
        {"last_used": "", "path": "/aws-reserved/sso.amazonaws.com/"},
    ],
)
def test_a_role_that_is_not_called_unused(facts: dict[str, Any]) -> None:
    assert not any(one.rule == "unused-role" for one in audited(role("app", BROAD, **facts)).findings)


ZAPPA = "shop-dev-ZappaLambdaExecutionRole"


def test_a_zappa_role_that_no_function_runs_as() -> None:
    told = audited(role(ZAPPA, BROAD, last_used="2026-01-01T00:00:00Z"), functions=Functions({}, ("eu-west-1",)))
    (finding,) = (one for one in told.findings if one.rule == "orphaned-role")
    assert finding.message == "no function runs as the role, which Zappa made for `shop-dev`; last used on 2026-01-01"
    assert finding.confidence.value == "high"
    recent = audited(role(ZAPPA, BROAD), functions=Functions({}, ("eu-west-1",)))
    assert {one.confidence.value for one in recent.findings if one.rule == "orphaned-role"} == {"medium"}


def test_a_role_that_a_function_runs_as_is_not_orphaned() -> None:
    running = Functions({arn_of(ZAPPA): ("arn:f",)}, ("eu-west-1",))
    told = audited(role(ZAPPA, BROAD, last_used=""), functions=running)
    assert (told.functions, [one.rule for one in told.findings if one.kind.value == "use"]) == (("arn:f",), [])


def test_without_functions_no_role_is_orphaned() -> None:
    assert not any(one.rule == "orphaned-role" for one in audited(role(ZAPPA, BROAD)).findings)


def test_a_role_whose_stack_is_gone() -> None:
    tagged = role("app", BROAD, tags=(("aws:cloudformation:stack-name", "shop"),))
    gone = Functions({arn_of("app"): ("arn:f",)}, ("eu-west-1",), frozenset({"shop"}))
    (finding,) = (one for one in audited(tagged, functions=gone).findings if one.rule == "orphaned-role")
    assert "the stack `shop` that made the role is gone" in finding.message


def test_functions_out_of_files() -> None:
    found = functions_in([('{"Functions": [{"FunctionArn": "f", "Role": "r"}]}', "a"), ('{"Functions": []}', "b")])
    assert (found.by_role, found.where) == ({"r": ("f",)}, ("a", "b"))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"Functions": [{"Role": 1}]}'])
def test_what_holds_no_functions(text: str) -> None:
    with pytest.raises(MalformedInput, match="`a` does not hold functions"):
        functions_in([(text, "a")])


def test_the_administrator_that_uses_one_action() -> None:
    told = audited(role("app", attached=[ADMIN]), usage(READ))
    (narrow,) = (one for one in told.proposals if one.kind is ChangeKind.NARROW)
    assert told.risk.total - narrow.removes < told.risk.total / 2
    assert told.services["s3"].used == 1
