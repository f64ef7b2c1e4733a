"""How far what begins on a line of a file goes: a statement, a setting with its value, a block."""

from secrets_cli.errors import MalformedInput
from secrets_cli.inputs.comment import Extents
from secrets_cli.inputs.terraform_comments import terraform_things


def extents_of(text: str, name: str) -> Extents:
    """What begins on which line; nothing of a file that cannot be read, each line of which stands for itself."""
    try:
        if name.lower().endswith(".tf"):
            return Extents(terraform_things(text, name), ())
        if name.lower().endswith((".json", ".yml", ".yaml")):
            from secrets_cli.inputs.document_text import read_document
            from secrets_cli.inputs.yaml_comments import yaml_things

            read_document(text, name)  # the limits of the readers hold for what follows
            return Extents(yaml_things(text), ())
    except MalformedInput:
        return Extents((), ())
    return Extents((), ())
