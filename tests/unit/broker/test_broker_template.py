"""The template: what it holds, that it is the same each time, and that cfn-lint has nothing to say of any variant."""

import itertools
import json
from dataclasses import replace
from typing import Any

import pytest
import yaml

from secrets_cli.broker.desired import (
    Deployment,
    Found,
    Front,
    Mode,
    Settings,
    configuration,
    desired,
    reader_name,
)
from secrets_cli.broker.grants import Grant, principal_of
from secrets_cli.broker.inline_code import without_commentary
from secrets_cli.broker.package import handler_source
from secrets_cli.broker.plan import prepare
from secrets_cli.broker.policies import reader_trust
from secrets_cli.broker.template import LONGEST_BODY, RUNTIME, InlineCode, ZippedCode, rendered, template
from secrets_cli.errors import ConfigurationError
from tests.broker_samples import APP, FOUND, KEY, OPS, PLACE, TWIN, sample, sample_grants, with_ids

EVERYTHING = Settings(
    stack="x-secrets",
    origins=("https://a.example",),
    log_key=KEY,
    alarms=True,
    alarm_topic="arn:aws:sns:eu-west-1:111122223333:alarms",
    boundary="arn:aws:iam::111122223333:policy/boundary",
    tags=(("team", "payments"),),
)
VARIANTS = [
    Settings(front=front, mode=mode, alarms=alarms)
    for front, mode, alarms in itertools.product(Front, Mode, (False, True))
] + [EVERYTHING]


def parsed(settings: Settings | None = None, code: InlineCode | ZippedCode | None = None) -> Any:
    """The template as CloudFormation would read it."""
    return yaml.safe_load(rendered(template(sample(settings), code or InlineCode("x = 1\n"), {"a": 1})))


def of_type(document: Any, kind: str) -> list[Any]:
    """The properties of the resources of a type."""
    return [item["Properties"] for item in document["Resources"].values() if item["Type"] == kind]


def test_the_function_is_small_recent_and_limited() -> None:
    (function,) = of_type(parsed(), "AWS::Lambda::Function")
    assert function["Runtime"] == RUNTIME
    assert function["Architectures"] == ["arm64"]
    assert function["MemorySize"] <= 256
    assert function["Timeout"] == 10
    assert function["ReservedConcurrentExecutions"] == 5
    assert function["LoggingConfig"]["LogFormat"] == "JSON"
    assert json.loads(function["Environment"]["Variables"]["GET_SECRET_GRANTS"]) == configuration(sample())


def test_two_callers_with_the_same_grant_share_a_reader_role() -> None:
    deployment = sample()
    assert len(deployment.readers) == 2
    by_arn = {caller.principal.arn: caller.reader for caller in deployment.callers}
    assert by_arn[APP] == by_arn[TWIN] != by_arn[OPS]


def test_the_handler_in_the_template_takes_the_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys
    from types import ModuleType

    (function,) = of_type(yaml.safe_load(prepare(sample()).body), "AWS::Lambda::Function")
    monkeypatch.setenv("GET_SECRET_GRANTS", function["Environment"]["Variables"]["GET_SECRET_GRANTS"])
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    module = ModuleType("inline_index")
    module.__file__ = "index.py"
    monkeypatch.setitem(sys.modules, "inline_index", module)  # its dataclasses look their module up
    exec(compile(function["Code"]["ZipFile"], "index.py", "exec"), module.__dict__)
    settings = module.__dict__["SETTINGS"]
    assert {grant.arn for grant in settings.grants} == {APP, TWIN, OPS}
    assert callable(module.__dict__["handler"])


def test_there_is_no_wildcard_resource_and_no_foreign_policy() -> None:
    for settings in VARIANTS:
        text = rendered(template(sample(settings), ZippedCode("bucket", "key")))
        document = yaml.safe_load(text)
        assert "Resource: '*'" not in text
        assert "ManagedPolicyArns" not in text
        assert len(of_type(document, "AWS::IAM::Role")) == (3 if settings.mode is Mode.BROKER else 1)


def test_cors_only_where_origins_are_given() -> None:
    (url,) = of_type(parsed(), "AWS::Lambda::Url")
    assert "Cors" not in url
    assert url["AuthType"] == "AWS_IAM"
    (url,) = of_type(parsed(Settings(origins=("https://a.example",))), "AWS::Lambda::Url")
    assert url["Cors"]["AllowOrigins"] == ["https://a.example"]


def test_the_same_input_gives_the_same_bytes() -> None:
    first, second = (rendered(template(sample(EVERYTHING), InlineCode("x = 1\n"), {"a": [1]})) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("settings", VARIANTS, ids=str)
def test_every_variant_fits_into_a_call_with_its_code(settings: Settings) -> None:
    prepared = prepare(sample(settings))
    assert prepared.proof.holds
    assert len(prepared.body.encode()) <= LONGEST_BODY
    assert yaml.safe_load(prepared.body)["Metadata"]["SecretsCli"]["Proof"]


@pytest.mark.parametrize(
    "settings",
    [EVERYTHING, replace(EVERYTHING, front=Front.HTTP_API), Settings(mode=Mode.RELAY)],  # the rest: tests/e2e
    ids=["everything", "everything behind an HTTP API", "relay"],
)
@pytest.mark.filterwarnings("default")  # cfn-lint's own
def test_cfn_lint_has_nothing_to_say(settings: Settings) -> None:
    from cfnlint.api import lint  # type: ignore[import-untyped]  # it ships no types

    body = prepare(sample(settings)).body
    assert [str(match) for match in lint(body, regions=["eu-west-1"])] == []


def test_names_fit_and_are_those_of_the_grant_alone() -> None:
    long = [f"/{'very-long-' * 12}{number}" for number in range(2)]
    first, second = (reader_name("s" * 40, [name], []) for name in long)
    assert first != second
    assert max(len(first), len(second)) <= 64
    assert reader_name("s", ["/a"], []) != reader_name("s", [], ["/a"])


def test_grants_too_large_for_the_environment_travel_in_the_zip() -> None:
    names = tuple(f"/app/prod/{number:03}/{'x' * 60}" for number in range(30))
    grants = tuple(replace(grant, names=names, paths=()) for grant in sample_grants())
    found = replace(FOUND, keys=dict.fromkeys(names, (KEY,)))
    deployment = desired(Settings(), grants, found)
    with pytest.raises(ConfigurationError, match="environment"):
        prepare(deployment)
    prepared = prepare(deployment, "bucket")
    assert b"grants.json" in prepared.artefacts[0].body
    (function,) = of_type(yaml.safe_load(prepared.body), "AWS::Lambda::Function")
    assert "Environment" not in function
    assert function["Handler"] == "handler.handler"
    assert prepare(deployment, "bucket") == prepared


@pytest.mark.parametrize(
    "settings",
    [
        Settings(stack="1x"),
        Settings(stack="x" * 41),
        Settings(retention_days=91),
        Settings(concurrency=-1),
        Settings(origins=("*",)),
        Settings(origins=("http://a.example",)),
        Settings(mode=Mode.RELAY),
    ],
    ids=str,
)
def test_settings_that_cannot_be_are_refused(settings: Settings) -> None:
    with pytest.raises(ConfigurationError):
        desired(settings, sample_grants(), FOUND)


def test_inline_code_differs_in_commentary_alone() -> None:
    import ast

    class WithoutTexts(ast.NodeTransformer):
        def generic_visit(self, node: ast.AST) -> ast.AST:
            super().generic_visit(node)
            for block in ("body", "orelse", "finalbody"):
                statements = getattr(node, block, None)
                if isinstance(statements, list) and statements:
                    kept = [one for one in statements if not self.is_text(one)]
                    setattr(node, block, kept or [ast.Pass()])
            return node

        @staticmethod
        def is_text(node: ast.AST) -> bool:
            return (
                isinstance(node, ast.Expr)
                and isinstance(node.value, ast.Constant)
                and isinstance(node.value.value, str)
            )

    source = handler_source()
    stripped = without_commentary(source)
    assert len(stripped) < len(source)
    assert "# " not in stripped.replace('"#"', "")
    assert ast.dump(WithoutTexts().visit(ast.parse(source))) == ast.dump(ast.parse(stripped))
    tricky = 'class A:\n    """Doc."""\n\ndef f():  # why\n    """Doc\n    more."""\n    x = """a\n\n# kept\n"""\n    return x\n'
    namespace: dict[str, Any] = {}
    exec(without_commentary(tricky), namespace)  # ours
    assert namespace["f"]() == "a\n\n# kept\n"


def ids_of(deployment: Deployment) -> set[str]:
    """The logical ids that let a caller in."""
    resources = template(deployment, ZippedCode("b", "k"))["Resources"]
    assert isinstance(resources, dict)
    return {name for name in resources if name.startswith(("CallUrlApp", "InvokeByUrlApp", "CallHttpApi"))}


def test_a_caller_made_anew_gets_new_permissions() -> None:
    """Lambda keeps a principal by its unique id: the statements of old would let nobody in, and stay as they are."""
    before, again = with_ids(dict(FOUND.ids)), with_ids({**FOUND.ids, APP: "AROAZZZZZZZZZZZZZZZZZ"})
    assert len(ids_of(before)) == len(ids_of(again)) == 2
    assert not ids_of(before) & ids_of(again)
    api = [replace(one, settings=Settings(front=Front.HTTP_API)) for one in (before, again)]
    assert not ids_of(api[0]) & ids_of(api[1])


def test_a_reader_role_wants_the_source_identity() -> None:
    deployment = sample()
    for reader in deployment.readers:
        (statement,) = reader_trust(reader, deployment).statements
        (term,) = statement.conditions
        assert (term.key, term.operator.if_exists) == ("sts:SourceIdentity", False)
        assert term.values == reader.sources


def test_more_callers_than_the_functions_policy_has_room_for_are_refused() -> None:
    def deployed(number: int) -> Deployment:
        arns = [f"arn:aws:iam::111122223333:role/application-number-{n}" for n in range(number)]
        found = Found(PLACE, {arn: f"AROA{n:017}" for n, arn in enumerate(arns)}, {})
        return desired(Settings(mode=Mode.RELAY), tuple(Grant(principal_of(arn)) for arn in arns), found)

    template(deployed(20), ZippedCode("b", "k", with_grants=True))
    with pytest.raises(ConfigurationError, match="40 callers need a policy of about"):
        template(deployed(40), ZippedCode("b", "k", with_grants=True))


def test_more_callers_of_one_grant_than_a_trust_policy_has_room_for_are_refused_with_a_remedy() -> None:
    arns = [f"arn:aws:iam::111122223333:role/a{n}" for n in range(90)]
    found = Found(PLACE, {arn: f"AROA{n:017}" for n, arn in enumerate(arns)}, {"/a": (KEY,)})
    deployment = desired(Settings(), tuple(Grant(principal_of(arn), ("/a",)) for arn in arns), found)
    with pytest.raises(ConfigurationError, match="for 90 callers") as refused:
        reader_trust(deployment.readers[0], deployment)
    assert "assume one role" in refused.value.help
