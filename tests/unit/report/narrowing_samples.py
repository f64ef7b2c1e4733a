"""Narrowings to render: an ordinary one, one full of hostile words, one that is blocked, one whose proof fails."""

from dataclasses import replace

from secrets_cli.catalog.load import load_catalog
from secrets_cli.narrow.holdout import Holdout, LaterDenied
from secrets_cli.narrow.narrowing import Blocked, Gap, Narrowing
from secrets_cli.report.narrowing_report import Reported
from secrets_cli.usage.usage import DayOfUse, NotCounted, NotCountedReason, Outcome, Rejected, Usage
from tests.unit.narrow.cases import BUCKET, ROLE, TABLE, allow, deny, narrowed, policy, result_of, usage_of, use

HOSTILE_WORDS = (
    "<script>alert(1)</script>",
    "</style></title><img src=x onerror=alert(1)>",
    "\"' onmouseover='alert(1)",
    "{{ 7 + 7 }}{% raw %}{# no #}",
    "a|b`c``d|",
    "@octocat see #1 https://example.com/x www.example.com",
    "]](https://example.com)![x](https://example.com/y.png)",
    "\x1b[31mred\u202egnp.exe\x00\n\n## heading\n```\n</details>",
    "&lt;b&gt; &amp;#60; <!-- x --> ]]>",
)


def ordinary() -> Reported:
    """Some of everything: used, implied by nothing, invisible, removed of every risk, refused, a gap, a warning."""
    present = policy(
        allow(["s3:*", "dynamodb:*", "sqs:SendMessage"]),
        allow(["iam:PutRolePolicy", "redshift:GetClusterCredentials", "secretsmanager:GetSecretValue", "s3:Nonsense"]),
        deny("s3:DeleteBucket", Sid="NeverBuckets"),
    )
    uses = [use("s3:GetObject", f"{BUCKET}/in/{n}") for n in range(6)] + [use("dynamodb:GetItem", TABLE)]
    refused = use("iam:CreateUser", "arn:aws:iam::123456789012:user/x", outcome=Outcome.DENIED, count=2)
    rejected = (Rejected("b.json#3", "it has no `eventName`"),)
    usage = with_days(usage_of(*uses, refused, rejected=rejected))
    return reported(narrowed(usage, present, accepted_gaps=frozenset({"b.json"})), usage)


def hostile(word: str) -> Reported:
    """The word wherever a stranger's words can get in."""
    present = policy(
        allow("s3:*"),
        deny("s3:DeleteBucket", f"{BUCKET}/{word}", Condition={"StringLike": {f"aws:{word}": word}}),
        name=f"{word}.json",
    )
    uses = [use("s3:GetObject", f"{BUCKET}/{word}/{n}") for n in range(6)]
    odd = [
        replace(use("s3:PutObject", f"{BUCKET}/{word}", unscoped=word), event_name=word, rule=word, event_source=word),
        replace(use("s3:PutObject", f"{BUCKET}/{word}", outcome=Outcome.DENIED), event_ids=(word,), event_name=word),
    ]
    unknown = NotCounted(ROLE, "s3.amazonaws.com", word, NotCountedReason.UNKNOWN_EVENT, word, 3)
    usage = usage_of(*uses, *odd, rejected=(Rejected(f"{word}#1", word, word),), not_counted=(unknown,))
    usage = replace(
        usage,
        days=(DayOfUse(ROLE, word, "2026-03-01", Outcome.USED, 2),),
        coverage=replace(usage.coverage, regions=(word,), data_event_types=(*usage.coverage.data_event_types, word)),
    )
    result = narrowed(usage, present, accepted_gaps=frozenset({f"unknown-event:s3.amazonaws.com:{word}", word}))
    measure = Holdout(word, 5, 5, 2, 1, 1, (LaterDenied(word, word, 1, 1, (word,)),))
    principal = f"{ROLE}/{word}"
    return Reported(replace(result, principal=principal), usage.coverage, load_catalog(), measure)


def blocked(word: str = "no `eventName`") -> Reported:
    """Nothing was narrowed."""
    usage = usage_of(use("s3:GetObject", f"{BUCKET}/a"), rejected=(Rejected("a.json#1", word),))
    result = result_of(usage, policy(allow("s3:*")))
    assert isinstance(result, Blocked)
    return reported(replace(result, help=f"mend it: {word}", gaps=(*result.gaps, Gap(word, word, blocks=True))), usage)


def unproven() -> Reported:
    """A call that the given policies do not allow."""
    usage = usage_of(use("s3:GetObject", f"{BUCKET}/a"), use("s3:PutObject", f"{BUCKET}/a"))
    return reported(narrowed(usage, policy(allow("s3:PutObject"))), usage)


def reported(result: Narrowing | Blocked, usage: Usage) -> Reported:
    """With what it rests on."""
    return Reported(result, usage.coverage, load_catalog())


def with_days(usage: Usage) -> Usage:
    """Two days of calls, and a refused one."""
    days = (
        DayOfUse(ROLE, "dynamodb", "2026-03-01", Outcome.USED, 3),
        DayOfUse(ROLE, "iam", "2026-03-02", Outcome.DENIED, 2),
        DayOfUse(ROLE, "s3", "2026-03-01", Outcome.USED, 12),
        DayOfUse(ROLE, "s3", "2026-03-02", Outcome.FAILED_AFTER_AUTHORIZATION, 6),
    )
    return replace(usage, days=days)
