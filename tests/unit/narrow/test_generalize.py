"""The rule for prefixes: five entries of a folder, from the leaves up, never beyond what is allowed."""

from hypothesis import given
from hypothesis import strategies as st

from secrets_cli.iam.pattern_relation import covers
from secrets_cli.narrow.generalize import MANY, generalize

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
