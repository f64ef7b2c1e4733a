"""Terraform configurations: the policies in the `.tf` files of one module and of the modules it calls by a local path.

Nothing is run and no provider is asked: what the files say is evaluated as far as they say it, and the rest is unknown.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from posixpath import join, normpath

from secrets_cli.inputs.found import UNKNOWN, Found, Supplied, Unresolved
from secrets_cli.inputs.terraform_attach import Collector
from secrets_cli.inputs.terraform_attribute import attribute_of
from secrets_cli.inputs.terraform_evaluate import Evaluator
from secrets_cli.inputs.terraform_json import encoded
from secrets_cli.inputs.terraform_module import Module, Scope
from secrets_cli.inputs.terraform_parse import parse_terraform
from secrets_cli.inputs.terraform_source import Sources
from secrets_cli.inputs.terraform_value import Text, Value, scalar_text, unknown

MAX_MODULE_DEPTH = 5
"""Modules that call modules."""

Folder = Callable[[str], Mapping[str, str] | None]
"""The `.tf` files of a folder named relative to the root module's: name -> text; None where there is no such folder."""


def read_terraform(files: Mapping[str, str], supplied: Supplied, folder: Folder = lambda _path: None) -> Found:
    """The policies of the module that the files make up.

    `files` are the folder's `.tf` files, and its `terraform.tfvars` and `*.auto.tfvars`, by the name that locations have;
    `supplied.read` reads what `file()` names, relative to that folder; `supplied.values` gives variables, and
    `account_id` and `region`. Raises MalformedInput where a file is no Terraform, TooLarge past a limit.
    """
    configuration = Configuration(files, supplied, folder)
    collector = Collector(configuration.evaluator, configuration.modules())
    found = collector.found()
    return replace(found, unresolved=tuple(dict.fromkeys((*found.unresolved, *configuration.unresolved))))


def read_tfvars(text: str, name: str) -> Mapping[str, str]:
    """The variables that a `.tfvars` file sets, as `Supplied.values` takes them: a list or a map as its source text.

    Raises MalformedInput where it is no Terraform.
    """
    sources = Sources()
    file = sources.add(name, text)
    body = parse_terraform(sources, file)
    evaluator = Evaluator(sources, Supplied(), attribute_of, lambda _module, call, _name, at: unknown(at, call))
    result: dict[str, str] = {}
    for attribute in body.attributes:
        value = evaluator.evaluate(attribute.value, Scope(Module("", "")))
        plain = scalar_text(value)
        result[attribute.name] = plain.value if plain is not None else encoded(value, attribute.offset).value
    return result


class Configuration:
    """The root module and those it calls, read when they are needed. Made as `read_terraform` says; `unresolved` are the modules
    that are called and not at hand."""

    __slots__ = ("_children", "_folder", "evaluator", "root", "unresolved")

    def __init__(self, files: Mapping[str, str], supplied: Supplied, folder: Folder) -> None:
        self._folder = folder
        self._children: dict[tuple[int, str], Module | None] = {}
        self.root = Module("", "")
        self.unresolved: list[Unresolved] = []
        values: dict[str, str] = {}
        for name, text in sorted(files.items()):
            if name.endswith(".tfvars"):
                values.update(read_tfvars(text, name))
        given = Supplied({**values, **supplied.values}, supplied.read, supplied.managed)
        self.evaluator = Evaluator(Sources(), given, attribute_of, self.output)
        self._fill(self.root, files)

    def _fill(self, module: Module, files: Mapping[str, str]) -> None:
        sources = self.evaluator.sources
        for name, text in sorted(files.items()):
            if name.endswith(".tf"):
                module.add(parse_terraform(sources, sources.add(name, text)))

    def modules(self) -> tuple[Module, ...]:
        """All of them, callers first."""
        result = [self.root]
        for module in result:  # grows while it is walked
            children = (self.child(module, name) for name in module.calls)
            result.extend(child for child in children if child is not None)
        return tuple(result)

    def child(self, module: Module, name: str) -> Module | None:
        """The module that a call calls, or None (listed as unresolved) where it is not at hand."""
        key = (id(module), name)
        if key not in self._children:
            self._children[key] = None  # while it is read, it is not there
            self._children[key] = self._read(module, name)
        return self._children[key]

    def _read(self, module: Module, name: str) -> Module | None:
        block = module.calls[name]
        written = block.body.attribute("source")
        source = self.evaluator.evaluate(written.value, Scope(module)) if written is not None else None
        place = self.evaluator.sources.at(written.offset if written is not None else block.offset)
        if not isinstance(source, Text) or UNKNOWN in source.value:
            return self._missing(Unresolved(place, f"the source of module `{name}` is not known"))
        if not source.value.startswith(("./", "../")):
            return self._missing(Unresolved(place, f"module `{name}` comes from `{source.value}`, which is not read"))
        if module.depth >= MAX_MODULE_DEPTH:
            return self._missing(Unresolved(place, f"module `{name}` is called at depth {module.depth + 1}"))
        path = normpath(join(module.folder, source.value))
        files = self._folder(path)
        if files is None:
            return self._missing(Unresolved(place, f"module `{name}` in `{path}` is not there"))
        child = Module(
            f"{module.prefix}module.{name}.",
            path,
            call=block,
            caller=Scope(module),
            depth=module.depth + 1,
        )
        self._fill(child, files)
        child.providers = child.providers or module.providers
        return child

    def _missing(self, unresolved: Unresolved) -> Module | None:
        self.unresolved.append(unresolved)
        return None

    def output(self, module: Module, call: str, name: str, offset: int) -> Value:
        """An output of a module that is called."""
        child = self.child(module, call) if call in module.calls else None
        if child is None:
            return unknown(offset, f"`module.{call}.{name}` is not known")
        block = child.outputs.get(name)
        written = block.body.attribute("value") if block is not None else None
        if written is None:
            return unknown(offset, f"module `{call}` has no output `{name}`")
        evaluator = self.evaluator
        return evaluator.named(child, f"output.{name}", offset, lambda: evaluator.evaluate(written.value, Scope(child)))
