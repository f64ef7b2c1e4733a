"""Several principals narrowed from one usage: each sees its own uses only, and the rest of the evidence is shared."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from secrets_cli.iam.model import Policy
from secrets_cli.narrow.narrow import Ask
from secrets_cli.usage.usage import NotCounted, Use


def asks_of(template: Ask, present: Mapping[str, tuple[Policy, ...]]) -> Iterator[Ask]:
    """One question for each principal of `present`, in its order: its policies and its uses, everything else as in `template`.

    A configuration that names its role is its role's; one that names none is of every principal where there is one alone, and
    of none where there are several: whose it is cannot be told.
    """
    uses: dict[str, list[Use]] = {principal: [] for principal in present}
    for use in template.usage.uses:
        uses.get(use.principal, []).append(use)
    events: dict[str, list[NotCounted]] = {principal: [] for principal in present}
    for event in template.usage.not_counted:
        events.get(event.principal, []).append(event)
    for principal, policies in present.items():
        yield replace(
            template,
            principal=principal,
            policies=policies,
            usage=replace(template.usage, uses=tuple(uses[principal]), not_counted=tuple(events[principal])),
        )


def never_seen(principals: Iterable[str], template: Ask) -> tuple[str, ...]:
    """Those of the principals that no record belongs to, sorted."""
    return tuple(sorted(set(principals) - set(template.usage.principals)))
