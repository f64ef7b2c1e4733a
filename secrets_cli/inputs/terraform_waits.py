"""`depends_on` of resources that waited for what goes out of the files: they wait for what grants now.

A function in a network cannot be made before its role may make network interfaces, so its waiting is kept, for the resource
that holds the narrowed policy - unless that one needs the function, and so could never be made before it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from secrets_cli.inputs.terraform_module import Resource
from secrets_cli.inputs.terraform_syntax import Attribute, Block
from secrets_cli.inputs.terraform_syntax import Sequence as SequenceExpression
from secrets_cli.inputs.terraform_text import EditedFiles, Refused, Span, blocks_within, must

_WAITING: Final = ("aws_lambda_function", "aws_lambda_event_source_mapping")
"""What needs the grants of a role when it is made."""


def wait_no_longer(files: EditedFiles, removed: Sequence[Resource], granting: str) -> None:
    """Take the resources that go out of every `depends_on`; `granting` is the address of the resource that grants now, empty
    where there is none to wait for. Raises Refused where one is named elsewhere."""
    _Waits(files, {offset: one for one in removed for offset in files.mentions(one.address)}, granting).change()


@dataclass(frozen=True, slots=True)
class _Waits:
    files: EditedFiles
    named: dict[int, Resource]
    """Where what goes is named."""
    granting: str

    def change(self) -> None:
        gone = list(self.files.gone)
        open_ones = {offset for offset in self.named if not any(span.holds(offset) for span in gone)}
        for block in self.blocks():
            waits = block.body.attribute("depends_on")
            if waits is None or not isinstance(waits.value, SequenceExpression):
                continue
            items = {item.offset for item in waits.value.items}
            if items & open_ones:
                coming = self.granting if self.may_wait(block) else ""
                self.wait_for_others(waits, waits.value, items & open_ones, coming)
            open_ones -= items
        for offset in sorted(open_ones):
            raise Refused(
                f"{self.files.place(offset)}: `{self.named[offset].address}` goes with the narrowed policy, and is named here"
            )

    def blocks(self) -> Iterator[Block]:
        root = self.files.configuration.root
        for resource in root.resources.values():
            yield resource.block
            yield from blocks_within(resource.block.body)
        yield from root.calls.values()

    def spans(self) -> Iterator[tuple[str, Span]]:
        """What may need something else, by its address: resources, data sources, local values and modules."""
        root = self.files.configuration.root
        for resource in root.resources.values():
            yield resource.address, self.files.span(resource.block.offset)
        for name, attribute in root.locals.items():
            yield f"local.{name}", self.files.span(attribute.value.offset)
        for name, call in root.calls.items():
            yield f"module.{name}", self.files.span(call.offset)

    def may_wait(self, block: Block) -> bool:
        """Whether the block is one that needs the role's grants, and what grants them does not need it."""
        if block.type != "resource" or block.labels[0] not in _WAITING:
            return False
        spans = dict(self.spans())
        waiting = [self.granting]
        seen: set[str] = set()
        while waiting:
            address = waiting.pop()
            if address in spans and address not in seen:
                seen.add(address)
                waiting += (one for one in spans if any(map(spans[address].holds, self.files.mentions(one))))
        return ".".join(block.labels) not in seen

    def wait_for_others(self, waits: Attribute, listed: SequenceExpression, gone: set[int], coming: str) -> None:
        """Put what grants now in the place of the first of those that go, where the list has it not yet; the others go."""
        span = self.files.span(listed.offset)
        spans = [self.files.span(item.offset) for item in listed.items]
        said = [self.files.text(one) for one in spans if one.start not in gone]
        coming = "" if coming in said else coming
        if not said and not coming:
            must(self.files.remove_lines(Span(waits.offset, span.end)))
            return
        if "\n" not in self.files.text(span):
            first = min(gone)
            kept = (
                coming if one.start == first else self.files.text(one)
                for one in spans
                if one.start == first or one.start not in gone
            )
            self.files.replace(span, f"[{', '.join(filter(None, kept))}]")
            return
        for one in spans:
            if one.start in gone and coming:
                self.files.replace(one, coming)
                coming = ""
            elif one.start in gone:
                comma = self.files.text(Span(one.end, span.end)).startswith(",")
                must(self.files.remove_lines(Span(one.start, one.end + comma)))
