"""How long an audit of a large account takes, and how much memory: an account's details and its logs, both made up.

    python -m scripts.bench_audit --roles 10000 --events 1000000

The roles are varied as those of a real account are: made by Zappa, AWS SAM, the Serverless Framework, CloudFormation and by
hand, with managed and inline policies, boundaries and Deny statements; most have a document of their own, as each names its
own tables, buckets and log groups. Prints what the installed command needed: seconds, peak memory, roles a second.
"""

import argparse
import gzip
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ACCOUNT = "111122223333"
REGION = "eu-west-1"
_AWS = "arn:aws:iam::aws:policy/"
_BASIC = f"{_AWS}service-role/AWSLambdaBasicExecutionRole"
_OFTEN = (
    "AmazonS3ReadOnlyAccess",
    "AmazonDynamoDBFullAccess",
    "AmazonSQSFullAccess",
    "AmazonS3FullAccess",
    "CloudWatchLogsFullAccess",
    "AWSLambda_FullAccess",
    "ReadOnlyAccess",
    "PowerUserAccess",
    "AdministratorAccess",
)
_END = datetime(2026, 9, 30, tzinfo=UTC)
_DAYS = 60
_CALLS = (
    ("s3.amazonaws.com", "GetObject", lambda name: {"bucketName": f"{name}-files", "key": "a/b"}, True),
    ("dynamodb.amazonaws.com", "GetItem", lambda name: {"tableName": f"{name}-items", "key": {}}, True),
    ("dynamodb.amazonaws.com", "DescribeTable", lambda name: {"tableName": f"{name}-items"}, False),
    (
        "sqs.amazonaws.com",
        "GetQueueAttributes",
        lambda name: {"queueUrl": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"},
        False,
    ),
    ("ssm.amazonaws.com", "GetParameter", lambda name: {"name": f"/{name}/db", "withDecryption": True}, False),
    (
        "logs.amazonaws.com",
        "CreateLogStream",
        lambda name: {"logGroupName": f"/aws/lambda/{name}", "logStreamName": "x"},
        False,
    ),
)


def main() -> int:
    """Make, audit, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--roles", type=int, default=10_000)
    parser.add_argument("--events", type=int, default=500_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--pages", action="store_true", help="write the HTML pages too")
    parser.add_argument("--keep", type=Path, help="make the account in this folder, and leave it there")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        details = folder / "account.json"
        print(f"making {asked.roles:,} roles and {asked.events:,} events", file=sys.stderr)
        roles = make_account(details, asked.roles, random.Random(asked.seed))
        make_logs(folder / "logs", roles, asked.events, random.Random(asked.seed))
        print(
            f"{details.stat().st_size / 1e6:,.1f} MB of account details, {asked.events:,} events in {len(roles):,} roles' names"
        )
        words = ["--logs", str(folder / "logs"), "--functions", str(make_functions(folder, roles))]
        measure(details, [*words, *(["--out", str(folder / "out")] if asked.pages else [])], len(roles))
    return 0


def measure(details: Path, words: Sequence[str], roles: int) -> None:
    """Run the installed command, and print what it needed."""
    program = str(Path(sys.executable).parent / "secrets-cli")
    command = [program, "role", "audit", "--file", str(details), "--quiet", *words]
    started = time.monotonic()
    with tempfile.TemporaryFile() as answer:
        code = subprocess.run(command, check=False, stdout=answer).returncode
    seconds = time.monotonic() - started
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    what = " and ".join(word for word in words if word.startswith("--")) or "the file alone"
    print(
        f"{what}: {seconds:.1f} s ({spent.ru_utime + spent.ru_stime:.1f} s of CPU), {roles / seconds:,.0f} roles/s,"
        f" peak {spent.ru_maxrss / 1024:,.0f} MB, exit {code}"
    )


def make_account(path: Path, number: int, rng: random.Random) -> list[str]:
    """Write the details; the roles' names."""
    made = list(_roles(number, rng))
    policies = [
        {
            "PolicyName": f"shared-{n}",
            "Arn": f"arn:aws:iam::{ACCOUNT}:policy/shared-{n}",
            "DefaultVersionId": "v1",
            "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": True, "Document": _shared(n)}],
        }
        for n in range(20)
    ]
    path.write_text(json.dumps({"RoleDetailList": made, "Policies": policies, "IsTruncated": False}, indent=4))
    return [one["RoleName"] for one in made]


def _roles(number: int, rng: random.Random) -> Iterator[dict[str, Any]]:
    for n in range(number):
        app = f"app{n // 4}-{rng.choice(('dev', 'test', 'prod'))}{n}"
        kind = rng.random()
        if kind < 0.3:
            yield _role(f"{app}-ZappaLambdaExecutionRole", rng, inline={"zappa-permissions": ZAPPA})
        elif kind < 0.55:
            yield _role(
                f"{app}-ApiRole-{rng.getrandbits(60):013X}"[:64],
                rng,
                inline={"ApiRolePolicy0": _own(app, rng), "ApiRolePolicy1": _table(app)},
                attached=[_BASIC],
                tags={"lambda:createdBy": "SAM", "aws:cloudformation:stack-name": app},
            )
        elif kind < 0.8:
            yield _role(
                f"{app}-{REGION}-lambdaRole",
                rng,
                inline={f"{app}-lambda": _serverless(app, rng)},
                tags={"aws:cloudformation:stack-name": app, "aws:cloudformation:logical-id": "IamRoleLambdaExecution"},
            )
        else:
            yield _role(
                f"{app}-by-hand",
                rng,
                inline={"own": _own(app, rng)} if rng.random() < 0.7 else {},
                attached=sorted(
                    {f"{_AWS}{rng.choice(_OFTEN)}", f"arn:aws:iam::{ACCOUNT}:policy/shared-{rng.randrange(20)}"}
                ),
                boundary=f"arn:aws:iam::{ACCOUNT}:policy/shared-{rng.randrange(3)}" if rng.random() < 0.2 else "",
            )


def _role(
    name: str,
    rng: random.Random,
    inline: Mapping[str, Any],
    attached: Sequence[str] = (),
    tags: Mapping[str, str] | None = None,
    boundary: str = "",
) -> dict[str, Any]:
    used = _END - timedelta(days=rng.randrange(1, 380))
    made: dict[str, Any] = {
        "RoleName": name,
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/{name}",
        "Path": "/",
        "CreateDate": "2025-01-01T00:00:00+00:00",
        "AssumeRolePolicyDocument": _trust(rng),
        "RolePolicyList": [{"PolicyName": key, "PolicyDocument": one} for key, one in inline.items()],
        "AttachedManagedPolicies": [{"PolicyArn": arn, "PolicyName": arn.rpartition("/")[2]} for arn in attached],
        "Tags": [{"Key": key, "Value": value} for key, value in (tags or {}).items()],
        "RoleLastUsed": {} if rng.random() < 0.1 else {"LastUsedDate": used.isoformat(), "Region": REGION},
    }
    if boundary:
        made["PermissionsBoundary"] = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": boundary}
    return made


def _trust(rng: random.Random) -> dict[str, Any]:
    principal: dict[str, str] = {"Service": "lambda.amazonaws.com"}
    if rng.random() < 0.05:
        principal = {"AWS": f"arn:aws:iam::{rng.choice((ACCOUNT, '444455556666'))}:root"}
    return _document({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})


def _document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _allow(actions: Sequence[str], resources: Sequence[str]) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": list(resources)}


def _own(app: str, rng: random.Random) -> dict[str, Any]:
    bucket = f"arn:aws:s3:::{app}-files"
    statements = [
        _allow(
            rng.choice((["s3:*"], ["s3:GetObject", "s3:PutObject"], ["s3:Get*", "s3:List*"])), [bucket, f"{bucket}/*"]
        ),
        _allow(rng.choice((["ssm:GetParameter"], ["ssm:Get*"])), [f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/{app}/*"]),
    ]
    if rng.random() < 0.1:
        statements.append(_allow(["iam:PassRole", "lambda:*"], ["*"]))
    if rng.random() < 0.1:
        statements.append({"Effect": "Deny", "Action": "s3:DeleteObject", "Resource": f"{bucket}/*"})
    return _document(*statements)


def _table(app: str) -> dict[str, Any]:
    table = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{app}-items"
    return _document(_allow(["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"], [table, f"{table}/index/*"]))


def _serverless(app: str, rng: random.Random) -> dict[str, Any]:
    logs = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/{app}*"
    queue = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{app}"
    return _document(
        _allow(["logs:CreateLogStream", "logs:CreateLogGroup", "logs:TagResource"], [f"{logs}:*"]),
        _allow(["logs:PutLogEvents"], [f"{logs}:*:*"]),
        _allow(rng.choice((["sqs:*"], ["sqs:SendMessage", "sqs:GetQueueAttributes"])), [queue]),
        _allow(["dynamodb:*"], [f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{app}-items"]),
    )


def _shared(number: int) -> dict[str, Any]:
    return _document(
        _allow(["s3:*", "dynamodb:*", "logs:*", "ssm:*"][: 1 + number % 4], ["*"]),
        {"Effect": "Deny", "Action": "iam:*", "Resource": "*"},
    )


ZAPPA = _document(
    _allow(["logs:*"], ["arn:aws:logs:*:*:*"]),
    _allow(["lambda:InvokeFunction"], ["*"]),
    _allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], ["*"]),
    _allow(["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces"], ["*"]),
    _allow(["s3:*"], ["arn:aws:s3:::*"]),
    _allow(["kinesis:*"], ["arn:aws:kinesis:*:*:*"]),
    _allow(["sns:*"], ["arn:aws:sns:*:*:*"]),
    _allow(["sqs:*"], ["arn:aws:sqs:*:*:*"]),
    _allow(["dynamodb:*"], ["arn:aws:dynamodb:*:*:*"]),
    _allow(["route53:*"], ["*"]),
)
"""As broad as the policy that Zappa gives its roles by default."""


def make_functions(folder: Path, names: Sequence[str]) -> Path:
    """The answer of `aws lambda list-functions`; every tenth role has no function."""
    made = [
        {
            "FunctionArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f{n}",
            "Role": f"arn:aws:iam::{ACCOUNT}:role/{name}",
        }
        for n, name in enumerate(names)
        if n % 10
    ]
    path = folder / "functions.json"
    path.write_text(json.dumps({"Functions": made}))
    return path


def make_logs(folder: Path, names: Sequence[str], number: int, rng: random.Random) -> None:
    """Log files of CloudTrail's key layout, the events spread over roles and days; a third of the roles is in none."""
    seen = [name for name in names if rng.random() < 2 / 3]
    per_day = -(-number // _DAYS)
    for day in range(_DAYS):
        when = _END - timedelta(days=_DAYS - 1 - day)
        place = folder / f"AWSLogs/{ACCOUNT}/CloudTrail/{REGION}/{when:%Y/%m/%d}"
        place.mkdir(parents=True, exist_ok=True)
        records = [_event(rng.choice(seen), when + timedelta(seconds=n % 86_400), rng) for n in range(per_day)]
        name = f"{ACCOUNT}_CloudTrail_{REGION}_{when:%Y%m%dT0000Z}_{rng.getrandbits(64):016X}.json.gz"
        (place / name).write_bytes(gzip.compress(json.dumps({"Records": records}).encode(), 3))


def _event(role: str, when: datetime, rng: random.Random) -> dict[str, Any]:
    source, name, parameters, is_data = rng.choice(_CALLS)
    app = role.split("-", 2)
    return {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "AssumedRole",
            "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/session",
            "accountId": ACCOUNT,
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role",
                    "arn": f"arn:aws:iam::{ACCOUNT}:role/{role}",
                    "accountId": ACCOUNT,
                    "userName": role,
                }
            },
        },
        "eventTime": f"{when:%Y-%m-%dT%H:%M:%SZ}",
        "eventSource": source,
        "eventName": name,
        "awsRegion": REGION,
        "requestParameters": parameters("-".join(app[:2])),
        "responseElements": None,
        "eventID": f"{rng.getrandbits(128):032x}",
        "eventType": "AwsApiCall",
        "managementEvent": not is_data,
        "eventCategory": "Data" if is_data else "Management",
        "recipientAccountId": ACCOUNT,
        "resources": _resources(source, parameters("-".join(app[:2]))) if is_data else [],
    }


def _resources(source: str, parameters: Mapping[str, Any]) -> list[dict[str, str]]:
    if source.startswith("s3"):
        return [{"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::{parameters['bucketName']}/{parameters['key']}"}]
    table = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{parameters['tableName']}"
    return [{"type": "AWS::DynamoDB::Table", "ARN": table, "accountId": ACCOUNT}]


if __name__ == "__main__":
    sys.exit(main())
