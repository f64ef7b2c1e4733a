"""Throughput of the evaluator on one core: `python scripts/bench_evaluate.py [SECONDS]`.

Mixed identity policies of realistic size: three policies a principal with twelve to twenty statements between them -
wildcards, conditions, variables, a Deny - and requests half of which are allowed.
"""

import json
import random
import sys
import time

from secrets_cli.iam.case import Case, decision_line, read_case
from secrets_cli.iam.evaluate import evaluate

_ACCOUNT = "111122223333"
_SERVICES = {
    "s3": ("GetObject", "PutObject", "ListBucket", "DeleteObject"),
    "dynamodb": ("GetItem", "PutItem", "Query", "DeleteTable"),
    "sqs": ("SendMessage", "ReceiveMessage", "DeleteQueue"),
    "ssm": ("GetParameter", "PutParameter", "GetParametersByPath"),
    "logs": ("PutLogEvents", "CreateLogStream"),
    "lambda": ("InvokeFunction", "UpdateFunctionCode"),
}


def _resource(rng: random.Random, service: str) -> str:
    name = f"app-{rng.randrange(40)}"
    if service == "s3":
        return f"arn:aws:s3:::{name}/data/file-{rng.randrange(1000)}.json"
    return f"arn:aws:{service}:eu-west-1:{_ACCOUNT}:thing/{name}"


def _statement(rng: random.Random, number: int) -> dict[str, object]:
    service = rng.choice(list(_SERVICES))
    names = _SERVICES[service]
    actions = [f"{service}:{name}" for name in rng.sample(names, k=rng.randint(1, len(names)))]
    if rng.random() < 0.3:
        actions.append(f"{service}:{rng.choice(('Get', 'List', 'Describe'))}*")
    prefix = "arn:aws:s3:::" if service == "s3" else f"arn:aws:{service}:*:{_ACCOUNT}:thing/"
    resources = [f"{prefix}app-{rng.randrange(40)}{'/*' if service == 's3' else ''}" for _ in range(rng.randint(1, 6))]
    if rng.random() < 0.2:
        resources.append(f"{prefix}${{aws:username}}*")
    if rng.random() < 0.3:
        resources = ["*"]
    statement: dict[str, object] = {
        "Sid": f"Statement{number}",
        "Effect": "Deny" if rng.random() < 0.1 else "Allow",
        "Action": actions,
        "Resource": resources,
    }
    if rng.random() < 0.3:
        statement["Condition"] = {
            "StringLike": {"aws:PrincipalTag/team": ["blue*", "green"]},
            "IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.168.0.0/16"]},
        }
    return statement


def _lines(count: int) -> list[bytes]:
    rng = random.Random(7)
    attached = [
        [
            {"Version": "2012-10-17", "Statement": [_statement(rng, n) for n in range(rng.randint(4, 7))]}
            for _ in range(3)
        ]
        for _ in range(20)
    ]
    lines = []
    for number in range(count):
        service = rng.choice(list(_SERVICES))
        case = {
            "id": number,
            "request": {
                "principal": f"arn:aws:iam::{_ACCOUNT}:user/bob",
                "action": f"{service}:{rng.choice(_SERVICES[service])}",
                "resource": _resource(rng, service),
                "context": {
                    "aws:username": "bob",
                    "aws:SourceIp": "10.1.2.3",
                    "aws:PrincipalTag/team": rng.choice(["blue-1", "red"]),
                },
            },
            "identity": rng.choice(attached),
        }
        lines.append(json.dumps(case).encode())
    return lines


def _measured(title: str, seconds: float, work: list[bytes], cases: list[Case], lines: bool) -> None:
    done = allowed = 0
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        if lines:
            for line in work:
                read = read_case(line)
                assert isinstance(read, Case)
                decision_line(read.id, evaluate(read.request, read.policies))
        else:
            allowed = sum(evaluate(case.request, case.policies).allowed for case in cases)
        done += len(work)
    rate = done / (time.perf_counter() - start)
    share = "" if lines else f" ({allowed / len(cases):.0%} allowed)"
    print(f"{title}: {rate:,.0f} cases/s{share}")


def main() -> None:
    """Print cases a second, the evaluation alone and as JSON lines in and out."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
    work = _lines(5000)
    cases = [case for case in map(read_case, work) if isinstance(case, Case)]
    _measured("evaluate", seconds, work, cases, lines=False)
    _measured("JSON line -> evaluate -> JSON line", seconds, work, cases, lines=True)


if __name__ == "__main__":
    main()
