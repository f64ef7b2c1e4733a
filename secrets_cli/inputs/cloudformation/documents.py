"""Which resources carry policy documents, and where in them.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from secrets_cli.iam.json_text import JsonNode
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.cloudformation.permissions import bus_policy, layer_permission, permission
from secrets_cli.inputs.cloudformation.template import Resource, Template, at, function_of, text_of
from secrets_cli.inputs.cloudformation.written import Managed, Part, Under, Unreadable, Written, items_of

RESOURCE_POLICIES: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "AWS::ApiGateway::RestApi": (("Policy",),),
    "AWS::Backup::BackupVault": (("AccessPolicy",),),
    "AWS::CloudTrail::ResourcePolicy": (("ResourcePolicy",),),
    "AWS::CodeArtifact::Domain": (("PermissionsPolicyDocument",),),
    "AWS::CodeArtifact::Repository": (("PermissionsPolicyDocument",),),
    "AWS::DynamoDB::Table": (
        ("ResourcePolicy", "PolicyDocument"),
        ("StreamSpecification", "ResourcePolicy", "PolicyDocument"),
    ),
    "AWS::EC2::VPCEndpoint": (("PolicyDocument",),),
    "AWS::ECR::PublicRepository": (("RepositoryPolicyText",),),
    "AWS::ECR::RegistryPolicy": (("PolicyText",),),
    "AWS::ECR::Repository": (("RepositoryPolicyText",),),
    "AWS::ECR::RepositoryCreationTemplate": (("RepositoryPolicy",),),
    "AWS::EFS::FileSystem": (("FileSystemPolicy",),),
    "AWS::Elasticsearch::Domain": (("AccessPolicies",),),
    "AWS::EventSchemas::RegistryPolicy": (("Policy",),),
    "AWS::Events::EventBus": (("Policy",),),
    "AWS::KMS::Key": (("KeyPolicy",),),
    "AWS::KMS::ReplicaKey": (("KeyPolicy",),),
    "AWS::Kinesis::ResourcePolicy": (("ResourcePolicy",),),
    "AWS::Lex::ResourcePolicy": (("Policy",),),
    "AWS::Logs::Destination": (("DestinationPolicy",),),
    "AWS::Logs::LogGroup": (("ResourcePolicyDocument",),),
    "AWS::Logs::ResourcePolicy": (("PolicyDocument",),),
    "AWS::MSK::ClusterPolicy": (("Policy",),),
    "AWS::MediaStore::Container": (("Policy",),),
    "AWS::OpenSearchService::Domain": (("AccessPolicies",),),
    "AWS::Organizations::ResourcePolicy": (("Content",),),
    "AWS::S3::AccessPoint": (("Policy",),),
    "AWS::S3::BucketPolicy": (("PolicyDocument",),),
    "AWS::S3::MultiRegionAccessPointPolicy": (("Policy",),),
    "AWS::S3Express::AccessPoint": (("Policy",),),
    "AWS::S3Express::BucketPolicy": (("PolicyDocument",),),
    "AWS::S3ObjectLambda::AccessPointPolicy": (("PolicyDocument",),),
    "AWS::S3Outposts::AccessPoint": (("Policy",),),
    "AWS::S3Outposts::BucketPolicy": (("PolicyDocument",),),
    "AWS::S3Tables::TableBucketPolicy": (("ResourcePolicy",),),
    "AWS::S3Tables::TablePolicy": (("ResourcePolicy",),),
    "AWS::S3Vectors::VectorBucketPolicy": (("Policy",),),
    "AWS::SNS::TopicInlinePolicy": (("PolicyDocument",),),
    "AWS::SNS::TopicPolicy": (("PolicyDocument",),),
    "AWS::SQS::QueueInlinePolicy": (("PolicyDocument",),),
    "AWS::SQS::QueuePolicy": (("PolicyDocument",),),
    "AWS::SSM::ResourcePolicy": (("Policy",),),
    "AWS::SageMaker::ModelPackageGroup": (("ModelPackageGroupPolicy",),),
    "AWS::SecretsManager::ResourcePolicy": (("ResourcePolicy",),),
    "AWS::VpcLattice::AuthPolicy": (("Policy",),),
    "AWS::VpcLattice::ResourcePolicy": (("Policy",),),
    "AWS::XRay::ResourcePolicy": (("PolicyDocument",),),
}
"""The paths of the documents in the properties."""
_OTHER_POLICIES: Final[Mapping[str, tuple[tuple[str, ...], PolicyKind]]] = {
    "AWS::IoT::Policy": (("PolicyDocument",), PolicyKind.IDENTITY),
    "AWS::Transfer::User": (("Policy",), PolicyKind.SESSION),
}
_ORGANIZATION: Final = {"SERVICE_CONTROL_POLICY": PolicyKind.SCP, "RESOURCE_CONTROL_POLICY": PolicyKind.RCP}
_OWNERS: Final = {"AWS::IAM::Role": "role", "AWS::IAM::User": "user", "AWS::IAM::Group": "group"}
_ATTACHED: Final = (("Roles", "role"), ("Users", "user"), ("Groups", "group"))
_OF_ONE: Final = {
    "AWS::IAM::RolePolicy": ("RoleName", "role"),
    "AWS::IAM::UserPolicy": ("UserName", "user"),
    "AWS::IAM::GroupPolicy": ("GroupName", "group"),
}
_NAME: Final = {"role": "RoleName", "user": "UserName", "group": "GroupName"}


def under_of(resource: Resource) -> Under:
    """The condition of the resource itself."""
    return () if resource.condition is None else ((resource.condition.value, True),)


def parts_of(resource: Resource, template: Template) -> Iterator[Part]:
    """The policies that the resource carries; none for a resource that carries none."""
    special = _SPECIAL.get(resource.type)
    if special is not None:
        yield from special(resource, template, under_of(resource))
    elif resource.type in _OWNERS:
        yield from _owner(resource, f"{_OWNERS[resource.type]} {resource.logical_id}", under_of(resource))
    elif resource.type in _OF_ONE:
        yield from _of_one(resource, template, under_of(resource))
    else:
        yield from _by_table(resource, resource.type, under_of(resource))


def _policy(resource: Resource, template: Template, under: Under) -> Iterator[Part]:
    for principal, inner in attached_to(resource, template, under):
        yield from _document(resource, ("PolicyDocument",), PolicyKind.IDENTITY, principal, inner)


def _of_one(resource: Resource, template: Template, under: Under) -> Iterator[Part]:
    name, kind = _OF_ONE[resource.type]
    for node, inner in items_of(resource.property(name), under):
        owner = principal_of(node, kind, template)
        yield from _document(resource, ("PolicyDocument",), PolicyKind.IDENTITY, owner, inner)


def _organization(resource: Resource, _template: Template, under: Under) -> Iterator[Part]:
    """Of the organization's kinds of policies only two are written in the language of IAM."""
    kind = _ORGANIZATION.get(text_of(resource.property("Type")) or "")
    if kind is not None:
        yield from _document(resource, ("Content",), kind, "", under)


def _permission(resource: Resource, template: Template, under: Under) -> Iterator[Part]:
    yield Written(permission(resource, template), PolicyKind.RESOURCE, "", under)


def _layer_permission(resource: Resource, _template: Template, under: Under) -> Iterator[Part]:
    yield Written(layer_permission(resource), PolicyKind.RESOURCE, "", under)


def _bus_policy(resource: Resource, _template: Template, under: Under) -> Iterator[Part]:
    yield Written(bus_policy(resource), PolicyKind.RESOURCE, "", under)


def _global_table(resource: Resource, _template: Template, under: Under) -> Iterator[Part]:
    for replica, inner in items_of(resource.property("Replicas"), under):
        node = at(replica, "ResourcePolicy", "PolicyDocument")
        if node is not None:
            yield Written(node, PolicyKind.RESOURCE, "", inner)


def _by_table(resource: Resource, type: str, under: Under) -> Iterator[Part]:
    for path in RESOURCE_POLICIES.get(type, ()):
        yield from _document(resource, path, PolicyKind.RESOURCE, "", under)
    if type in _OTHER_POLICIES:
        path, kind = _OTHER_POLICIES[type]
        yield from _document(resource, path, kind, "", under)


def _document(
    resource: Resource, path: tuple[str, ...], kind: PolicyKind, principal: str, under: Under
) -> Iterator[Part]:
    """The document at the path; what a function stands in the way of is unreadable."""
    node: JsonNode | None = resource.properties
    for step in path:
        if function_of(node) is not None:
            yield Unreadable(resource.key.offset, f"`{'.'.join(path)}` of `{resource.logical_id}` is under a function")
            return
        node = at(node, step)
    for one, inner in items_of(node, under):
        yield Written(one, kind, principal, inner)


def _owner(resource: Resource, principal: str, under: Under) -> Iterator[Part]:
    yield from _document(resource, ("AssumeRolePolicyDocument",), PolicyKind.TRUST, principal, under)
    yield from inline_policies(resource.property("Policies"), principal, under)
    for node, inner in items_of(resource.property("ManagedPolicyArns"), under):
        yield Managed(node, PolicyKind.IDENTITY, principal, inner)
    for node, inner in items_of(resource.property("PermissionsBoundary"), under):
        yield Managed(node, PolicyKind.BOUNDARY, principal, inner)


def inline_policies(node: JsonNode | None, principal: str, under: Under) -> Iterator[Part]:
    """A list of `{PolicyName, PolicyDocument}`."""
    for item, inner in items_of(node, under):
        document = at(item, "PolicyDocument")
        if document is None:
            yield Unreadable(item.offset, "there is no `PolicyDocument` here that could be read")
        for one, innermost in items_of(document, inner):
            yield Written(one, PolicyKind.IDENTITY, principal, innermost)


def _permission_set(resource: Resource, _template: Template, under: Under) -> Iterator[Part]:
    principal = f"permission set {resource.logical_id}"
    yield from _document(resource, ("InlinePolicy",), PolicyKind.IDENTITY, principal, under)
    for node, inner in items_of(resource.property("ManagedPolicies"), under):
        yield Managed(node, PolicyKind.IDENTITY, principal, inner)
    for node, inner in items_of(resource.property("PermissionsBoundary", "ManagedPolicyArn"), under):
        yield Managed(node, PolicyKind.BOUNDARY, principal, inner)
    for node, _ in items_of(resource.property("CustomerManagedPolicyReferences"), under):
        yield Unreadable(node.offset, f"a customer managed policy of {principal} is not in this file")


def attached_to(resource: Resource, template: Template, under: Under) -> Iterator[tuple[str, Under]]:
    """The principals that a policy names in `Roles`, `Users` and `Groups`, or "" once where it names none."""
    found = False
    for name, kind in _ATTACHED:
        for node, inner in items_of(resource.property(name), under):
            found = True
            yield principal_of(node, kind, template), inner
    if not found:
        yield "", under


def principal_of(node: JsonNode, kind: str, template: Template) -> str:
    """Whom the node names: a resource of the template by its logical id, else the name as it is written."""
    called = function_of(node)
    text = text_of(called[1]) if called is not None and called[0] == "Ref" else text_of(node)
    if called is not None and text in template.resources:
        return f"{kind} {text}"
    if called is not None and kind == "role" and text is not None and text.endswith("Role"):
        function = text.removesuffix("Role")
        if function in template.resources:
            return f"function {function}"
    for resource in template.resources.values():
        if _OWNERS.get(resource.type) == kind and text is not None and text_of(resource.property(_NAME[kind])) == text:
            return f"{kind} {resource.logical_id}"
    return f"{kind} {text or 'with a name known at deployment only'}"


_SPECIAL: Final[Mapping[str, Callable[[Resource, Template, Under], Iterator[Part]]]] = {
    "AWS::DynamoDB::GlobalTable": _global_table,
    "AWS::Events::EventBusPolicy": _bus_policy,
    "AWS::IAM::Policy": _policy,
    "AWS::Lambda::LayerVersionPermission": _layer_permission,
    "AWS::Lambda::Permission": _permission,
    "AWS::Organizations::Policy": _organization,
    "AWS::SSO::PermissionSet": _permission_set,
}
