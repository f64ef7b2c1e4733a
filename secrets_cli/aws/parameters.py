"""Parameter Store: typed calls, each failure one of ours, each list paged to its end.

Sizes of a call (10 names for GetParameters and DeleteParameters, 10 entries for GetParametersByPath, 50 for the history
and the descriptions) are AWS's; a filtered page may be empty and still not be the last.
Source: https://docs.aws.amazon.com/systems-manager/latest/APIReference/Welcome.html
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from secrets_cli.aws.failures import translated
from secrets_cli.aws.parameter_refusals import refused_label, refused_write
from secrets_cli.aws.target import Connection
from secrets_cli.errors import MalformedInput
from secrets_cli.secret_value import SecretValue

if TYPE_CHECKING:
    from types_boto3_ssm import SSMClient

_NAMES_A_CALL = 10
_NAMES_A_FILTER = 50
SECURE_STRING: Final = "SecureString"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter with its value, as it was read."""

    name: str
    arn: str
    version: int
    type: str
    """`SecureString`, `String` or `StringList`."""
    value: SecretValue
    modified: datetime
    """UTC."""
    selector: str = ""
    """The version or label asked for, with its colon left off."""


@dataclass(frozen=True, slots=True)
class Described:
    """One parameter without its value, as DescribeParameters answers."""

    name: str
    arn: str
    type: str
    version: int
    modified: datetime
    """UTC."""
    modified_by: str
    """ARN of who wrote it last."""
    key: str
    """What the writer gave as its KMS key (an alias, id or ARN); empty where it is not a SecureString."""
    tier: str
    description: str
    allowed_pattern: str
    policies: tuple[str, ...]
    """The parameter's policies (expiry, notification), each as its JSON text."""
    data_type: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a parameter, as GetParameterHistory answers."""

    number: int
    type: str
    value: SecretValue | None
    """None where the history was read without decryption and the parameter is a SecureString."""
    labels: tuple[str, ...]
    modified: datetime
    """UTC."""
    modified_by: str
    key: str
    tier: str
    description: str
    allowed_pattern: str
    policies: tuple[str, ...]
    data_type: str


@dataclass(frozen=True, slots=True)
class Write:
    """One PutParameter: everything but the name may be left as Parameter Store has it."""

    name: str
    value: SecretValue
    key: str
    """Alias, id or ARN of the KMS key. Always sent: without it an overwrite moves the secret to `alias/aws/ssm`."""
    overwrite: bool = True
    tier: str = "Standard"
    description: str = ""
    allowed_pattern: str = ""
    policies: str = ""
    """JSON text of the parameter's policies; empty sends none."""
    tags: tuple[tuple[str, str], ...] = ()
    """Only taken by AWS when the parameter is created."""
    data_type: str = "text"


@dataclass(frozen=True, slots=True)
class Written:
    """What PutParameter answered."""

    version: int
    tier: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """The parameters that were there, in no particular order, and the names that were not."""

    found: tuple[Parameter, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParameterFilter:
    """One filter of DescribeParameters: `ParameterFilter("KeyId", ("alias/x",))`, `("Path", ("/a",), "Recursive")`."""

    key: str
    values: tuple[str, ...]
    option: str = "Equals"


@dataclass(frozen=True, slots=True)
class ResourcePolicy:
    """A policy attached to a parameter (a share with other accounts)."""

    id: str
    hash: str
    document: str = field(repr=False)
    """The policy's JSON text."""


class ParameterStore:
    """Parameter Store on one connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @property
    def _ssm(self) -> "SSMClient":
        client: SSMClient = self.connection.client("ssm")
        return client

    def put(self, write: Write) -> Written:
        """Write one parameter as a SecureString; never reads.

        Raises AlreadyThere where `overwrite` is False and the name exists, KeyUnusable, and any other AwsFailure.
        """
        optional: dict[str, Any] = {
            "Description": write.description,
            "AllowedPattern": write.allowed_pattern,
            "Policies": write.policies,
            "Tags": [{"Key": key, "Value": value} for key, value in write.tags],
        }
        with translated("ssm:PutParameter", write.name, write.value), refused_write(write.name):
            answer = self._ssm.put_parameter(
                Name=write.name,
                Value=write.value.reveal(),
                Type=SECURE_STRING,
                KeyId=write.key,
                Overwrite=write.overwrite,
                Tier=write.tier,  # type: ignore[arg-type]  # AWS checks it
                DataType=write.data_type,
                **{name: value for name, value in optional.items() if value},
            )
        return Written(answer["Version"], answer.get("Tier", write.tier))

    def get(self, name: str, *, decrypt: bool = True) -> Parameter:
        """One parameter by `name`, `name:version` or `name:label`, by ssm:GetParameter. Raises NotThere."""
        with translated("ssm:GetParameter", name):
            answer = self._ssm.get_parameter(Name=name, WithDecryption=decrypt)
            return _parameter(answer["Parameter"])

    def get_many(self, names: Sequence[str], *, decrypt: bool = True) -> Fetched:
        """Parameters by name in calls of ten, by ssm:GetParameters; unknown names are answered, not raised."""
        found: list[Parameter] = []
        missing: list[str] = []
        for start in range(0, len(names), _NAMES_A_CALL):
            batch = list(names[start : start + _NAMES_A_CALL])
            with translated("ssm:GetParameters", ", ".join(batch)):
                answer = self._ssm.get_parameters(Names=batch, WithDecryption=decrypt)
                found += [_parameter(item) for item in answer["Parameters"]]
                missing += answer.get("InvalidParameters", [])
        return Fetched(tuple(found), tuple(missing))

    def under(self, path: str, *, recursive: bool = True, decrypt: bool = True) -> Iterator[Parameter]:
        """Every parameter under a path, by ssm:GetParametersByPath."""
        token: dict[str, str] = {}
        while True:
            with translated("ssm:GetParametersByPath", path):
                answer = self._ssm.get_parameters_by_path(
                    Path=path,
                    Recursive=recursive,
                    WithDecryption=decrypt,
                    MaxResults=10,
                    **token,  # type: ignore[arg-type]  # the stubs take no mapping of options
                )
                page = [_parameter(item) for item in answer["Parameters"]]
            yield from page
            if not answer.get("NextToken"):
                return
            token = {"NextToken": answer["NextToken"]}

    def describe(self, *filters: ParameterFilter) -> Iterator[Described]:
        """Parameters without values, by ssm:DescribeParameters; without a filter, all of the account in the region."""
        asked: list[Any] = [{"Key": f.key, "Option": f.option, "Values": list(f.values)} for f in filters]
        token: dict[str, Any] = {}
        while True:
            with translated("ssm:DescribeParameters"):
                answer = self._ssm.describe_parameters(
                    ParameterFilters=asked,
                    MaxResults=50,
                    **token,
                )
                page = [_described(item) for item in answer["Parameters"]]
            yield from page
            if not answer.get("NextToken"):
                return
            token = {"NextToken": answer["NextToken"]}

    def described(self, names: Sequence[str]) -> tuple[Described, ...]:
        """The parameters of these names, by ssm:DescribeParameters; in the order given, those that are not there left out."""
        found: dict[str, Described] = {}
        for start in range(0, len(names), _NAMES_A_FILTER):
            batch = tuple(names[start : start + _NAMES_A_FILTER])
            found |= {one.name: one for one in self.describe(ParameterFilter("Name", batch))}
        return tuple(found[name] for name in dict.fromkeys(names) if name in found)

    def history(self, name: str, *, decrypt: bool = False) -> Iterator[Version]:
        """Every version kept, oldest first, by ssm:GetParameterHistory. Raises NotThere."""
        token: dict[str, str] = {}
        while True:
            with translated("ssm:GetParameterHistory", name):
                answer = self._ssm.get_parameter_history(Name=name, WithDecryption=decrypt, MaxResults=50, **token)
                page = [_version(item, decrypt) for item in answer["Parameters"]]
            yield from page
            if not answer.get("NextToken"):
                return
            token = {"NextToken": answer["NextToken"]}

    def delete(self, names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Delete by ssm:DeleteParameters in calls of ten; the names deleted and those that were not there."""
        deleted: list[str] = []
        missing: list[str] = []
        for start in range(0, len(names), _NAMES_A_CALL):
            batch = list(names[start : start + _NAMES_A_CALL])
            with translated("ssm:DeleteParameters", ", ".join(batch)):
                answer = self._ssm.delete_parameters(Names=batch)
                deleted += answer.get("DeletedParameters", [])
                missing += answer.get("InvalidParameters", [])
        return tuple(deleted), tuple(missing)

    def label(self, name: str, version: int, labels: Sequence[str]) -> tuple[str, ...]:
        """Put labels on a version (one that another version has moves); the labels AWS does not take as such."""
        with translated("ssm:LabelParameterVersion", f"{name}:{version}"), refused_label(name, version):
            answer = self._ssm.label_parameter_version(Name=name, ParameterVersion=version, Labels=list(labels))
            return tuple(answer.get("InvalidLabels", []))

    def unlabel(self, name: str, version: int, labels: Sequence[str]) -> tuple[str, ...]:
        """Take labels off a version; the labels it did not have."""
        with translated("ssm:UnlabelParameterVersion", f"{name}:{version}"):
            answer = self._ssm.unlabel_parameter_version(Name=name, ParameterVersion=version, Labels=list(labels))
            return tuple(answer.get("InvalidLabels", []))

    def tags(self, name: str) -> Mapping[str, str]:
        """The parameter's tags, by ssm:ListTagsForResource."""
        with translated("ssm:ListTagsForResource", name):
            answer = self._ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=name)
            return {tag["Key"]: tag["Value"] for tag in answer.get("TagList", [])}

    def tag(self, name: str, tags: Mapping[str, str]) -> None:
        """Add or change tags, by ssm:AddTagsToResource; nothing for no tags."""
        if tags:
            with translated("ssm:AddTagsToResource", name):
                self._ssm.add_tags_to_resource(
                    ResourceType="Parameter",
                    ResourceId=name,
                    Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
                )

    def untag(self, name: str, keys: Sequence[str]) -> None:
        """Remove tags by key, by ssm:RemoveTagsFromResource."""
        with translated("ssm:RemoveTagsFromResource", name):
            self._ssm.remove_tags_from_resource(ResourceType="Parameter", ResourceId=name, TagKeys=list(keys))

    def resource_policies(self, arn: str) -> tuple[ResourcePolicy, ...]:
        """The policies attached to a parameter, by ssm:GetResourcePolicies."""
        found: list[ResourcePolicy] = []
        token: dict[str, str] = {}
        while True:
            with translated("ssm:GetResourcePolicies", arn):
                answer = self._ssm.get_resource_policies(ResourceArn=arn, **token)  # type: ignore[arg-type]  # the stubs take no mapping of options
                found += [
                    ResourcePolicy(item["PolicyId"], item["PolicyHash"], item["Policy"])
                    for item in answer.get("Policies", [])
                ]
            if not answer.get("NextToken"):
                return tuple(found)
            token = {"NextToken": answer["NextToken"]}


def _parameter(item: Any) -> Parameter:
    return Parameter(
        name=item["Name"],
        arn=item.get("ARN", ""),
        version=item["Version"],
        type=item["Type"],
        value=SecretValue(item["Value"]),
        modified=_utc(item["LastModifiedDate"]),
        selector=item.get("Selector", "").removeprefix(":"),
    )


def _described(item: Any) -> Described:
    return Described(
        name=item["Name"],
        arn=item.get("ARN", ""),
        type=item["Type"],
        version=item["Version"],
        modified=_utc(item["LastModifiedDate"]),
        modified_by=item.get("LastModifiedUser", ""),
        key=item.get("KeyId", ""),
        tier=item.get("Tier", "Standard"),
        description=item.get("Description", ""),
        allowed_pattern=item.get("AllowedPattern", ""),
        policies=_policies(item),
        data_type=item.get("DataType", "text"),
    )


def _version(item: Any, decrypt: bool) -> Version:
    hidden = item["Type"] == SECURE_STRING and not decrypt
    return Version(
        number=item["Version"],
        type=item["Type"],
        value=None if hidden else SecretValue(item["Value"]),
        labels=tuple(item.get("Labels", [])),
        modified=_utc(item["LastModifiedDate"]),
        modified_by=item.get("LastModifiedUser", ""),
        key=item.get("KeyId", ""),
        tier=item.get("Tier", "Standard"),
        description=item.get("Description", ""),
        allowed_pattern=item.get("AllowedPattern", ""),
        policies=_policies(item),
        data_type=item.get("DataType", "text"),
    )


def _policies(item: Any) -> tuple[str, ...]:
    policies = item.get("Policies", [])
    if not all(isinstance(policy, dict) for policy in policies):
        raise KeyError("PolicyText")  # as for any member that AWS always sends: the answer is not AWS's
    return tuple(policy["PolicyText"] for policy in policies if policy.get("PolicyText"))


def _utc(when: Any) -> datetime:
    if not isinstance(when, datetime):
        raise MalformedInput("AWS answered a time that is none")
    return when.astimezone(UTC)
