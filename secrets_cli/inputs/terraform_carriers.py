"""Which attributes of which resources of the AWS provider carry policies, and of what kind.

Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs
"""

from dataclasses import dataclass
from typing import Final

from secrets_cli.iam.policy_kind import PolicyKind


@dataclass(frozen=True, slots=True)
class Carrier:
    """An attribute that holds a policy."""

    attribute: str
    kind: PolicyKind
    owner: str = ""
    """For identity policies: the attribute that names whose it is, such as `role`."""


def _resource(*names: str, attribute: str = "policy") -> dict[str, Carrier]:
    return {name: Carrier(attribute, PolicyKind.RESOURCE) for name in names}


CARRIERS: Final = {
    "aws_iam_policy": Carrier("policy", PolicyKind.IDENTITY),
    "aws_iam_role_policy": Carrier("policy", PolicyKind.IDENTITY, "role"),
    "aws_iam_user_policy": Carrier("policy", PolicyKind.IDENTITY, "user"),
    "aws_iam_group_policy": Carrier("policy", PolicyKind.IDENTITY, "group"),
    "aws_ssoadmin_permission_set_inline_policy": Carrier("inline_policy", PolicyKind.IDENTITY, "permission_set_arn"),
    "aws_iam_role": Carrier("assume_role_policy", PolicyKind.TRUST),
    "aws_organizations_policy": Carrier("content", PolicyKind.SCP),
    "aws_transfer_user": Carrier("policy", PolicyKind.SESSION),
    "aws_transfer_access": Carrier("policy", PolicyKind.SESSION),
    **_resource(
        "aws_acmpca_policy",
        "aws_api_gateway_rest_api",
        "aws_api_gateway_rest_api_policy",
        "aws_backup_vault_policy",
        "aws_cloudwatch_event_bus_policy",
        "aws_codebuild_resource_policy",
        "aws_ecr_registry_policy",
        "aws_ecr_repository_policy",
        "aws_ecrpublic_repository_policy",
        "aws_efs_file_system_policy",
        "aws_glacier_vault_lock",
        "aws_glue_resource_policy",
        "aws_kms_external_key",
        "aws_kms_key",
        "aws_kms_key_policy",
        "aws_kms_replica_external_key",
        "aws_kms_replica_key",
        "aws_media_store_container_policy",
        "aws_rolesanywhere_policy",
        "aws_s3_access_point",
        "aws_s3_bucket",
        "aws_s3_bucket_policy",
        "aws_s3control_access_point_policy",
        "aws_s3control_bucket_policy",
        "aws_s3control_multi_region_access_point_policy",
        "aws_s3control_object_lambda_access_point_policy",
        "aws_secretsmanager_secret",
        "aws_secretsmanager_secret_policy",
        "aws_ses_identity_policy",
        "aws_sesv2_email_identity_policy",
        "aws_sns_topic",
        "aws_sns_topic_policy",
        "aws_sqs_queue",
        "aws_sqs_queue_policy",
        "aws_vpc_endpoint",
        "aws_vpc_endpoint_policy",
        "aws_vpclattice_auth_policy",
        "aws_vpclattice_resource_policy",
        "aws_xray_resource_policy",
    ),
    **_resource("aws_glacier_vault", attribute="access_policy"),
    **_resource(
        "aws_elasticsearch_domain",
        "aws_elasticsearch_domain_policy",
        "aws_opensearch_domain",
        "aws_opensearch_domain_policy",
        attribute="access_policies",
    ),
    **_resource(
        "aws_cloudwatch_log_resource_policy",
        "aws_codeartifact_domain_permissions_policy",
        "aws_codeartifact_repository_permissions_policy",
        attribute="policy_document",
    ),
    **_resource(
        "aws_dynamodb_resource_policy",
        "aws_kinesis_resource_policy",
        "aws_networkfirewall_resource_policy",
        "aws_redshift_resource_policy",
        "aws_redshiftserverless_resource_policy",
    ),
    **_resource("aws_organizations_resource_policy", attribute="content"),
    **_resource(
        "aws_s3tables_table_bucket_policy",
        "aws_s3tables_table_policy",
        "aws_sagemaker_model_package_group_policy",
        attribute="resource_policy",
    ),
}
"""By the resource's type."""

ORGANIZATION_KINDS: Final = {
    "SERVICE_CONTROL_POLICY": PolicyKind.SCP,
    "RESOURCE_CONTROL_POLICY": PolicyKind.RCP,
}
"""`type` of aws_organizations_policy; of the other types none is an IAM policy."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A resource that attaches managed policies."""

    policy: str
    """The attribute that names the policy or the policies."""
    owners: tuple[str, ...]
    """The attributes that name whose they become."""


ATTACHMENTS: Final = {
    "aws_iam_role_policy_attachment": Attachment("policy_arn", ("role",)),
    "aws_iam_user_policy_attachment": Attachment("policy_arn", ("user",)),
    "aws_iam_group_policy_attachment": Attachment("policy_arn", ("group",)),
    "aws_iam_policy_attachment": Attachment("policy_arn", ("roles", "users", "groups")),
    "aws_iam_role_policy_attachments_exclusive": Attachment("policy_arns", ("role_name",)),
    "aws_ssoadmin_managed_policy_attachment": Attachment("managed_policy_arn", ("permission_set_arn",)),
    "aws_iam_role": Attachment("managed_policy_arns", ()),
}

OWNER_TYPES: Final = {
    "role": "role",
    "roles": "role",
    "role_name": "role",
    "user": "user",
    "users": "user",
    "group": "group",
    "groups": "group",
    "permission_set_arn": "permission set",
}
"""What the attribute's owner is called, by attribute."""
