"""Asking the evaluator about a witness, on both sides."""

from dataclasses import dataclass

from secrets_cli.iam.evaluate import evaluate
from secrets_cli.iam.model import Policy
from secrets_cli.iam.request import PolicySet, Request


@dataclass(frozen=True, slots=True)
class Replay:
    """Both sides of a comparison, for evaluation."""

    old: tuple[Policy, ...]
    new: tuple[Policy, ...]

    def shows_difference(self, request: Request) -> bool:
        """Whether the new policies allow the request and the old do not."""
        return granted(self.new, request) and not granted(self.old, request)


def granted(policies: tuple[Policy, ...], request: Request) -> bool:
    """Whether identity policies alone allow a request."""
    return evaluate(request, PolicySet(identity=policies)).allowed
