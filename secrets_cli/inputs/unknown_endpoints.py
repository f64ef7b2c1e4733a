"""Endpoints of which a file does not tell whether they ask who calls: not understood, and so not passed."""

from collections.abc import Iterable

from secrets_cli.inputs.found import Authorizer, FunctionAt, Unresolved


def unknown_endpoints(functions: Iterable[FunctionAt]) -> tuple[Unresolved, ...]:
    """One for each such endpoint, at its place, in the order of the functions. One that is for a VPC only needs no
    authorizer."""
    found: dict[Unresolved, None] = {}
    for function in functions:
        for endpoint in function.endpoints:
            if endpoint.authorizer is Authorizer.UNKNOWN and not endpoint.private:
                name = f"`{endpoint.name}`" if endpoint.name else f"the {endpoint.kind.replace('-', ' ')}"
                reason = f"whether {name} of function `{function.name}` asks who calls is not known"
                found[Unresolved(endpoint.location, reason)] = None
    return tuple(found)
