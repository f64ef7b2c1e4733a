"""Starts the emulator, with corrections where it leaves out, or misspells, what AWS sends.

- A function URL with IAM authorization says who calls, in `requestContext.authorizer.iam`, as an HTTP API does:
  https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads. The emulator checks the caller and then
  leaves it out. The identity added is the one it checked.
- An HTTP API is called, and named in the event, as `<id>.execute-api.<region>.amazonaws.com`, not `...localhost`.
- Policies of a parameter (an expiry, say) come back as a list of structures; the emulator hands out the text it was sent:
  https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterInlinePolicy.html
- A trust policy is asked with `sts:SourceIdentity`, and for sts:SetSourceIdentity too where one is set:
  https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html. The emulator knows neither.
- ssm:GetParameters is asked for each of its names, and a name with a version or label is asked for without: the emulator
  asks for `*`, and for a resource that does not exist.
  https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
- iam:SetDefaultPolicyVersion, which the emulator does not know:
  https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetDefaultPolicyVersion.html
- iam:CreatePolicy is asked for the policy that is to be made; the emulator asks for `*`.
  https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html

Runs in the emulator's own environment: imports nothing of ours.
"""

import functools
import inspect
import json
import os
import re
import signal
import sys
import threading
import time
from contextvars import ContextVar
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs


def _with_identity(lambda_service: Any, identity_of: Any) -> None:
    build = lambda_service._build_function_url_event

    def built(*given: Any, **named: Any) -> Any:
        event = build(*given, **named)
        headers, query = given[5], given[7]
        identity = None if named.get("anonymous") else identity_of(headers, query)
        if identity is not None:
            event["requestContext"]["authorizer"] = {"iam": identity}
        return event

    lambda_service._build_function_url_event = built


def _with_listed_policies(ssm: Any) -> None:
    put = ssm._put_parameter

    def listed(data: Any, *given: Any, **named: Any) -> Any:
        asked = data.get("Policies")
        if not isinstance(asked, str):
            return put(data, *given, **named)
        policies = [
            {"PolicyText": json.dumps(one), "PolicyType": one["Type"], "PolicyStatus": "Pending"}
            for one in json.loads(asked)
        ]
        return put({**data, "Policies": policies}, *given, **named)

    ssm._put_parameter = listed


def _with_source_identity(sts: Any, evaluator: Any) -> None:
    given: ContextVar[str] = ContextVar("given", default="")
    parameter, evaluate = sts._p, evaluator.evaluate_trust_policy

    def read(params: Any, name: str, *default: Any) -> Any:
        if name == "RoleSessionName":
            given.set(parameter(params, "SourceIdentity") or "")
        return parameter(params, name, *default)

    def evaluated(trust: Any, caller: str, context: Any) -> bool:
        if not given.get():
            return bool(evaluate(trust, caller, context))
        more = {**context.service_context, "sts:sourceidentity": given.get()}
        return all(
            evaluate(trust, caller, replace(context, service_context=more, action=action))
            for action in (context.action, "sts:SetSourceIdentity")
        )

    sts._p, evaluator.evaluate_trust_policy = read, evaluated


def _with_each_name(actions: Any, evaluator: Any) -> None:
    asked: ContextVar[tuple[str, ...]] = ContextVar("asked", default=())
    extract, enforce = actions.extract_resource_arn, evaluator.enforce
    form = inspect.signature(extract)

    @functools.wraps(extract)
    def extracted(*given: Any, **named: Any) -> Any:
        request = form.bind(*given, **named).arguments
        prefix = f"arn:aws:ssm:{request['region']}:{request['account_id']}:parameter/"
        names = _names(request["body"]) if request["service"] == "ssm" else []
        asked.set(tuple(prefix + name.partition(":")[0].lstrip("/") for name in names))
        return extract(*given, **named)

    def enforced(key: str, action: str, *given: Any, **named: Any) -> Any:
        if action not in ("ssm:GetParameter", "ssm:GetParameters") or not asked.get():
            return enforce(key, action, *given, **named)
        each = (enforce(key, action, *given, **{**named, "resource_arn": arn}) for arn in asked.get())
        return next((denied for denied in each if denied), None)

    actions.extract_resource_arn, evaluator.enforce = extracted, enforced


def _names(body: bytes) -> list[str]:
    try:
        sent = json.loads(body or b"{}")
    except ValueError:
        return []
    names = [sent.get("Name"), *(sent.get("Names") or [])] if isinstance(sent, dict) else []
    return [name for name in names if isinstance(name, str)]


def _with_default_version(iam: Any) -> None:
    def set_default(params: Any) -> Any:
        arn, version = iam._p(params, "PolicyArn"), iam._p(params, "VersionId")
        policy = iam._policies.get(arn)
        if not policy or version not in policy["Versions"]:
            return iam._error(404, "NoSuchEntity", f"Policy {arn} version {version} does not exist.", ns="iam")
        for name, one in policy["Versions"].items():
            one["IsDefaultVersion"] = name == version
        policy["DefaultVersionId"] = version
        return iam._xml(200, "SetDefaultPolicyVersionResponse", "", ns="iam")

    iam._IAM_HANDLERS["SetDefaultPolicyVersion"] = set_default


def _with_policy_to_be_made(actions: Any) -> None:
    extract = actions.extract_resource_arn
    form = inspect.signature(extract)

    @functools.wraps(extract)
    def extracted(*given: Any, **named: Any) -> Any:
        request = form.bind(*given, **named).arguments
        sent = {name: values[0] for name, values in parse_qs(request["body"].decode("utf-8", "replace")).items()}
        if request["service"] == "iam" and sent.get("Action") == "CreatePolicy":
            return f"arn:aws:iam::{request['account_id']}:policy{sent.get('Path', '/')}{sent.get('PolicyName', '')}"
        return extract(*given, **named)

    actions.extract_resource_arn = extracted


def _stop_with_stdin() -> None:
    """End this process group when stdin ends without a word: whoever started it is gone."""
    if not sys.stdin.readline():
        os.killpg(os.getpgrp(), signal.SIGTERM)
        time.sleep(3)
        os.killpg(os.getpgrp(), signal.SIGKILL)


def main() -> None:
    """Run the emulator until it is stopped; its settings are in the environment.

    With STOP_WITH_STDIN it must lead a process group of its own, which ends with stdin.
    """
    if os.environ.pop("STOP_WITH_STDIN", ""):
        threading.Thread(target=_stop_with_stdin, daemon=True).start()
    from ministack import app  # type: ignore[import-not-found]  # installed in the emulator's environment only
    from ministack.core import iam_actions, iam_evaluator  # type: ignore[import-not-found]  # likewise
    from ministack.services import apigateway, iam, lambda_svc, ssm, sts  # type: ignore[import-not-found]  # likewise

    _with_identity(lambda_svc, apigateway._iam_caller_identity_v2)
    _with_listed_policies(ssm)
    _with_source_identity(sts, iam_evaluator)
    _with_each_name(iam_actions, iam_evaluator)
    _with_default_version(iam)
    _with_policy_to_be_made(iam_actions)
    host = f"{os.environ['MINISTACK_REGION']}.amazonaws.com"
    apigateway._HOST = host
    app._EXECUTE_API_RE = re.compile(rf"^([a-f0-9]{{8}})\.execute-api\.{re.escape(host)}$")
    app.main()


if __name__ == "__main__":
    main()
