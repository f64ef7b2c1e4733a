"""What is asked to be written into a project, and what becomes of that."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from secrets_cli.account.project_role import RoleInProject
from secrets_cli.iam.contain import Contained, contains
from secrets_cli.iam.model import Policy
from secrets_cli.inputs.project import Framework, is_known

BY_HAND: Final = "nothing was written; make the change by hand: the policy is shown above"


@dataclass(frozen=True, slots=True)
class WriteAsk:
    """One role and the policies that are to be written for it."""

    role: RoleInProject
    policies: tuple[Policy, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A change that is proven."""

    before: Mapping[str, str | None]
    """The files' texts by name in reports; None for a file that is made."""
    after: Mapping[str, str]
    remarks: tuple[str, ...] = ()
    """What remains granted beyond the narrowed policies, and what else somebody should know; each a sentence."""
    others: tuple[str, ...] = field(default=())
    """What else is deployed from the file and gets the same policy: another environment, other stages."""


@dataclass(frozen=True, slots=True)
class NotWritten:
    """The project is left as it is."""

    reason: str
    """Lower-case, without a full stop."""
    help: str = ""


def given_by_hand(ask: WriteAsk) -> Iterator[str]:
    """Deployed policies that the framework does not replace, and that grant more than the narrowed policy; in words."""
    role = ask.role
    said = [one.policy for one in role.role.policies]
    is_all_known = all(map(is_known, role.role.policies))
    for policy, parsed in role.live.policies if role.live is not None else ():
        if role.stage.framework is Framework.ZAPPA:
            is_own = policy.is_inline and policy.name == "zappa-permissions"
        else:
            is_own = not is_all_known or isinstance(contains(said, (parsed,)), Contained)
        if not is_own and not isinstance(contains(ask.policies, (parsed,)), Contained):
            yield f"the policy `{policy.name}` of the role is not the project's, and stays; `aws iam` takes it away"
