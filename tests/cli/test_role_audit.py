"""`role audit`: a file or the account, in all forms, and each way in which it can fail."""

import datetime
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from syrupy.assertion import SnapshotAssertion

from secrets_cli.aws.target import Connection
from secrets_cli.errors import AccessDenied, Throttled
from tests.audited_roles import ACCOUNT, ADMIN, TRUST, allow, arn_of, detail, page
from tests.conftest import RunCli

ZAPPA = "shop-dev-ZappaLambdaExecutionRole"
Write = Callable[..., str]


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets_cli.account.audit.audit.today_utc", lambda: datetime.date(2026, 11, 21))


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(document: Any, name: str = "account.json") -> str:
        path = tmp_path / name
        path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
        return str(path)

    return written


def several() -> dict[str, Any]:
    """Roles of which one is an administrator, one passes roles, one is Zappa's, one is fine and one trusts everybody."""
    anybody = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}],
    }
    return page(
        detail("admin", attached=[ADMIN], RoleLastUsed={}),
        detail("ci", allow(["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"], Sid="Deploy")),
        detail(ZAPPA, allow(["s3:*", "dynamodb:*"]), allow("logs:*", "arn:aws:logs:*:*:*"), inline="zappa-permissions"),
        detail("fine", allow("s3:GetObject", "arn:aws:s3:::files/*")),
        detail("open", allow("s3:GetObject", "arn:aws:s3:::files/*"), trust=anybody),
    )


def logs(folder: Path, days: int = 60) -> str:
    """One read of an object by Zappa's role, and a first and a last record."""
    folder.mkdir()
    last = datetime.datetime(2026, 11, 20, tzinfo=datetime.UTC)
    records = [_read(last - datetime.timedelta(days=days - 1)), _read(last)]
    (folder / "a.json.gz").write_bytes(gzip.compress(json.dumps({"Records": records}).encode()))
    return str(folder)


def _read(when: datetime.datetime) -> dict[str, Any]:
    issuer = {"type": "Role", "arn": arn_of(ZAPPA), "accountId": ACCOUNT, "userName": ZAPPA}
    return {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "AssumedRole",
            "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{ZAPPA}/s",
            "accountId": ACCOUNT,
            "sessionContext": {"sessionIssuer": issuer},
        },
        "eventTime": f"{when:%Y-%m-%dT%H:%M:%SZ}",
        "eventSource": "s3.amazonaws.com",
        "eventName": "GetObject",
        "awsRegion": "eu-west-1",
        "requestParameters": {"bucketName": "files", "key": "a"},
        "responseElements": None,
        "resources": [{"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::files/a"}],
        "eventID": f"{when:%j}",
        "eventType": "AwsApiCall",
        "managementEvent": False,
        "eventCategory": "Data",
        "recipientAccountId": ACCOUNT,
    }


def parsed(out: str, checkout: Path) -> Any:
    found = json.loads(out)
    jsonschema.validate(found, json.loads((checkout / "docs/schemas/role-audit-1.json").read_text(encoding="utf-8")))
    return found


def test_a_file_as_a_table(cli: RunCli, write: Write, snapshot: SnapshotAssertion) -> None:
    ran = cli("role", "audit", "--file", write(several()))
    assert (ran.code, ran.err) == (14, "")
    assert ran.out == snapshot


def test_a_role_in_full(cli: RunCli, write: Write, snapshot: SnapshotAssertion) -> None:
    ran = cli("role", "audit", "ci", "--file", write(several()))
    assert ran.code == 14
    assert ran.out == snapshot


def test_markdown(cli: RunCli, write: Write, tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    words = ("--logs", logs(tmp_path / "logs"), "--format", "markdown", "--quiet")
    ran = cli("role", "audit", "--file", write(several()), *words)
    assert ran.code == 14
    assert ran.out == snapshot


def test_json_with_logs_and_functions(cli: RunCli, write: Write, tmp_path: Path, checkout: Path) -> None:
    functions = write({"Functions": [{"FunctionArn": "arn:f", "Role": arn_of("fine")}]}, "functions.json")
    words = ("--logs", logs(tmp_path / "logs"), "--functions", functions, "--format", "json", "--quiet")
    found = parsed(cli("role", "audit", "--file", write(several()), *words).out, checkout)
    by_name = {one["name"]: one for one in found["roles"]}
    zappa = by_name[ZAPPA]
    assert zappa["evidence"]["used"] == ["s3:GetObject"]
    assert {one["rule"] for one in zappa["findings"]} >= {"orphaned-role", "unused-access", "service-wildcard"}
    assert by_name["fine"]["functions"] == ["arn:f"]
    assert by_name["ci"]["escalation"][0]["id"] == "lambda-001"
    assert found["changes"][0]["role"] == arn_of("admin")
    removed = [one["risk_removed"] for one in found["changes"]]
    assert removed == sorted(removed, reverse=True)


def test_json_without_logs(cli: RunCli, write: Write, checkout: Path) -> None:
    found = parsed(cli("role", "audit", "--file", write(several()), "--format", "json").out, checkout)
    assert found["coverage"] is None
    assert {one["evidence"]["state"] for one in found["roles"]} == {"no-logs"}


def test_the_usage_of_a_scan_says_the_same_as_its_logs(cli: RunCli, write: Write, tmp_path: Path) -> None:
    folder, account = logs(tmp_path / "logs"), write(several())
    scanned = write(cli("usage", "scan", folder, "--format", "json", "--quiet").out, "usage.json")
    both = [
        json.loads(cli("role", "audit", "--file", account, *words, "--format", "json", "--quiet").out)["roles"]
        for words in (("--logs", folder), ("--usage", scanned))
    ]
    assert both[0] == both[1]


def test_a_store_says_the_same(cli: RunCli, write: Write, tmp_path: Path) -> None:
    folder, account = logs(tmp_path / "logs"), write(several())
    words = ("role", "audit", "--file", account, "--logs", folder, "--format", "json", "--quiet")
    stored = f"--store={tmp_path / 'store'}"
    outs = [cli(*words).out, cli(*words, stored).out, cli(*words, stored).out]
    assert outs[0] == outs[1] == outs[2]


def test_logs_of_few_days_are_too_thin(cli: RunCli, write: Write, tmp_path: Path) -> None:
    words = ("--file", write(several()), "--logs", logs(tmp_path / "logs", days=3), "--quiet")
    ran = cli("role", "audit", *words)
    assert "too thin for 5 roles: the logs cover 3 days, and 30 are asked for" in ran.out
    assert "too thin" not in cli("role", "audit", *words, "--least-days", "2").out


def test_a_folder_of_pages(cli: RunCli, write: Write, tmp_path: Path, checkout: Path) -> None:
    out = tmp_path / "out"
    ran = cli("role", "audit", "--file", write(several()), "--out", str(out))
    assert (ran.code, ran.err) == (14, f"wrote {out / 'index.html'}\n")
    parsed((out / "audit.json").read_text(encoding="utf-8"), checkout)
    names = sorted(path.name for path in (out / "roles").iterdir())
    assert names == ["admin.html", "ci.html", "fine.html", "open.html", f"{ZAPPA}.html"]
    overview = (out / "index.html").read_text(encoding="utf-8")
    assert all(f'href="roles/{name}"' in overview for name in names)
    assert '<svg class="map"' in overview
    for page_ in (overview, (out / "roles" / "ci.html").read_text(encoding="utf-8")):
        assert "<script" not in page_
        assert "style=" not in page_
        assert "http" not in page_.replace("http-equiv", "")


def test_pages_are_the_same_again_and_escape_a_stranger_s_words(cli: RunCli, write: Write, tmp_path: Path) -> None:
    evil = detail('../<b>"&x', allow("s3:*", Sid="<i>"), inline="</svg><script>")
    account = write(page(evil, detail("A"), detail("a")))
    cli("role", "audit", "--file", account, "--out", str(tmp_path / "one"), "--quiet")
    cli("role", "audit", "--file", account, "--out", str(tmp_path / "two"), "--quiet")
    files = [path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.*")]
    assert len(files) == 6
    for name in files:
        text = (tmp_path / "one" / name).read_text(encoding="utf-8")
        assert text == (tmp_path / "two" / name).read_text(encoding="utf-8")
        assert "<script" not in text or name.suffix != ".html"
        assert "<b>" not in text or name.name != "index.html" or '<b>"' not in text


def test_fine_roles_are_exit_0_and_an_unknown_policy_21(cli: RunCli, write: Write) -> None:
    fine = detail("fine", allow("s3:GetObject", "arn:aws:s3:::files/*"))
    assert cli("role", "audit", "--file", write(page(fine))).code == 0
    unknown = detail("x", attached=[f"arn:aws:iam::{ACCOUNT}:policy/gone"])
    ran = cli("role", "audit", "--file", write(page(fine, unknown)))
    assert ran.code == 21
    assert f"not known: arn:aws:iam::{ACCOUNT}:policy/gone: what it grants is not known" in ran.out


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ((), 2, "no role was named"),
        (("app", "--all"), 2, "`--all` and the names of roles both say which"),
        (("--file", "FILE", "--logs", "x", "--usage", "y"), 2, "`--usage` and `--logs` both say what was used"),
        (("--file", "FILE", "--usage", "y", "--days", "3"), 2, "`--usage` was counted already"),
        (("--file", "FILE", "--store=x"), 2, "`--store` remembers logs, and none are given"),
        (("--file", "FILE", "--selectors", "x"), 2, "`--selectors` says what logs can show, and none are given"),
        (("--file", "FILE", "--function-region", "x"), 2, "`--file` asks AWS for nothing"),
        (("--all", "--functions", "x", "--function-region", "x"), 2, "both say where functions are"),
        (("--file", "FILE", "--trusted-account", "12"), 2, "`--trusted-account` takes an account's 12 digits"),
        (("--file", "FILE", "--print-policy"), 2, "an audit of a file asks AWS for nothing"),
        (("--file", "/no/such"), 2, "there is no file `/no/such`"),
        (("--file", "FILE", "--logs", "/no/such"), 3, "`/no/such`"),
        (("--file", "FILE", "--usage", "FILE"), 4, "FILE"),
        (("--file", "FILE", "--functions", "FILE"), 4, "does not hold functions"),
        (("ci2", "--file", "FILE"), 3, "there is no role `ci2` in `FILE`"),
        (("a/b", "--all"), 2, "both say which"),
        ((f"arn:aws:iam::{ACCOUNT}:user/u",), 2, "`u` is a user"),
        (("a b",), 2, "is neither a role's name nor"),
    ],
)
def test_what_cannot_be_asked(cli: RunCli, write: Write, words: tuple[str, ...], code: int, says: str) -> None:
    file = write(several())
    ran = cli("role", "audit", *(word.replace("FILE", file) for word in words))
    assert ran.code == code, ran.err
    assert says.replace("FILE", file) in ran.err
    assert ran.out == ""


@pytest.mark.parametrize("text", ["", "hello", "{}", '{"RoleDetailList": 3}'])
def test_a_file_that_is_no_account(cli: RunCli, write: Write, text: str) -> None:
    ran = cli("role", "audit", "--file", write(text))
    assert (ran.code, ran.out) == (4, "")
    assert "get-account-authorization-details" in ran.err


def test_a_file_without_roles(cli: RunCli, write: Write) -> None:
    assert cli("role", "audit", "--file", write(page())).code == 3


def test_a_near_name_is_told(cli: RunCli, write: Write) -> None:
    assert "did you mean `admin`?" in cli("role", "audit", "admim", "--file", write(several())).err


def test_a_folder_that_cannot_be_written(cli: RunCli, write: Write, tmp_path: Path) -> None:
    ran = cli("role", "audit", "--file", write(several()), "--out", write("", "taken"))
    assert ran.code == 2
    assert "cannot write to" in ran.err


# -- the account ------------------------------------------------------------------------------------------------------


@pytest.fixture
def live(aws: Connection) -> Connection:
    """Two roles, one with a managed policy and a boundary."""
    iam = aws.client("iam")
    text = json.dumps({"Version": "2012-10-17", "Statement": [allow("s3:*")]})
    shared = iam.create_policy(PolicyName="shared", PolicyDocument=text)["Policy"]["Arn"]
    iam.create_role(RoleName="app", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.attach_role_policy(RoleName="app", PolicyArn=shared)
    iam.create_role(RoleName="bounded", AssumeRolePolicyDocument=json.dumps(TRUST), PermissionsBoundary=shared)
    iam.put_role_policy(RoleName="bounded", PolicyName="all", PolicyDocument=text.replace("s3:*", "*"))
    return aws


def test_all_roles_of_the_account(cli: RunCli, live: Connection, checkout: Path) -> None:
    ran = cli("role", "audit", "--all", "--no-functions", "--format", "json")
    assert ran.code == 14, ran.err
    roles = {one["name"]: one for one in parsed(ran.out, checkout)["roles"]}
    assert set(roles) == {"app", "bounded"}
    assert roles["bounded"]["administrator"] is False
    assert set(roles["bounded"]["services"]) == {"s3"}
    assert "service-wildcard" in {one["rule"] for one in roles["app"]["findings"]}


def test_named_roles_say_the_same_as_all(cli: RunCli, live: Connection) -> None:
    words = ("--no-functions", "--format", "json")
    every = json.loads(cli("role", "audit", "--all", *words).out)["roles"]
    named = json.loads(cli("role", "audit", "app", "bounded", *words).out)["roles"]
    facts = [[(one["arn"], one["risk"], one["services"], len(one["findings"])) for one in x] for x in (every, named)]
    assert facts[0] == facts[1]


def test_functions_of_the_account_are_asked_for(cli: RunCli, live: Connection) -> None:
    ran = cli("role", "audit", "app", "--function-region", "us-east-1", "--format", "json")
    found = json.loads(ran.out)
    assert found["functions_of"] == ["us-east-1"]
    assert found["roles"][0]["functions"] == []


def test_a_role_that_is_not_there(cli: RunCli, aws: Connection) -> None:
    ran = cli("role", "audit", "nobody")
    assert (ran.code, ran.out) == (3, "")
    assert "`iam:GetRole` on `nobody`" in ran.err


def refuse(error: Exception) -> Callable[..., Any]:
    def refused(*_: object, **__: object) -> Any:
        raise error

    return refused


def test_a_denied_call_names_the_action(cli: RunCli, aws: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.client import BaseClient
    from botocore.exceptions import ClientError

    denied = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetAccountAuthorizationDetails")
    monkeypatch.setattr(BaseClient, "_make_api_call", refuse(denied))
    ran = cli("role", "audit", "--all")
    assert (ran.code, ran.out) == (5, "")
    assert "`iam:GetAccountAuthorizationDetails`" in ran.err
    ran = cli("role", "audit", "app")
    assert ran.code == 5
    assert "`iam:GetRole` on `app`" in ran.err


def test_throttled(cli: RunCli, aws: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    error = Throttled("`iam:GetAccountAuthorizationDetails` was throttled", "wait, then run again", "Throttling")
    monkeypatch.setattr("secrets_cli.aws.account_details.AccountDetails.all_roles", refuse(error))
    ran = cli("role", "audit", "--all")
    assert (ran.code, ran.out) == (5, "")
    assert "was throttled" in ran.err


def test_functions_that_may_not_be_listed_are_a_warning(
    cli: RunCli, live: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = AccessDenied("AWS denied `lambda:ListFunctions` on `us-east-1`", "allow it", "AccessDenied")
    monkeypatch.setattr("secrets_cli.aws.account_functions.AccountFunctions.in_regions", refuse(error))
    ran = cli("role", "audit", "app", "--format", "json")
    assert ran.code == 14
    assert "warning: which roles functions run as is not known: AWS denied `lambda:ListFunctions`" in ran.err
    assert json.loads(ran.out)["roles"][0]["functions"] is None


def test_the_policy_for_all_roles(cli: RunCli) -> None:
    found = json.loads(cli("role", "audit", "--all", "--print-policy").out)
    actions = {action for one in found["Statement"] for action in _listed(one["Action"])}
    assert actions == {
        "iam:GetAccountAuthorizationDetails",
        "iam:GetRole",
        "cloudformation:ListStacks",
        "ec2:DescribeRegions",
        "lambda:ListFunctions",
    }
    assert len(json.loads(cli("role", "audit", "--all", "--no-functions", "--print-policy").out)["Statement"]) == 2


def test_the_policy_for_named_roles_is_about_them(cli: RunCli) -> None:
    found = json.loads(cli("role", "audit", arn_of("app"), "--no-functions", "--print-policy").out)
    read = {one["Sid"]: one for one in found["Statement"]}
    assert _listed(read["ReadRoles"]["Resource"]) == [arn_of("app")]
    assert not any(
        action.split(":")[1].startswith(("Put", "Attach", "Delete"))
        for one in found["Statement"]
        for action in _listed(one["Action"])
    )


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else value
