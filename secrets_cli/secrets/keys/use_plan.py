"""Plans that give principals the use of a key, or take it away, within whatever policy the key has.

Statements that are not about it stay as they are. What the policy says in the end is put to the evaluator: a grant must
allow what was asked, and after a revocation what is still allowed, and by what, is said.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from secrets_cli.aws.keys import Grant
from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.expansion import matched_actions
from secrets_cli.errors import ConfigurationError
from secrets_cli.iam.model import Effect, Policy, PrincipalElement, Statement
from secrets_cli.secrets.keys.difference import key_policy_difference
from secrets_cli.secrets.keys.explain import Kind, kind_of_action, statement_label
from secrets_cli.secrets.keys.plan import KeyPlan, PresentKey, PutPolicy, check_writable, refuse_foreign
from secrets_cli.secrets.keys.policy import USE_ACTIONS, KeyAccess, use_statements
from secrets_cli.secrets.keys.principal import checked_principal
from secrets_cli.secrets.keys.proof import Proof, prove_use
from secrets_cli.secrets.keys.request import Way, ask, place_of, request

_UNIQUE_ID = re.compile(r"A[A-Z]{3}[A-Z0-9]{12,}")
_HAND_OUT = frozenset({"kms:creategrant", "kms:retiregrant", "kms:revokegrant", "kms:listgrants"})
"""What the console gives users beside use; with it alone one gives oneself Decrypt."""


def plan_grant_use(name: str, present: PresentKey, access: KeyAccess, caller: str, catalog: Catalog) -> KeyPlan:
    """Let the users, readers and writers of `access` use the key; who else may stays as it is.

    Raises ConfigurationError where the policy's own Deny statements keep it from having an effect, and as `check_writable`.
    """
    refuse_foreign(present.key, name)
    old = present.document.policy
    new = old
    for statement in use_statements(access):
        new = _with(new, statement)
    proof = prove_use(new, access, place_of(present.key.arn))
    broken = next((c for c in proof.claims if not c.holds and c.text.startswith("may kms:")), None)
    if broken is not None:
        raise ConfigurationError(
            f"it would have no effect: {broken.subject} {broken.text}, but {broken.against}",
            f"see the statements with `secrets-cli key show {name}`",
        )
    wider = tuple(f"{c.subject} could do more already: {c.against}" for c in proof.claims if not c.holds)
    held = Proof(tuple(c for c in proof.claims if c.holds), proof.limits)
    return _plan(name, present, new, caller, catalog, wider, held)


def plan_revoke_use(
    name: str,
    present: PresentKey,
    principals: Sequence[str],
    grants: Sequence[Grant] | None,
    caller: str,
    catalog: Catalog,
    *,
    everything: bool = False,
) -> KeyPlan:
    """Take the use of the key from principals, and with `everything` administration too; `grants` are those on the key, None
    where they could not be read.

    Raises ConfigurationError where one statement gives a principal use and administration in one and only use is to go, and
    as `check_writable`.
    """
    refuse_foreign(present.key, name)
    new = present.document.policy
    for principal in principals:
        # Who was deleted can do nothing, so there is nothing to keep.
        whole = everything or _UNIQUE_ID.fullmatch(principal) is not None
        new = _without(new, principal, catalog, whole=whole)
    warnings = [*_still(new, principals, present), *_by_grants(principals, grants)]
    return _plan(name, present, new, caller, catalog, warnings, None)


def revocable(word: str) -> str:
    """A principal that use can be taken from: as `checked_principal`, or the id that AWS shows for a deleted one."""
    return word if _UNIQUE_ID.fullmatch(word) else checked_principal(word).arn


def _plan(
    name: str,
    present: PresentKey,
    new: Policy,
    caller: str,
    catalog: Catalog,
    warnings: Iterable[str],
    proof: Proof | None,
) -> KeyPlan:
    difference = key_policy_difference(present.document.policy, new, catalog)
    said = list(warnings)
    if not difference:
        return KeyPlan(name, present.key, (), tuple(said), proof, difference, new)
    said += check_writable(new, caller, place_of(present.key.arn))
    said += [
        f"{one.sid or f'statement {one.index + 1}'} has no effect ({one.reason}) and is left out"
        for one in present.document.ineffective
    ]
    return KeyPlan(name, present.key, (PutPolicy(new),), tuple(said), proof, difference, new)


def _with(policy: Policy, wanted: Statement) -> Policy:
    """The policy with the wanted statement's principals, in a statement that says the same where there is one."""
    for place, statement in enumerate(policy.statements):
        if _says_the_same(statement, wanted) and statement.principal and wanted.principal:
            entries = tuple(dict.fromkeys((*statement.principal.entries, *wanted.principal.entries)))
            merged = replace(statement, principal=replace(statement.principal, entries=entries))
            return replace(policy, statements=(*policy.statements[:place], merged, *policy.statements[place + 1 :]))
    sids = {statement.sid for statement in policy.statements}
    added = replace(wanted, sid=_free_sid(wanted.sid or "Use", sids), index=len(policy.statements))
    return replace(policy, statements=(*policy.statements, added))


def _says_the_same(one: Statement, other: Statement) -> bool:
    if one.effect is not other.effect or one.resource != other.resource or one.action.negated:
        return False
    if one.principal is None or one.principal.negated:
        return False
    actions = {value.lower() for value in one.action.values} == {value.lower() for value in other.action.values}
    return actions and set(one.conditions) == set(other.conditions)


def _free_sid(sid: str, taken: set[str | None]) -> str:
    number = 2
    free = sid
    while free in taken:
        free, number = f"{sid}{number}", number + 1
    return free


def _without(policy: Policy, principal: str, catalog: Catalog, *, whole: bool) -> Policy:
    kept: list[Statement] = []
    for statement in policy.statements:
        element = statement.principal
        named = element is not None and not element.negated and any(e.value == principal for e in element.entries)
        if statement.effect is not Effect.ALLOW or not named or element is None:
            kept.append(statement)
            continue
        if not whole and _kept_whole(statement, principal, catalog):
            kept.append(statement)
            continue
        entries = tuple(entry for entry in element.entries if entry.value != principal)
        if entries:
            kept.append(replace(statement, principal=PrincipalElement(entries)))
    if not kept:
        raise ConfigurationError("the key policy would be left without any statement", "nothing was changed")
    return replace(policy, statements=tuple(kept))


def _kept_whole(statement: Statement, principal: str, catalog: Catalog) -> bool:
    """Whether the statement is about administration and so stays; raises where it is about use as well."""
    actions = [name for name in matched_actions(statement.action, catalog) if name.startswith("kms:")]
    kinds = {kind_of_action(name, catalog) for name in actions if name.lower() not in _HAND_OUT}
    if Kind.USE in kinds and Kind.ADMINISTER in kinds:
        raise ConfigurationError(
            f"{statement_label(statement)} gives `{principal}` use and administration in one",
            "give `--everything` to take both, or split that statement first",
        )
    return Kind.ADMINISTER in kinds


def _still(policy: Policy, principals: Iterable[str], present: PresentKey) -> Iterable[str]:
    key = place_of(present.key.arn)
    for principal in principals:
        for way in Way:
            answers = {action: ask(request(principal, action, key, way), policy) for action in USE_ACTIONS}
            allowed = [action for action, decision in answers.items() if decision.allowed]
            if allowed:
                by = statement_label(answers[allowed[0]].by.statement)
                yield f"{principal} may still {', '.join(allowed)} ({way.value}) by {by}"
                break
        else:
            decision = ask(request(principal, "kms:Decrypt", key, Way.SSM), policy, administrator=True)
            if decision.allowed:
                yield f"{principal} may still use the key where its own IAM policies allow it: the key policy leaves it to IAM"


def _by_grants(principals: Iterable[str], grants: Sequence[Grant] | None) -> Iterable[str]:
    if grants is None:
        yield "grants could not be read (kms:ListGrants): a grant would outlast this"
        return
    for grant in grants:
        if grant.grantee in principals:
            operations = ", ".join(grant.operations)
            yield (
                f"{grant.grantee} holds a grant for {operations}, which this does not end: "
                f"`aws kms revoke-grant --grant-id {grant.id}`"
            )
