"""The proof: it holds for what we make, and no tampering with the template gets past it."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from secrets_cli.broker.as_deployed import as_deployed
from secrets_cli.broker.desired import Deployment, Front, Mode, Settings
from secrets_cli.broker.key_gaps import KeyGap, key_gaps
from secrets_cli.broker.proof import Proof, prove
from secrets_cli.broker.template import ZippedCode, template
from secrets_cli.errors import MalformedInput
from secrets_cli.iam.contain import Contained, contains
from secrets_cli.iam.parse import PolicyKind, parse_policy
from tests.broker_samples import KEY, OTHER_KEY, PLACE, sample, with_ids


def document_of(deployment: Deployment) -> Any:
    """The template, to be tampered with."""
    return copy.deepcopy(template(deployment, ZippedCode("b", "k")))


def proof_of(deployment: Deployment, document: Any) -> Proof:
    """What is proven of a template."""
    return prove(deployment, as_deployed(document, deployment))


@pytest.mark.parametrize("front", Front)
@pytest.mark.parametrize("mode", Mode)
def test_what_we_make_is_proven(front: Front, mode: Mode) -> None:
    deployment = sample(Settings(front=front, mode=mode))
    proof = proof_of(deployment, document_of(deployment))
    assert [check.against for check in proof.checks if not check.holds] == []
    assert len(proof.checks) == (11 if mode is Mode.BROKER else 4)


def _reader(document: Any) -> Any:
    return document["Resources"]["ReaderAppProdDb2ebacf7c"]["Properties"]


def _statements(role: Any) -> Any:
    return role["Policies"][0]["PolicyDocument"]["Statement"]


def _function_role(document: Any) -> Any:
    return document["Resources"]["FunctionRole"]["Properties"]


def _one(document: Any, begins: str) -> Any:
    """The resource whose logical id begins so: a digest of the caller's unique id ends it."""
    return next(item for name, item in document["Resources"].items() if name.startswith(begins))


TAMPERING: dict[str, Callable[[Any], object]] = {
    "the function's role reads": lambda d: _statements(_function_role(d)).append(
        {"Effect": "Allow", "Action": "ssm:GetParameter", "Resource": "arn:aws:ssm:*:*:parameter/x"}
    ),
    "the function's role decrypts": lambda d: _statements(_function_role(d)).append(
        {"Effect": "Allow", "Action": "kms:De*", "Resource": "*"}
    ),
    "the function's role assumes another role": lambda d: _statements(_function_role(d))[0].update(
        Resource="arn:aws:iam::111122223333:role/get-secret-reader-*"
    ),
    "the function's role writes other logs": lambda d: _statements(_function_role(d))[1].update(Resource="*"),
    "a reader reads a neighbour": lambda d: _statements(_reader(d))[0]["Resource"].append(
        "arn:aws:ssm:eu-west-1:111122223333:parameter/app/prod/dbx"
    ),
    "a reader reads by prefix": lambda d: _statements(_reader(d))[0].update(
        Resource="arn:aws:ssm:eu-west-1:111122223333:parameter/app/prod/*"
    ),
    "a reader reads the history": lambda d: _statements(_reader(d))[0].update(Action="ssm:Get*"),
    "a reader reads nothing": lambda d: _statements(_reader(d)).pop(0),
    "a reader decrypts anything": lambda d: _statements(_reader(d))[1].pop("Condition"),
    "a reader decrypts with another key": lambda d: _statements(_reader(d))[1].update(Resource="*"),
    "a reader cannot decrypt": lambda d: _statements(_reader(d)).pop(1),
    "a reader trusts the account": lambda d: _reader(d)["AssumeRolePolicyDocument"]["Statement"][0].update(
        Principal={"AWS": "arn:aws:iam::111122223333:root"}
    ),
    "a reader trusts everybody": lambda d: _reader(d)["AssumeRolePolicyDocument"]["Statement"][0].update(Principal="*"),
    "a reader trusts all but one": lambda d: _reader(d)["AssumeRolePolicyDocument"]["Statement"][0].update(
        {"NotPrincipal": _reader(d)["AssumeRolePolicyDocument"]["Statement"][0].pop("Principal")}
    ),
    "a reader serves any caller": lambda d: _reader(d)["AssumeRolePolicyDocument"]["Statement"][0].pop("Condition"),
    "a role more": lambda d: (
        d["Resources"].update(More=copy.deepcopy(d["Resources"]["FunctionRole"]))
        or d["Resources"]["More"]["Properties"].update(RoleName="more")
    ),
    "everybody may call": lambda d: _one(d, "CallUrlApp")["Properties"].update(Principal="*"),
    "the account may call": lambda d: _one(d, "CallUrlOps")["Properties"].update(Principal="999999999999"),
    "a caller may not call": lambda d: _one(d, "InvokeByUrlTwin").update(Type="none"),
    "a direct invocation": lambda d: _one(d, "InvokeByUrlApp")["Properties"].pop("InvokedViaFunctionUrl"),
}


@pytest.mark.parametrize("tamper", TAMPERING.values(), ids=TAMPERING.keys())
def test_tampering_is_found(tamper: Callable[[Any], object]) -> None:
    deployment = sample()
    document = document_of(deployment)
    tamper(document)
    proof = proof_of(deployment, document)
    assert not proof.holds
    assert any(check.against for check in proof.checks)


def test_a_policy_with_an_unknown_reference_is_not_proven_but_refused() -> None:
    deployment = sample()
    document = document_of(deployment)
    _statements(_reader(document))[0]["Resource"] = {"Fn::ImportValue": "x"}
    with pytest.raises(MalformedInput):
        proof_of(deployment, document)
    _statements(_reader(document))[0]["Resource"] = {"Ref": "Somewhere"}
    with pytest.raises(MalformedInput, match="Somewhere"):
        proof_of(deployment, document)


def test_a_caller_without_id_is_proven_too_but_the_reader_then_serves_by_the_mapping_alone() -> None:
    deployment = with_ids({})
    assert len(deployment.strangers) == 3
    assert proof_of(deployment, document_of(deployment)).holds
    assert all(reader.sources == () for reader in deployment.readers)


def test_the_handlers_session_policy_is_no_wider_than_what_the_proof_takes() -> None:
    import importlib.util
    from pathlib import Path

    handler = Path(__file__).parents[3] / "lambda_handlers" / "get_secret" / "handler.py"
    spec = importlib.util.spec_from_file_location("handler_for_proof", handler)
    assert spec is not None
    assert spec.loader is not None
    import sys

    module = importlib.util.module_from_spec(spec)
    sys.modules["handler_for_proof"] = module
    try:
        spec.loader.exec_module(module)
        arn = PLACE.parameter_arn("/app/prod/db")
        text = module.session_policy(PLACE.region, [KEY], [arn], True)
    finally:
        del sys.modules["handler_for_proof"]
    written = parse_policy(text, "session", PolicyKind.SESSION)
    deployment = sample()
    reader = next(one for one in deployment.readers if "/app/prod/db" in one.names)
    role = as_deployed(document_of(deployment), deployment).readers[reader.arn]
    assert contains(role.allowed, [written]) == Contained()


def test_key_policies_that_do_not_know_the_reader_are_told() -> None:
    deployment = sample()
    delegating = parse_policy(
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},'
        '"Action":"kms:*","Resource":"*"}]}',
        "key",
        PolicyKind.RESOURCE,
    )
    named = parse_policy(
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/x"},'
        '"Action":"kms:Decrypt","Resource":"*"}]}',
        "key",
        PolicyKind.RESOURCE,
    )
    assert key_gaps(deployment, {KEY: delegating, OTHER_KEY: delegating}) == ()
    assert key_gaps(deployment, {}) == ()
    gaps = key_gaps(deployment, {KEY: delegating, OTHER_KEY: named})
    assert {gap.role for gap in gaps} == {reader.arn for reader in deployment.readers}
    assert gaps[0] == KeyGap(OTHER_KEY, gaps[0].role)
    assert OTHER_KEY in gaps[0].remedy
