"""`role narrow` for several principals, split by function, and in a style: options, streams, files, exit codes, errors."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import referencing

from tests.conftest import RunCli
from tests.unit.usage.made_records import record, role_session, user

ACCOUNT = "111122223333"
ORDERS = f"arn:aws:iam::{ACCOUNT}:role/app/orders"
THUMBS = f"arn:aws:iam::{ACCOUNT}:role/thumbs=dev"
IDLE = f"arn:aws:iam::{ACCOUNT}:role/idle"
LINKED = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"
ANN = f"arn:aws:iam::{ACCOUNT}:user/ann"
MANAGED = f"arn:aws:iam::{ACCOUNT}:policy/files"
S3 = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
SQS = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]}

IAM = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:*", "Resource": "*"}]}


def read(identity: dict[str, Any], key: str) -> dict[str, Any]:
    """A GetObject of somebody."""
    return record(
        userIdentity=identity, requestParameters={"bucketName": "files", "key": key}, resources=..., eventID=key
    )


class Case:
    """Logs of three principals, a policy file, and the account's details."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "log.json"
        records = [
            read(role_session(ORDERS, "orders"), "a"),
            read(role_session(ORDERS, "reports"), "b"),
            read(role_session(THUMBS, "thumbs"), "c"),
            read(user(ANN), "d"),
        ]
        self.log.write_text(json.dumps({"Records": records}), encoding="utf-8")
        self.policy = folder / "s3.json"
        self.policy.write_text(json.dumps(S3), encoding="utf-8")
        self.details: dict[str, Any] = {
            "UserDetailList": [{"UserName": "ann", "Arn": ANN, "GroupList": ["devs"]}],
            "GroupDetailList": [
                {"GroupName": "devs", "GroupPolicyList": [{"PolicyName": "g", "PolicyDocument": S3}]},
            ],
            "RoleDetailList": [
                self.role(ORDERS, AttachedManagedPolicies=[{"PolicyName": "files", "PolicyArn": MANAGED}]),
                self.role(THUMBS, RolePolicyList=[{"PolicyName": "inline", "PolicyDocument": S3}]),
                self.role(IDLE),
                self.role(LINKED),
            ],
            "Policies": [
                {"Arn": MANAGED, "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": True, "Document": S3}]}
            ],
        }

    @staticmethod
    def role(arn: str, **more: object) -> dict[str, object]:
        """One entry of RoleDetailList."""
        path, name = arn.split(":role", 1)[1].rsplit("/", 1)
        return {"RoleName": name, "Arn": arn, "Path": f"{path}/", **more}

    @property
    def account(self) -> str:
        """The details as they now are, in a file."""
        path = self.folder / "account.json"
        path.write_text(json.dumps(self.details), encoding="utf-8")
        return str(path)

    def words(self, *more: str) -> list[str]:
        """A command line on the logs."""
        return ["role", "narrow", "--logs", str(self.log), *more]

    def of_both(self, *more: str) -> list[str]:
        """The two roles by name, each with its policy."""
        policies = [f"{arn}={self.policy}" for arn in (ORDERS, THUMBS)]
        named = ["--principal", ORDERS, "--principal", THUMBS, "--policy", policies[0], "--policy", policies[1]]
        return self.words(*named, *more)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """A case that narrows well."""
    return Case(tmp_path)


def valid(document: object, checkout: Path) -> Any:
    """The document, which its schema allows."""
    schemas = [json.loads((checkout / f"docs/schemas/narrowing{s}-1.json").read_text("utf-8")) for s in ("", "s")]
    registry: Any = referencing.Registry().with_resources(
        (schema["$id"], referencing.Resource.from_contents(schema)) for schema in schemas
    )
    jsonschema.Draft202012Validator(schemas[1], registry=registry).validate(document)
    return document


def granted(document: dict[str, Any]) -> list[str]:
    """The resources of all Allow statements."""
    return [s["Resource"] for p in document["policies"] for s in p["Statement"]]


def test_several_principals_are_narrowed_from_one_reading(cli: RunCli, case: Case, checkout: Path) -> None:
    ran = cli(*case.of_both("--format", "json"))
    assert (ran.code, ran.err) == (0, "")
    document = valid(json.loads(ran.out), checkout)
    assert [one["principal"] for one in document["narrowings"]] == [ORDERS, THUMBS]
    assert [granted(one) for one in document["narrowings"]] == [
        [["arn:aws:s3:::files/a", "arn:aws:s3:::files/b"]],
        ["arn:aws:s3:::files/c"],
    ]
    assert document["never_seen"] == []


def test_one_principal_keeps_its_document(cli: RunCli, case: Case) -> None:
    ran = cli(*case.words("--principal", ORDERS, "--policy", str(case.policy), "--format", "json"))
    assert json.loads(ran.out)["schema"] == "secrets-cli/narrowing/1"


def test_each_narrowing_is_the_one_it_is_by_itself(cli: RunCli, case: Case) -> None:
    several = json.loads(cli(*case.of_both("--format", "json")).out)["narrowings"]
    alone = [
        json.loads(cli(*case.words("--principal", arn, "--policy", str(case.policy), "--format", "json")).out)
        for arn in (ORDERS, THUMBS)
    ]
    assert several == alone


def test_text_has_a_report_for_each_and_the_policies_by_principal(cli: RunCli, case: Case) -> None:
    ran = cli(*case.of_both())
    assert ran.code == 0
    assert list(json.loads(ran.out)) == [ORDERS, THUMBS]
    assert ran.err.count("Actions granted") == 2
    assert "2 principals narrowed and proven" in ran.err


def test_all_roles_of_the_account_that_the_logs_show(cli: RunCli, case: Case, checkout: Path) -> None:
    ran = cli(*case.words("--all-roles", "--account-details", case.account, "--format", "json"))
    assert ran.code == 0, ran.err
    document = valid(json.loads(ran.out), checkout)
    assert [one["principal"] for one in document["narrowings"]] == [ORDERS, THUMBS]
    assert document["never_seen"] == [IDLE]
    text = cli(*case.words("--all-roles", "--account-details", case.account))
    assert "1 role of the account never seen in the logs:" in text.err
    assert IDLE in text.err


def test_all_roles_and_none_of_them_seen(cli: RunCli, case: Case, checkout: Path) -> None:
    case.details["RoleDetailList"] = [case.role(IDLE)]
    ran = cli(*case.words("--all-roles", "--account-details", case.account, "--format", "json"))
    assert ran.code == 0
    assert valid(json.loads(ran.out), checkout)["narrowings"] == []


def test_a_user_has_the_policies_of_its_groups(cli: RunCli, case: Case) -> None:
    ran = cli(*case.words("--principal", ANN, "--account-details", case.account, "--format", "json"))
    assert ran.code == 0
    assert granted(json.loads(ran.out)) == ["arn:aws:s3:::files/d"]


def test_a_role_whose_policy_is_not_known_is_blocked_and_the_others_are_not(cli: RunCli, case: Case) -> None:
    case.details["Policies"] = []
    ran = cli(*case.words("--all-roles", "--account-details", case.account, "--format", "json"))
    assert ran.code == 21
    orders, thumbs = json.loads(ran.out)["narrowings"]
    assert f"what `{MANAGED}` grants is not known" in orders["blocked"]
    assert orders["policies"] == []
    assert thumbs["policies"]


def test_a_group_that_is_not_there_blocks_its_user(cli: RunCli, case: Case) -> None:
    case.details["GroupDetailList"] = []
    ran = cli(*case.words("--principal", ANN, "--account-details", case.account, "--format", "json"))
    assert ran.code == 21
    assert "the group `devs`" in json.loads(ran.out)["blocked"]


def test_the_worst_exit_code_counts(cli: RunCli, case: Case) -> None:
    case.details["RoleDetailList"][1]["RolePolicyList"][0]["PolicyDocument"] = SQS
    lost = cli(*case.words("--all-roles", "--account-details", case.account))
    assert lost.code == 20
    assert f"the proof fails: {THUMBS}" in lost.err
    assert list(json.loads(lost.out)) == [ORDERS]
    case.details["Policies"] = []
    assert cli(*case.words("--all-roles", "--account-details", case.account)).code == 20


def test_a_principal_named_and_never_seen_blocks(cli: RunCli, case: Case) -> None:
    named = ["--principal", IDLE, "--principal", ORDERS]
    ran = cli(*case.words(*named, "--account-details", case.account, "--format", "json"))
    assert ran.code == 21
    assert ["blocked" in one for one in json.loads(ran.out)["narrowings"]] == [True, False]


def test_out_has_a_folder_for_each_principal(cli: RunCli, case: Case, tmp_path: Path) -> None:
    ran = cli(*case.of_both("--out", str(tmp_path / "new")))
    assert (ran.code, ran.out) == (0, "")
    assert sorted(str(path.relative_to(tmp_path / "new")) for path in (tmp_path / "new").rglob("*.json")) == [
        f"{ACCOUNT}-role-orders/narrowing.json",
        f"{ACCOUNT}-role-orders/policy.json",
        f"{ACCOUNT}-role-thumbs=dev/narrowing.json",
        f"{ACCOUNT}-role-thumbs=dev/policy.json",
    ]


def test_the_hold_out_of_several(cli: RunCli, case: Case) -> None:
    ran = cli(*case.of_both("--holdout", "20%", "--format", "json"))
    assert ran.code == 0
    holdouts = [one["holdout"] for one in json.loads(ran.out)["narrowings"]]
    assert all("seen at one moment only" in one["blocked"] for one in holdouts)
    assert cli(*case.of_both("--holdout", "most")).code == 2


def test_split_by_function(cli: RunCli, case: Case, checkout: Path, tmp_path: Path) -> None:
    words = case.words("--principal", ORDERS, "--policy", str(case.policy), "--split-by-function")
    document = json.loads(cli(*words, "--format", "json").out)
    jsonschema.validate(document, json.loads((checkout / "docs/schemas/narrowing-1.json").read_text("utf-8")))
    assert [(one["function"], granted(one)) for one in document["split"]] == [
        ("orders", ["arn:aws:s3:::files/a"]),
        ("reports", ["arn:aws:s3:::files/b"]),
    ]
    assert document["union"]["verdict"] == "equal"
    text = cli(*words)
    assert text.code == 0
    assert list(json.loads(text.out)) == ["orders", "reports"]
    assert "together grant exactly what the unsplit policy grants (proven)" in " ".join(text.err.split())
    assert cli(*words, "--out", str(tmp_path / "new")).code == 0
    written = json.loads((tmp_path / "new/functions/reports/policy.json").read_text("utf-8"))
    assert written["Statement"][0]["Resource"] == "arn:aws:s3:::files/b"


def test_several_split_are_keyed_by_principal_and_function(cli: RunCli, case: Case) -> None:
    ran = cli(*case.of_both("--split-by-function", "--quiet"))
    assert {arn: list(parts) for arn, parts in json.loads(ran.out).items()} == {
        ORDERS: ["orders", "reports"],
        THUMBS: ["thumbs"],
    }
    assert ran.err == ""


def test_a_user_cannot_be_split(cli: RunCli, case: Case) -> None:
    ran = cli(*case.words("--principal", ANN, "--policy", str(case.policy), "--split-by-function"))
    assert ran.code == 2
    assert "only a role has sessions" in ran.err


@pytest.mark.parametrize("words", [["--style", "compact"], ["--compact"]])
def test_compact_writes_wildcards_where_they_are_proven(cli: RunCli, case: Case, words: list[str]) -> None:
    management = {"eventSource": "iam.amazonaws.com", "managementEvent": True, "eventCategory": "Management"}
    asked = {"GetUser": {"userName": "bob"}, "GetUserPolicy": {"userName": "bob", "policyName": "p"}}
    records = [
        record(userIdentity=user(ANN), eventName=name, requestParameters=parameters, resources=..., **management)
        for name, parameters in asked.items()
    ]
    case.log.write_text(json.dumps({"Records": records}), encoding="utf-8")
    case.policy.write_text(json.dumps(IAM), encoding="utf-8")
    line = case.words("--principal", ANN, "--policy", str(case.policy), "--format", "json")
    readable, compact = (json.loads(cli(*line, *more).out) for more in ([], words))
    assert "*" not in json.dumps([s["Action"] for p in readable["policies"] for s in p["Statement"]])
    assert [s["Action"] for p in compact["policies"] for s in p["Statement"]] == ["iam:GetU*"]
    assert compact["proof"]["contained"]["verdict"] == "contained"


BAD: list[tuple[list[str], str]] = [
    ([], "no principal was named"),
    (["--all-roles"], "`--all-roles` needs the policies of all roles"),
    (["--principal", ORDERS], f"the present policies of `{ORDERS}` are missing"),
    (["--principal", ORDERS, "--principal", ORDERS, "--policy", "POLICY"], "is given twice"),
    (["--principal", ORDERS, "--principal", THUMBS, "--policy", "POLICY"], "does not say whose policy it is"),
    (["--principal", ORDERS, "--principal", THUMBS, "--policy", f"{ORDERS}=POLICY"], f"of `{THUMBS}` are missing"),
    (["--principal", ORDERS, "--policy", f"{IDLE}=POLICY"], f"`{IDLE}` is none of the principals"),
    (["--principal", "orders", "--policy", "POLICY"], "`orders` is no ARN of a role or user"),
    (["--principal", f"arn:aws:iam::{ACCOUNT}:root", "--policy", "POLICY"], "is no ARN of a role or user"),
    (["--principal", f"arn:aws:sts::{ACCOUNT}:assumed-role/orders/x", "--policy", "POLICY"], "is a session"),
    (["--principal", ORDERS, "--account-details", "ACCOUNT", "--policy", "POLICY"], "and in `--policy`"),
    (["--principal", f"{ORDERS}x", "--account-details", "ACCOUNT"], f"`{ORDERS}x` is not in"),
]


@pytest.mark.parametrize(("words", "says"), BAD)
def test_what_cannot_be_asked_for(cli: RunCli, case: Case, words: list[str], says: str) -> None:
    files = {"POLICY": str(case.policy), "ACCOUNT": case.account}
    line = [word.replace("POLICY", files["POLICY"]).replace("ACCOUNT", files["ACCOUNT"]) for word in words]
    ran = cli(*case.words(*line))
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err
    assert "help: " in ran.err


@pytest.mark.parametrize(
    ("details", "says"),
    [
        ({"Statement": []}, "does not hold the details of an account"),
        ({"RoleDetailList": [], "IsTruncated": True}, "is one page of several"),
    ],
)
def test_a_file_that_is_no_whole_account(cli: RunCli, case: Case, details: dict[str, Any], says: str) -> None:
    case.details = details
    ran = cli(*case.words("--all-roles", "--account-details", case.account))
    assert (ran.code, ran.out) == (4, "")
    assert says in ran.err


def configuration(case: Case, document: object) -> str:
    path = case.folder / "configuration.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return str(path)


def test_a_configuration_of_no_role_needs_one_where_there_are_several(cli: RunCli, case: Case) -> None:
    target = "arn:aws:s3:::dead"
    path = configuration(case, {"DestinationConfig": {"OnFailure": {"Destination": target}}})
    ran = cli(*case.of_both("--function-config", path))
    assert ran.code == 2
    assert "does not say which role it is of" in ran.err
    document = json.loads(cli(*case.of_both("--function-config", f"{THUMBS}={path}", "--format", "json")).out)
    assert [f'"{target}/' in json.dumps(one["policies"]) for one in document["narrowings"]] == [False, True]


def test_a_configuration_goes_to_the_role_it_names(cli: RunCli, case: Case) -> None:
    function = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:thumbs"
    path = configuration(
        case,
        [
            {"FunctionName": "thumbs", "FunctionArn": function, "Role": THUMBS},
            {"FunctionArn": function, "DestinationConfig": {"OnFailure": {"Destination": "arn:aws:s3:::dead"}}},
        ],
    )
    document = json.loads(cli(*case.of_both("--function-config", path, "--format", "json")).out)
    assert ['"arn:aws:s3:::dead/' in json.dumps(one["policies"]) for one in document["narrowings"]] == [False, True]
    assert [one["warnings"] for one in document["narrowings"]] == [[], []]
