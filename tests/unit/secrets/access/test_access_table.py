"""Who can read the made account's parameter: the expected table, and each cell asked again request by request."""

import json

import pytest

from secrets_cli.iam.evaluate import evaluate
from secrets_cli.iam.model import Policy
from secrets_cli.iam.parse import parse_policy
from secrets_cli.iam.request import ContextValue, PolicySet, Request
from secrets_cli.secrets.access.account_details import IdentityKind
from secrets_cli.secrets.access.conditional import Answer
from secrets_cli.secrets.access.routes import Way
from secrets_cli.secrets.access.self_grant import self_grants
from secrets_cli.secrets.access.who_reads import Access, access
from tests.unit.secrets.access.made_account import ACCOUNT, ARN, KEY, PARTNER, PLACE, allow, document, question

YES, IF, NO = Answer.ALLOWED, Answer.CONDITIONAL, Answer.DENIED

# Columns: GetParameter, GetParameters, GetParameterHistory, ByPath on /billing/prod, /billing, /, kms:Decrypt directly.
TABLE: dict[str, tuple[Answer, ...]] = {
    "root": (YES, YES, YES, YES, YES, YES, YES),
    "user/direct": (YES, NO, NO, NO, NO, NO, NO),
    "user/byancestor": (NO, NO, NO, NO, YES, NO, NO),
    "user/historian": (NO, NO, YES, NO, NO, NO, NO),
    "user/keyonly": (NO, NO, NO, NO, NO, NO, YES),
    "user/bounded": (NO, NO, NO, NO, NO, NO, NO),
    "user/iamwriter": (NO, NO, NO, NO, NO, NO, NO),
    "user/oneaction": (NO, YES, YES, NO, NO, NO, NO),
    "user/withmfa": (IF, NO, NO, NO, NO, NO, NO),
    "user/ingroup": (YES, YES, NO, NO, NO, NO, NO),
    "user/nokms": (NO, NO, NO, NO, NO, NO, NO),
    "user/stranger": (NO, NO, NO, NO, NO, NO, NO),
    "role/keyadmin": (NO, NO, NO, NO, NO, NO, NO),
    "role/app": (YES, NO, NO, NO, NO, NO, NO),
    "role/jump": (YES, NO, NO, NO, NO, NO, NO),
    "role/aws-service-role/something.amazonaws.com/AWSServiceRoleForSomething": (NO, NO, NO, NO, NO, NO, NO),
    f"{PARTNER}:role/partner": (IF, IF, NO, NO, NO, NO, NO),
    f"{PARTNER}:root": (NO, NO, NO, NO, NO, NO, NO),
}
COLUMNS = (
    (Way.GET, ""),
    (Way.GET_MANY, ""),
    (Way.HISTORY, ""),
    (Way.BY_PATH, "/billing/prod"),
    (Way.BY_PATH, "/billing"),
    (Way.BY_PATH, "/"),
    (Way.DECRYPT, ""),
)
READS = {
    "root": YES,
    "user/direct": YES,
    "user/byancestor": YES,
    "user/historian": YES,
    "user/oneaction": YES,
    "user/ingroup": YES,
    "role/app": YES,
    "role/jump": YES,
    "user/withmfa": IF,
    f"{PARTNER}:role/partner": IF,
}


@pytest.fixture(scope="module")
def found() -> Access:
    return access(question())


def _arn(name: str) -> str:
    return f"arn:aws:iam::{name}" if name[0].isdigit() else f"arn:aws:iam::{ACCOUNT}:{name}"


def test_every_principal_has_a_row(found: Access) -> None:
    assert [row.caller.arn for row in found.rows] == [_arn(name) for name in TABLE]


@pytest.mark.parametrize("name", TABLE)
def test_the_row_is_as_expected(found: Access, name: str) -> None:
    row = next(row for row in found.rows if row.caller.arn == _arn(name))
    assert [(cell.way, cell.path) for cell in row.cells] == list(COLUMNS)
    assert tuple(cell.told.answer for cell in row.cells) == TABLE[name]
    assert row.reads.answer is READS.get(name, NO)


EVERYTHING = parse_policy(json.dumps(document(allow("*"))), "everything")
MFA: dict[str, ContextValue] = {"aws:MultiFactorAuthPresent": "true"}


def _asked(name: str, way: Way, path: str, context: dict[str, ContextValue], allow_elsewhere: bool) -> bool:
    """One cell by the evaluator alone, its requests written out here and not by the code under test."""
    made = question()
    identity = next((one for one in made.account.identities if one.arn == _arn(name)), None)
    own = tuple(one for one in identity.policies if isinstance(one, Policy)) if identity is not None else ()
    if identity is None and allow_elsewhere:
        own = (EVERYTHING,)
    boundary = identity.boundary if identity is not None and isinstance(identity.boundary, Policy) else None
    principal = _arn(name)
    if ":role/" in principal and (identity is None or identity.kind is not IdentityKind.USER):
        account = PARTNER if name.startswith(PARTNER) else ACCOUNT
        principal = f"arn:aws:sts::{account}:assumed-role/{name.rpartition('/')[2]}/x"
    if name == f"{PARTNER}:root":
        principal = f"arn:aws:iam::{PARTNER}:user/x"

    def ask(action: str, resource: str, policy: Policy | None, more: dict[str, ContextValue]) -> bool:
        met = PolicySet(identity=own, resource=policy, boundary=boundary, resource_is_known=True)
        return evaluate(Request(principal, action, resource, {**context, **more}), met).allowed

    of_key: dict[str, ContextValue] = {"kms:EncryptionContext:PARAMETER_ARN": ARN}
    if way is Way.DECRYPT:
        return ask("kms:Decrypt", KEY, made.target.key_policy, of_key)
    via: dict[str, ContextValue] = {**of_key, "kms:ViaService": "ssm.eu-west-1.amazonaws.com"}
    if not ask("kms:Decrypt", KEY, made.target.key_policy, via):
        return False
    if way is not Way.BY_PATH:
        return ask(f"ssm:{way.value}", ARN, made.target.parameter_policy, {})
    resources = {PLACE.parameter_arn(path), PLACE.parameter_arn(path).rstrip("/") + "/"}
    return any(ask("ssm:GetParametersByPath", one, None, {"ssm:Recursive": "true"}) for one in resources)


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize("column", range(len(COLUMNS)))
def test_the_evaluator_says_the_same_request_by_request(name: str, column: int) -> None:
    way, path = COLUMNS[column]
    least = _asked(name, way, path, {}, allow_elsewhere=False)
    most = _asked(name, way, path, MFA, allow_elsewhere=True)
    assert {(True, True): YES, (False, True): IF, (False, False): NO}[least, most] is TABLE[name][column]


def test_a_denial_says_why(found: Access) -> None:
    from secrets_cli.report.secret_access import nearest_denial

    reasons = {row.caller.arn: nearest_denial(row) for row in found.rows if row.reads.answer is NO}
    assert reasons[_arn("user/bounded")] == "the boundary does not allow it"
    assert reasons[_arn("user/nokms")] == "no kms: no policy allows it"
    assert reasons[_arn("user/keyonly")] == "no policy allows it"
    assert reasons[_arn(f"{PARTNER}:root")] == "no kms: the key policy does not allow it"


def test_a_condition_is_named(found: Access) -> None:
    needs = {row.caller.arn: row.reads.needs for row in found.rows}
    assert needs[_arn("user/withmfa")] == ("aws:MultiFactorAuthPresent = true",)
    assert needs[_arn(f"{PARTNER}:role/partner")] == (f"a policy in account {PARTNER} to allow it",)


def test_who_can_give_themselves_access(found: Access) -> None:
    granted = {(one.caller.arn, one.action, one.on, one.gains, one.told.answer) for one in self_grants(found)}
    assert granted == {
        (_arn("user/iamwriter"), "iam:PutUserPolicy", (_arn("user/iamwriter"),), "the value", YES),
        (_arn("user/stranger"), "sts:AssumeRole", (_arn("role/jump"),), "the value", YES),
        (_arn("role/keyadmin"), "kms:PutKeyPolicy", (KEY,), "the value", YES),
    }


def test_who_may_assume_a_reading_role_is_named(found: Access) -> None:
    by = {row.caller.arn: row.assumed_by for row in found.rows}
    assert by[_arn("role/app")] == ("lambda.amazonaws.com",)
    assert by[_arn("role/jump")] == (_arn("user/stranger"),)
