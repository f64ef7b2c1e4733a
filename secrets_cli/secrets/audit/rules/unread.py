"""The rule on secrets that nobody reads, where the log is fit to show it."""

from collections.abc import Iterator
from datetime import timedelta

from secrets_cli.secrets.audit.facts import AccountFacts, ParameterFacts, Unresolved
from secrets_cli.secrets.audit.rules.rule import Rule
from secrets_cli.secrets.finding import Finding
from secrets_cli.secrets.read_log import ReadLog
from secrets_cli.severity import Confidence, Severity
from secrets_cli.wording import iso_time

UNREAD = Rule("secret-unread", Severity.LOW, "a SecureString that nobody read in the days asked about")


def check_unread(account: AccountFacts, log: ReadLog, days: int) -> Iterator[Finding]:
    """One finding for each SecureString without a read in the last `days` days; none where the log has gaps."""
    since = account.at - timedelta(days=days)
    if unread_gaps(account, log, days):
        return
    for parameter in account.parameters:
        if not parameter.encrypted or _is_new(parameter, account, days):
            continue
        last = next((read.last for read in log.of(parameter.arn)), "")
        if last < iso_time(since):
            rewritten = parameter.described.modified > since
            yield UNREAD.finding(
                parameter.arn,
                f"was not read in {days} days"
                + (f", last on {last}" if last else "")
                + (", though it was written in that time" if rewritten else ""),
                f"if nobody needs it: secrets-cli secret delete {parameter.described.name} --backup FILE",
                evidence=(f"log: {log.name}", f"since: {iso_time(since)}"),
                confidence=Confidence.MEDIUM if rewritten else Confidence.HIGH,
            )


def unread_gaps(account: AccountFacts, log: ReadLog, days: int) -> tuple[Unresolved, ...]:
    """Why the log cannot show that a secret of the account was not read; empty: it can."""
    since = account.at - timedelta(days=days)
    reasons = log.gaps(account.place.account, account.place.region, since, account.at)
    return tuple(
        Unresolved(account.where, "", log.name, f"whether secrets were read in {days} days cannot be told: {reason}")
        for reason in reasons
    )


def _is_new(parameter: ParameterFacts, account: AccountFacts, days: int) -> bool:
    """Whether its first version was written within the days: it had no time to be read in."""
    described = parameter.described
    return described.version == 1 and described.modified > account.at - timedelta(days=days)
