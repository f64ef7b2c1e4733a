"""What `Ref` and `Fn::GetAtt` give for resources of the same template.

Where the template names the resource, its ARN is known up to Region and account; otherwise the name is UNKNOWN. AWS
makes such a name: it is one name, without wildcards.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html, for
each type its "Return values".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_REGIONAL: Final = "${AWS::Region}:${AWS::AccountId}:"


@dataclass(frozen=True, slots=True)
class Naming:
    """How resources of one type are called."""

    name: str
    """The property that names them; empty where AWS alone does."""
    arn: str
    """In the form of Fn::Sub, `${Name}` standing for the name, `${Path}` for the path of IAM."""
    ref: str = "name"
    """What `Ref` gives: `name`, `arn`, or a text in the form of `arn`."""
    arn_attributes: tuple[str, ...] = ("Arn",)
    name_attributes: tuple[str, ...] = ()


def _arn(service: str, rest: str, place: str = _REGIONAL) -> str:
    return f"arn:${{AWS::Partition}}:{service}:{place}{rest}"


def _iam(kind: str) -> str:
    return _arn("iam", f"{kind}${{Path}}${{Name}}", ":${AWS::AccountId}:")


_TABLE = Naming("TableName", _arn("dynamodb", "table/${Name}"))
_STATE_MACHINE = Naming("StateMachineName", _arn("states", "stateMachine:${Name}"), "arn", name_attributes=("Name",))
_FUNCTION = Naming("FunctionName", _arn("lambda", "function:${Name}"))

NAMINGS: Final[Mapping[str, Naming]] = {
    "AWS::ApiGateway::RestApi": Naming(
        "", _arn("apigateway", "/restapis/${Name}", "${AWS::Region}::"), arn_attributes=()
    ),
    "AWS::CloudFront::Distribution": Naming(
        "", _arn("cloudfront", "distribution/${Name}", ":${AWS::AccountId}:"), "name", ()
    ),
    "AWS::CodeBuild::Project": Naming("Name", _arn("codebuild", "project/${Name}")),
    "AWS::CodeCommit::Repository": Naming(
        "RepositoryName", _arn("codecommit", "${Name}"), "", name_attributes=("Name",)
    ),
    "AWS::CodePipeline::Pipeline": Naming("Name", _arn("codepipeline", "${Name}"), "name", ()),
    "AWS::Cognito::UserPool": Naming("", _arn("cognito-idp", "userpool/${Name}")),
    "AWS::DynamoDB::GlobalTable": _TABLE,
    "AWS::DynamoDB::Table": _TABLE,
    "AWS::ECR::Repository": Naming("RepositoryName", _arn("ecr", "repository/${Name}")),
    "AWS::ECS::Cluster": Naming("ClusterName", _arn("ecs", "cluster/${Name}")),
    "AWS::ECS::TaskDefinition": Naming("", _arn("ecs", "task-definition/${Name}"), "arn", ("TaskDefinitionArn",)),
    "AWS::EFS::FileSystem": Naming(
        "", _arn("elasticfilesystem", "file-system/${Name}"), name_attributes=("FileSystemId",)
    ),
    "AWS::Elasticsearch::Domain": Naming("DomainName", _arn("es", "domain/${Name}"), "name", ("Arn", "DomainArn")),
    "AWS::Events::EventBus": Naming("Name", _arn("events", "event-bus/${Name}"), name_attributes=("Name",)),
    "AWS::Events::Rule": Naming("Name", _arn("events", "rule/${Name}")),
    "AWS::IAM::Group": Naming("GroupName", _iam("group")),
    "AWS::IAM::InstanceProfile": Naming("InstanceProfileName", _iam("instance-profile")),
    "AWS::IAM::ManagedPolicy": Naming("ManagedPolicyName", _iam("policy"), "arn", ("PolicyArn",)),
    "AWS::IAM::Role": Naming("RoleName", _iam("role")),
    "AWS::IAM::User": Naming("UserName", _iam("user")),
    "AWS::Kinesis::Stream": Naming("Name", _arn("kinesis", "stream/${Name}")),
    "AWS::KinesisFirehose::DeliveryStream": Naming("DeliveryStreamName", _arn("firehose", "deliverystream/${Name}")),
    "AWS::KMS::Alias": Naming("AliasName", _arn("kms", "${Name}"), "name", ()),
    "AWS::KMS::Key": Naming("", _arn("kms", "key/${Name}"), name_attributes=("KeyId",)),
    "AWS::KMS::ReplicaKey": Naming("", _arn("kms", "key/${Name}"), name_attributes=("KeyId",)),
    "AWS::Lambda::Alias": Naming("", _arn("lambda", "function:${Name}"), "arn", ("AliasArn",)),
    "AWS::Lambda::Function": _FUNCTION,
    "AWS::Lambda::LayerVersion": Naming("", _arn("lambda", "layer:${Name}"), "arn", ("LayerVersionArn",)),
    "AWS::Lambda::Version": Naming("", _arn("lambda", "function:${Name}"), "arn", ("FunctionArn",)),
    "AWS::Logs::LogGroup": Naming("LogGroupName", _arn("logs", "log-group:${Name}:*")),
    "AWS::OpenSearchService::Domain": Naming("DomainName", _arn("es", "domain/${Name}"), "name", ("Arn", "DomainArn")),
    "AWS::RDS::DBCluster": Naming("DBClusterIdentifier", _arn("rds", "cluster:${Name}"), "name", ("DBClusterArn",)),
    "AWS::RDS::DBInstance": Naming("DBInstanceIdentifier", _arn("rds", "db:${Name}"), "name", ("DBInstanceArn",)),
    "AWS::S3::Bucket": Naming("BucketName", _arn("s3", "${Name}", "::")),
    "AWS::SecretsManager::Secret": Naming("Name", _arn("secretsmanager", "secret:${Name}-${Suffix}"), "arn", ("Id",)),
    "AWS::Serverless::Function": _FUNCTION,
    "AWS::Serverless::SimpleTable": _TABLE,
    "AWS::Serverless::StateMachine": _STATE_MACHINE,
    "AWS::SNS::Topic": Naming("TopicName", _arn("sns", "${Name}"), "arn", ("TopicArn",), ("TopicName",)),
    "AWS::SQS::Queue": Naming(
        "QueueName",
        _arn("sqs", "${Name}"),
        "https://sqs.${AWS::Region}.${AWS::URLSuffix}/${AWS::AccountId}/${Name}",
        name_attributes=("QueueName",),
    ),
    "AWS::SSM::Parameter": Naming("Name", _arn("ssm", "parameter/${Name}"), "name", ()),
    "AWS::StepFunctions::StateMachine": _STATE_MACHINE,
}

MADE_ELSEWHERE: Final = (
    "AWS::CloudFormation::CustomResource",
    "AWS::CloudFormation::Stack",
    "AWS::Serverless::Application",
)
"""Types whose attributes are whatever somebody's code or another template gives, wildcards included."""


def is_made_elsewhere(type: str) -> bool:
    """Whether the attributes of such a resource may be any text."""
    return type in MADE_ELSEWHERE or type.startswith("Custom::")
