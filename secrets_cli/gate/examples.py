"""The bundled examples of a rule: `policies/gate/ID/bad.*` and `good.*`, and files that they refer to."""

from collections.abc import Mapping

from secrets_cli.bundled import bundled, bundled_names


def examples_of(id: str) -> Mapping[str, str]:
    """The files of the rule's folder: name -> text."""
    folder = f"gate/{id}/"
    names = (name for name in bundled_names("policies") if name.startswith(folder))
    return {name.removeprefix(folder): bundled("policies", name) for name in names}
