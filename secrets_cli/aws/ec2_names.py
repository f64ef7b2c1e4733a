"""EC2's parameters, as CloudTrail writes them: not by the names of the model, but by those of EC2's old SOAP interface.

Two forms, measured on 108 operations of real records:

- Operations that the SOAP interface had: `instancesSet: {items: [{instanceId}]}`, `filterSet: {items: [{name, valueSet}]}`.
- Later ones: `DescribeFlowLogsRequest: {FlowLogId: {tag: 1, content: ..}}`, each item of a list numbered. Which: those whose
  `DryRun` is not written `dryRun` (106 of 108 right; the two others are named).
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from secrets_cli.aws.written_names import HIDDEN, Keep, Kept, Written
from secrets_cli.json_value import JsonValue

if TYPE_CHECKING:
    from botocore.model import OperationModel, Shape

_OF_ONE_OPERATION = {
    ("DescribePlacementGroups", "GroupId"): ("placementGroupIdSet", "groupId"),
    ("DescribePlacementGroups", "GroupName"): ("placementGroupSet", "groupName"),
}
_SINGLE = {
    ("CreateVolume", "AvailabilityZone"): "zone",
    ("DescribeSnapshotAttribute", "Attribute"): "attributeType",
    ("ModifyImageAttribute", "Attribute"): "attributeType",
    ("ModifySnapshotAttribute", "Attribute"): "attributeType",
}
"""Parameters that one operation writes by another name."""
_LAUNCHED = ("imageId", "minCount", "maxCount", "keyName")
"""What RunInstances writes into the items of `instancesSet`."""
_NEW_ALL_THE_SAME = frozenset({"DescribeHosts", "DescribeVpcClassicLinkDnsSupport"})

_SETS = {
    "AllocationId": ("allocationIdsSet", "allocationId"),
    "AttributeName": ("accountAttributeNameSet", "attributeName"),
    "CustomerGatewayId": ("customerGatewaySet", "customerGatewayId"),
    "DhcpOptionsId": ("dhcpOptionsSet", "dhcpOptionsId"),
    "ExecutableBy": ("executableBySet", "user"),
    "Filter": ("filterSet", ""),
    "GroupId": ("securityGroupIdSet", "groupId"),
    "GroupName": ("securityGroupSet", "groupName"),
    "ImageId": ("imagesSet", "imageId"),
    "InstanceId": ("instancesSet", "instanceId"),
    "InternetGatewayId": ("internetGatewayIdSet", "internetGatewayId"),
    "KeyName": ("keySet", "keyName"),
    "KeyPairId": ("keyPairIdSet", "keyPairId"),
    "NetworkAclId": ("networkAclIdSet", "networkAclId"),
    "NetworkInterface": ("networkInterfaceSet", ""),
    "NetworkInterfaceId": ("networkInterfaceIdSet", "networkInterfaceId"),
    "Owner": ("ownersSet", "owner"),
    "PublicIp": ("publicIpsSet", "publicIp"),
    "RegionName": ("regionSet", "regionName"),
    "ResourceId": ("resourcesSet", "resourceId"),
    "RestorableBy": ("sharedUsersSet", "user"),
    "RouteTableId": ("routeTableIdSet", "routeTableId"),
    "SecurityGroupId": ("groupSet", "groupId"),
    "SnapshotId": ("snapshotSet", "snapshotId"),
    "SubnetId": ("subnetSet", "subnetId"),
    "Tag": ("tagSet", ""),
    "TagSpecification": ("tagSpecificationSet", ""),
    "VolumeId": ("volumeSet", "volumeId"),
    "VpcId": ("vpcSet", "vpcId"),
    "VpcPeeringConnectionId": ("vpcPeeringConnectionIdSet", "vpcPeeringConnectionId"),
    "VpnConnectionId": ("vpnConnectionSet", "vpnConnectionId"),
    "VpnGatewayId": ("vpnGatewaySet", "vpnGatewayId"),
    "ZoneId": ("availabilityZoneIdSet", "zoneId"),
    "ZoneName": ("availabilityZoneSet", "zoneName"),
    "PrivateIpAddresses": ("privateIpAddressesSet", "privateIpAddress"),
}
"""A list's name on the wire -> its name in records, and that of its items where they are texts."""


def written_request(members: Mapping[str, Any], operation: "OperationModel", keep: Keep) -> Written:
    """`requestParameters` of an EC2 call."""
    found = Written()
    shape = operation.input_shape
    if shape is None:
        return found
    writer = _Writer(operation.name, keep, found.hidden)
    if is_new(operation):
        found.value = {f"{operation.name}Request": writer.new_struct(members, shape, ())}
    else:
        found.value = writer.old_struct(members, shape, ())
    if operation.name == "RunInstances":
        launched = {name: found.value.pop(name) for name in _LAUNCHED if name in found.value}
        found.value = {"instancesSet": {"items": [launched]}} | found.value
    return found


def is_new(operation: "OperationModel") -> bool:
    """Whether the operation is written in the later form."""
    if operation.name in _NEW_ALL_THE_SAME or operation.input_shape is None:
        return True
    members = operation.input_shape.members
    return "DryRun" in members and members["DryRun"].serialization.get("name") != "dryRun"


class _Writer:
    """Walks members along their shapes; fills the list of what it hides."""

    def __init__(self, operation: str, keep: Keep, hidden: list[str]) -> None:
        self._operation = operation
        self._keep = keep
        self._hidden = hidden

    def old_struct(self, members: Mapping[str, Any], shape: "Shape", path: tuple[str, ...]) -> dict[str, JsonValue]:
        found: dict[str, JsonValue] = {}
        for name, value in members.items():
            member = shape.members[name]  # type: ignore[attr-defined]  # a structure
            wire = member.serialization.get("name", name)
            upper = wire[:1].upper() + wire[1:]
            own = _SINGLE.get((self._operation, upper), wire[:1].lower() + wire[1:])
            if self._hides(value, member, (*path, own)):
                found[own] = HIDDEN
            elif member.type_name == "list":
                called, item = self._set(upper, own, path)
                found[called] = self._items(value, member, (*path, called), item)
            elif member.type_name == "structure":
                found[own] = self.old_struct(value, member, (*path, own))
            else:
                found[own] = value
        return found

    def _set(self, wire: str, own: str, path: tuple[str, ...]) -> tuple[str, str]:
        """A list's name, and that of its items where they are texts."""
        if path:
            return _INSIDE.get(own, own), ""
        return _OF_ONE_OPERATION.get((self._operation, wire)) or _SETS.get(wire, (own, ""))

    def _items(self, values: list[Any], shape: "Shape", path: tuple[str, ...], item: str) -> JsonValue:
        inner = shape.member  # type: ignore[attr-defined]  # a list's shape
        if inner.type_name == "structure":
            told: list[JsonValue] = [self.old_struct(one, inner, path) for one in values]
            if path[-1] == "tags":
                return told
        else:
            called = item or ("value" if path[-1] == "valueSet" else path[-1].removesuffix("Set"))
            told = [{called: one} for one in values]
        return {"items": told} if told else {}

    def new_struct(self, members: Mapping[str, Any], shape: "Shape", path: tuple[str, ...]) -> dict[str, JsonValue]:
        found: dict[str, JsonValue] = {}
        for name, value in members.items():
            member = shape.members[name]  # type: ignore[attr-defined]  # a structure
            wire = member.serialization.get("queryName") or member.serialization.get("name", name)
            own = wire[:1].upper() + wire[1:]
            if self._hides(value, member, (*path, own)):
                found[own] = HIDDEN
            elif member.type_name == "list":
                told = [self._numbered(one, member.member, (*path, own), place) for place, one in enumerate(value, 1)]
                found[own] = told[0] if len(told) == 1 else told
            elif member.type_name == "structure":
                found[own] = self.new_struct(value, member, (*path, own))
            else:
                found[own] = value
        return found

    def _numbered(self, value: Any, shape: "Shape", path: tuple[str, ...], place: int) -> JsonValue:
        if shape.type_name == "structure":
            return {**self.new_struct(value, shape, path), "tag": place}
        return {"content": value, "tag": place}

    def _hides(self, value: Any, shape: "Shape", path: tuple[str, ...]) -> bool:
        leaf = shape.type_name not in ("structure", "list", "map")
        hides = bool(shape.metadata.get("sensitive")) or self._keep(path, leaf) is not Kept.WRITTEN
        if hides:
            self._hidden.append(str(value))
        return hides


_INSIDE = {"value": "valueSet", "tag": "tags", "securityGroupId": "groupSet"}
"""Lists inside: the values of a filter, the tags of a specification, the groups of an interface."""
