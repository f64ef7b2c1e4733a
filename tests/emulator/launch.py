"""Starts the emulator, with corrections where it leaves out, or misspells, what AWS sends.

- A function URL with IAM authorization says who calls, in `requestContext.authorizer.iam`, as an HTTP API does:
  https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads. The emulator checks the caller and then
  leaves it out. The identity added is the one it checked.
- An HTTP API is called, and named in the event, as `<id>.execute-api.<region>.amazonaws.com`, not `...localhost`.
- Policies of a parameter (an expiry, say) come back as a list of structures; the emulator hands out the text it was sent:
  https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterInlinePolicy.html

Runs in the emulator's own environment: imports nothing of ours.
"""

import json
import os
import re
from typing import Any


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


def main() -> None:
    """Run the emulator until it is stopped; its settings are in the environment."""
    from ministack import app  # type: ignore[import-not-found]  # installed in the emulator's environment only
    from ministack.services import apigateway, lambda_svc, ssm  # type: ignore[import-not-found]  # likewise

    _with_identity(lambda_svc, apigateway._iam_caller_identity_v2)
    _with_listed_policies(ssm)
    host = f"{os.environ['MINISTACK_REGION']}.amazonaws.com"
    apigateway._HOST = host
    app._EXECUTE_API_RE = re.compile(rf"^([a-f0-9]{{8}})\.execute-api\.{re.escape(host)}$")
    app.main()


if __name__ == "__main__":
    main()
