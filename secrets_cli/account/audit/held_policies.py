"""The policies of a role made ready for the gate's rules: parsed once for each text, by labels that no role's name is in.

Roles that have the same documents in the same places are one question (`Held.key`), which is put once.
"""

import posixpath
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from secrets_cli.aws.account_details import AccountRole
from secrets_cli.errors import MalformedInput
from secrets_cli.iam.document import find_document
from secrets_cli.iam.json_text import read_json
from secrets_cli.iam.location import Location
from secrets_cli.iam.model import Policy
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.found import PolicyAt
from secrets_cli.inputs.partial import partial_policy

TRUST = "trust policy"
BOUNDARY = "permissions boundary"
_OF_AWS = ":iam::aws:policy/"
PRINCIPAL = "the role"
"""How the rules know every role: what they say of one holds for all with the same policies."""


@dataclass(frozen=True, slots=True)
class Held:
    """What one role has, ready to be judged."""

    key: tuple[str, ...]
    """The same for roles that have the same documents in the same places."""
    policies: tuple[PolicyAt, ...]
    names: Mapping[str, str]
    """The label that a place in a policy names as its file -> what the policy is called: its name, ARN, or `trust policy`."""
    unresolved: tuple[str, ...] = ()
    """What is not known of its policies, in words."""


@dataclass(frozen=True, slots=True)
class Policies:
    """Reads policies; each text once."""

    managed: Mapping[str, str]
    """ARN of a managed policy -> its document."""
    of_aws: Callable[[str], Policy | None]
    """A managed policy of AWS that the account's answer does not hold."""

    def held(self, role: AccountRole) -> Held:
        """The policies of a role: trust policy, inline and attached ones, boundary."""
        found = list(self._of(role))
        known = tuple(policy for _, _, policy, _ in found if policy is not None)
        names = {label: name for label, name, _, _ in found}
        lost = tuple(f"{name}: {why}" for _, name, _, whys in found for why in whys)
        boundary = role.boundary or "-"
        documents = (role.trust, *(one.text for one in role.inline), *(self.managed.get(a, a) for a in role.attached))
        key = (str(len(role.inline)), boundary, self.managed.get(boundary, ""), *role.attached, "", *documents)
        return Held(key, known, names, lost)

    def _of(self, role: AccountRole) -> Iterator[tuple[str, str, PolicyAt | None, tuple[str, ...]]]:
        """Label, name, policy and what is unknown of it, of each."""
        yield TRUST, TRUST, *_parse(role.trust, TRUST, PolicyKind.TRUST, "")
        for number, inline in enumerate(role.inline, 1):
            label = f"inline policy {number}"
            yield label, inline.name, *_parse(inline.text, label, PolicyKind.IDENTITY, "")
        for arn in role.attached:
            yield arn, arn, *self._managed(arn, arn, PolicyKind.IDENTITY)
        if role.boundary:
            name = f"{BOUNDARY} {role.boundary}"
            yield BOUNDARY, name, *self._managed(role.boundary, BOUNDARY, PolicyKind.BOUNDARY)

    def _managed(self, arn: str, label: str, kind: PolicyKind) -> tuple[PolicyAt | None, tuple[str, ...]]:
        if arn in self.managed:
            own = f"managed policy {posixpath.basename(arn)}"  # its statements can be changed: each is told of
            return _parse(self.managed[arn], label, kind, f"managed {arn}" if _OF_AWS in arn else own)
        policy = self.of_aws(arn)
        if policy is None:
            return None, (f"what it {'limits' if kind is PolicyKind.BOUNDARY else 'grants'} is not known",)
        place = Location(label, 1, 1)
        return PolicyAt(policy, kind, place, PRINCIPAL, "account", f"managed {arn}"), ()


@lru_cache(maxsize=2048)
def _parse(text: str, label: str, kind: PolicyKind, attached_by: str) -> tuple[PolicyAt | None, tuple[str, ...]]:
    """The policy, and what of it cannot be read. What many roles have is read once; what one has is soon forgotten."""
    try:
        document = find_document(read_json(text, label), label)
    except MalformedInput as error:
        return None, (error.message,)
    partial = partial_policy(document, label, kind)
    place = document.places.at(document.root.offset)
    policy = PolicyAt(partial.policy, kind, place, PRINCIPAL, "account", attached_by) if partial.policy else None
    return policy, tuple(f"line {one.location.line}: {one.reason}" for one in partial.unresolved)
