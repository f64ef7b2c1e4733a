"""The function of each stage of a Zappa project: runtime, environment and endpoints.

`environment_variables` go into the package, `aws_environment_variables` into the function's configuration: both are what
the code sees. Unless switched off there is a REST API (an HTTP API with `apigateway_version: v2`) whose every path leads
to the function; a function URL and a load balancer are opt-in. What stands nowhere is at the stage's name.

Source: https://github.com/zappa/Zappa (0.63.0), `zappa/cli.py` (load_settings) and `zappa/core.py` (create_stack_template,
create_lambda_function_url, deploy_lambda_alb)
"""

from collections.abc import Callable, Iterator, Mapping

from secrets_cli.iam.json_text import (
    JsonArray,
    JsonBool,
    JsonNode,
    JsonNull,
    JsonNumber,
    JsonObject,
    JsonString,
    Member,
    Places,
)
from secrets_cli.inputs.found import Authorizer, EndpointAt, FunctionAt, VariableAt
from secrets_cli.inputs.resource_policy_callers import callers_named

_VARIABLES = ("environment_variables", "aws_environment_variables")


def function_of_stage(
    stage: Member, settings: Mapping[str, Member], principal: str, places: Places, read: Callable[[str], str | None]
) -> FunctionAt:
    """The function of one stage; `settings` are those of the stages it extends too. `principal` is empty where the role is
    somebody else's."""
    runtime, key = settings.get("runtime"), settings.get("aws_kms_key_arn")
    return FunctionAt(
        stage.key.value,
        places.at(stage.key.offset),
        "zappa",
        principal=principal,
        runtime=_text(runtime),
        runtime_location=None if runtime is None else places.at(runtime.key.offset),
        environment=tuple(_environment(settings, places)),
        endpoints=tuple(_Endpoints(stage, settings, places, read).all()),
        key=_text(key),
    )


def _environment(settings: Mapping[str, Member], places: Places) -> Iterator[VariableAt]:
    for name in _VARIABLES:
        found = settings.get(name)
        for member in found.value.members if found is not None and isinstance(found.value, JsonObject) else ():
            yield VariableAt(member.key.value, _text(member), places.at(member.key.offset))


class _Endpoints:
    """The endpoints of one stage."""

    def __init__(
        self, stage: Member, settings: Mapping[str, Member], places: Places, read: Callable[[str], str | None]
    ) -> None:
        self.stage = stage
        self.settings = settings
        self.places = places
        self.read = read

    def all(self) -> Iterator[EndpointAt]:
        if self.flag("apigateway_enabled", True) and self.flag("use_apigateway", True):
            yield self.api()
        if self.flag("function_url_enabled", False):
            yield self.url()
        if self.flag("alb_enabled", False):
            setting = self.settings["alb_enabled"]
            scheme = _text(_member(self.settings.get("alb_vpc_config"), "Scheme"))
            place = self.places.at(setting.key.offset)
            yield EndpointAt("alb", "", place, Authorizer.NONE, private=scheme == "internal")

    def flag(self, name: str, default: bool) -> bool:
        found = self.settings.get(name)
        return default if found is None else is_true(found.value)

    def api(self) -> EndpointAt:
        setting = self.settings.get("apigateway_enabled", self.stage)
        kind = "httpApi" if _text(self.settings.get("apigateway_version")) == "v2" else "http"
        asks = Authorizer.SOME if self.flag("iam_authorization", False) else Authorizer.NONE
        if self.flag("authorizer", False):
            asks = Authorizer.SOME
        if asks is Authorizer.NONE and kind == "http":
            asks = self.policy()
        types = self.settings.get("endpoint_configuration")
        listed = types.value.items if types is not None and isinstance(types.value, JsonArray) else ()
        cors = self.settings.get("cors")
        origins = self.origins(cors)
        return EndpointAt(
            kind,
            "ANY /{proxy+}",
            self.places.at(setting.key.offset),
            asks,
            api_key=self.flag("api_key_required", False),
            private=any(isinstance(one, JsonString) and one.value == "PRIVATE" for one in listed),
            cors_origins=origins,
            cors_location=self.places.at(cors.key.offset) if cors is not None and origins else None,
        )

    def policy(self) -> Authorizer:
        """What the file of `apigateway_policy` says."""
        path = _text(self.settings.get("apigateway_policy"))
        if not path:
            return Authorizer.NONE
        text = self.read(path)
        return Authorizer.UNKNOWN if text is None else callers_named(JsonString(text, 0))

    def origins(self, cors: Member | None) -> tuple[str, ...]:
        if cors is None or not is_true(cors.value):
            return ()
        for name in ("allowed_origin", "allowed_origins"):
            found = _member(cors, name)
            if found is not None:
                items = found.value.items if isinstance(found.value, JsonArray) else (found.value,)
                return tuple(one.value.strip("'") for one in items if isinstance(one, JsonString))
        return ("*",)

    def url(self) -> EndpointAt:
        setting = self.settings["function_url_enabled"]
        config = self.settings.get("function_url_config")
        asked = _text(_member(config, "authorizer")) or "NONE"
        cors = _member(config, "cors")
        origins: tuple[str, ...] = ("*",)
        place = setting
        if cors is not None:
            place = _member(cors, "allowedOrigins") or cors
            listed = place.value.items if isinstance(place.value, JsonArray) else ()
            origins = tuple(one.value for one in listed if isinstance(one, JsonString))
        return EndpointAt(
            "function-url",
            "",
            self.places.at(setting.key.offset),
            Authorizer.NONE if asked == "NONE" else Authorizer.SOME,
            cors_origins=origins,
            cors_location=self.places.at(place.key.offset) if origins else None,
        )


def _member(of: Member | None, name: str) -> Member | None:
    members = of.value.members if of is not None and isinstance(of.value, JsonObject) else ()
    return next((one for one in members if one.key.value == name), None)


def _text(member: Member | None) -> str:
    match None if member is None else member.value:
        case JsonString(text) | JsonNumber(text):
            return text
        case JsonBool(value):
            return "True" if value else "False"
        case _:
            return ""


def is_true(node: JsonNode) -> bool:
    """What Python takes as true."""
    match node:
        case JsonBool():
            return node.value
        case JsonNull():
            return False
        case JsonNumber():
            return float(node.text.replace("_", "") if node.text else 0) != 0
        case JsonString():
            return bool(node.value)
        case JsonArray():
            return bool(node.items)
        case JsonObject():
            return bool(node.members)
