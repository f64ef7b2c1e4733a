"""The rule for prefixes: five entries of a folder, from the leaves up, never beyond what is allowed."""

from hypothesis import given
from hypothesis import strategies as st

from secrets_cli.iam.pattern_relation import covers
from secrets_cli.narrow.generalize import FEW, MANY, Rule, generalize

BUCKET = "arn:aws:s3:::app"
PARAMETERS = "arn:aws:ssm:eu-west-1:123456789012:parameter"


def patterns(resources: list[str], beyond: str = "*") -> list[str]:
    return [g.resource for g in generalize(resources, lambda pattern: covers(beyond, pattern))]


def test_few_keys_stay_as_they_are() -> None:
    keys = [f"{BUCKET}/in/{n}.csv" for n in range(MANY - 1)]
    assert patterns(keys) == keys


def test_many_keys_become_their_folder() -> None:
    assert patterns([f"{BUCKET}/in/{n}.csv" for n in range(MANY)]) == [f"{BUCKET}/in/*"]


def test_two_folders_stay_two() -> None:
    keys = [f"{BUCKET}/{folder}/{n}" for folder in ("in", "out") for n in range(MANY)]
    assert patterns(keys) == [f"{BUCKET}/in/*", f"{BUCKET}/out/*"]


def test_many_folders_become_the_bucket() -> None:
    keys = [f"{BUCKET}/team{folder}/{n}" for folder in range(MANY) for n in range(MANY)]
    assert patterns(keys) == [f"{BUCKET}/*"]


def test_a_pattern_the_present_policy_does_not_cover_is_not_used() -> None:
    keys = [f"{BUCKET}/in/{n}" for n in range(MANY)]
    assert patterns(keys, beyond=f"{BUCKET}/in/?") == keys


def test_parameters_never_become_all_parameters() -> None:
    names = [f"{PARAMETERS}/secret{n}" for n in range(3 * MANY)]
    assert patterns(names) == sorted(names)


def test_parameters_under_a_path_become_the_path() -> None:
    assert patterns([f"{PARAMETERS}/app/dev/{n}" for n in range(MANY)]) == [f"{PARAMETERS}/app/dev/*"]


def test_tables_are_no_tree() -> None:
    tables = [f"arn:aws:dynamodb:eu-west-1:123456789012:table/t/{n}" for n in range(3 * MANY)]
    assert patterns(tables) == sorted(tables)


def test_folders_of_time_are_left_off() -> None:
    keys = [f"{BUCKET}/in/2026/09/{n}.csv" for n in range(MANY)]
    assert patterns(keys) == [f"{BUCKET}/in/*"]
    assert patterns([f"{BUCKET}/in/dt=2026-09-14/{n}.csv" for n in range(MANY)]) == [f"{BUCKET}/in/*"]


def test_folders_of_time_stay_where_the_present_policy_ends_with_them() -> None:
    keys = [f"{BUCKET}/in/2026/09/{n}.csv" for n in range(MANY)]
    assert patterns(keys, beyond=f"{BUCKET}/in/2026/*") == [f"{BUCKET}/in/2026/09/*"]


def test_a_pattern_takes_in_what_lies_under_it() -> None:
    keys = [*(f"{BUCKET}/in/2026/{n}.csv" for n in range(MANY)), f"{BUCKET}/in/latest.csv"]
    assert patterns(keys) == [f"{BUCKET}/in/*"]


def test_a_folder_and_an_object_of_the_same_name_are_both_kept() -> None:
    keys = [f"{BUCKET}/in", *(f"{BUCKET}/in/{n}" for n in range(MANY))]
    assert patterns(keys) == [f"{BUCKET}/in", f"{BUCKET}/in/*"]


@given(st.lists(st.text(alphabet="ab/", max_size=6), max_size=30))
def test_every_resource_is_covered_and_named_once(keys: list[str]) -> None:
    resources = {f"{BUCKET}/{key}" for key in keys}
    found = generalize(resources, lambda _: True)
    assert sorted(member for g in found for member in g.members) == sorted(resources)
    assert all(covers(g.resource, member) for g in found for member in g.members)


def with_rule(rule: Rule, resources: list[str], late: list[str], beyond: str = "*") -> list[str]:
    return [g.resource for g in generalize(resources, lambda p: covers(beyond, p), rule, frozenset(late))]


def test_none_keeps_every_resource() -> None:
    keys = sorted(f"{BUCKET}/in/{n}" for n in range(3 * MANY))
    assert with_rule(Rule.NONE, keys, keys) == keys


def test_auto_keeps_a_set_that_is_complete() -> None:
    keys = sorted(f"{BUCKET}/settings/{n}" for n in range(3 * MANY))
    assert with_rule(Rule.AUTO, keys, []) == keys


def test_auto_makes_a_growing_folder_a_pattern() -> None:
    keys = [f"{BUCKET}/in/{n}" for n in range(FEW)]
    assert with_rule(Rule.AUTO, keys, keys[:1]) == [f"{BUCKET}/in/*"]
    assert with_rule(Rule.AUTO, keys[1:], keys[1:]) == keys[1:]


def test_auto_takes_more_for_a_whole_bucket() -> None:
    keys = [f"{BUCKET}/{n}" for n in range(MANY)]
    assert with_rule(Rule.AUTO, keys[1:], keys) == keys[1:]
    assert with_rule(Rule.AUTO, keys, keys) == [f"{BUCKET}/*"]


def test_auto_makes_a_growing_family_of_names_a_pattern() -> None:
    tables = [f"arn:aws:dynamodb:eu-west-1:123456789012:table/orders-2026090{n}" for n in range(FEW)]
    assert with_rule(Rule.AUTO, tables, tables[:1]) == ["arn:aws:dynamodb:eu-west-1:123456789012:table/orders-*"]
    assert with_rule(Rule.AUTO, tables, []) == tables
    assert with_rule(Rule.PREFIX, tables, tables) == tables


def test_auto_knows_a_uuid_as_an_id() -> None:
    queues = [f"arn:aws:sqs:eu-west-1:123456789012:job-0000000{n}-1111-4222-8333-444444444444" for n in range(FEW)]
    assert with_rule(Rule.AUTO, queues, queues) == ["arn:aws:sqs:eu-west-1:123456789012:job-*"]


def test_auto_never_makes_all_of_a_type_a_pattern() -> None:
    keys = [f"arn:aws:kms:eu-west-1:123456789012:key/{n:08x}" for n in range(FEW)]
    assert with_rule(Rule.AUTO, keys, keys) == keys
    queues = [f"arn:aws:sqs:eu-west-1:123456789012:{n}" for n in range(FEW)]
    assert with_rule(Rule.AUTO, queues, queues) == queues


def test_auto_keeps_names_that_differ_in_words() -> None:
    tables = [f"arn:aws:dynamodb:eu-west-1:123456789012:table/orders-{word}" for word in ("eu", "us", "asia")]
    assert with_rule(Rule.AUTO, tables, tables) == sorted(tables)


def test_auto_goes_nowhere_beyond_the_present_policy() -> None:
    tables = [f"arn:aws:dynamodb:eu-west-1:123456789012:table/orders-{n}" for n in range(FEW)]
    assert with_rule(Rule.AUTO, tables, tables, beyond="arn:aws:dynamodb:*:*:table/orders-?") == tables
