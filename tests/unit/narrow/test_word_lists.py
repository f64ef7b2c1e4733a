"""Keep-lists and never-lists: how they are read, what they refuse, and what they do to a narrowing."""

import re
from pathlib import Path

import pytest

from secrets_cli.catalog.load import load_catalog
from secrets_cli.errors import ConfigurationError, MalformedInput
from secrets_cli.narrow.narrowing import Narrowing, Origin
from secrets_cli.narrow.word_lists import Word, WordLists, checked, parse_word_list
from tests.unit.narrow.cases import BUCKET, TABLE, allow, deny, grants, narrowed, policy, usage_of, use

PRESIGNED = """
- action: s3:PutObject
  resource: arn:aws:s3:::orders-files/uploads/*
  reason: |
    presigned URLs: the browser
    sends the upload
"""


def word(action: str, resource: str = "*", reason: str = "because") -> Word:
    """An entry at a place."""
    return Word(action, resource, reason, "words.yaml:1:3")


def with_words(*, keep: tuple[Word, ...] = (), never: tuple[Word, ...] = ()) -> Narrowing:
    """The narrowing of a role that reads two folders of a bucket and a table, under a wide policy."""
    uses = [use("s3:GetObject", f"{BUCKET}/{folder}/{n}") for folder in ("public", "private") for n in range(6)]
    present = policy(allow(["s3:*", "dynamodb:*"]))
    return narrowed(usage_of(*uses, use("dynamodb:GetItem", TABLE)), present, words=WordLists(keep, never))


def test_an_entry_has_a_place_and_a_reason() -> None:
    (found,) = parse_word_list(PRESIGNED, "keep.yaml")
    assert found == Word(
        "s3:PutObject",
        "arn:aws:s3:::orders-files/uploads/*",
        "presigned URLs: the browser sends the upload",
        "keep.yaml:2:3",
    )


def test_json_lists_and_an_absent_resource() -> None:
    text = '[{"action": ["s3:GetObject", "s3:PutObject"], "reason": "r"}, {"action": "sqs:*", "resource": ["*"], "reason": "r"}]'
    assert [(w.action, w.resource) for w in parse_word_list(text, "k.json")] == [
        ("s3:GetObject", "*"),
        ("s3:PutObject", "*"),
        ("sqs:*", "*"),
    ]


def test_an_empty_list_says_nothing() -> None:
    assert parse_word_list("[]", "k.yaml") == ()


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("action: s3:GetObject", "k.yaml:1:1: this is no list"),
        ("- s3:GetObject", "k.yaml:1:3: an entry is no object"),
        ("- {action: s3:GetObject}", "k.yaml:1:3: an entry needs a reason"),
        ("- {action: s3:GetObject, reason: '  '}", "an entry needs a reason"),
        ("- {action: s3:GetObject, reason: 7}", "an entry needs a reason"),
        ("- {reason: r}", "an entry needs an action"),
        ("- {action: [], reason: r}", "`action` is neither a text nor a list of texts"),
        ("- {action: {a: b}, reason: r}", "`action` is neither a text nor a list of texts"),
        ("- {action: '*', reason: r}", "k.yaml:1:12: `*` is no action of a service"),
        ("- {action: 's*:GetObject', reason: r}", "`s*:GetObject` is no action of a service"),
        ("- {action: GetObject, reason: r}", "`GetObject` is no action of a service"),
        ("- {action: s3:GetObject, resource: my-bucket, reason: r}", "`my-bucket` is neither an ARN nor `*`"),
        ("- {action: s3:GetObject, resource: [], reason: r}", "`resource` is neither a text nor a list of texts"),
        ("- {action: s3:GetObject, reasons: r}", "k.yaml:1:26: an entry has no `reasons`"),
        ("- [", "k.yaml:1:"),
        ("", "k.yaml:1:1"),
    ],
)
def test_what_is_no_entry_is_refused_with_its_place(text: str, what: str) -> None:
    with pytest.raises(MalformedInput) as caught:
        parse_word_list(text, "k.yaml")
    assert what in caught.value.message
    assert caught.value.help


def test_a_misspelt_member_is_named() -> None:
    with pytest.raises(MalformedInput) as caught:
        parse_word_list("- {action: s3:GetObject, resources: '*', reason: r}", "k.yaml")
    assert caught.value.help == "did you mean `resource`?"


@pytest.mark.parametrize(
    ("action", "help"),
    [("s3:PutObjekt", "`s3:PutObject`"), ("s3:Nothing*", "catalog show"), ("nosuch:Do", "catalog show")],
)
def test_an_unknown_action_is_an_error_with_near_names(action: str, help: str) -> None:
    for lists in (WordLists(keep=(word(action),)), WordLists(never=(word(action),))):
        with pytest.raises(ConfigurationError) as caught:
            checked(lists, load_catalog())
        assert caught.value.message == f"words.yaml:1:3: there is no action `{action}`"
        assert help in caught.value.help


@pytest.mark.parametrize(
    "never", [word("s3:PutObject"), word("s3:Put*", f"{BUCKET}/uploads/*"), word("s3:*", f"{BUCKET}/*")]
)
def test_the_same_grant_in_both_lists_is_an_error(never: Word) -> None:
    lists = WordLists(keep=(word("s3:PutObject", f"{BUCKET}/uploads/*"),), never=(never,))
    with pytest.raises(ConfigurationError, match=r"words\.yaml:1:3: .* is to be kept, and words\.yaml:1:3 says never"):
        checked(lists, load_catalog())


def test_a_kept_grant_stays_with_its_reason() -> None:
    result = with_words(keep=(word("s3:PutObject", f"{BUCKET}/uploads/*", "presigned URLs"),))
    assert ("s3:PutObject", f"{BUCKET}/uploads/*") in grants(result)
    assert {k.action: k.because for k in result.kept}["s3:PutObject"] == "kept: presigned URLs (words.yaml:1:3)"
    statement = next(s for s in result.statements if s.origin is Origin.KEPT)
    assert statement.evidence.notes == ("presigned URLs (words.yaml:1:3)",)
    assert result.proof.holds


def test_a_kept_grant_that_was_used_as_well_says_both() -> None:
    result = with_words(keep=(word("s3:GetObject", f"{BUCKET}/other/*", "imports"),))
    because = {k.action: k.because for k in result.kept}["s3:GetObject"]
    assert because.startswith("used: 36 events")
    assert because.endswith("; kept: imports (words.yaml:1:3)")


def test_a_keep_list_never_widens() -> None:
    present = policy(
        allow("s3:PutObject", f"{BUCKET}/uploads/*", Condition={"Bool": {"aws:SecureTransport": "true"}}),
        allow("s3:GetObject", f"{BUCKET}/*"),
        deny("s3:PutObject", f"{BUCKET}/uploads/locked/*"),
    )
    keep = WordLists(keep=(word("s3:*Object"),))
    result = narrowed(usage_of(use("s3:GetObject", f"{BUCKET}/a")), present, words=keep)
    assert {pair for pair in grants(result) if pair[0] == "s3:PutObject"} == {("s3:PutObject", f"{BUCKET}/uploads/*")}
    put = next(s for p in result.policies for s in p.statements if s.action.values == ("s3:PutObject",))
    assert [term.key for term in put.conditions] == ["aws:SecureTransport"]
    assert "s3:DeleteObject" not in {action for action, _ in grants(result)}
    assert result.proof.holds


def test_of_a_pattern_those_actions_are_kept_that_the_resource_can_have() -> None:
    kept = {pair for pair in grants(with_words(keep=(word("s3:*", f"{BUCKET}/uploads/*"),))) if "uploads" in pair[1]}
    assert {("s3:PutObject", f"{BUCKET}/uploads/*"), ("s3:DeleteObject", f"{BUCKET}/uploads/*")} <= kept
    assert not {action for action, _ in kept} & {
        "s3:ListBucket",
        "s3:PutBucketPolicy",
        "s3:ListAllMyBuckets",
        "s3:CreateAccessGrant",
    }


def test_keeping_what_the_present_policy_does_not_grant_is_said() -> None:
    result = with_words(keep=(word("sqs:SendMessage", reason="later"),))
    assert "sqs:SendMessage" not in {action for action, _ in grants(result)}
    assert any("grant no `sqs:SendMessage` on `*`" in warning for warning in result.warnings)


def test_what_is_never_granted_goes_although_used_and_is_no_failure() -> None:
    result = with_words(never=(word("dynamodb:*", reason="this role is to leave the tables"),))
    assert not any(action.startswith("dynamodb:") for action, _ in grants(result))
    assert [(n.action, n.resource, n.events) for n in result.never if n.events] == [("dynamodb:GetItem", TABLE, 3)]
    assert result.proof.holds
    assert result.proof.requests == result.proof.allowed == 12
    assert [(d.action, d.reason) for d in result.proof.never] == [
        ("dynamodb:GetItem", "never: this role is to leave the tables (words.yaml:1:3)")
    ]
    reasons = {r.action: r.reason for r in result.removed}
    assert reasons["dynamodb:GetItem"].startswith("never: this role is to leave")
    assert reasons["dynamodb:DeleteTable"].startswith("unused")


def test_never_on_a_folder_keeps_the_pattern_of_the_other() -> None:
    result = with_words(never=(word("s3:GetObject", f"{BUCKET}/private/*"),))
    assert {resource for action, resource in grants(result) if action == "s3:GetObject"} == {f"{BUCKET}/public/*"}
    assert sum(n.events for n in result.never) == 18


def test_never_on_one_object_leaves_the_others_exact() -> None:
    result = with_words(never=(word("s3:GetObject", f"{BUCKET}/private/3"),))
    found = {resource for action, resource in grants(result) if action == "s3:GetObject"}
    assert found == {f"{BUCKET}/public/*", *(f"{BUCKET}/private/{n}" for n in (0, 1, 2, 4, 5))}
    assert [n.resource for n in result.never] == [f"{BUCKET}/private/3"]


def test_never_takes_what_was_invisible() -> None:
    present = policy(allow(["sqs:SendMessage", "s3:GetObject"]))
    words = WordLists(never=(word("sqs:*", reason="no queues"),))
    result = narrowed(usage_of(use("s3:GetObject", f"{BUCKET}/a")), present, words=words)
    assert grants(result) == {("s3:GetObject", f"{BUCKET}/a")}
    assert [(n.action, n.events) for n in result.never] == [("sqs:SendMessage", 0)]
    assert [(i.action, i.kept) for i in result.invisible] == [("sqs:SendMessage", False)]
    assert [r.reason for r in result.removed] == ["never: no queues (words.yaml:1:3)"]


def test_never_on_a_part_of_what_stays_is_an_error_and_not_a_guess() -> None:
    present = policy(allow("s3:*"))
    words = WordLists(never=(word("s3:GetObject", f"{BUCKET}/private/*"),))
    with pytest.raises(ConfigurationError) as caught:
        narrowed(usage_of(use("s3:ListAllMyBuckets"), data_event_types=()), present, words=words)
    assert caught.value.message.startswith("words.yaml:1:3: `arn:aws:s3:::orders-files/private/*` is a part of `*`")
    assert "s3:GetObject" in caught.value.message


def test_never_on_a_bucket_says_nothing_of_actions_that_take_none() -> None:
    words = WordLists(never=(word("s3:*", f"{BUCKET}/*"),))
    result = narrowed(usage_of(use("s3:ListAllMyBuckets")), policy(allow("s3:*")), words=words)
    assert grants(result) == {("s3:ListAllMyBuckets", "*")}
    assert result.never == ()


def test_never_takes_out_of_what_is_kept() -> None:
    keep, never = word("s3:*Object", f"{BUCKET}/uploads/*"), word("s3:DeleteObject")
    kept = {action for action, resource in grants(with_words(keep=(keep,), never=(never,))) if "uploads" in resource}
    assert kept == {"s3:GetObject", "s3:PutObject", "s3:RestoreObject", "s3:ReplicateObject"}


def test_a_wildcard_does_not_reach_into_what_is_never_granted() -> None:
    """Written shorter, the actions would match one that AWS has not made yet, and that the word names."""
    uses = [use(f"dynamodb:{name}", TABLE) for name in ("BatchGetItem", "BatchWriteItem")]
    present = policy(allow("dynamodb:*"))
    never = WordLists(never=(word("dynamodb:*Stream"),))
    short = narrowed(usage_of(*uses), present, compact=True)
    exact = narrowed(usage_of(*uses), present, compact=True, words=never)
    assert any("*" in action for action, _ in grants(short))
    assert not any("*" in action for action, _ in grants(exact))


def test_order_of_entries_is_irrelevant() -> None:
    words = (word("dynamodb:*"), word("s3:GetObject", f"{BUCKET}/private/*"))
    assert with_words(never=words).policies == with_words(never=words[::-1]).policies


def test_a_kept_grant_has_a_statement_of_its_own_beside_what_was_used() -> None:
    result = with_words(keep=(word("dynamodb:GetItem", f"{TABLE}-archive"),))
    assert {s.origin for s in result.statements} >= {Origin.USED, Origin.KEPT}


def test_what_is_kept_within_what_is_invisible_does_not_pass_for_the_users_word() -> None:
    present = policy(allow(["sqs:SendMessage", "s3:GetObject"]))
    words = WordLists(keep=(word("sqs:SendMessage", "arn:aws:sqs:eu-west-1:123456789012:jobs"),))
    result = narrowed(usage_of(use("s3:GetObject", f"{BUCKET}/a")), present, words=words)
    assert ("sqs:SendMessage", "*") in grants(result)
    assert {s.origin for s in result.statements} == {Origin.USED, Origin.INVISIBLE}
    dropped = narrowed(
        usage_of(use("s3:GetObject", f"{BUCKET}/a")), present, words=words, drop_invisible=frozenset({"all"})
    )
    assert ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:123456789012:jobs") in grants(dropped)
    assert Origin.KEPT in {s.origin for s in dropped.statements}


def test_the_examples_of_the_page_are_lists_that_are_taken(checkout: Path) -> None:
    page = (checkout / "docs/narrowing.md").read_text(encoding="utf-8")
    keep, never = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    lists = WordLists(parse_word_list(keep, "keep.yaml"), parse_word_list(never, "never.yaml"))
    assert checked(lists, load_catalog()) == lists
    assert [w.action for w in (*lists.keep, *lists.never)] == [
        "s3:PutObject",
        "iam:*",
        "organizations:*",
        "dynamodb:DeleteItem",
    ]
