"""A narrowed policy written into the Terraform files of its role; texts in, texts out.

The statements go where the role's first own policy is written: an `aws_iam_role_policy`, an `inline_policy` block, or an attached
`aws_iam_policy` that nothing else uses. Its other policies go, and so do attachments that grant what the narrowed policy does
not; a role that has nothing but these gets an `aws_iam_role_policy`. That the changed files say what was meant is for the
caller to prove, by reading them again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from secrets_cli.iam.contain import Contained, contains
from secrets_cli.iam.model import Policy
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.iam.size import MANAGED_POLICY_LIMIT, ROLE_INLINE_LIMIT, policy_size
from secrets_cli.inputs.list_edit import CannotEdit
from secrets_cli.inputs.project_edit import statements_of
from secrets_cli.inputs.project_terraform import TerraformReading
from secrets_cli.inputs.terraform_attribute import uninstantiated
from secrets_cli.inputs.terraform_carriers import ATTACHMENTS, CARRIERS
from secrets_cli.inputs.terraform_functions import items_of
from secrets_cli.inputs.terraform_hcl import Words
from secrets_cli.inputs.terraform_module import Resource
from secrets_cli.inputs.terraform_policy import policies_of
from secrets_cli.inputs.terraform_references import References
from secrets_cli.inputs.terraform_syntax import Attribute, Block
from secrets_cli.inputs.terraform_syntax import Sequence as SequenceExpression
from secrets_cli.inputs.terraform_text import EditedFiles, Refused, Span, must, open_files
from secrets_cli.inputs.terraform_value import scalar_text
from secrets_cli.inputs.terraform_waits import wait_no_longer
from secrets_cli.inputs.terraform_written import PolicyWriter, policy_object
from secrets_cli.json_value import JsonValue

_EXCLUSIVE: Final = ("aws_iam_role_policies_exclusive", "aws_iam_role_policy_attachments_exclusive")
_MANY: Final = ("count", "for_each")


@dataclass(frozen=True, slots=True)
class TerraformEdit:
    """Changed files."""

    texts: Mapping[str, str]
    """By name in reports."""
    remarks: tuple[str, ...]
    """What somebody should know; each a sentence without a full stop."""


def terraform_written(
    reading: TerraformReading, names: Sequence[str], address: str, narrowed: Sequence[Policy], *, in_file_words: bool
) -> TerraformEdit | CannotEdit:
    """The files, of those names, with the narrowed policies as all that the role at the address is granted."""
    try:
        editing = _Editing(reading, open_files(reading.configuration, names), address, narrowed, in_file_words)
        editing.edit()
    except Refused as refused:
        return CannotEdit(str(refused))
    return TerraformEdit(editing.files.texts(), tuple(editing.remarks))


@dataclass(frozen=True, slots=True)
class _Attached:
    """A resource that attaches managed policies to the role."""

    resource: Resource
    written: Attribute
    own: tuple[Resource, ...]
    """The `aws_iam_policy` resources among them."""
    is_within: bool
    """Whether all that it attaches is within the narrowed policy, so that it may stay."""


class _Editing:
    """One role's change."""

    def __init__(
        self,
        reading: TerraformReading,
        files: EditedFiles,
        address: str,
        narrowed: Sequence[Policy],
        in_file_words: bool,
    ) -> None:
        self.reading = reading
        self.files = files
        self.narrowed = narrowed
        self.principal = f"role {address}"
        self.evaluator = reading.configuration.evaluator
        self.remarks: list[str] = []
        self.removed: list[Resource] = []
        self.granting_now = ""
        """The resource that other resources are to wait for in the place of those that go; empty where the role is enough."""
        self.role = self.found_role(address)
        has_provider = self.role.block.body.attribute("provider") is not None
        references = References(reading.modules)
        root = reading.configuration.root
        self.writer = PolicyWriter(files, root, references, in_file_words and not has_provider)

    def refuse(self, place: int, reason: str) -> Refused:
        return Refused(f"{self.files.place(place)}: {reason}")

    def found_role(self, address: str) -> Resource:
        for module in self.reading.modules:
            for resource in module.managed():
                if resource.address == address:
                    offset = resource.block.offset
                    if module is not self.reading.configuration.root:
                        raise self.refuse(offset, f"the role is made in a module: narrow it in `{module.folder}`")
                    self.refuse_many(resource)
                    return resource
        raise Refused(f"no file makes `{address}`")

    def refuse_many(self, resource: Resource) -> None:
        for name in _MANY:
            written = resource.block.body.attribute(name)
            if written is not None:
                raise self.refuse(
                    written.offset, f"`{resource.address}` has `{name}`: its instances may need different policies"
                )

    def edit(self) -> None:
        inline = list(self.inline_blocks())
        own = [one for one in self.granting() if one.type == "aws_iam_role_policy"]
        attached = list(self.attached())
        target = self.written_into(own, inline, attached)
        if isinstance(target, Resource):
            holders = (one.resource for one in attached if target in one.own and one.resource is not self.role)
            self.granting_now = target.address if target in own else next((one.address for one in holders), "")
        for resource in own:
            if resource is not target:
                self.remove(resource)
        for block in inline:
            if block is not target:
                must(self.files.remove_lines(self.files.span(block.offset)))
        gone = [one for one in attached if not one.is_within and target not in one.own]
        if target is None:
            self.add(gone)
        else:
            for one in gone:
                self.detach(one)
        wait_no_longer(self.files, self.removed, self.granting_now)
        self.refuse_exclusive(has_changed=bool(gone) or target is None or len(own) + len(inline) > 1)

    # Where it goes

    def written_into(
        self, own: Sequence[Resource], inline: Sequence[Block], attached: Sequence[_Attached]
    ) -> Resource | Block | None:
        """The resource or block that the statements were written into; None where the role has none of its own."""
        statements = statements_of(self.narrowed)
        first: Resource | Block | None = next(iter(own), None) or next(iter(inline), None)
        if first is not None:
            self.refuse_large(ROLE_INLINE_LIMIT)
            self.write(first.block if isinstance(first, Resource) else first, statements)
            return first
        managed = [policy for one in attached for policy in one.own]
        for policy in managed:
            if self.is_alone(policy, attached):
                self.refuse_large(MANAGED_POLICY_LIMIT)
                self.write(policy.block, statements)
                return policy
        if managed:
            other = next(self.elsewhere(managed[0], attached))
            raise self.refuse(
                other,
                f"`{managed[0].address}` is also used here, so that others would be narrowed too: give the role an "
                "`aws_iam_role_policy` of its own, and narrow it again",
            )
        return None

    def write(self, block: Block, statements: Sequence[JsonValue]) -> None:
        written = block.body.attribute("policy")
        if written is None:
            raise self.refuse(block.offset, "it has no `policy`")
        must(self.writer.write(written.value, statements))

    def refuse_large(self, limit: int) -> None:
        size = policy_size(Policy(tuple(one for policy in self.narrowed for one in policy.statements)))
        if size > limit:
            raise Refused(f"the policy has {size:,} characters, and at most {limit:,} may stand there")

    def is_alone(self, policy: Resource, attached: Sequence[_Attached]) -> bool:
        if any(policy.block.body.attribute(name) is not None for name in _MANY):
            raise self.refuse(policy.block.offset, f"`{policy.address}` is made several times")
        return policy.module is self.role.module and next(self.elsewhere(policy, attached), None) is None

    def elsewhere(self, policy: Resource, attached: Sequence[_Attached]) -> Iterator[int]:
        """Where a policy is named but in the attachments of the role."""
        if policy.module is not self.role.module:
            yield policy.block.offset
            return
        own = [self.files.span(one.resource.block.offset) for one in attached if one.resource is not self.role]
        own += [self.files.span(one.written.value.offset) for one in attached]
        for offset in self.files.mentions(policy.address):
            if not any(span.holds(offset) for span in own):
                yield offset

    # What grants the role something

    def granting(self) -> Iterator[Resource]:
        """The resources that grant the role something or attach it to the role."""
        for module in self.reading.modules:
            for resource in module.managed():
                if any(self.principal in self.reading.collector.owners_of(resource, one) for one in _owners(resource)):
                    if module is not self.role.module:
                        raise self.refuse(
                            resource.block.offset, f"`{resource.address}` is in a module, and also grants the role"
                        )
                    if resource.type == "aws_iam_role_policy":
                        self.refuse_many(resource)
                    yield resource

    def inline_blocks(self) -> Iterator[Block]:
        for block in self.role.block.body.blocks:
            if block.type == "inline_policy" and block.body.attribute("policy") is not None:
                yield block
            elif block.type == "dynamic" and block.labels == ("inline_policy",):
                raise self.refuse(block.offset, "the role has `dynamic` policies; write them out")

    def attached(self) -> Iterator[_Attached]:
        for resource in (self.role, *self.granting()):
            attachment = ATTACHMENTS.get(resource.type)
            written = resource.block.body.attribute(attachment.policy) if attachment is not None else None
            if written is None or resource.type in _EXCLUSIVE:
                continue
            own, policies = self.policies_of(resource, written)
            is_within = isinstance(contains(self.narrowed, policies), Contained)
            yield _Attached(resource, written, own, is_within)

    def policies_of(self, resource: Resource, written: Attribute) -> tuple[tuple[Resource, ...], list[Policy]]:
        """The policies that a resource attaches, and those among them that the files make."""
        own: dict[int, Resource] = {}
        policies: list[Policy] = []
        for scope in self.reading.collector.instances_of(resource):
            value = self.evaluator.evaluate(written.value, scope)
            for item in items_of(value) or (value,):
                text = scalar_text(item)
                made = None if text is None else self.reading.collector.policy_of(text)
                managed = None if text is None else self.evaluator.supplied.managed(text.value)
                if made is not None:
                    own[id(made)] = made
                    policies += self.documents_of(made)
                elif managed is not None:
                    policies.append(managed)
                else:
                    raise self.refuse(written.offset, "what it attaches is not known")
        return tuple(own.values()), policies

    def documents_of(self, policy: Resource) -> Iterator[Policy]:
        written = policy.block.body.attribute("policy")
        if written is None:
            return
        value = self.evaluator.evaluate(written.value, uninstantiated(policy))
        for one in policies_of(value, PolicyKind.IDENTITY, self.evaluator.sources).policies:
            yield one.policy

    # What goes

    def detach(self, one: _Attached, instead: str = "") -> None:
        """Take an attachment away, with a text in its place where one is given."""
        if one.resource is self.role:
            self.replace_arns(one.written)
            return
        attachment = ATTACHMENTS[one.resource.type]
        owners = [owner for name in attachment.owners for owner in self.reading.collector.owners_of(one.resource, name)]
        if set(owners) != {self.principal}:
            raise self.refuse(
                one.resource.block.offset,
                f"`{one.resource.address}` is for others too: give each an `aws_iam_role_policy_attachment`",
            )
        if instead:
            self.files.replace(self.files.span(one.resource.block.offset), instead)
            self.removed.append(one.resource)
        else:
            self.remove(one.resource)
        self.remarks += (
            f"`{policy.address}` is no longer attached to the role, and stays in the files" for policy in one.own
        )

    def replace_arns(self, written: Attribute) -> None:
        """Take managed policies out of the role's own list, all of them where the list is not written out."""
        kept: list[str] = []
        items = written.value.items if isinstance(written.value, SequenceExpression) else ()
        for item in items:
            text = scalar_text(self.evaluator.evaluate(item, uninstantiated(self.role)))
            managed = None if text is None else self.evaluator.supplied.managed(text.value)
            if managed is not None and isinstance(contains(self.narrowed, (managed,)), Contained):
                kept.append(self.files.text(self.files.span(item.offset)))
        self.files.replace(self.files.span(written.value.offset), f"[{', '.join(kept)}]")

    def remove(self, resource: Resource) -> None:
        """Take a resource out; what waits for it is seen to at the end."""
        must(self.files.remove_lines(self.files.span(resource.block.offset)))
        self.removed.append(resource)

    def refuse_exclusive(self, *, has_changed: bool) -> None:
        for resource in self.granting() if has_changed else ():
            if resource.type in _EXCLUSIVE:
                raise self.refuse(
                    resource.block.offset, f"`{resource.address}` lists the role's policies, which would be others"
                )

    # What comes

    def add(self, gone: Sequence[_Attached]) -> None:
        """A policy of its own, in the place of the first attachment that goes, else behind the role."""
        self.refuse_large(ROLE_INLINE_LIMIT)
        name = self.role.name
        while (True, "aws_iam_role_policy", name) in self.role.module.resources:
            name += "_narrowed"
        made = self.made(name)
        self.granting_now = f"aws_iam_role_policy.{name}"
        taken = next((one for one in gone if one.resource is not self.role), None)
        for one in gone:
            self.detach(one, made if one is taken else "")
        if taken is None:
            end = self.files.span(self.role.block.offset).end
            self.files.replace(Span(end, end), f"\n\n{made}")

    def made(self, name: str) -> str:
        statements = statements_of(self.narrowed)
        document = policy_object(statements, Words(), "  ")
        return (
            f'resource "aws_iam_role_policy" "{name}" {{\n'
            f"  role = {self.role.type}.{self.role.name}.name\n"
            f"  policy = jsonencode({document})\n}}"
        )


def _owners(resource: Resource) -> tuple[str, ...]:
    """The attributes of a resource that name the roles it grants something."""
    attachment = ATTACHMENTS.get(resource.type)
    if attachment is not None:
        return attachment.owners
    if resource.type == "aws_iam_role_policies_exclusive":
        return ("role_name",)
    carrier = CARRIERS.get(resource.type)
    return (carrier.owner,) if carrier is not None and carrier.owner else ()
