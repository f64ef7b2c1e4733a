"""Plans for keys, and carrying them out, against a KMS that a test plays."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from secrets_cli.aws.keys import Grant, Key, KeyService, LastUse, NewKey, Rotation, RotationDone
from secrets_cli.aws.parameters import Described
from secrets_cli.catalog.load import load_catalog
from secrets_cli.errors import AccessDenied, AwsFailure, ConfigurationError, NotThere
from secrets_cli.secrets.keys.execute import KEY_WAITS, PRINCIPAL_WAITS, execute
from secrets_cli.secrets.keys.plan import (
    ALIAS_TAG,
    CancelDeletion,
    CreateAlias,
    CreateKey,
    DescribeAs,
    EnableKey,
    KeyPlan,
    PresentKey,
    PutPolicy,
    RotateEvery,
    RotateNoMore,
    RotateNow,
    ScheduleDeletion,
    TagKey,
    WantedKey,
    plan_create,
)
from secrets_cli.secrets.keys.policy import AccountAccess, KeyAccess, Via, key_policy
from secrets_cli.secrets.keys.state_plan import (
    UseElsewhere,
    checked_pending,
    checked_rotation,
    plan_cancel_delete,
    plan_delete,
    plan_rotate_now,
    plan_rotation,
)
from secrets_cli.secrets.keys.use_plan import plan_grant_use, plan_revoke_use, revocable
from tests.unit.secrets.keys.key_cases import (
    ACCOUNT,
    KEY_ID,
    OTHER,
    REGION,
    ROOT,
    access,
    document,
    key,
    present,
    role,
    statement,
)

CATALOG = load_catalog()
ADMIN = f"arn:aws:sts::{ACCOUNT}:assumed-role/admins/me"
APP = f"arn:aws:iam::{ACCOUNT}:role/app"


def wanted(asked: KeyAccess | None = None, **changed: Any) -> WantedKey:
    """What `key create app` asks for."""
    return replace(WantedKey("alias/app", asked or access()), **changed)


def ours(asked: KeyAccess | None = None, **changed: Any) -> PresentKey:
    """A key with the policy we make."""
    from secrets_cli.iam.render import policy_document

    statements = policy_document(key_policy(asked or access()))["Statement"]
    return present(document(*cast(list[dict[str, Any]], statements)), **changed)


# --- create ---


def test_a_new_key_has_its_policy_and_the_tag_it_is_found_by_from_the_first_moment() -> None:
    plan = plan_create(wanted(tags=(("team", "a"),)), None, ADMIN, CATALOG)
    make, name, rotate = plan.steps
    assert isinstance(make, CreateKey)
    assert make.policy == key_policy(access())
    assert make.tags == (("team", "a"), (ALIAS_TAG, "alias/app"))
    assert (name, rotate) == (CreateAlias("alias/app"), RotateEvery(365))
    assert plan.proof is not None
    assert plan.proof.holds
    assert plan.warnings == ()
    assert plan_create(wanted(rotation_days=None), None, ADMIN, CATALOG).steps[-1] == CreateAlias("alias/app")


def test_the_same_again_is_nothing_to_do() -> None:
    plan = plan_create(wanted(), ours(), ADMIN, CATALOG)
    assert plan.steps == ()
    assert not plan.difference


def test_what_differs_is_changed_and_nothing_else() -> None:
    more = access(users=("app", "batch"))
    plan = plan_create(wanted(more, rotation_days=90, description="new", tags=(("team", "a"),)), ours(), ADMIN, CATALOG)
    assert plan.steps == (
        PutPolicy(key_policy(more)),
        DescribeAs("new"),
        TagKey((("team", "a"),)),
        RotateEvery(90),
    )
    assert plan.difference is not None
    assert {one.principal.rpartition("/")[2] for one in plan.difference.added} == {"batch"}
    assert plan.difference.removed == ()


def test_the_rotation_of_a_key_there_is_stays_where_it_was_not_asked_for() -> None:
    rotating = replace(ours(), rotation=Rotation(True, 90))
    assert plan_create(wanted(keep_rotation=True), rotating, ADMIN, CATALOG).steps == ()
    assert plan_create(wanted(), rotating, ADMIN, CATALOG).steps == (RotateEvery(365),)
    assert plan_create(wanted(rotation_days=None), rotating, ADMIN, CATALOG).steps == (RotateNoMore(),)


def test_a_key_that_never_got_its_alias_is_finished() -> None:
    left = replace(ours(aliases=()), rotation=Rotation(False))
    plan = plan_create(wanted(keep_rotation=True), left, ADMIN, CATALOG)
    assert plan.steps == (CreateAlias("alias/app"), RotateEvery(365))


def test_a_statement_without_effect_is_written_out_of_the_policy() -> None:
    has = ours()
    read = replace(has.document, ineffective=document({"Effect": "Deny", "Principal": "*", "Action": "*"}).ineffective)
    assert plan_create(wanted(), replace(has, document=read), ADMIN, CATALOG).steps == (
        PutPolicy(key_policy(access())),
    )


@pytest.mark.parametrize("account", [AccountAccess.RECOVERY, AccountAccess.NONE])
def test_a_caller_who_would_be_locked_out_is_told_how_not_to_be(account: AccountAccess) -> None:
    caller = f"arn:aws:sts::{ACCOUNT}:assumed-role/me/session"
    with pytest.raises(ConfigurationError, match="lock you out") as raised:
        plan_create(wanted(access(account=account)), None, caller, CATALOG)
    assert f"--admin arn:aws:iam::{ACCOUNT}:role/me" in raised.value.help
    with pytest.raises(ConfigurationError, match="lock you out") as raised:
        plan_create(wanted(access(account=AccountAccess.NONE)), None, ROOT, CATALOG)
    assert "--account recovery" in raised.value.help


def test_where_iam_decides_the_caller_is_told_so() -> None:
    plan = plan_create(wanted(access(account=AccountAccess.IAM)), None, f"arn:aws:iam::{ACCOUNT}:user/me", CATALOG)
    assert "only if your own IAM policies allow you kms:PutKeyPolicy" in plan.warnings[0]


def test_what_a_reader_of_the_plan_should_know_of_the_principals() -> None:
    asked = replace(access(admins=("admins", "app")), users=(role("app"), role("far", OTHER)))
    first, second = plan_create(wanted(asked), None, ADMIN, CATALOG).warnings
    assert first == f"ADMINISTRATOR AND USER AT ONCE, so nothing is separated: {APP}"
    assert second == f"`arn:aws:iam::{OTHER}:role/far` is of another account ({OTHER})"


def test_keys_that_are_not_for_parameters_are_refused() -> None:
    refused: tuple[tuple[dict[str, Any], str], ...] = (
        ({"manager": "AWS"}, "AWS manages"),
        ({"spec": "RSA_2048"}, "RSA_2048"),
        ({"state": "PendingDeletion"}, "pending deletion"),
    )
    for changed, word in refused:
        with pytest.raises(ConfigurationError, match=word):
            plan_create(wanted(), ours(**changed), ADMIN, CATALOG)


def test_a_policy_too_large_for_kms_is_refused() -> None:
    many = access(users=tuple(f"app-{number:060}" for number in range(300)))
    with pytest.raises(ConfigurationError, match="32,768 is the limit"):
        plan_create(wanted(many), None, ADMIN, CATALOG)


# --- use ---


def _use(users: tuple[str, ...] = (), writers: tuple[str, ...] = (), via: Via = Via.SSM) -> KeyAccess:
    asked = access(admins=(), users=users, writers=writers, via=via)
    assert asked.region == REGION
    return asked


def test_a_user_joins_the_statement_that_says_the_same() -> None:
    plan = plan_grant_use("alias/app", ours(), _use(("batch",)), ADMIN, CATALOG)
    (put,) = plan.steps
    assert isinstance(put, PutPolicy)
    assert put.policy == key_policy(access(users=("app", "batch")))
    assert plan.proof is not None
    assert plan.proof.holds


def test_a_grant_of_another_kind_is_a_statement_of_its_own() -> None:
    plan = plan_grant_use("alias/app", ours(), _use((), ("ci",)), ADMIN, CATALOG)
    assert plan.policy is not None
    assert [one.sid for one in plan.policy.statements[-2:]] == ["UsersSeeTheKey", "WritersThroughParameterStore"]


def test_the_new_statement_s_name_is_free() -> None:
    there = present(
        document(
            statement({"AWS": ROOT}, "kms:*"),
            statement({"AWS": APP}, "kms:Sign", Sid="UsersThroughParameterStore"),
        )
    )
    plan = plan_grant_use("alias/app", there, _use(("app",)), ROOT, CATALOG)
    assert plan.policy is not None
    assert [one.sid for one in plan.policy.statements][2:] == ["UsersThroughParameterStore2", "UsersSeeTheKey"]


def test_granting_what_is_granted_is_nothing_to_do() -> None:
    plan = plan_grant_use("alias/app", ours(), _use(("app",)), ADMIN, CATALOG)
    assert plan.steps == ()


def test_a_grant_that_a_deny_defeats_is_refused() -> None:
    denied = present(
        document(statement({"AWS": ROOT}, "kms:*"), statement("*", "kms:Decrypt", Effect="Deny", Sid="Never"))
    )
    with pytest.raises(ConfigurationError, match=r"no effect.*statement Never"):
        plan_grant_use("alias/app", denied, _use(("app",)), ROOT, CATALOG)


def test_who_may_more_already_is_named() -> None:
    wide = present(document(statement({"AWS": ROOT}, "kms:*"), statement({"AWS": APP}, "kms:Decrypt", Sid="Old")))
    plan = plan_grant_use("alias/app", wide, _use(("app",)), ROOT, CATALOG)
    assert any("could do more already" in one and "Old" in one for one in plan.warnings)


def test_use_is_taken_away_and_administration_stays() -> None:
    both = access(admins=("admins", "app"), users=("app", "batch"))
    plan = plan_revoke_use("alias/app", ours(both), [APP], (), ADMIN, CATALOG)
    assert plan.policy == key_policy(access(admins=("admins", "app"), users=("batch",)))
    assert plan.warnings == ()


def test_a_statement_that_names_nobody_any_more_goes() -> None:
    plan = plan_revoke_use("alias/app", ours(), [APP], (), ADMIN, CATALOG)
    assert plan.policy is not None
    assert [one.sid for one in plan.policy.statements] == ["RootUserRecoversTheKey", "AdministratorsManageTheKey"]
    again = plan_revoke_use("alias/app", ours(access(users=())), [APP], (), ADMIN, CATALOG)
    assert again.steps == ()


def test_the_console_s_user_statements_are_both_taken() -> None:
    console = present(
        document(
            statement({"AWS": ROOT}, "kms:*"),
            statement({"AWS": [APP]}, ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"]),
            statement(
                {"AWS": [APP]},
                ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"],
                Condition={"Bool": {"kms:GrantIsForAWSResource": "true"}},
            ),
        )
    )
    plan = plan_revoke_use("alias/app", console, [APP], (), ROOT, CATALOG)
    assert plan.policy is not None
    assert len(plan.policy.statements) == 1
    assert "leaves it to IAM" in plan.warnings[0]


def test_use_and_administration_in_one_are_parted_only_on_request() -> None:
    mixed = present(document(statement({"AWS": ROOT}, "kms:*"), statement({"AWS": APP}, "kms:*", Sid="All")))
    with pytest.raises(ConfigurationError, match="All gives") as raised:
        plan_revoke_use("alias/app", mixed, [APP], (), ROOT, CATALOG)
    assert "--everything" in raised.value.help
    plan = plan_revoke_use("alias/app", mixed, [APP], (), ROOT, CATALOG, everything=True)
    assert plan.policy is not None
    assert len(plan.policy.statements) == 1


def test_what_outlasts_a_revocation_is_said() -> None:
    open_to_all = present(document(statement({"AWS": ROOT}, "kms:*"), statement("*", "kms:Decrypt", Sid="Open")))
    grant = Grant("g-1", "", APP, ("Decrypt",), False)
    plan = plan_revoke_use("alias/app", open_to_all, [APP], [grant], ROOT, CATALOG)
    still, granted = plan.warnings
    assert still == f"{APP} may still kms:Decrypt (direct) by Open"
    assert "revoke-grant --key-id" not in granted
    assert "--grant-id g-1" in granted
    unread = plan_revoke_use("alias/app", ours(), [APP], None, ADMIN, CATALOG)
    assert "grants could not be read" in unread.warnings[0]


def test_nobody_locks_himself_out_and_no_policy_is_emptied() -> None:
    only = present(document(statement({"AWS": APP}, "kms:*")))
    with pytest.raises(ConfigurationError, match="without any statement"):
        plan_revoke_use("alias/app", only, [APP], (), ADMIN, CATALOG, everything=True)
    own = present(
        document(statement({"AWS": f"arn:aws:iam::{ACCOUNT}:role/admins"}, "kms:*"), statement({"AWS": APP}, "kms:*"))
    )
    with pytest.raises(ConfigurationError, match="lock you out"):
        plan_revoke_use("alias/app", own, [f"arn:aws:iam::{ACCOUNT}:role/admins"], (), ADMIN, CATALOG, everything=True)


def test_a_deleted_principal_is_taken_out_wherever_it_stands() -> None:
    gone = revocable("AROAEXAMPLEEXAMPLE12")
    there = present(document(statement({"AWS": ROOT}, "kms:*"), statement({"AWS": gone}, "kms:*")))
    assert len(plan_revoke_use("alias/app", there, [gone], (), ROOT, CATALOG).steps) == 1
    with pytest.raises(ConfigurationError):
        revocable("app")


# --- rotation and deletion ---


def test_rotation_steps() -> None:
    assert plan_rotation("k", key(), Rotation(False), 365).steps == (RotateEvery(365),)
    assert plan_rotation("k", key(), Rotation(True, 365), 365).steps == ()
    assert plan_rotation("k", key(), Rotation(True, None), 365).steps == (RotateEvery(365),)
    assert plan_rotation("k", key(), Rotation(True, 365), None).steps == (RotateNoMore(),)
    assert plan_rotation("k", key(), Rotation(False), None).steps == ()
    with pytest.raises(ConfigurationError, match="origin EXTERNAL"):
        plan_rotation("k", key(origin="EXTERNAL"), None, 365)
    with pytest.raises(ConfigurationError, match="Disabled"):
        plan_rotation("k", key(state="Disabled"), Rotation(False), 365)


def _done(number: int) -> list[RotationDone]:
    return [RotationDone(datetime(2026, 1, 1, tzinfo=UTC), kind) for kind in ["ON_DEMAND"] * number + ["AUTOMATIC"]]


def test_rotations_on_demand_are_counted() -> None:
    plan = plan_rotate_now("k", key(), Rotation(False), _done(23))
    assert plan.steps == (RotateNow(),)
    assert plan.warnings[0].startswith("1 of 25 on-demand rotations")
    assert "could not be read" in plan_rotate_now("k", key(), Rotation(False), None).warnings[0]
    with pytest.raises(ConfigurationError, match="25 times"):
        plan_rotate_now("k", key(), Rotation(False), _done(25))


@pytest.mark.parametrize(("check", "low", "high"), [(checked_rotation, 90, 2560), (checked_pending, 7, 30)])
def test_days_are_checked(check: Callable[[int], int], low: int, high: int) -> None:
    assert (check(low), check(high)) == (low, high)
    for days in (low - 1, high + 1, 0, -1):
        with pytest.raises(ConfigurationError):
            check(days)


def _parameter(name: str) -> Described:
    return Described(name, "", "SecureString", 1, datetime(2026, 1, 1, tzinfo=UTC), "", KEY_ID, "", "", "", (), "text")


def test_a_key_is_not_deleted_under_parameters() -> None:
    unknown = UseElsewhere(None, None)
    with pytest.raises(ConfigurationError, match="2 parameters are encrypted under `k`"):
        plan_delete("k", key(), (), [_parameter("/a"), _parameter("/b")], unknown, 7)
    with pytest.raises(ConfigurationError, match="1 parameter is"):
        plan_delete("k", key(), (), [_parameter("/a")], unknown, 7)
    with pytest.raises(ConfigurationError, match="AWS manages"):
        plan_delete("k", key(manager="AWS"), (), [], unknown, 7)


def test_what_is_known_of_other_use_is_said_before_a_deletion() -> None:
    used = LastUse("Decrypt", datetime(2026, 5, 1, tzinfo=UTC), None)
    held = Grant("g", "", "ec2.amazonaws.com", ("Decrypt",), True)
    plan = plan_delete("k", key(), ("alias/k",), [], UseElsewhere(used, (held,)), 7)
    assert plan.steps == (ScheduleDeletion(7),)
    assert "last on 2026-05-01 00:00 UTC, for Decrypt" in plan.warnings[0]
    assert "ec2.amazonaws.com holds a grant" in plan.warnings[1]
    assert "not searched" in plan.warnings[2]
    assert plan.warnings[3] == "alias/k goes with the key"
    pending = key(state="PendingDeletion", deletion=datetime(2026, 12, 1, tzinfo=UTC))
    again = plan_delete("k", pending, (), [_parameter("/a")], UseElsewhere(None, None), 7)
    assert (again.steps, again.warnings) == ((), ("it is pending deletion already on 2026-12-01",))


def test_a_deletion_is_cancelled_and_the_key_made_usable() -> None:
    pending = key(state="PendingDeletion")
    assert plan_cancel_delete("k", pending, enable=True).steps == (CancelDeletion(), EnableKey())
    assert plan_cancel_delete("k", pending, enable=False).steps == (CancelDeletion(),)
    assert plan_cancel_delete("k", key(state="Disabled"), enable=True).steps == (EnableKey(),)
    assert plan_cancel_delete("k", key(state="Disabled"), enable=False).steps == ()
    assert plan_cancel_delete("k", key(), enable=True).steps == ()


# --- carrying out ---


class PlayedKms:
    """KMS as far as a plan calls it: each call is noted, and fails as often as `failing` says."""

    def __init__(self, **failing: list[AwsFailure]) -> None:
        self.calls: list[str] = []
        self.failing = failing

    def _call(self, name: str) -> None:
        self.calls.append(name)
        if self.failing.get(name):
            raise self.failing[name].pop(0)

    def create(self, new: NewKey) -> Key:
        """Make the key."""
        self._call("create")
        assert new.policy.startswith("{")
        return key()

    def create_alias(self, alias: str, key_id: str) -> None:
        """Name it."""
        assert key_id == KEY_ID
        self._call("create_alias")

    def rotate_every(self, key_id: str, days: int) -> None:
        """Rotate it."""
        self._call("rotate_every")

    def put_policy(self, key_id: str, policy: str) -> None:
        """Replace its policy."""
        self._call("put_policy")


def _carry(kms: PlayedKms, plan: KeyPlan | None = None) -> tuple[list[str], list[float]]:
    said: list[str] = []
    slept: list[float] = []
    execute(plan or plan_create(wanted(), None, ADMIN, CATALOG), cast(KeyService, kms), said.append, slept.append)
    return said, slept


def _malformed(text: str = "Policy contains a statement with one or more invalid principals") -> AwsFailure:
    return AwsFailure(f"`kms:CreateKey` failed: {text}", "", "MalformedPolicyDocumentException")


def test_every_step_is_carried_out_and_said() -> None:
    kms = PlayedKms()
    said, slept = _carry(kms)
    assert kms.calls == ["create", "create_alias", "rotate_every"]
    assert said[0].startswith(f"done: make the key {KEY_ID}")
    assert said[1:] == ["done: name it alias/app", "done: rotate it every 365 days"]
    assert slept == []


def test_a_principal_that_is_not_visible_yet_is_waited_for() -> None:
    kms = PlayedKms(create=[_malformed(), _malformed()])
    said, slept = _carry(kms)
    assert slept == [2.0, 4.0]
    assert kms.calls == ["create", "create", "create", "create_alias", "rotate_every"]
    assert "does not see a principal of the policy yet; trying again in 2 s" in said[0]


def test_a_principal_that_never_shows_up_is_an_error_that_says_what_to_check() -> None:
    kms = PlayedKms(create=[_malformed()] * 9)
    slept: list[float] = []
    with pytest.raises(AwsFailure) as raised:
        execute(plan_create(wanted(), None, ADMIN, CATALOG), cast(KeyService, kms), lambda _: None, slept.append)
    assert tuple(slept) == PRINCIPAL_WAITS
    assert "every principal named exists" in raised.value.help
    assert raised.value.code == "MalformedPolicyDocumentException"


def test_a_lock_out_is_not_waited_for() -> None:
    locked = _malformed("The new key policy will not allow you to update the key policy in the future")
    kms = PlayedKms(create=[locked])
    with pytest.raises(AwsFailure):
        _carry(kms)
    assert kms.calls == ["create"]


def test_a_key_that_kms_does_not_find_yet_is_waited_for() -> None:
    kms = PlayedKms(create_alias=[NotThere("no key", "", "NotFoundException")])
    _, slept = _carry(kms)
    assert slept == [KEY_WAITS[0]]
    present_plan = plan_create(wanted(access(users=("x",))), ours(), ADMIN, CATALOG)
    gone = PlayedKms(put_policy=[NotThere("no key", "", "NotFoundException")])
    with pytest.raises(NotThere):
        _carry(gone, present_plan)
    assert gone.calls == ["put_policy"]


def test_what_is_there_and_how_to_go_on_is_said_where_a_step_fails() -> None:
    kms = PlayedKms(create_alias=[AccessDenied("AWS denied it", "allow it", "AccessDeniedException")])
    with pytest.raises(AccessDenied) as raised:
        _carry(kms)
    message = raised.value.message
    assert message.startswith("AWS denied it; this failed at: name it alias/app; done before: make the key ")
    assert KEY_ID in message
    assert raised.value.help == "the same command again goes on from there; allow it"


def test_the_first_step_s_failure_is_told_as_it_is() -> None:
    kms = PlayedKms(create=[AccessDenied("AWS denied it", "allow it", "AccessDeniedException")])
    with pytest.raises(AccessDenied) as raised:
        _carry(kms)
    assert (raised.value.message, raised.value.help) == ("AWS denied it", "allow it")
