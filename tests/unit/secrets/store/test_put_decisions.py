"""What is decided before a secret is sent: tier, policies, key, pattern, name and tags."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from secrets_cli.errors import ConfigurationError
from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets.keys.choice import chosen_key
from secrets_cli.secrets.parameter_name import Place, checked_length
from secrets_cli.secrets.store.acceptable_value import checked_value
from secrets_cli.secrets.store.parameter_policies import PolicyWishes, expiry_of, parameter_policies
from secrets_cli.secrets.store.put_wishes import PutWishes, prepared, put_plan
from secrets_cli.secrets.store.tier import Tier, chosen_tier, length_class

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
MARKER = "hunter2-MARKER"


@pytest.mark.parametrize(
    ("size", "asked", "has_policies", "tier"),
    [
        (1, None, False, Tier.STANDARD),
        (4_096, None, False, Tier.STANDARD),
        (4_097, None, False, Tier.ADVANCED),
        (8_192, None, False, Tier.ADVANCED),
        (1, None, True, Tier.ADVANCED),
        (1, Tier.ADVANCED, False, Tier.ADVANCED),
        (8_192, Tier.INTELLIGENT, True, Tier.INTELLIGENT),
    ],
)
def test_the_tier_is_what_the_value_needs(size: int, asked: Tier | None, has_policies: bool, tier: Tier) -> None:
    chosen = chosen_tier(size, asked, has_policies=has_policies)
    assert chosen.tier is tier
    assert ("$0.05 a month" in chosen.note) is (tier is not Tier.STANDARD)


@pytest.mark.parametrize(
    ("size", "asked", "has_policies", "said"),
    [
        (8_193, None, False, "8,193 bytes, and 8,192 is the limit"),
        (8_193, Tier.ADVANCED, False, "8,193 bytes"),
        (4_097, Tier.STANDARD, False, "more than 4,096 bytes"),
        (1, Tier.STANDARD, True, "an expiry or a notification"),
    ],
)
def test_what_no_tier_holds_is_refused(size: int, asked: Tier | None, has_policies: bool, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said) as raised:
        chosen_tier(size, asked, has_policies=has_policies)
    assert "nothing was sent" in raised.value.message


def test_the_length_is_told_coarsely() -> None:
    assert [length_class(size) for size in (1, 32, 33, 256, 257, 4_096, 4_097, 8_192)] == [
        "up to 32 bytes",
        "up to 32 bytes",
        "33 to 256 bytes",
        "33 to 256 bytes",
        "257 to 4,096 bytes",
        "257 to 4,096 bytes",
        "4,097 to 8,192 bytes",
        "4,097 to 8,192 bytes",
    ]


def test_policies_are_aws_s_json() -> None:
    made = parameter_policies(PolicyWishes("90d", "2w", "36h"), NOW)
    assert json.loads(made.document) == [
        {"Type": "Expiration", "Version": "1.0", "Attributes": {"Timestamp": "2027-01-30T12:00:00.000Z"}},
        {"Type": "ExpirationNotification", "Version": "1.0", "Attributes": {"Before": "14", "Unit": "Days"}},
        {"Type": "NoChangeNotification", "Version": "1.0", "Attributes": {"After": "36", "Unit": "Hours"}},
    ]
    assert made.expires == NOW + timedelta(days=90)
    assert expiry_of(tuple(json.dumps(each) for each in json.loads(made.document))) == made.expires
    assert parameter_policies(PolicyWishes(), NOW).document == ""


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2027-01-31", datetime(2027, 1, 31, tzinfo=UTC)),
        ("2027-01-31T18:00:00Z", datetime(2027, 1, 31, 18, tzinfo=UTC)),
        ("2027-01-31T18:00:00+02:00", datetime(2027, 1, 31, 16, tzinfo=UTC)),
        ("12h", NOW + timedelta(hours=12)),
    ],
)
def test_an_expiry_is_a_duration_or_a_time(text: str, when: datetime) -> None:
    assert parameter_policies(PolicyWishes(text), NOW).expires == when


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        (PolicyWishes("soon"), "is no time"),
        (PolicyWishes("0d"), "is no time"),
        (PolicyWishes("2020-01-01"), "is past"),
        (PolicyWishes("", "15d"), "needs `--expires`"),
        (PolicyWishes("10d", "15d"), "would come before now"),
        (PolicyWishes("90d", "15"), "is no duration"),
        (PolicyWishes("", "", "1y"), "is no duration"),
    ],
)
def test_policies_that_cannot_be_are_refused(wishes: PolicyWishes, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        parameter_policies(wishes, NOW)


def test_an_expiry_that_cannot_be_read_is_none() -> None:
    assert expiry_of(()) is None
    assert expiry_of(("no JSON", '{"Type":"NoChangeNotification"}')) is None
    assert expiry_of(('{"Type":"Expiration","Attributes":{"Timestamp":"?"}}',)) is None
    assert (
        expiry_of(('{"Type":"Expiration","Attributes":{"Timestamp":4}}', '{"Type":"Expiration","Attributes":[]}'))
        is None
    )


def test_of_two_expiries_the_first_counts_and_they_may_stand_in_one_text() -> None:
    def entry(when: str) -> str:
        return f'{{"Type":"Expiration","Attributes":{{"Timestamp":"{when}"}}}}'

    first = datetime(2027, 1, 1, tzinfo=UTC)
    assert expiry_of((entry("2028-01-01T00:00:00Z"), entry("2027-01-01T02:00:00+02:00"))) == first
    assert expiry_of((f"[{entry('2027-01-01')}]",)) == first


@pytest.mark.parametrize("text", ["{{ssm:/a/b}}", "x {{ ssm:db }} y", "{{}}", "{{ }}", "{{ssm:unfinished"])
def test_a_value_that_nests_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        checked_value(SecretValue(f"{MARKER}{text}"))
    assert MARKER not in raised.value.message + raised.value.help


@pytest.mark.parametrize("text", ["{}", "{ {ssm:x} }", "{{name}}", "${{ secrets.X }}", "}}{{"])
def test_other_braces_are_a_value(text: str) -> None:
    assert checked_value(SecretValue(text)).reveal() == text


@pytest.mark.parametrize("pattern", ["[0-9]+$", "^x", "(?i)^HUNTER3"])
def test_a_value_that_does_not_match_is_refused_without_being_shown(pattern: str) -> None:
    with pytest.raises(ConfigurationError, match="does not match `--allowed-pattern`") as raised:
        checked_value(SecretValue(MARKER), pattern)
    assert MARKER not in raised.value.message + raised.value.help


@pytest.mark.parametrize("pattern", ["", "^hunter", r"\p{Lower}+", "[a-z&&[^x]]", "[[:alpha:]]+", "(", r"\d"])
def test_a_pattern_that_python_reads_otherwise_is_left_to_aws(pattern: str) -> None:
    assert checked_value(SecretValue(MARKER), pattern)


def test_an_empty_value_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="the value is empty"):
        checked_value(SecretValue(""))


@pytest.mark.parametrize(
    ("option", "variable", "key"),
    [
        ("billing", None, "alias/billing"),
        (None, "alias/team", "alias/team"),
        ("alias/one", "alias/two", "alias/one"),
        ("1234abcd-12ab-34cd-56ef-1234567890ab", None, "1234abcd-12ab-34cd-56ef-1234567890ab"),
        ("mrk-1234abcd12ab34cd56ef1234567890ab", None, "mrk-1234abcd12ab34cd56ef1234567890ab"),
        ("arn:aws:kms:eu-west-1:123456789012:key/x", None, "arn:aws:kms:eu-west-1:123456789012:key/x"),
    ],
)
def test_the_key_is_the_option_else_the_variable(option: str | None, variable: str | None, key: str) -> None:
    choice = chosen_key(option, variable)
    assert (choice.key, choice.warning) == (key, "")


def test_the_key_everybody_may_use_is_taken_only_when_asked_for() -> None:
    assert "every principal of the account" in chosen_key("alias/aws/ssm", None).warning
    with pytest.raises(ConfigurationError, match="every principal of the account"):
        chosen_key(None, "alias/aws/ssm")
    with pytest.raises(ConfigurationError, match="no KMS key was chosen") as raised:
        chosen_key(None, None)
    assert "`secrets-cli key create ALIAS" in raised.value.help
    with pytest.raises(ConfigurationError, match="a word given is not the name of a KMS key"):
        chosen_key("a b", None)


def test_a_name_in_the_value_s_place_is_not_repeated() -> None:
    with pytest.raises(ConfigurationError) as raised:
        prepared(PutWishes(f"{MARKER}!", "k"), NOW, {})
    assert MARKER not in raised.value.message + raised.value.help


@pytest.mark.parametrize("tag", ["team", "=x", "aws:x=y", f"{'k' * 129}=v", f"k={'v' * 257}"])
def test_tags_are_checked(tag: str) -> None:
    with pytest.raises(ConfigurationError):
        prepared(PutWishes("/a/b", "k", tags=(tag,)), NOW, {})


def test_more_than_fifty_tags_and_long_descriptions_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="at most 50 tags"):
        prepared(PutWishes("/a/b", "k", tags=tuple(f"k{n}=v" for n in range(51))), NOW, {})
    with pytest.raises(ConfigurationError, match="1,024 characters"):
        prepared(PutWishes("/a/b", "k", description="d" * 1_025), NOW, {})


def test_a_plan_says_what_is_sent() -> None:
    wishes = PutWishes("/a/b", None, policies=PolicyWishes("90d"), tags=("a=b=c",), labels=("now",))
    plan = put_plan(prepared(wishes, NOW, {"SECRETS_CLI_KEY": "team"}), SecretValue(MARKER))
    assert (plan.order.write.key, plan.order.write.tier) == ("alias/team", "Advanced")
    assert plan.order.write.tags == (("a", "b=c"),)
    assert plan.order.labels == ("now",)
    assert any("AWS deletes the parameter at 2027-01-30T12:00:00Z" in note for note in plan.notes)
    assert MARKER not in repr(plan)


@pytest.mark.parametrize(("region", "longest"), [("us-east-2", 966), ("ap-southeast-2", 961)])
def test_the_longest_name_depends_on_the_region(region: str, longest: int) -> None:
    place = Place("aws", region, "000000000000")
    assert checked_length("n" * longest, place)
    with pytest.raises(ConfigurationError, match=f"{longest} is the limit in `{region}`"):
        checked_length("n" * (longest + 1), place)
    assert checked_length("/" + "n" * longest, place)  # the ARN leaves the slash out
