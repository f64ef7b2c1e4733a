"""Templates that tests write, and what is read from them."""

from collections.abc import Mapping

from secrets_cli.iam.model import Policy
from secrets_cli.iam.parse import parse_policy
from secrets_cli.inputs.cloudformation.read import read_cloudformation
from secrets_cli.inputs.found import UNKNOWN, Found, Supplied

HEAD = """\
Parameters:
  Stage: {Type: String, Default: dev}
  Size: {Type: String, Default: small, AllowedValues: [small, large]}
  Bare: {Type: String}
  Stored: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /app/x}
  Names: {Type: CommaDelimitedList, Default: 'a, b'}
Mappings:
  Tables: {dev: {Name: dev-table}, prod: {Name: prod-table}}
  Regions: {eu-west-1: {Same: x, Other: y}, us-east-1: {Same: x, Other: z}}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsDev: !Equals [!Ref Stage, dev]
  IsLarge: !Equals [!Ref Size, large]
  NotProd: !Not [!Condition IsProd]
  Both: !And [!Condition IsProd, !Condition IsLarge]
  Never: !Equals [a, b]
Resources:
  Named: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub '${Stage}-data'}}
  Unnamed: {Type: AWS::S3::Bucket}
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs}}
  Secret: {Type: AWS::SecretsManager::Secret, Properties: {Name: app/db}}
  Key: {Type: AWS::KMS::Key}
  Own: {Type: Custom::Thing, Properties: {ServiceToken: x}}
  Cluster: {Type: AWS::Neptune::DBCluster}
  Other: {Type: AWS::IAM::Role, Properties: {RoleName: other, Path: /app/}}
  First: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref Second}}
  Second: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref First}}
"""
"""What the expressions of the tests may name; 27 lines."""

ADMIN_ARN = "arn:aws:iam::aws:policy/AdministratorAccess"
BASIC_ARN = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
_MANAGED = {
    ADMIN_ARN: '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}',
    BASIC_ARN: '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"logs:PutLogEvents","Resource":"*"}}',
}


def managed(arn: str) -> Policy | None:
    """The managed policies that the tests know."""
    return parse_policy(_MANAGED[arn], arn) if arn in _MANAGED else None


def read(text: str, values: Mapping[str, str] | None = None) -> Found:
    """The template's policies."""
    return read_cloudformation(text, "t.yml", Supplied(values=values or {}, managed=managed))


def shown(text: str) -> str:
    """Text with UNKNOWN as `?`."""
    return text.replace(UNKNOWN, "?")


def grants(found: Found) -> list[tuple[str, str, str, tuple[str, ...], tuple[str, ...]]]:
    """(principal, attached by, where, actions, resources) of each statement."""
    return [
        (
            one.principal,
            one.attached_by,
            one.where,
            tuple(shown(value) for value in statement.action.values),
            tuple(shown(value) for value in statement.resource.values) if statement.resource else (),
        )
        for one in found.policies
        for statement in one.policy.statements
    ]


def problems(found: Found) -> list[str]:
    """The unresolved entries as lines."""
    return [f"{one.location} {one.reason}" + (f" [{one.supply}]" if one.supply else "") for one in found.unresolved]
