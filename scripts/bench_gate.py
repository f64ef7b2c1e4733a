"""How fast the gate is: `python -m scripts.bench_gate [--lines N] [--keep DIR]`.

Three runs of the installed command, each in a process of its own: five small files, cold; every AWS managed policy as a file
of its own; and a made-up repository of 100,000 lines, most of which are no policies, as in a real one. The seconds are
compared with the aims: 0.6, 20 and 10.
"""

import argparse
import compileall
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import secrets_cli
from secrets_cli.catalog.managed_policies import managed_arns, managed_policy
from secrets_cli.iam.render import policy_document

AIMS = {"five files, cold": 0.6, "AWS managed policies": 20.0, "a repository": 10.0}
_RUNS = 5
"""The best counts: other work on the machine only ever adds. What is run is compiled first, as an installed wheel is."""
_ACTIONS = ("s3:GetObject", "s3:PutObject", "dynamodb:Query", "sqs:SendMessage", "ssm:GetParameter", "kms:Decrypt")


def main() -> None:
    """Make the files, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--keep", type=Path, help="keep the files in this folder")
    asked = parser.parse_args()
    folder = asked.keep or Path(tempfile.mkdtemp(prefix="bench-gate-"))
    try:
        small, managed, repository = folder / "small", folder / "managed", folder / "repository"
        _write(small, _small())
        _write(managed, _managed())
        _write(repository, _repository(asked.lines, random.Random(1)))
        compileall.compile_dir(str(Path(secrets_cli.__file__).parent), quiet=1)
        for name, path in zip(AIMS, (small, managed, repository), strict=True):
            _report(name, path)
    finally:
        if not asked.keep:
            shutil.rmtree(folder)


def _report(name: str, folder: Path) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    lines = sum(path.read_bytes().count(b"\n") for path in files)
    seconds, scanned = min(_run(folder) for _ in range(_RUNS))
    aim = AIMS[name]
    print(
        f"{name}: {len(files):,} files, {lines:,} lines, {scanned}: {seconds:.2f} s"
        f" ({seconds / aim:.0%} of the {aim:g} s that are the aim)"
    )


def _run(folder: Path) -> tuple[float, str]:
    command = [sys.executable, "-m", "secrets_cli", "gate", str(folder), "--format", "json", "--quiet"]
    begun = time.perf_counter()
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - begun
    if ran.returncode not in (0, 11, 12, 13, 14, 21):
        sys.exit(f"the gate ended with {ran.returncode}: {ran.stderr[:400]}")
    said = json.loads(ran.stdout)
    return seconds, f"{said['scanned']['files']:,} judged, {len(said['findings']):,} findings"


def _write(folder: Path, files: Iterator[tuple[str, str]]) -> None:
    for name, text in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _small() -> Iterator[tuple[str, str]]:
    rng = random.Random(0)
    for number in range(3):
        yield f"policy-{number}.json", json.dumps(_policy(rng, 6), indent=2)
    yield "trust.json", json.dumps(_trust(), indent=2)
    yield "serverless.yml", _service(rng, 3)


def _managed() -> Iterator[tuple[str, str]]:
    for arn in managed_arns():
        policy = managed_policy(arn)
        assert policy is not None
        yield f"{arn.rsplit('/', 1)[1]}.json", json.dumps(policy_document(policy), indent=4)


def _repository(lines: int, rng: random.Random) -> Iterator[tuple[str, str]]:
    """Half of the lines are code, a quarter data of no kind of ours, the rest templates, services, Terraform and policies."""
    number, left = 0, lines
    while left > 0:
        for name, text in _package(number, rng):
            left -= text.count("\n")
            yield name, text
        number += 1


def _package(number: int, rng: random.Random) -> Iterator[tuple[str, str]]:
    at = f"packages/p{number}"
    for part in range(4):
        yield f"{at}/src/m{part}.py", "".join(f"def f{line}(x):\n    return x + {line}\n" for line in range(60))
    yield f"{at}/data.json", json.dumps([{"id": line, "name": f"n{line}"} for line in range(40)], indent=1) + "\n"
    chart = "{{- if .Values.on }}\nkind: Deployment\nspec:\n" + "  a: {{ .x }}\n" * 30 + "{{- end }}\n"
    yield f"{at}/chart/templates/d.yaml", chart
    yield f"{at}/k8s.yml", "".join(f"---\nkind: ConfigMap\nmetadata:\n  name: c{line}\n" for line in range(20))
    match number % 5:
        case 0:
            yield f"{at}/template.yml", _template(rng, 6)
        case 1:
            yield f"{at}/serverless.yml", _service(rng, 6)
        case 2:
            yield f"{at}/infra/main.tf", _terraform(rng, 6)
            yield f"{at}/infra/variables.tf", 'variable "region" {\n  default = "eu-central-1"\n}\n'
        case 3:
            yield f"{at}/policy.json", json.dumps(_policy(rng, 8), indent=2) + "\n"
        case _:
            yield f"{at}/README.md", "a line of text\n" * 100


def _statement(rng: random.Random) -> dict[str, object]:
    service = rng.choice(("s3", "dynamodb", "sqs", "ssm", "kms"))
    actions = [one for one in _ACTIONS if one.startswith(service)]
    name = f"app-{rng.randrange(100)}"
    arn = f"arn:aws:s3:::{name}/*" if service == "s3" else f"arn:aws:{service}:eu-central-1:111122223333:{name}"
    return {"Effect": "Allow", "Action": actions, "Resource": rng.choice((arn, arn, "*"))}


def _policy(rng: random.Random, statements: int) -> dict[str, object]:
    return {"Version": "2012-10-17", "Statement": [_statement(rng) for _ in range(statements)]}


def _trust() -> dict[str, object]:
    principal = {"Service": "lambda.amazonaws.com"}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _template(rng: random.Random, roles: int) -> str:
    resources = {
        f"Role{number}": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": _trust(),
                "Policies": [{"PolicyName": "p", "PolicyDocument": _policy(rng, 4)}],
            },
        }
        for number in range(roles)
    }
    return json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}, indent=2) + "\n"


def _service(rng: random.Random, functions: int) -> str:
    statements = "".join(f"        - {json.dumps(_statement(rng))}\n" for _ in range(4))
    handlers = "".join(
        f"  f{number}:\n    handler: src/m{number}.f\n    events:\n      - httpApi: 'GET /{number}'\n"
        for number in range(functions)
    )
    return (
        "service: app\nprovider:\n  name: aws\n  runtime: python3.12\n  stage: ${opt:stage, 'dev'}\n"
        f"  iam:\n    role:\n      statements:\n{statements}functions:\n{handlers}"
    )


def _terraform(rng: random.Random, roles: int) -> str:
    return "\n".join(
        f'resource "aws_iam_role" "r{number}" {{\n  name = "r{number}"\n'
        f"  assume_role_policy = <<EOF\n{json.dumps(_trust(), indent=2)}\nEOF\n}}\n"
        f'resource "aws_iam_role_policy" "p{number}" {{\n  role = aws_iam_role.r{number}.id\n'
        f"  policy = <<EOF\n{json.dumps(_policy(rng, 3), indent=2)}\nEOF\n}}\n"
        for number in range(roles)
    )


if __name__ == "__main__":
    main()
