"""Which sessions are a function's, what belongs to none, and how the parts compare with the whole."""

import pytest

from secrets_cli.catalog.load import load_catalog
from secrets_cli.errors import ConfigurationError
from secrets_cli.iam.contain import Contained, Difference, NotContained, Undecided
from secrets_cli.iam.model import ConditionTerm, Operator
from secrets_cli.iam.request import Request
from secrets_cli.narrow.configuration import Configuration, ImpliedGrant
from secrets_cli.narrow.narrow import Ask, narrow
from secrets_cli.narrow.narrowing import Narrowing
from secrets_cli.narrow.split_by_function import (
    Split,
    Union,
    UnionVerdict,
    could_be_function,
    split_by_function,
)
from secrets_cli.usage.usage import Outcome, Use
from tests.unit.narrow.cases import BUCKET, ROLE, TABLE, allow, deny, grants, policy, usage_of, use

KEY = "arn:aws:kms:eu-west-1:123456789012:key/0b1c2d3e-0000-4000-8000-000000000000"
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:jobs"


def read(session: str, key: str = "a") -> Use:
    return use("s3:GetObject", f"{BUCKET}/{key}", session=session)


def of(function: str, *implied: tuple[str, str], name: str = "") -> Configuration:
    grants_ = tuple(ImpliedGrant(action, resource, "configured") for action, resource in implied)
    return Configuration(name or f"{function}.json", grants_, function, ROLE if function else "")


def split_of(*uses: Use, present: object = None, configurations: tuple[Configuration, ...] = ()) -> Split:
    """The split of ROLE's usage under `present` (S3, one action of DynamoDB and KMS where it is None)."""
    policies = (policy(present or allow(["s3:*", "dynamodb:GetItem", "kms:*"])),)
    ask = Ask(ROLE, policies, usage_of(*uses), configurations)
    whole = narrow(ask, load_catalog())
    assert isinstance(whole, Narrowing)
    return split_by_function(ask, whole, load_catalog())


@pytest.mark.parametrize("name", ["orders", "orders-dev_2", "A", "x" * 64, "github-actions"])
def test_a_session_of_such_a_name_could_be_a_function_s(name: str) -> None:
    assert could_be_function(name)


@pytest.mark.parametrize(
    "name",
    [
        "ann@example.com",
        "i-0abc12de34f56789a",
        "botocore-session-1700000000",
        "AWSCLI-Session",
        "AssumeRoleSession1",
        "1700000000000000000",
        "0123456789abcdef0123456789abcdef",
        "0b1c2d3e-0000-4000-8000-000000000000",
        "a.b",
        "x" * 65,
        "",
    ],
)
def test_a_session_of_such_a_name_is_a_person_s_or_a_tool_s(name: str) -> None:
    assert not could_be_function(name)


def test_configurations_say_which_sessions_are_functions() -> None:
    found = split_of(read("orders"), read("thumbs", "b"), configurations=(of("orders"),))
    assert [(p.name, p.sessions) for p in found.parts] == [("orders", ("orders",)), ("other-sessions", ("thumbs",))]
    assert not any("no function's configuration" in note for note in found.notes)


def test_without_configurations_names_decide_and_it_is_said() -> None:
    found = split_of(read("orders"), read("thumbs", "b"), read("ann@example.com", "c"))
    assert [p.name for p in found.parts] == ["orders", "thumbs", "other-sessions"]
    assert any("no function's configuration" in note for note in found.notes)


def test_the_configuration_of_another_role_s_function_is_none_of_this_one() -> None:
    other = Configuration("x.json", (), "thumbs", f"{ROLE}-of-another")
    found = split_of(read("orders"), read("thumbs", "b"), configurations=(of("orders"), other))
    assert [p.name for p in found.parts] == ["orders", "other-sessions"]


def test_a_function_that_was_not_seen_keeps_what_its_configuration_implies() -> None:
    group = "arn:aws:s3:::dead-letters/*"
    found = split_of(read("orders"), configurations=(of("orders"), of("idle", ("s3:PutObject", group))))
    idle = found.parts[0]
    assert (idle.name, idle.sessions) == ("idle", ())
    assert grants(idle.narrowing) == {("s3:PutObject", group)}
    assert found.union.verdict is UnionVerdict.EQUAL
    assert any("no session of idle" in note for note in found.notes)


def test_a_document_of_no_single_function_stays_in_each_and_is_said() -> None:
    mapping = Configuration("mappings.json", (ImpliedGrant("s3:PutObject", f"{BUCKET}/out", "a destination"),))
    found = split_of(read("orders"), read("thumbs", "b"), configurations=(of("orders"), of("thumbs"), mapping))
    assert all(("s3:PutObject", f"{BUCKET}/out") in grants(p.narrowing) for p in found.parts)
    assert any("`mappings.json` is of no single function" in note for note in found.notes)


def test_a_session_whose_calls_were_all_denied_gets_nothing_and_takes_nothing_from_the_others() -> None:
    refused = use("s3:DeleteBucket", BUCKET, outcome=Outcome.DENIED, session="thumbs")
    found = split_of(read("orders"), refused)
    thumbs = found.parts[1]
    assert grants(thumbs.narrowing) == set()
    assert [d.action for d in thumbs.narrowing.denied_events] == ["s3:DeleteBucket"]
    assert found.union.verdict is UnionVerdict.EQUAL


def test_a_function_called_other_sessions_keeps_its_name() -> None:
    found = split_of(read("other-sessions"), read("ann@example.com", "b"))
    assert [(p.name, p.is_function) for p in found.parts] == [("other-sessions", True), ("other-sessions-2", False)]


def test_a_folder_is_one_by_all_sessions_and_granted_to_those_that_used_it() -> None:
    uses = [read("orders" if n < 3 else "thumbs", f"in/{n}") for n in range(6)]
    found = split_of(*uses, use("dynamodb:GetItem", TABLE, session="idle"))
    assert [grants(p.narrowing) for p in found.parts] == [
        {("dynamodb:GetItem", TABLE)},
        {("s3:GetObject", f"{BUCKET}/in/*")},
        {("s3:GetObject", f"{BUCKET}/in/*")},
    ]
    notes = [note for p in found.parts for s in p.narrowing.statements for note in s.evidence.notes]
    assert any("3 resources seen under it, and 3 seen in the role's other sessions" in note for note in notes)


def test_an_action_seen_in_one_session_is_visible_in_all() -> None:
    present = allow(["s3:*", "sqs:SendMessage"])
    found = split_of(read("orders"), use("sqs:SendMessage", QUEUE, session="thumbs"), present=present)
    assert ("sqs:SendMessage", QUEUE) not in grants(found.parts[0].narrowing)
    assert found.union.verdict is UnionVerdict.EQUAL


def decrypt(session: str, name: str) -> Use:
    arn = f"arn:aws:ssm:eu-west-1:123456789012:parameter/app/{name}"
    term = ConditionTerm(Operator("StringEquals"), "kms:EncryptionContext:PARAMETER_ARN", (arn,))
    return use("kms:Decrypt", KEY, condition=(term,), session=session)


def test_conditions_that_only_all_sessions_together_make_a_path_leave_the_split_narrower_with_a_witness() -> None:
    found = split_of(*(decrypt("orders" if n < 3 else "thumbs", f"p{n}") for n in range(6)))
    assert found.union.verdict is UnionVerdict.NARROWER
    assert isinstance(found.union.no_less, NotContained)
    assert found.union.no_less.witness.action == "kms:Decrypt"


def test_a_deny_stands_in_every_part() -> None:
    ask = Ask(ROLE, (policy(allow("s3:*"), deny("s3:*", f"{BUCKET}/x")),), usage_of(read("orders"), read("thumbs")))
    whole = narrow(ask, load_catalog())
    assert isinstance(whole, Narrowing)
    found = split_by_function(ask, whole, load_catalog())
    assert all(
        any(s.effect.value == "Deny" for p in one.narrowing.policies for s in p.statements) for one in found.parts
    )
    assert found.union.verdict is UnionVerdict.EQUAL


def test_a_user_has_no_sessions() -> None:
    user = "arn:aws:iam::123456789012:user/ann"
    ask = Ask(user, (policy(allow("s3:*")),), usage_of(use("s3:GetObject", f"{BUCKET}/a", principal=user)))
    whole = narrow(ask, load_catalog())
    assert isinstance(whole, Narrowing)
    with pytest.raises(ConfigurationError, match="only a role has sessions"):
        split_by_function(ask, whole, load_catalog())


WITNESS = NotContained(Request("p", "s3:GetObject", "arn:aws:s3:::b/k", {}), Difference.WIDENING)
UNKNOWN = NotContained(WITNESS.witness, Difference.ONLY_WHERE_NO_REQUEST_IS_KNOWN)


@pytest.mark.parametrize(
    ("union", "verdict", "is_unknown"),
    [
        (Union(Contained(), Contained()), UnionVerdict.EQUAL, False),
        (Union(Contained(), WITNESS), UnionVerdict.NARROWER, False),
        (Union(WITNESS, Contained()), UnionVerdict.WIDER, False),
        (Union(WITNESS, WITNESS), UnionVerdict.DIFFERENT, False),
        (Union(Undecided("x"), Contained()), UnionVerdict.UNDECIDED, False),
        (Union(Contained(), UNKNOWN), UnionVerdict.NARROWER, True),
        (Union(WITNESS, UNKNOWN), UnionVerdict.DIFFERENT, False),
    ],
)
def test_the_comparison_in_one_word(union: Union, verdict: UnionVerdict, is_unknown: bool) -> None:
    assert (union.verdict, union.only_where_no_request_is_known) == (verdict, is_unknown)
