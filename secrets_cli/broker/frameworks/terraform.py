"""Terraform: the same roles, function and front door as resources of the AWS provider.

`invoked_via_function_url` needs the provider from 6.29 on: https://github.com/hashicorp/terraform-provider-aws/issues/44829
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from secrets_cli.broker.desired import Deployment
from secrets_cli.broker.frameworks.file import CODE_FOLDER, File, code_files, environment, only_function_url
from secrets_cli.broker.front_doors import CORS_HEADERS, CORS_SECONDS
from secrets_cli.broker.package import HANDLER
from secrets_cli.broker.policies import function_policy, function_trust, reader_policy, reader_trust
from secrets_cli.broker.resource import caller_words
from secrets_cli.broker.template import MEMORY_MB, RUNTIME, TIMEOUT_SECONDS
from secrets_cli.errors import ConfigurationError
from secrets_cli.iam.model import Policy
from secrets_cli.iam.render import policy_document

_PROVIDER = ">= 6.29"


@dataclass(frozen=True, slots=True)
class _Raw:
    """An expression, written as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class _Block:
    """A block inside a block."""

    members: "_Members"


_Value: TypeAlias = "str | int | bool | _Raw | _Block | list[str] | Mapping[str, str]"
_Members: TypeAlias = Mapping[str, _Value]


def files(deployment: Deployment) -> tuple[File, ...]:
    """`main.tf` and the folder of code. Raises ConfigurationError for what it does not write: an HTTP API, alarms."""
    only_function_url(deployment, "terraform")
    if deployment.settings.alarms:
        raise ConfigurationError("`--for terraform` writes no alarms", "leave `--alarms` out, and write them beside it")
    return File("main.tf", "\n".join(_main(deployment))), *code_files(deployment)


def _main(deployment: Deployment) -> Iterator[str]:
    yield "# getSecret, by `secrets-cli lambda template --for terraform`\n"
    aws = _Raw(f'{{ source = "hashicorp/aws", version = "{_PROVIDER}" }}')
    archive = _Raw('{ source = "hashicorp/archive", version = ">= 2.4" }')
    yield _block(["terraform"], {"required_providers": _Block({"aws": aws, "archive": archive})})
    yield _block(["provider", "aws"], {"region": deployment.place.region})
    package: dict[str, _Value] = {
        "type": "zip",
        "source_dir": _Raw(f'"${{path.module}}/{CODE_FOLDER}"'),
        "output_path": _Raw('"${path.module}/get_secret.zip"'),
    }
    yield _block(["data", "archive_file", "code"], package)
    yield from _roles(deployment)
    yield _block(["resource", "aws_cloudwatch_log_group", "log"], _log(deployment))
    yield _block(["resource", "aws_lambda_function", "get_secret"], _function(deployment))
    yield from _front(deployment)
    yield _block(["output", "url"], {"value": _Raw("aws_lambda_function_url.url.function_url")})


def _roles(deployment: Deployment) -> Iterator[str]:
    yield from _role(deployment, "function", deployment.role_name, function_trust(), function_policy(deployment))
    for reader in deployment.readers:
        word = _word(reader.role_name.removeprefix(f"{deployment.settings.stack}-"))
        trust, allowed = reader_trust(reader, deployment), reader_policy(reader, deployment.place)
        yield from _role(deployment, word, reader.role_name, trust, allowed)


def _role(deployment: Deployment, word: str, name: str, trust: Policy, allowed: Policy) -> Iterator[str]:
    members: dict[str, _Value] = {"name": name, "assume_role_policy": _policy(trust)}
    if deployment.settings.boundary:
        members["permissions_boundary"] = deployment.settings.boundary
    if word != "function":
        members["depends_on"] = _Raw("[aws_iam_role.function]")
    yield _block(["resource", "aws_iam_role", word], members | _tags(deployment))
    policy: dict[str, _Value] = {"name": "least-privilege", "role": _Raw(f"aws_iam_role.{word}.id")}
    yield _block(["resource", "aws_iam_role_policy", word], policy | {"policy": _policy(allowed)})


def _log(deployment: Deployment) -> _Members:
    key: dict[str, _Value] = {"kms_key_id": deployment.settings.log_key} if deployment.settings.log_key else {}
    retention = deployment.settings.retention_days
    return {"name": deployment.log_group, "retention_in_days": retention, **key, **_tags(deployment)}


def _function(deployment: Deployment) -> _Members:
    settings = deployment.settings
    members: dict[str, _Value] = {
        "function_name": settings.stack,
        "description": "Hands a secret to callers entitled to it",
        "role": _Raw("aws_iam_role.function.arn"),
        "runtime": RUNTIME,
        "architectures": ["arm64"],
        "handler": HANDLER,
        "filename": _Raw("data.archive_file.code.output_path"),
        "source_code_hash": _Raw("data.archive_file.code.output_base64sha256"),
        "memory_size": MEMORY_MB,
        "timeout": TIMEOUT_SECONDS,
        "logging_config": _Block(
            {
                "log_format": "JSON",
                "application_log_level": "INFO",
                "system_log_level": "WARN",
                "log_group": _Raw("aws_cloudwatch_log_group.log.name"),
            }
        ),
    }
    if settings.concurrency:
        members["reserved_concurrent_executions"] = settings.concurrency
    if variables := environment(deployment):
        members["environment"] = _Block({"variables": variables})
    return members | _tags(deployment)


def _front(deployment: Deployment) -> Iterator[str]:
    url: dict[str, _Value] = {
        "function_name": _Raw("aws_lambda_function.get_secret.function_name"),
        "authorization_type": "AWS_IAM",
    }
    if deployment.settings.origins:
        cors: dict[str, _Value] = {
            "allow_origins": list(deployment.settings.origins),
            "allow_methods": ["POST"],
            "allow_headers": list(CORS_HEADERS),
            "max_age": CORS_SECONDS,
        }
        url["cors"] = _Block(cors)
    yield _block(["resource", "aws_lambda_function_url", "url"], url)
    words = caller_words(deployment)
    for caller in deployment.callers:
        word = _word(words[caller.principal.arn])
        common: dict[str, _Value] = {"function_name": url["function_name"], "principal": caller.principal.arn}
        call: dict[str, _Value] = {"action": "lambda:InvokeFunctionUrl", "function_url_auth_type": "AWS_IAM"}
        invoke: dict[str, _Value] = {"action": "lambda:InvokeFunction", "invoked_via_function_url": True}
        yield _block(["resource", "aws_lambda_permission", f"call_url_{word}"], common | call)
        yield _block(["resource", "aws_lambda_permission", f"invoke_by_url_{word}"], common | invoke)


def _tags(deployment: Deployment) -> dict[str, _Value]:
    return {"tags": dict(deployment.settings.tags)} if deployment.settings.tags else {}


def _policy(policy: Policy) -> _Raw:
    """The policy as an object of HCL, whose syntax takes JSON's."""
    text = json.dumps(policy_document(policy), indent=2)
    return _Raw(f"jsonencode({_no_template(text)})")


def _word(text: str) -> str:
    """A name that HCL takes for a resource."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)
    word = re.sub(r"[^a-z0-9]+", "_", parted.lower()).strip("_")
    return word if word[:1].isalpha() else f"r_{word}"


def _block(head: list[str], members: _Members) -> str:
    first, *labels = head
    title = " ".join([first, *(json.dumps(label) for label in labels)])
    return f"{title} {{\n{_indented(_lines(members))}\n}}\n"


def _lines(members: _Members) -> Iterator[str]:
    for name, value in members.items():
        if isinstance(value, _Block):
            yield f"{name} {{\n{_indented(_lines(value.members))}\n}}"
        else:
            yield f"{name} = {_written(value)}"


def _written(value: "str | int | bool | _Raw | list[str] | Mapping[str, str]") -> str:
    match value:
        case _Raw(text):
            return text
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case str():
            return _no_template(json.dumps(value))
        case list():
            return f"[{', '.join(_written(item) for item in value)}]"
        case _:
            inside = "\n".join(f"{json.dumps(name)} = {_written(item)}" for name, item in value.items())
            return f"{{\n{_indented([inside])}\n}}"


def _no_template(text: str) -> str:
    """HCL fills `${...}` and `%{...}` in; in our texts they are themselves."""
    return text.replace("${", "$${").replace("%{", "%%{")


def _indented(parts: Iterable[str]) -> str:
    return "\n".join(f"  {line}" for part in parts for line in part.split("\n"))
