"""From what a command line asks for to the variables it gets: read, named, held to what is declared, chosen, checked."""

from dataclasses import dataclass, field

from secrets_cli.aws.parameters import ParameterStore
from secrets_cli.secrets.environment.collect import (
    Collision,
    Variable,
    choose,
    collect,
    refuse_dangerous,
    variables_of,
)
from secrets_cli.secrets.environment.environment_names import Naming
from secrets_cli.secrets.environment.strict import Declared, held_to, refuse_collisions


@dataclass(frozen=True, slots=True)
class Ask:
    """Which parameters, and under which names."""

    paths: tuple[str, ...]
    """Folders, or single parameters, as `secrets_cli.secrets.collect.collect` tells them apart."""
    names: tuple[str, ...] = ()
    """Single parameters."""
    recursive: bool = False
    naming: Naming = field(default_factory=Naming)
    declared: tuple[Declared, ...] = ()
    """Where there is any, these variables are set, all of them and no others."""
    is_run: bool = True
    """Whether a shell or a program gets the variables, so that those that decide what it runs are refused."""
    allowed: frozenset[str] = frozenset()
    """Variables that may be set although they decide what programs run."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The variables, and what the user should know of how they came."""

    variables: tuple[Variable, ...]
    collisions: tuple[Collision, ...]
    """Decided: the later word's parameter is among the variables."""
    left_out: tuple[str, ...]
    """Parameters that are there and not declared."""


def gather(store: ParameterStore, ask: Ask) -> Gathered:
    """Read the parameters and make variables of them.

    Raises NotThere (nothing at a word), NothingToRead (declared variables without a parameter, all of them listed),
    ConfigurationError (two parameters claim a variable and neither goes before, or it is declared; a name that decides what
    programs run), and what the calls raise.
    """
    variables = variables_of(collect(store, ask.paths, ask.names, recursive=ask.recursive), ask.naming)
    left_out: tuple[str, ...] = ()
    if ask.declared:
        strict = held_to(ask.declared, variables)
        variables, left_out = strict.variables, strict.left_out
    chosen = choose(variables)
    if ask.declared:
        refuse_collisions(chosen.collisions)
    if ask.is_run:
        refuse_dangerous(chosen.variables, ask.allowed)
    return Gathered(chosen.variables, chosen.collisions, left_out)
