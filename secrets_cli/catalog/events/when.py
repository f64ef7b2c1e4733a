"""The circumstances that rows and needs depend on."""

from collections.abc import Mapping

from secrets_cli.catalog.events.parameters import present, texts
from secrets_cli.catalog.events.row import When
from secrets_cli.catalog.grant import ApiCall


def given(path: str) -> When:
    """The request holds something at `path`."""
    return When(f"if {path}", lambda call: present(call.parameters, path))


def absent(path: str) -> When:
    """The request holds nothing at `path`."""
    return When(f"if no {path}", lambda call: not present(call.parameters, path))


def equals(path: str, *values: str) -> When:
    """The request's text at `path` is one of the values, whatever its case."""
    wanted = {value.lower() for value in values}
    return When(
        f"if {path} is {' or '.join(values)}",
        lambda call: any(found.lower() in wanted for found in texts(call.parameters, path)),
    )


def any_parameter(*starts: str) -> When:
    """Some top-level parameter's name begins with one of the texts and holds something."""

    def holds(call: ApiCall) -> bool:
        if not isinstance(call.parameters, Mapping):
            return False
        return any(
            name.lower().startswith(starts) and present(call.parameters, name)
            for name in call.parameters
            if "." not in name and "|" not in name
        )

    return When(f"if {' or '.join(starts)}*", holds)


CALLED_BY_SERVICE = When("if the caller is an AWS service", lambda call: call.identity_type == "AWSService")
CALLED_BY_LAMBDA = When("if invokedBy is Lambda", lambda call: call.invoked_by.lower() == "lambda.amazonaws.com")
