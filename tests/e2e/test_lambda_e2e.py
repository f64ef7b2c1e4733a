"""The getSecret function on the emulator, by the installed command: deployed, called by the entitled and by others, removed.

The emulator checks signatures, identity policies, the function's resource policy for lambda:InvokeFunctionUrl, trust
policies with the source identity, and session policies on ssm:GetParameter and ssm:GetParameters (with the corrections
of secrets_cli/demo/live/launch.py). It does not check, and `secrets-cli` decides by its own evaluator (the proof that `lambda
deploy` prints and these tests demand): kms:Decrypt behind a SecureString, lambda:InvokeFunction with
lambda:InvokedViaFunctionUrl, iam:PassRole.
"""

import io
import json
import re
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator

import boto3
import pytest

from tests.e2e.lambda_account import Account, Ran, made_account
from tests.emulator.server import ACCOUNT, REGION, Emulator

pytestmark = pytest.mark.e2e

CANARY = "canary-9f2d1c"
SECRETS = {
    "/e2e-lambda/prod/db": f"{CANARY}-db",
    "/e2e-lambda/prod/dbx": f"{CANARY}-neighbour",
    "/e2e-lambda/web/a": f"{CANARY}-a",
    "/e2e-lambda/webx/a": f"{CANARY}-other",
}


def arn(user: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:user/{user}"


@pytest.fixture(scope="module")
def account(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Account:
    """Parameters under a key, three users with no policy of their own, and sessions of a role."""
    credentials = tmp_path_factory.mktemp("lambda") / "credentials"
    users = ("lambda-app", "lambda-web", "lambda-other")
    made = made_account(emulator, credentials, "alias/e2e-lambda", SECRETS, users)
    made.client("ssm").put_parameter(Name="/e2e-lambda/plain", Value="no secret", Type="String")
    with credentials.open("a", encoding="utf-8") as file:
        file.write(session_of(made, "lambda-role"))
    return made


def session_of(account: Account, role: str) -> str:
    """A profile with temporary credentials of a new role, which may read one parameter itself."""
    iam = account.client("iam")
    user = iam.create_user(UserName="lambda-assumer")["User"]["Arn"]
    trust = {"Effect": "Allow", "Principal": {"AWS": user}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    arn_of_role = iam.create_role(RoleName=role, Path="/team/", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    own = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/e2e-lambda/prod/db"
    read = {"Effect": "Allow", "Action": "ssm:GetParameter", "Resource": own}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [read]})
    iam.put_role_policy(RoleName=role, PolicyName="own", PolicyDocument=policy)
    assume = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": arn_of_role}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [assume]})
    iam.put_user_policy(UserName="lambda-assumer", PolicyName="assume", PolicyDocument=policy)
    key = iam.create_access_key(UserName="lambda-assumer")["AccessKey"]
    sts = boto3.client(
        "sts",
        endpoint_url=account.emulator.url,
        region_name=REGION,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )
    given = sts.assume_role(RoleArn=arn_of_role, RoleSessionName="a-session")["Credentials"]
    return (
        f"[{role}]\naws_access_key_id = {given['AccessKeyId']}\naws_secret_access_key = {given['SecretAccessKey']}\n"
        f"aws_session_token = {given['SessionToken']}"
    )


APP = f"{arn('lambda-app')}=/e2e-lambda/prod/db"
WEB = f"{arn('lambda-web')}=/e2e-lambda/web/"


@pytest.fixture
def stack(account: Account, request: pytest.FixtureRequest) -> Iterator[str]:
    """The name of a stack of the test's own, removed at its end."""
    name = "e2e-" + "".join(c for c in request.node.name.replace("_", "-") if c.isalnum() or c == "-")[5:35].strip("-")
    yield name
    if account.client("cloudformation").list_stacks()["StackSummaries"]:
        account.run("remove", "--stack", name, "--confirm", name)


def unsigned(account: Account, url: str) -> int:
    """The status of a POST that nobody signed."""
    host = url.removeprefix("https://").rstrip("/")
    request = urllib.request.Request(
        account.emulator.url + "/",
        b'{"names":["/e2e-lambda/prod/db"]}',
        {"Host": host, "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_one_command_deploys_another_reads_a_third_removes(account: Account, stack: str) -> None:
    before = names_in(account)
    deployed = account.ok("deploy", "--stack", stack, "--allow", APP, "--allow", WEB, "--yes")
    assert "FALSE" not in deployed.err
    assert "proven  each caller reaches exactly the parameters it is granted" in deployed.err
    url = deployed.out.strip()
    assert unsigned(account, url) == 403

    def read(name: str, user: str) -> Ran:
        return account.run("invoke", name, "--url", url, profile=user)

    assert read("/e2e-lambda/prod/db", "lambda-app").out == f"{CANARY}-db"
    assert read("/e2e-lambda/web/a", "lambda-web").out == f"{CANARY}-a"
    refused = [
        read("/e2e-lambda/prod/db", "lambda-other"),  # by IAM, before the function
        read("/e2e-lambda/prod/db", "lambda-web"),  # another's
        read("/e2e-lambda/web/a", "lambda-app"),
        read("/e2e-lambda/prod/dbx", "lambda-app"),  # a neighbour
        read("/e2e-lambda/webx/a", "lambda-web"),
        read("/e2e-lambda/web/none", "lambda-web"),  # not there
        read("/e2e-lambda/prod/db", "admin"),  # the root user, whom IAM lets through
    ]
    assert [ran.code for ran in refused] == [5] * len(refused)
    assert not any(ran.out for ran in refused)
    assert "IAM refused" in refused[0].err
    assert (
        refused[3].err.split(" under request")[0].replace("prod/dbx", "web/none")
        == refused[5].err.split(" under request")[0]
    )

    again = account.ok("deploy", "--stack", stack, "--allow", APP, "--allow", WEB, "--yes")
    assert again.out == f"nothing to do: the stack `{stack}` has this template already\n"

    log = account.ok("logs", "--stack", stack, "--format", "json")
    outcomes = [json.loads(line)["outcome"] for line in log.out.splitlines()]
    assert outcomes.count("handed-out") == 2
    assert outcomes.count("not-granted") == 4
    assert CANARY not in log.out

    removed = json.loads(account.ok("remove", "--stack", stack, "--confirm", stack, "--format", "json").out)
    assert {"type": "AWS::Lambda::Function", "name": stack} in removed["removed"]
    assert removed["left"] == []
    assert names_in(account) == before
    assert account.run("status", "--stack", stack).code == 3
    assert account.run("remove", "--stack", stack, "--confirm", stack).code == 3


def names_in(account: Account) -> dict[str, list[str]]:
    """What there is of what a deployment makes."""
    iam, functions, logs, stacks = (account.client(name) for name in ("iam", "lambda", "logs", "cloudformation"))
    return {
        "roles": sorted(role["RoleName"] for role in iam.list_roles()["Roles"]),
        "policies": sorted(policy["PolicyName"] for policy in iam.list_policies(Scope="Local")["Policies"]),
        "functions": sorted(one["FunctionName"] for one in functions.list_functions()["Functions"]),
        "log groups": sorted(one["logGroupName"] for one in logs.describe_log_groups()["logGroups"]),
        "stacks": sorted(one["StackName"] for one in stacks.describe_stacks()["Stacks"]),
    }


def test_a_grant_more_is_a_change_set_that_shows_it(account: Account, stack: str) -> None:
    account.ok("deploy", "--stack", stack, "--allow", APP, "--yes", "--quiet")
    more = ("deploy", "--stack", stack, "--allow", APP, "--allow", WEB, "--format", "json")
    shown = json.loads(account.ok(*more, "--dry-run").out)
    assert shown["executed"] is False
    added = {change["logical_id"] for change in shown["changes"] if change["action"] == "Add"}
    assert {change[:-6] for change in added} > {"CallUrlLambdaWeb", "InvokeByUrlLambdaWeb"}
    assert any(change.startswith("ReaderE2eLam") for change in added)
    assert {change["logical_id"] for change in shown["changes"] if change["action"] == "Modify"} >= {
        "Function",
        "FunctionRole",
    }
    unasked = account.run("deploy", "--stack", stack, "--allow", APP, "--allow", WEB)
    assert unasked.code == 2
    assert "`--yes`" in unasked.err
    left = account.client("cloudformation").list_change_sets(StackName=stack)["Summaries"]
    assert not [one for one in left if one["ExecutionStatus"] == "AVAILABLE"]
    assert account.run("invoke", "/e2e-lambda/web/a", "--stack", stack, "--as-profile", "lambda-web").code == 5
    done = json.loads(account.ok(*more, "--yes").out)
    assert done["executed"] is True
    assert done["proof"]["holds"] is True
    web = account.ok("invoke", "/e2e-lambda/web/a", "--stack", stack, "--as-profile", "lambda-web", "--format", "json")
    assert json.loads(web.out)["secrets"] == [{"name": "/e2e-lambda/web/a", "version": 1, "value": f"{CANARY}-a"}]
    fewer = json.loads(account.ok("deploy", "--stack", stack, "--allow", WEB, "--yes", "--format", "json").out)
    assert {"CallUrlLambdaApp", "InvokeByUrlLambdaApp"} < {
        change["logical_id"][:-6] for change in fewer["changes"] if change["action"] == "Remove"
    }
    assert account.run("invoke", "/e2e-lambda/prod/db", "--stack", stack, "--as-profile", "lambda-app").code == 5


def test_several_names_have_a_result_each(account: Account, stack: str) -> None:
    account.ok("deploy", "--stack", stack, "--allow", APP, "--allow", f"{arn('lambda-app')}=/e2e-lambda/web/", "--yes")
    names = ("/e2e-lambda/prod/db", "/e2e-lambda/web/a", "/e2e-lambda/webx/a")
    ran = account.run("invoke", *names, "--stack", stack, "--as-profile", "lambda-app")
    assert ran.code == 5
    assert ran.out == f"/e2e-lambda/prod/db\t{CANARY}-db\n/e2e-lambda/web/a\t{CANARY}-a\n"
    assert "`/e2e-lambda/webx/a`" in ran.err


def test_a_role_is_granted_and_its_sessions_call(account: Account, stack: str) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/team/lambda-role"
    account.ok("deploy", "--stack", stack, "--allow", f"{role}=/e2e-lambda/web/", "--yes")
    read = ("--stack", stack, "--as-profile", "lambda-role")
    assert account.ok("invoke", "/e2e-lambda/web/a", *read).out == f"{CANARY}-a"
    assert account.run("invoke", "/e2e-lambda/webx/a", *read).code == 5
    line = json.loads(account.ok("logs", "--stack", stack, "--format", "json").out.splitlines()[0])
    assert line["caller"].startswith("AROA")
    assert line["caller_arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/lambda-role/a-session"


def test_behind_an_http_api(account: Account, stack: str) -> None:
    before = names_in(account)
    account.ok("deploy", "--stack", stack, "--front", "http-api", "--allow", APP, "--yes")
    ok = account.ok("invoke", "/e2e-lambda/prod/db", "--stack", stack, "--as-profile", "lambda-app")
    assert ok.out == f"{CANARY}-db"
    refused = account.run("invoke", "/e2e-lambda/prod/db", "--stack", stack, "--as-profile", "lambda-other")
    assert refused.code == 5
    account.ok("remove", "--stack", stack, "--confirm", stack)
    assert names_in(account) == before


def test_relay_mode_needs_the_callers_own_permission(account: Account, stack: str) -> None:
    iam = account.client("iam")
    parameter = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/e2e-lambda/prod/db"
    allowed = {"Effect": "Allow", "Action": "ssm:GetParameter", "Resource": parameter}
    iam.put_user_policy(
        UserName="lambda-app",
        PolicyName="read",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allowed]}),
    )
    try:
        words = ("--allow", arn("lambda-app"), "--allow", arn("lambda-web"))
        account.ok("deploy", "--stack", stack, "--mode", "relay", *words, "--yes")
        read = ("invoke", "/e2e-lambda/prod/db", "--stack", stack, "--as-profile")
        assert account.ok(*read, "lambda-app").out == f"{CANARY}-db"
        assert account.run(*read, "lambda-web").code == 5
        assert account.run(*read, "lambda-other").code == 5
        roles = [role["RoleName"] for role in iam.list_roles()["Roles"] if role["RoleName"].startswith(stack)]
        assert roles == [f"{stack}-function"]
    finally:
        iam.delete_user_policy(UserName="lambda-app", PolicyName="read")


def test_caller_credentials_mode_is_refused_until_asked_for_and_never_sends_a_long_term_key(
    account: Account, stack: str
) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/team/lambda-role"
    words = ("deploy", "--stack", stack, "--mode", "caller-credentials", "--allow", arn("lambda-app"), "--allow", role)
    refused = account.run(*words, "--yes")
    assert refused.code == 2
    assert "--mode relay" in refused.err
    deployed = account.ok(*words, "--i-know-credentials-travel", "--yes")
    assert "warning: callers will send their AWS credentials" in deployed.err
    ran = account.run("invoke", "/e2e-lambda/prod/db", "--stack", stack, "--as-profile", "lambda-app")
    assert ran.code == 2
    assert "long-term keys" in ran.err
    read = ("--stack", stack, "--as-profile", "lambda-role")
    assert account.ok("invoke", "/e2e-lambda/prod/db", *read).out == f"{CANARY}-db"
    assert account.run("invoke", "/e2e-lambda/prod/dbx", *read).code == 5


def test_a_stack_that_could_not_be_made_is_deleted_and_made_again(account: Account, stack: str) -> None:
    words = ("deploy", "--stack", stack, "--allow", APP, "--yes", "--format", "json")
    failed = account.run(*words, "--tag", "team=a", "--tag", "TEAM=b")  # IAM takes no keys that differ in case alone
    assert failed.code == 5
    assert not failed.out
    assert f"`{stack}` ended as ROLLBACK_COMPLETE: FunctionRole: " in failed.err
    again = account.ok(*words)
    assert "it can only be deleted, and is then made anew" in again.err
    assert json.loads(again.out)["deleted_first"]
    assert json.loads(account.ok("status", "--stack", stack, "--format", "json").out)["status"] == "CREATE_COMPLETE"


def test_status_tells_a_caller_made_anew_and_what_was_changed_by_hand(account: Account, stack: str) -> None:
    iam, functions = account.client("iam"), account.client("lambda")
    iam.create_user(UserName="lambda-short-lived")
    grant = f"{arn('lambda-short-lived')}=/e2e-lambda/prod/db"
    account.ok("deploy", "--stack", stack, "--allow", grant, "--yes")
    status = json.loads(account.ok("status", "--stack", stack, "--format", "json").out)
    assert status["drift"] == status["widened"] == []
    assert status["callers"][0]["problem"] is None
    iam.delete_user(UserName="lambda-short-lived")
    assert "no such user any more" in account.ok("status", "--stack", stack, "--no-drift").out
    iam.create_user(UserName="lambda-short-lived")
    functions.update_function_configuration(FunctionName=stack, Timeout=60)
    admin = "arn:aws:iam::aws:policy/AdministratorAccess"
    reader = next(one["RoleName"] for one in iam.list_roles()["Roles"] if one["RoleName"].startswith(f"{stack}-reader"))
    iam.attach_role_policy(RoleName=reader, PolicyArn=admin)
    more = {"Effect": "Allow", "Action": "ssm:GetParameter*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [more]})
    iam.put_role_policy(RoleName=f"{stack}-function", PolicyName="more", PolicyDocument=document)
    text = account.ok("status", "--stack", stack).out
    assert "deleted and made anew" in text
    assert "drift     Function" in text
    assert f"the role {reader} has policies attached beside the template: {admin}" in text
    assert f"the role {stack}-function may do more than was proven: ssm:GetParameter" in text
    iam.detach_role_policy(RoleName=reader, PolicyArn=admin)


def test_code_and_template_through_a_bucket(account: Account, stack: str) -> None:
    s3 = account.client("s3")
    s3.create_bucket(Bucket="lambda-deploys")
    named = [f"/e2e-lambda/many/{number:03}-{'x' * 60}" for number in range(56)]
    many = [f"--allow={arn(('lambda-app', 'lambda-web')[n % 2])}={name}" for n, name in enumerate(named)]
    key = f"--key={account.client('kms').describe_key(KeyId='alias/e2e-lambda')['KeyMetadata']['Arn']}"
    too_large = account.run("deploy", "--stack", stack, *many, key, "--yes")
    assert too_large.code == 2
    assert "--bucket" in too_large.err
    words = ("deploy", "--stack", stack, "--bucket", "lambda-deploys", "--allow", APP, "--allow", WEB, *many, key)
    account.ok(*words, "--yes")
    kept = sorted(item["Key"] for item in s3.list_objects_v2(Bucket="lambda-deploys")["Contents"])
    assert any(name.endswith(".zip") for name in kept)
    read = ("invoke", "/e2e-lambda/prod/db", "--stack", stack, "--as-profile", "lambda-app")
    assert account.ok(*read).out == f"{CANARY}-db"
    assert "nothing to do" in account.ok(*words, "--yes").out
    status = json.loads(account.ok("status", "--stack", stack, "--check", "--format", "json").out)
    assert status["function"]["as_deployed"] is True
    not_mine = account.run("deploy", "--stack", stack, "--bucket", "no-such-bucket", "--allow", APP, "--yes")
    assert not_mine.code in (3, 5)
    assert "s3:PutObject" in not_mine.err


def test_a_template_over_the_limit_travels_through_the_bucket(account: Account, stack: str) -> None:
    s3, iam = account.client("s3"), account.client("iam")
    s3.create_bucket(Bucket="lambda-large")
    users = [f"lambda-many-{number:02}" for number in range(24)]
    for user in users:
        iam.create_user(UserName=user)
    names = [f"--allow={arn(user)}=/e2e-lambda/many/{user}-{n}-{'y' * 80}" for user in users for n in range(3)]
    key = f"--key={account.client('kms').describe_key(KeyId='alias/e2e-lambda')['KeyMetadata']['Arn']}"
    words = ("deploy", "--stack", stack, "--bucket", "lambda-large", "--allow", APP, *names, key, "--yes")
    account.ok(*words)
    kept = [item["Key"] for item in s3.list_objects_v2(Bucket="lambda-large")["Contents"]]
    assert any(name.endswith(".template.yaml") for name in kept)
    assert account.ok("invoke", "/e2e-lambda/prod/db", "--stack", stack, "--as-profile", "lambda-app").out


def test_a_caller_made_anew_is_let_in_by_the_next_deploy(account: Account, stack: str) -> None:
    """AWS keeps the principal of a saved policy by its unique id, so the permissions must be made anew too."""
    iam, functions = account.client("iam"), account.client("lambda")
    iam.create_user(UserName="lambda-again")
    words = ("deploy", "--stack", stack, "--allow", f"{arn('lambda-again')}=/e2e-lambda/prod/db", "--yes")
    account.ok(*words)

    def sids() -> set[str]:
        return {one["Sid"] for one in json.loads(functions.get_policy(FunctionName=stack)["Policy"])["Statement"]}

    before = sids()
    iam.delete_user(UserName="lambda-again")
    iam.create_user(UserName="lambda-again")
    account.ok(*words)
    assert len(sids()) == len(before) == 2
    assert not sids() & before
    account.ok("status", "--stack", stack, "--check")


def test_status_tells_what_drift_detection_does_not_see(account: Account, stack: str) -> None:
    functions = account.client("lambda")
    account.ok("deploy", "--stack", stack, "--allow", APP, "--yes")
    well = account.ok("status", "--stack", stack, "--check")
    assert re.search(r"code      [A-Za-z0-9+/=]{44}  as deployed", well.out)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", "def handler(event, context): return event")
    layer = functions.publish_layer_version(LayerName="shadow", Content={"ZipFile": packed.getvalue()})
    functions.update_function_code(FunctionName=stack, ZipFile=packed.getvalue())
    functions.update_function_configuration(FunctionName=stack, Layers=[layer["LayerVersionArn"]])
    functions.add_permission(
        FunctionName=stack, StatementId="more", Action="lambda:InvokeFunction", Principal=arn("lambda-other")
    )
    ran = account.run("status", "--stack", stack, "--check")
    assert ran.code == 20
    assert "NOT as deployed" in ran.out
    assert "PROBLEM: its code is not what was deployed" in ran.out
    assert "PROBLEM: it has layers" in ran.out
    assert f"PROBLEM: `{arn('lambda-other')}` is allowed lambda:InvokeFunction, also directly" in ran.out
    assert account.run("status", "--stack", stack).code == 0


def test_a_stack_of_somebody_else_is_neither_updated_nor_removed(account: Account, stack: str) -> None:
    stacks = account.client("cloudformation")
    body = json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}, "Outputs": {"Url": {"Value": "x"}}})
    stacks.create_stack(StackName="e2e-theirs", TemplateBody=body)
    for words in (("deploy", "--allow", APP, "--yes"), ("remove", "--confirm", "e2e-theirs")):
        ran = account.run(*words, "--stack", "e2e-theirs")
        assert ran.code == 2
        assert "is no getSecret function" in ran.err
    (theirs,) = stacks.describe_stack_resources(StackName="e2e-theirs")["StackResources"]
    assert theirs["ResourceType"] == "AWS::SQS::Queue"


def test_what_cannot_be_deployed_is_refused_before_anything_is_made(account: Account, stack: str) -> None:
    before = names_in(account)
    for words, says in (
        ((), "nobody is granted anything"),
        (("--allow", f"{arn('nobody')}=/e2e-lambda/prod/db"), "no user `nobody`"),
        (("--allow", f"{arn('lambda-app')}=/e2e-lambda/none"), "no parameter `/e2e-lambda/none`"),
        (("--allow", f"{arn('lambda-app')}=/e2e-lambda/plain"), "is a String and no secret"),
        (("--allow", f"{arn('lambda-app')}=/none/"), "no SecureString below"),
    ):
        ran = account.run("deploy", "--stack", stack, *words, "--yes")
        assert ran.code == 2
        assert says in ran.err
    other = account.run("deploy", "--stack", stack, "--allow", APP, "--yes", profile="lambda-other")
    assert other.code == 5
    assert "denied" in other.err
    assert names_in(account) == before
