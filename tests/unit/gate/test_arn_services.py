"""The table of ARN services that are listed under other prefixes says what the packaged catalog says."""

from secrets_cli.catalog.load import load_catalog
from secrets_cli.gate.arn_services import LISTED_UNDER, OF_CATALOG, listed_under, other_prefixes


def test_the_table_is_that_of_the_packaged_catalog() -> None:
    catalog = load_catalog()
    assert catalog.header.sha256 == OF_CATALOG, "write the new hash there, and what `listed_under` finds"
    assert dict(LISTED_UNDER) == dict(listed_under(catalog))


def test_arns_of_load_balancers_are_listed_under_the_firewall() -> None:
    assert "wafv2" in other_prefixes("elasticloadbalancing", load_catalog())
