"""Several principals narrowed from one usage: each sees its own uses only, and the rest of the evidence is shared."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from secrets_cli.iam.model import Policy
from secrets_cli.narrow.narrow import Ask
from secrets_cli.usage.last_accessed import LastAccessed
from secrets_cli.usage.usage import NotCounted, Use


def asks_of(
    template: Ask, present: Mapping[str, tuple[Policy, ...]], reports: Mapping[str, LastAccessed]
) -> Iterator[Ask]:
    """One question for each principal of `present`, in its order: its policies, its uses and what IAM reports on it.

    Everything else is as in `template`.

    INVARIANT: where there are several principals, each configuration names its role; one that names none would count for all.
    """
    uses: dict[str, list[Use]] = {principal: [] for principal in present}
    for use in template.usage.uses:
        uses.get(use.principal, []).append(use)
    events: dict[str, list[NotCounted]] = {principal: [] for principal in present}
    for event in template.usage.not_counted:
        events.get(event.principal, []).append(event)
    for principal, policies in present.items():
        others = present.keys() - {principal}
        yield replace(
            template,
            principal=principal,
            policies=policies,
            configurations=tuple(c for c in template.configurations if c.role not in others),
            last_accessed=reports.get(principal),
            usage=replace(template.usage, uses=tuple(uses[principal]), not_counted=tuple(events[principal])),
        )
