"""Where each value of an element stands."""

from dataclasses import replace

from secrets_cli.iam.location import Location
from secrets_cli.iam.parse import parse_policy

TEXT = """\
{"Version": "2012-10-17", "Statement": {
  "Effect": "Allow",
  "Action": ["s3:GetObject",
             "ssm:Get*"],
  "Resource": "*"}}
"""


def test_each_value_has_its_place() -> None:
    statement = parse_policy(TEXT, "p.json").statements[0]
    assert statement.action.place_of("ssm:Get*") == Location("p.json", 4, 14)
    assert statement.action.location == Location("p.json", 3, 3)
    assert statement.resource is not None
    assert statement.resource.place_of("*") == Location("p.json", 5, 15)


def test_another_value_stands_where_the_element_does() -> None:
    action = parse_policy(TEXT, "p.json").statements[0].action
    assert action.place_of("s3:*") == action.location
    assert replace(action, values=("s3:GetObject",)).place_of("s3:GetObject") == action.location


def test_places_take_no_part_in_comparison() -> None:
    action = parse_policy(TEXT, "p.json").statements[0].action
    assert replace(action, places=()) == action
