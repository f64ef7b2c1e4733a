"""Whether the function still is what was deployed: its code, what is loaded beside it, and who else may invoke it.

CloudFormation's drift detection looks at the properties that the template has, and never at the code: a layer (whose modules
come before the runtime's), a wrapper in an environment the template does not set, a statement more in the function's own
policy, or other code altogether are no drift to it. So they are looked at here.

The code is told by its hash where the template names a zip: its key is the zip's own hash. Code in the template is zipped
by CloudFormation, whose hash nobody can know before; then the zip that runs is fetched and its one file compared.
"""

import base64
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from secrets_cli.aws.functions import FunctionService, Running
from secrets_cli.errors import AccessDenied, AwsFailure, NotThere

INLINE_FILE = "index.py"
_ADDED = "cfnresponse.py"
"""A module that CloudFormation puts beside code in a template; ours never imports it:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-lambda-function-code-cfnresponsemodule.html"""
_Statement: TypeAlias = tuple[str, str, str]
"""Principal, action and condition of a statement of the function's policy."""


@dataclass(frozen=True, slots=True)
class FunctionState:
    """The function as it runs now."""

    code_sha256: str
    """As Lambda shows it; empty where the function could not be looked at."""
    as_deployed: bool | None
    """Whether the code is the template's; None where that cannot be known."""
    unknown: str
    """Why not."""
    problems: tuple[str, ...]
    """What is not as it was deployed."""


def function_state(
    resources: Mapping[str, Any], physical: Mapping[str, str], functions: FunctionService
) -> FunctionState:
    """Compare the function with a template's; `physical` has AWS's names by logical id. Raises AwsFailure where AWS does
    not answer; what the caller may not look at is said, not raised."""
    properties = resources["Function"]["Properties"]
    name = str(properties["FunctionName"])
    try:
        running = functions.running(name)
    except NotThere:
        return FunctionState("", None, "the function is gone", ("the function is gone",))
    except AccessDenied:
        return FunctionState("", None, "whoever asks may not read the function", ())
    same, unknown = _code_is(properties["Code"], running, functions)
    problems = [
        *(["its code is not what was deployed"] if same is False else []),
        *_configuration(properties, running),
        *_told(lambda: _let_in(resources, physical, functions, name), "its resource policy"),
        *_told(lambda: _front_door(resources, functions, name), "its URL"),
    ]
    return FunctionState(running.code_sha256, same, unknown, tuple(problems))


def _told(look: Callable[[], Iterator[str]], what: str) -> Iterator[str]:
    try:
        yield from look()
    except AccessDenied:
        yield f"{what} could not be looked at: whoever asks may not read it"


def _code_is(code: Mapping[str, Any], running: Running, functions: FunctionService) -> tuple[bool | None, str]:
    """Whether the code is the template's, or why that is not known."""
    match code:
        case {"S3Key": str(key)}:
            stem = re.fullmatch(r"(?:.*/)?([0-9a-f]{32})\.zip", key)
            if stem is None:
                return None, "the zip was not put there by `lambda deploy`: its name says no hash"
            return base64.b64decode(running.code_sha256).hex().startswith(stem[1]), ""
        case {"ZipFile": str(source)}:
            try:
                return _is_only(functions.code(running), running.code_sha256, source), ""
            except (AwsFailure, zipfile.BadZipFile) as error:
                return None, f"the code could not be fetched: {error}"
        case _:
            return None, "the template has neither code nor a zip"


def _is_only(packed: bytes, code_sha256: str, source: str) -> bool:
    """Whether a zip is the one that runs, and holds this source and nothing else that could be loaded."""
    if base64.b64encode(hashlib.sha256(packed).digest()).decode() != code_sha256:
        return False
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        names = set(archive.namelist()) - {_ADDED}
        return names == {INLINE_FILE} and archive.read(INLINE_FILE).decode("utf-8", "replace") == source


def _configuration(properties: Mapping[str, Any], running: Running) -> Iterator[str]:
    if running.layers:
        yield f"it has layers, whose modules come before the runtime's: {', '.join(running.layers)}"
    if running.handler != properties["Handler"]:
        yield f"its handler is `{running.handler}`"
    if running.runtime != properties["Runtime"]:
        yield f"its runtime is `{running.runtime}`"
    wanted = properties.get("Environment", {}).get("Variables", {})
    changed = sorted(
        name for name in {*wanted, *running.environment} if wanted.get(name) != running.environment.get(name)
    )
    if changed:
        yield f"its environment differs: {', '.join(changed)}"


def _front_door(resources: Mapping[str, Any], functions: FunctionService, name: str) -> Iterator[str]:
    deployed = "AWS_IAM" if "Url" in resources else ""
    now = functions.url_authorization(name)
    if now and now != deployed:
        yield f"it has a URL with authorization {now}"


def _let_in(
    resources: Mapping[str, Any], physical: Mapping[str, str], functions: FunctionService, name: str
) -> Iterator[str]:
    """What the function's policy says beside the template."""
    text = functions.resource_policy(name)
    now = [_live(one) for one in json.loads(text)["Statement"]] if text else []
    permissions = [item["Properties"] for item in resources.values() if item["Type"] == "AWS::Lambda::Permission"]
    deployed = [_permission(one, physical) for one in permissions]
    for principal, action, condition in sorted(set(now) - set(deployed)):
        yield f"`{principal}` is allowed {action}{f' where {condition}' if condition else ', also directly'}"
    for principal, action, _ in sorted(set(deployed) - set(now)):
        yield f"`{principal}` is no longer allowed {action}"


def _live(statement: Mapping[str, Any]) -> _Statement:
    principal = statement.get("Principal", "")
    who = ", ".join(map(str, principal.values())) if isinstance(principal, Mapping) else str(principal)
    condition = {
        f"{operator} {key}".lower(): str(value).lower() if operator == "Bool" else str(value)
        for operator, keys in (statement.get("Condition") or {}).items()
        for key, value in keys.items()
    }
    effect = "" if statement.get("Effect") == "Allow" else "(denied) "
    return who, f"{effect}{statement.get('Action', '')}", _conditions(condition)


def _permission(properties: Mapping[str, Any], physical: Mapping[str, str]) -> _Statement:
    """The statement that Lambda writes for a permission of the template."""
    condition: dict[str, str] = {}
    if "FunctionUrlAuthType" in properties:
        condition["stringequals lambda:functionurlauthtype"] = str(properties["FunctionUrlAuthType"])
    if "InvokedViaFunctionUrl" in properties:
        condition["bool lambda:invokedviafunctionurl"] = str(properties["InvokedViaFunctionUrl"]).lower()
    if "SourceArn" in properties:
        source = properties["SourceArn"]["Fn::Sub"]
        condition["arnlike aws:sourcearn"] = re.sub(r"\$\{([^}]*)\}", lambda one: physical.get(one[1], ""), source)
    return str(properties["Principal"]), str(properties["Action"]), _conditions(condition)


def _conditions(by_key: Mapping[str, str]) -> str:
    return " and ".join(f"{key} `{value}`" for key, value in sorted(by_key.items()))
