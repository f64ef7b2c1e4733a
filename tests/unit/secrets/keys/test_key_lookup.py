"""Which key a word means, and which keys may be written under."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from secrets_cli.aws.keys import Alias, KeyService
from secrets_cli.aws.target import Connection
from secrets_cli.errors import AccessDenied, ConfigurationError, KeyUnusable, NotThere
from secrets_cli.secrets.keys.key_word import alias_of, is_managed, key_word, new_alias
from tests.unit.secrets.transfer.made_parameters import lookup, make_key

ID = "1234abcd-12ab-34cd-56ef-1234567890ab"


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("billing", "alias/billing"),
        ("alias/billing", "alias/billing"),
        (ID, ID),
        ("mrk-" + "0" * 32, "mrk-" + "0" * 32),
        (f"arn:aws:kms:us-east-1:123456789012:key/{ID}", f"arn:aws:kms:us-east-1:123456789012:key/{ID}"),
    ],
)
def test_a_bare_word_is_an_alias(given: str, sent: str) -> None:
    assert key_word(given) == sent


@pytest.mark.parametrize("word", ["a b", "", "alias/", "sécret", "s3cr+t=", "arn:aws:s3:::bucket", ID.upper() + "!"])
def test_what_no_key_is_called_is_refused_and_a_secret_in_its_place_not_repeated(word: str) -> None:
    for check in (key_word, new_alias):
        with pytest.raises(ConfigurationError, match="is not the name of a KMS key") as refused:
            check(word)
        assert word in ("", "alias/", "arn:aws:s3:::bucket") or word not in refused.value.message + refused.value.help


def test_the_aliases_of_aws_are_not_for_new_keys() -> None:
    assert new_alias("team/a") == "alias/team/a"
    with pytest.raises(ConfigurationError, match="AWS's own"):
        new_alias("aws/mine")
    assert is_managed("arn:aws:kms:us-east-1:123456789012:alias/aws/ssm")
    assert not is_managed("alias/team/alias/aws/ssm")


def test_the_alias_in_a_word() -> None:
    assert alias_of("alias/a/b") == "alias/a/b"
    assert alias_of("arn:aws:kms:us-east-1:123456789012:alias/a") == "alias/a"
    assert alias_of(ID) == alias_of(f"arn:aws:kms:us-east-1:123456789012:key/{ID}") == ""


def test_every_word_for_a_key_gives_its_id(aws: Connection) -> None:
    key_id = make_key(aws, "alias/one")
    keys = lookup(aws)
    arn = f"arn:aws:kms:us-east-1:123456789012:key/{key_id}"
    for word in ("alias/one", "arn:aws:kms:us-east-1:123456789012:alias/one", key_id, arn):
        assert keys.id_of(word) == key_id
    assert keys.id_of("alias/none") == ""


def test_an_alias_that_was_moved_after_a_time_is_told(aws: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    moved = datetime(2026, 3, 1, tzinfo=UTC)
    monkeypatch.setattr(
        KeyService, "aliases", lambda self: (Alias("alias/one", "", ID, moved), Alias("alias/two", "", ID))
    )
    keys = lookup(aws)
    assert keys.may_have_moved("alias/one", moved - timedelta(seconds=1))
    assert not keys.may_have_moved("alias/one", moved)
    assert not keys.may_have_moved("alias/two", moved)
    assert not keys.may_have_moved(ID, moved - timedelta(days=1))


def test_the_key_of_aws_is_never_a_target(aws: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = lookup(aws)
    for word in ("alias/aws/ssm", "aws/ssm"):
        with pytest.raises(ConfigurationError, match="every principal of the account"):
            keys.target(word)
    by_id = replace(KeyService(aws).describe(make_key(aws, "alias/one")), manager="AWS")
    monkeypatch.setattr(KeyService, "describe", lambda self, key: by_id)
    with pytest.raises(ConfigurationError, match="every principal of the account"):
        keys.target(ID)


def test_a_target_is_enabled_symmetric_and_there(aws: Connection) -> None:
    kms = aws.client("kms")
    key_id = make_key(aws, "alias/one")
    assert lookup(aws).target("one").id == key_id
    kms.disable_key(KeyId=key_id)
    with pytest.raises(KeyUnusable, match="Disabled"):
        lookup(aws).target("one")
    signing = kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    with pytest.raises(ConfigurationError, match="not symmetric"):
        lookup(aws).target(signing)
    with pytest.raises(NotThere):
        lookup(aws).target("none")


def test_who_may_not_list_aliases_asks_for_each_key(aws: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    key_id = make_key(aws, "alias/one")

    def denied(self: KeyService) -> tuple[Alias, ...]:
        raise AccessDenied("AWS denied it")

    monkeypatch.setattr(KeyService, "aliases", denied)
    assert lookup(aws).id_of("alias/one") == key_id
