"""AWS managed policies by ARN."""

import pytest

from secrets_cli.catalog.managed_policies import (
    content_sha256,
    managed_arns,
    managed_header,
    managed_policy,
    member_name,
    packaged_bytes,
)
from secrets_cli.iam.model import Policy


def _policy(arn: str) -> Policy:
    found = managed_policy(arn)
    assert found is not None
    return found


def test_every_policy_is_found_by_its_arn_and_is_well_formed() -> None:
    arns = managed_arns()
    assert len(arns) == len(set(arns)) == managed_header().policies > 1500
    assert all(_policy(arn).statements for arn in arns)


def test_the_content_has_the_hash_in_the_header() -> None:
    import io
    import zipfile

    archive = zipfile.ZipFile(io.BytesIO(packaged_bytes()))
    names = [member_name(number) for number in range(len(managed_header().firsts))]
    assert sorted(archive.namelist()) == sorted(["header.json", *names])
    assert content_sha256((name, archive.read(name)) for name in names) == managed_header().sha256
    assert len(packaged_bytes()) < 400_000


def test_well_known_policies() -> None:
    (admin,) = _policy("arn:aws:iam::aws:policy/AdministratorAccess").statements
    assert (admin.action.values, admin.resource and admin.resource.values) == (("*",), ("*",))
    basic = _policy("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole").statements[0]
    assert basic.action.values == ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")


def test_another_partition_has_its_own_resources() -> None:
    text = repr(_policy("arn:aws-cn:iam::aws:policy/CloudWatchAutomaticDashboardsAccess"))
    assert "arn:aws:" not in text


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:iam::aws:policy/NoSuchPolicy",
        "arn:aws:iam::aws:policy/0",
        "arn:aws:iam::111122223333:policy/AdministratorAccess",
        "arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole",
        "AdministratorAccess",
        "",
    ],
)
def test_what_is_no_managed_policy_is_not_known(arn: str) -> None:
    assert managed_policy(arn) is None
