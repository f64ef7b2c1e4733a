"""AWS's refusals in tests: chosen calls of the SDK end in an error, all others go on to moto."""

import io
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

DENIED = (
    "User: arn:aws:iam::123456789012:user/anna is not authorized to perform: {action} on resource: {arn} because no "
    "identity-based policy allows the {action} action"
)


def refuse(monkeypatch: pytest.MonkeyPatch, answers: Mapping[str, Sequence[tuple[str, str] | None]]) -> list[str]:
    """Answer each call of an operation by the next of its (code, message) pairs, None and the rest by moto.

    An answer that is not the last may be None; the last is repeated when it is no None. Answers the operations called.
    """
    from botocore.client import BaseClient
    from botocore.exceptions import ClientError

    real: Callable[..., Any] = BaseClient._make_api_call  # type: ignore[attr-defined]  # the stubs leave it out
    counts: dict[str, int] = {}
    called: list[str] = []

    def call(self: Any, operation: str, parameters: Any) -> Any:
        called.append(operation)
        planned = answers.get(operation)
        if planned:
            place = counts.get(operation, 0)
            counts[operation] = place + 1
            answer = planned[min(place, len(planned) - 1)]
            if answer is not None:
                raise ClientError({"Error": {"Code": answer[0], "Message": answer[1]}}, operation)
        return real(self, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    return called


def pipe(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """Make `data` what is piped in."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))


def on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make stdout a terminal, as far as the commands can tell."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
