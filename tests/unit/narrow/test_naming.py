"""Sids a person would write."""

import pytest

from secrets_cli.catalog.load import load_catalog
from secrets_cli.narrow.grouping import Group, resource_kind
from secrets_cli.narrow.naming import sids_for
from secrets_cli.narrow.narrowing import Evidence, Origin

ACCOUNT = "eu-west-1:123456789012"


def group(actions: tuple[str, ...], *resources: str, origin: Origin = Origin.USED) -> Group:
    return Group(
        actions[0].partition(":")[0], resource_kind(resources[0]), actions, resources, (), (), origin, Evidence()
    )


@pytest.mark.parametrize(
    ("actions", "resource", "sid"),
    [
        (("s3:ListBucket",), "arn:aws:s3:::uploads", "S3ListObjectsInUploadsBucket"),
        (("s3:GetObject", "s3:PutObject"), "arn:aws:s3:::uploads/in/*", "S3ReadWriteUploadsInObjects"),
        (("dynamodb:GetItem",), f"arn:aws:dynamodb:{ACCOUNT}:table/Orders", "DynamoDBGetItemOrdersTable"),
        (("dynamodb:Query",), f"arn:aws:dynamodb:{ACCOUNT}:table/t/index/by-day", "DynamoDBQueryTByDayIndex"),
        (("lambda:InvokeFunction",), f"arn:aws:lambda:{ACCOUNT}:function:worker", "LambdaInvokeWorkerFunction"),
        (("sqs:SendMessage",), f"arn:aws:sqs:{ACCOUNT}:jobs", "SQSSendMessageJobsQueue"),
        (("iam:GetRole",), "arn:aws:iam::123456789012:role/my-role", "IAMGetRoleMyRole"),
        (("ec2:CreateTags",), f"arn:aws:ec2:{ACCOUNT}:vpc/vpc-0a1b2c3d4e5f", "EC2CreateTagsVpc"),
        (("ssm:DescribeParameters",), "*", "SSMDescribeParameters"),
        (
            ("kms:Decrypt",),
            f"arn:aws:kms:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            "KMSDecryptKey",
        ),
    ],
)
def test_a_sid_says_service_verb_and_resource(actions: tuple[str, ...], resource: str, sid: str) -> None:
    assert sids_for([group(actions, resource)], load_catalog()) == (sid,)


def test_several_resources_are_named_by_what_they_share() -> None:
    objects = group(("s3:GetObject",), "arn:aws:s3:::files/in/*", "arn:aws:s3:::files/out/*")
    assert sids_for([objects], load_catalog()) == ("S3GetObjectFilesObjects",)


def test_the_same_name_twice_is_numbered_also_beside_a_kept_deny() -> None:
    key = group(("kms:Decrypt",), f"arn:aws:kms:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab")
    assert sids_for([key, key], load_catalog(), taken=["KMSDecryptKey"]) == ("KMSDecryptKey2", "KMSDecryptKey3")


def test_a_very_long_name_is_cut_to_its_last_words() -> None:
    table = f"arn:aws:dynamodb:{ACCOUNT}:table/" + "-".join(f"word{c}" for c in "abcdefghijklmnopqrstuvwxyz")
    (sid,) = sids_for([group(("dynamodb:GetItem",), table)], load_catalog())
    assert sid == "DynamoDBGetItemWordyWordzTable"


def test_invisible_statements_say_so() -> None:
    (sid,) = sids_for([group(("sqs:SendMessage",), "*", origin=Origin.INVISIBLE)], load_catalog())
    assert sid == "SQSNotVisibleInLogs"
