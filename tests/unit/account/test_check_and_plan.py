"""What stops an apply, what limits make of a plan, and in which order old policies go."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from secrets_cli.account.apply_plan import NAME, Mode, Plan
from secrets_cli.account.apply_prepare import Fresh, judged
from secrets_cli.account.check import Already, Refused, Standing
from secrets_cli.account.held import Attach, CreatePolicy, DeleteInline, Detach, NewVersion, PutInline
from secrets_cli.account.proposed import proposed_in
from secrets_cli.catalog.load import load_catalog
from secrets_cli.errors import MalformedInput
from tests.fake_iam import FakeIam, managed, principal
from tests.unit.account.scenarios import (
    BASIC,
    BROAD,
    FILES,
    LOGS,
    NARROW,
    OWN,
    ROLE,
    SCENARIOS,
    SHARED,
    Scenario,
    allow,
    deny,
    odd,
    policy,
)

ONE = policy(allow("s3:GetObject", FILES, Sid="A"))


def verdict(tmp_path: Path, scenario: Scenario, mode: Mode | None = None, **changed: Any) -> Any:
    """What is decided for a scenario whose narrowing says something else in some fields."""
    file = tmp_path / "iam.json"
    file.write_text(json.dumps(scenario.state))
    (proposed,) = proposed_in(json.dumps(scenario.narrowing(**changed)), "n.json")
    return judged(proposed, None, mode, FakeIam(file), load_catalog()).verdict


def plan_of(tmp_path: Path, scenario: Scenario, mode: Mode | None = None) -> Plan:
    """The plan of a scenario that has one."""
    found = verdict(tmp_path, scenario, mode)
    assert isinstance(found, Fresh), found
    return found.plan


def refused(tmp_path: Path, scenario: Scenario, mode: Mode | None = None, **changed: Any) -> Refused:
    """Why a scenario is refused."""
    found = verdict(tmp_path, scenario, mode, **changed)
    assert isinstance(found, Refused), found
    return found


def simple(**more: Any) -> Scenario:
    """A role with one broad inline policy."""
    return Scenario(principal(inline={"old": odd(BROAD)}, **more), (ONE,))


def test_a_statement_that_was_added_since_stops_it_and_is_shown(tmp_path: Path) -> None:
    found = refused(tmp_path, simple(), present=[policy(allow("s3:*"))])
    assert found.standing is Standing.UNDECIDED
    assert found.lines == ('+ {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}',)


def test_a_statement_that_went_since_stops_it_though_nothing_is_lost_by_it(tmp_path: Path) -> None:
    found = refused(tmp_path, simple(), present=[BROAD, policy(allow("sqs:*"))])
    assert found.standing is Standing.UNDECIDED
    assert found.lines == ('- {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}',)


def test_a_deny_that_was_added_since_makes_the_proof_fail(tmp_path: Path) -> None:
    scenario = Scenario(principal(inline={"old": odd(policy(*BROAD["Statement"], deny("s3:*")))}), (ONE,))
    found = refused(tmp_path, scenario, present=[BROAD])
    assert found.standing is Standing.NOT_PROVEN
    assert "`s3:GetObject`" in found.reason


def test_what_is_only_written_otherwise_is_no_drift(tmp_path: Path) -> None:
    as_lists = policy(allow(["dynamodb:*"], ["*"], Sid="Other"), allow(["S3:*"], ["*"]))
    assert isinstance(verdict(tmp_path, simple(), present=[as_lists]), Fresh)


def test_what_is_proven_to_grant_the_same_is_no_drift(tmp_path: Path) -> None:
    wider_by_nothing = policy(*BROAD["Statement"], allow("s3:GetObject"))
    assert isinstance(verdict(tmp_path, simple(), present=[wider_by_nothing]), Fresh)


def test_a_policy_that_grants_more_is_refused_whatever_the_file_says(tmp_path: Path) -> None:
    found = refused(tmp_path, simple(), policies=[policy(allow("kms:Decrypt", Sid="K"))])
    assert found.standing is Standing.NOT_PROVEN
    assert "`kms:Decrypt`" in found.reason


def test_a_counted_request_that_would_be_denied_is_refused(tmp_path: Path) -> None:
    found = refused(tmp_path, simple(), requests=[{"action": "s3:PutObject", "resource": "arn:aws:s3:::files/a"}])
    assert found.standing is Standing.NOT_PROVEN
    assert found.lines[0].startswith("s3:PutObject on arn:aws:s3:::files/a:")


def test_a_file_without_what_was_analysed_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, simple(), present=None).standing is Standing.UNDECIDED


def test_a_file_without_requests_is_applied_without_a_replay(tmp_path: Path) -> None:
    found = verdict(tmp_path, simple(), requests=None)
    assert isinstance(found, Fresh)
    assert not found.ready.was_replayed


@pytest.mark.parametrize(
    ("more", "standing"),
    [
        ({"blocked": "2 gaps in the evidence"}, Standing.UNDECIDED),
        ({"proof": {"contained": {"verdict": "not-contained"}}}, Standing.NOT_PROVEN),
    ],
)
def test_a_narrowing_without_policies_is_refused(tmp_path: Path, more: dict[str, Any], standing: Standing) -> None:
    assert refused(tmp_path, simple(), policies=[], **more).standing is standing


@pytest.mark.parametrize("path", ["/aws-service-role/lambda.amazonaws.com/", "/aws-reserved/sso.amazonaws.com/"])
def test_what_nobody_in_the_account_can_change_is_refused(tmp_path: Path, path: str) -> None:
    assert refused(tmp_path, simple(path=path)).standing is Standing.NOT_POSSIBLE


def test_a_role_of_another_account_is_refused(tmp_path: Path) -> None:
    found = refused(tmp_path, simple(), principal="arn:aws:iam::999999999999:role/app")
    assert "123456789012" in found.reason


def test_a_role_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "there is no role gone" in refused(tmp_path, simple(), principal=f"{ROLE[:-3]}gone").reason


def test_a_user_whose_group_grants_more_is_refused(tmp_path: Path) -> None:
    from secrets_cli.aws.roles import PrincipalKind

    state = principal(PrincipalKind.USER, "dev", inline={"old": odd(BROAD)}, groups={"devs": {"g": odd(LOGS)}})
    found = refused(tmp_path, Scenario(state, (ONE,)))
    assert "`devs`" in found.reason
    harmless = principal(PrincipalKind.USER, "dev", inline={"old": odd(BROAD)}, groups={"devs": {"g": odd(ONE)}})
    assert isinstance(verdict(tmp_path, Scenario(harmless, (ONE,))), Fresh)


def test_nothing_to_do_where_the_narrowed_policy_is_in_force(tmp_path: Path) -> None:
    scenario = Scenario(principal(inline={"any-name": odd(ONE)}), (ONE,))
    assert isinstance(verdict(tmp_path, scenario, present=[BROAD]), Already)


def test_what_a_deployment_put_back_goes_again_and_the_narrowed_policy_stays(tmp_path: Path) -> None:
    scenario = Scenario(principal(inline={NAME: odd(ONE), "zappa-permissions": odd(BROAD)}), (ONE,))
    found = verdict(tmp_path, scenario, present=[BROAD, LOGS])
    assert isinstance(found, Fresh)
    assert found.plan.steps == (DeleteInline("zappa-permissions"),)


def test_the_new_policy_comes_first(tmp_path: Path) -> None:
    steps = plan_of(tmp_path, SCENARIOS["inline-beside"]).steps
    assert isinstance(steps[0], PutInline)
    assert steps[1:] == (DeleteInline("a-second"), DeleteInline("zappa-permissions"), Detach(BASIC))


def test_a_policy_that_denies_goes_after_the_one_it_denies(tmp_path: Path) -> None:
    steps = plan_of(tmp_path, SCENARIOS["inline-deny-not-kept"]).steps
    assert steps.index(DeleteInline("a-guard")) > steps.index(Detach(SHARED))


def test_policies_that_guard_each_other_have_no_order(tmp_path: Path) -> None:
    state = principal(
        inline={
            "a": odd(policy(allow("s3:*"), deny("sqs:*"))),
            "b": odd(policy(allow("sqs:*"), deny("s3:DeleteBucket"))),
        }
    )
    found = refused(tmp_path, Scenario(state, (ONE,)))
    assert found.standing is Standing.UNDECIDED
    assert "no order" in found.reason


def test_without_room_beside_the_old_the_new_takes_its_name(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, SCENARIOS["inline-in-place"])
    assert [type(step) for step in plan.steps] == [PutInline]
    assert plan.steps[0].name == "old"  # type: ignore[union-attr]  # a PutInline, as just seen
    assert "replaced in one call" in plan.notes[0]


def _large(characters: int) -> dict[str, Any]:
    names = [f"arn:aws:s3:::files/{number:08}" for number in range(characters // 31)]
    return policy(allow("s3:GetObject", names, Sid="Many"))


def test_what_is_too_large_for_inline_becomes_managed_unless_inline_is_asked_for(tmp_path: Path) -> None:
    scenario = Scenario(principal(inline={"old": odd(BROAD)}), (_large(6000), _large(5900)), requests=())
    found = refused(tmp_path, scenario, Mode.INLINE)
    assert (found.standing, "10,240" in found.reason) == (Standing.NOT_POSSIBLE, True)
    plan = plan_of(tmp_path, scenario)
    assert plan.mode is Mode.MANAGED
    assert [type(step) for step in plan.steps] == [CreatePolicy, Attach, CreatePolicy, Attach, DeleteInline]


def test_ten_attached_policies_leave_no_room_for_an_eleventh(tmp_path: Path) -> None:
    arns = [f"arn:aws:iam::123456789012:policy/p{number}" for number in range(10)]
    state = principal(attached=arns, policies={arn: managed(odd(BROAD), others=1) for arn in arns})
    found = refused(tmp_path, Scenario(state, (ONE,)), Mode.MANAGED)
    assert (found.standing, "10 is the limit" in found.reason) == (Standing.NOT_POSSIBLE, True)
    assert isinstance(verdict(tmp_path, Scenario(state, (ONE,))), Fresh)


def test_a_policy_that_others_have_too_is_never_given_a_version(tmp_path: Path) -> None:
    own = managed(odd(BROAD), {"secrets-cli:principal": ROLE}, others=1)
    plan = plan_of(tmp_path, Scenario(principal(attached=[OWN], policies={OWN: own}), (ONE,)), Mode.MANAGED)
    assert [type(step) for step in plan.steps] == [CreatePolicy, Attach, Detach]
    assert plan.steps[0].arn == f"{OWN}-2"  # type: ignore[union-attr]  # a CreatePolicy, as just seen


def test_a_policy_made_for_another_is_never_given_a_version(tmp_path: Path) -> None:
    own = managed(odd(BROAD), {"secrets-cli:principal": f"{ROLE}-other"})
    plan = plan_of(tmp_path, Scenario(principal(attached=[OWN], policies={OWN: own}), (ONE,)), Mode.MANAGED)
    assert CreatePolicy in [type(step) for step in plan.steps]
    assert NewVersion not in [type(step) for step in plan.steps]


def test_a_sixth_version_takes_the_place_of_the_oldest_that_was_made_here(tmp_path: Path) -> None:
    scenario = SCENARIOS["managed-new-version"]
    step = plan_of(tmp_path, scenario, Mode.MANAGED).steps[0]
    assert isinstance(step, NewVersion)
    assert step.drop == "v1"


def test_versions_that_others_made_are_not_deleted(tmp_path: Path) -> None:
    state = json.loads(json.dumps(SCENARIOS["managed-new-version"].state))
    versions = state["policies"][OWN]["versions"]
    versions["v6"] = versions.pop("v1")
    found = refused(tmp_path, Scenario(state, (NARROW,)), Mode.MANAGED)
    assert found.standing is Standing.NOT_POSSIBLE
    assert "delete-policy-version" in found.help


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"schema":"secrets-cli/usage/1"}',
        '{"schema":"secrets-cli/narrowings/1","narrowings":[{}]}',
        '{"schema":"secrets-cli/narrowing/1","principal":1,"policies":[],"proof":{"contained":{"verdict":""}}}',
        '{"schema":"secrets-cli/narrowing/1","principal":"a","policies":[{"Version":"2012-10-17"}],'
        '"proof":{"contained":{"verdict":""}}}',
        '{"schema":"secrets-cli/narrowing/1","principal":"a","policies":["x"],"proof":{"contained":{"verdict":""}}}',
        "[" * 100_000,
    ],
)
def test_what_is_no_narrowing_is_malformed(text: str) -> None:
    with pytest.raises(MalformedInput):
        proposed_in(text, "n.json")


def test_two_narrowings_of_one_principal_are_malformed() -> None:
    one = simple().narrowing()
    with pytest.raises(MalformedInput, match="two narrowings"):
        proposed_in(json.dumps({"schema": "secrets-cli/narrowings/1", "narrowings": [one, one]}), "n.json")


def test_what_role_narrow_writes_is_read_back(checkout: Path) -> None:
    """The fields that an apply rests on are in the schema of a narrowing."""
    schema = json.loads((checkout / "docs/schemas/narrowing-1.json").read_text(encoding="utf-8"))
    assert {"present", "requests"} <= schema["properties"].keys()
    jsonschema.validate([policy(allow("s3:*"))], schema["properties"]["present"])
