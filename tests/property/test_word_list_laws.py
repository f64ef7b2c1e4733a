"""Laws of keep-lists and never-lists, checked request by request through the evaluator."""

from hypothesis import given, settings
from hypothesis import strategies as st

from secrets_cli.errors import ConfigurationError
from secrets_cli.iam.contain import Contained
from secrets_cli.iam.model import Policy
from secrets_cli.iam.pattern import matches
from secrets_cli.narrow.narrowing import Narrowing
from secrets_cli.narrow.word_lists import Word, WordLists
from secrets_cli.usage.usage import Use
from tests.property.test_narrow_laws import CATALOG, PRESENT, RESOURCES, USES, allows
from tests.unit.narrow.cases import narrowed, usage_of

OBJECTS, BUCKET, QUEUE, TABLE = RESOURCES[:12], RESOURCES[12], RESOURCES[13], RESOURCES[14]
REAL_REQUESTS = [
    *((action, resource) for action in ("s3:GetObject", "s3:PutObject") for resource in OBJECTS),
    ("s3:ListBucket", BUCKET),
    ("sqs:SendMessage", QUEUE),
    ("dynamodb:GetItem", TABLE),
]
"""Those that AWS can make: the action takes the resource."""
WORD = st.builds(
    Word,
    st.sampled_from(["s3:GetObject", "s3:*Object", "s3:ListBucket", "s3:*", "sqs:*", "dynamodb:GetItem"]),
    st.sampled_from(["*", BUCKET, "arn:aws:s3:::b/*", "arn:aws:s3:::b/x/*", OBJECTS[0], QUEUE, "arn:aws:sqs:*:*:*"]),
    st.just("because"),
    st.just("words.yaml:1:1"),
)
WORDS = st.lists(WORD, min_size=1, max_size=3).map(tuple)


def says(word: Word, action: str, resource: str) -> bool:
    """Whether a word names a request."""
    return matches(word.action, action, ignore_case=True) and matches(word.resource, resource)


def attempt(uses: list[Use], present: Policy, words: WordLists) -> Narrowing | None:
    """The narrowing; None where a word names a part of what stays, or stands in both lists."""
    try:
        return narrowed(usage_of(*uses), present, catalog=CATALOG, words=words)
    except ConfigurationError:
        return None


@settings(deadline=None, max_examples=80)
@given(PRESENT, USES, WORDS)
def test_what_is_never_granted_is_not_and_the_rest_is_as_without(
    present: Policy, uses: list[Use], never: tuple[Word, ...]
) -> None:
    result = attempt(uses, present, WordLists(never=never))
    if result is None:
        return
    assert isinstance(result.proof.contained, Contained)
    seen = {(one.action, one.resource) for one in uses}
    for action, resource in REAL_REQUESTS:
        if any(says(word, action, resource) for word in never):
            assert not allows(result.policies, action, resource)
        elif (action, resource) in seen and allows((present,), action, resource):
            assert allows(result.policies, action, resource)


@settings(deadline=None, max_examples=80)
@given(PRESENT, USES, WORDS)
def test_what_is_kept_is_granted_just_where_the_present_policy_grants_it(
    present: Policy, uses: list[Use], keep: tuple[Word, ...]
) -> None:
    result = narrowed(usage_of(*uses), present, catalog=CATALOG, words=WordLists(keep=keep))
    assert isinstance(result.proof.contained, Contained)
    for action, resource in REAL_REQUESTS:
        if any(says(word, action, resource) for word in keep):
            assert allows(result.policies, action, resource) == allows((present,), action, resource)
