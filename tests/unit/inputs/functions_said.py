"""Functions as short texts, for the tests of readers."""

from secrets_cli.inputs.found import UNKNOWN, EndpointAt, Found, FunctionAt


def endpoint(one: EndpointAt) -> str:
    """`http GET /a none 12:9 key private *@13:5`."""
    words = [one.kind, one.name, one.authorizer.value, f"{one.location.line}:{one.location.column}"]
    words += ["key"] if one.api_key else []
    words += ["private"] if one.private else []
    if one.cors_location is not None:
        words.append(f"{','.join(one.cors_origins)}@{one.cors_location.line}:{one.cors_location.column}")
    words += [f"{header.name}={header.value}@{header.location.line}" for header in one.headers]
    return " ".join(words).replace(UNKNOWN, "?").replace("  ", " ")


def endpoints(found: Found, name: str = "") -> list[str]:
    """The endpoints of the one function, or of that of a name."""
    return [endpoint(one) for one in function(found, name).endpoints]


def variables(found: Found, name: str = "") -> dict[str, str]:
    """Value, place and stored expression of each variable."""
    return {
        one.name: f"{one.value}@{one.location.line}:{one.location.column} {one.stored}".replace(UNKNOWN, "?").rstrip()
        for one in function(found, name).environment
    }


def function(found: Found, name: str = "") -> FunctionAt:
    """The one function, or that of a name."""
    (one,) = (one for one in found.functions if name in ("", one.name))
    return one
