"""One Terraform module: its variables, locals, resources, data sources, child modules and outputs, by name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from secrets_cli.inputs.terraform_syntax import Attribute, Block, Body
from secrets_cli.inputs.terraform_value import Value


@dataclass(frozen=True, slots=True, eq=False)
class Resource:
    """A `resource` or `data` block."""

    type: str
    name: str
    managed: bool
    """True for `resource`, False for `data`."""
    block: Block
    module: "Module"

    @property
    def address(self) -> str:
        """As Terraform names it: `module.m.aws_iam_role.api`."""
        return f"{self.module.prefix}{'' if self.managed else 'data.'}{self.type}.{self.name}"


@dataclass(slots=True, eq=False)
class Module:
    """The blocks of all files of one folder."""

    prefix: str
    """Before each address: empty for the root module, `module.m.` for one that it calls."""
    folder: str
    """Relative to the root module's folder: empty for the root module itself."""
    call: Block | None = None
    """The block that calls it; None for the root module."""
    caller: "Scope | None" = None
    """Where the call's arguments are evaluated."""
    depth: int = 0
    variables: dict[str, Block] = field(default_factory=dict)
    locals: dict[str, Attribute] = field(default_factory=dict)
    outputs: dict[str, Block] = field(default_factory=dict)
    calls: dict[str, Block] = field(default_factory=dict)
    providers: list[Block] = field(default_factory=list)
    resources: dict[tuple[bool, str, str], Resource] = field(default_factory=dict)
    """By (managed, type, name)."""

    def add(self, body: Body) -> None:
        """Take in the blocks of one file."""
        for block in body.blocks:
            match block.type, block.labels:
                case "variable", (name,):
                    self.variables[name] = block
                case "output", (name,):
                    self.outputs[name] = block
                case "module", (name,):
                    self.calls[name] = block
                case "provider", (_,):
                    self.providers.append(block)
                case "locals", ():
                    self.locals.update((attribute.name, attribute) for attribute in block.body.attributes)
                case "resource" | "data" as kind, (type, name):
                    managed = kind == "resource"
                    self.resources[managed, type, name] = Resource(type, name, managed, block, self)
                case _:
                    pass

    def managed(self) -> Iterator[Resource]:
        """Its resources, in the order of the files."""
        return (resource for resource in self.resources.values() if resource.managed)

    def data(self) -> Iterator[Resource]:
        """Its data sources, in the order of the files."""
        return (resource for resource in self.resources.values() if not resource.managed)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression is evaluated: its module, and what `each`, `count` and the names of iterations stand for."""

    module: Module
    bindings: Mapping[str, Value] = field(default_factory=dict)

    def with_names(self, **names: Value) -> "Scope":
        """The same with more names."""
        return Scope(self.module, {**self.bindings, **names})
