"""One session of the gate: the settings that hold, and judging and mending under them as often as need be."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from secrets_cli.cli.gate_fix import FixMode, mend_files
from secrets_cli.cli.gate_run import GateAsk, judge_tree, read_ask_of, read_asked
from secrets_cli.cli.gate_settings import ConfigurationAsk, settings_for, start_of
from secrets_cli.cli.terminal import hint, warn
from secrets_cli.errors import ConfigurationError
from secrets_cli.gate.agreed import Agreed, with_agreed, with_baseline, without_excluded
from secrets_cli.gate.baseline import Baseline, read_baseline
from secrets_cli.gate.finding import Finding
from secrets_cli.gate.judgement import Judgement
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.persona import Persona
from secrets_cli.gate.registry import RULES
from secrets_cli.gate.settings import Settings
from secrets_cli.inputs.read_tree import ReadTree
from secrets_cli.repository.one_file import ReadAsk
from secrets_cli.wording import how_many

if TYPE_CHECKING:
    from secrets_cli.gate.unused_access import UsageAsk, UsageSays
    from secrets_cli.repository.git import Base


_SECOND_OPINION_SECONDS = 30.0
"""For all files together."""


@dataclass(frozen=True, slots=True)
class Session:
    """What holds for the whole run."""

    ask: GateAsk
    settings: Settings
    read_ask: ReadAsk
    today: date
    base: "Base | None"
    usage: "UsageAsk | None"

    def tree(self) -> ReadTree:
        """What the files hold now."""
        read = read_asked(self.ask.paths, self.read_ask, quiet=self.ask.quiet, no_color=self.ask.no_color)
        return without_excluded(read, self.settings)

    def judgement(self, tree: ReadTree) -> Judgement:
        """The judgement of the files: with what the team agreed on, compared with the base, less the baseline."""
        judgement = self.agreed(tree)
        if self.base is not None:
            judgement = self.only_new(judgement, tree, self.base)
        baseline = self.baseline()
        return judgement if baseline is None else with_baseline(judgement, baseline, self.is_judged)

    def agreed(self, tree: ReadTree) -> Judgement:
        """The judgement of the files, with what the team agreed on."""
        judgement = judge_tree(tree, self.settings, quiet=self.ask.quiet, no_color=self.ask.no_color)
        says = self.unused(tree)
        more = (*(says.findings if says else ()), *self.second_opinion(tree, judgement))
        agreed = Agreed(self.settings, RULES, self.today, not self.ask.no_suppressions, lambda: self.everything(tree))
        return with_agreed(judgement, tree, agreed, more, says.unresolved if says else ())

    def everything(self, tree: ReadTree) -> Sequence[Finding]:
        """What the most demanding persona sees."""
        return judge_tree(tree, replace(self.settings, persona=Persona.AUDITOR, overrides=())).findings

    def unused(self, tree: ReadTree) -> "UsageSays | None":
        """What the logs say, where there are any."""
        if self.usage is None:
            return None
        from secrets_cli.gate.unused_access import unused_access

        says = unused_access((file.found for file in tree.files), self.usage, self.knowledge(), RULES)
        for arn in says.unmatched:
            warn(f"no principal of these files is `{arn}`: say which with `--usage-principal NAME={arn}`")
        return says

    def second_opinion(self, tree: ReadTree, judgement: Judgement) -> tuple[Finding, ...]:
        """What parliament says beside, where it is asked; that it is not to be had is told on stderr, and no failure."""
        if not self.ask.second_opinion:
            return ()
        from secrets_cli.gate.rules.second_opinion import RULE
        from secrets_cli.gate.second_opinion.findings import opinion_findings
        from secrets_cli.gate.second_opinion.parliament import Unavailable, parliament_opinion

        policies = [policy for file in tree.files for policy in file.found.policies]
        opinion = parliament_opinion(policies, judgement.findings, self.knowledge(), _SECOND_OPINION_SECONDS)
        if isinstance(opinion, Unavailable):
            warn(f"second opinion unavailable: {opinion.reason}")
            return opinion_findings(opinion.hits, RULE, self.settings)
        return opinion_findings(opinion, RULE, self.settings)

    def only_new(self, judgement: Judgement, tree: ReadTree, base: "Base") -> Judgement:
        """What is new since the base; suppressions that are new are named on stderr."""
        from secrets_cli.cli.gate_diff import only_new

        def judge(old: ReadTree, settings: Settings) -> Judgement:
            return judge_tree(without_excluded(old, settings), settings)

        def read(paths: Sequence[str]) -> ReadTree:
            return read_asked(paths, self.read_ask)

        new = only_new(judgement, tree, base, self.ask.paths, self.knowledge(), read, judge)
        hint(
            f"compared with {base.commit[:12]} ({base.ref}): {how_many(len(new.access), 'statement')} of new access,"
            f" {how_many(new.known, 'finding')} known before",
            self.ask.quiet,
        )
        for one in new.new_suppressions:
            until = one.until.isoformat()
            hint(f"new suppression: {one.location}: {', '.join(one.rules)} until {until}: {one.reason}", self.ask.quiet)
        return new

    def baseline(self) -> Baseline | None:
        """The baseline that the command line or the configuration names; the base's own where there is a base."""
        if self.ask.baseline is not None:
            from secrets_cli.cli.reading import read_text

            return read_baseline(read_text(self.ask.baseline), str(self.ask.baseline))
        if self.settings.baseline is None:
            return None
        path = Path(self.settings.folders.configured, self.settings.baseline)
        text = _text_of(path, self.base)
        if text is None:
            raise ConfigurationError(
                f"there is no baseline `{self.settings.baseline}`, which the configuration names",
                "write it with `secrets-cli gate baseline write`",
            )
        return read_baseline(text, self.settings.baseline)

    def is_judged(self, file: str) -> bool:
        """Whether a file (from the top) would be judged by this run, were it there."""
        at = Path(self.settings.folders.top, file)
        return any(at.is_relative_to(os.path.realpath(path)) for path in self.ask.paths if path != "-")

    def mend(self, tree: ReadTree, judgement: Judgement, mode: FixMode) -> bool:
        """Mend what can be; whether a file was written."""
        allowed: Callable[..., str] = lambda _before, _after: ""  # noqa: E731  # the default where there are no logs
        if self.usage is not None:
            from secrets_cli.gate.unused_access import still_allowed

            allowed = still_allowed(self.usage, self.knowledge())
        return mend_files(
            tree,
            judgement.findings,
            self.knowledge(),
            self.read_ask,
            mode,
            allowed,
            yes=self.ask.yes,
            quiet=self.ask.quiet,
        )

    def knowledge(self) -> Knowledge:
        """What rules know."""
        from secrets_cli.catalog.load import load_catalog

        return Knowledge(load_catalog(), self.today, self.settings)


def opened(ask: GateAsk) -> Session:
    """The session that a command line asks for. Raises ConfigurationError where it makes no sense."""
    if ask.fix is not None and "-" in ask.paths:
        raise ConfigurationError("standard input cannot be mended", "give the file by its path")
    configuration = ConfigurationAsk(ask.paths, ask.config, ask.no_config)
    base = None
    if ask.diff is not None:
        from secrets_cli.repository.git import base_of

        start = Path(start_of(configuration)).resolve()
        base = base_of(str(start if start.is_dir() else start.parent), ask.diff)
    settings = settings_for(configuration, base)
    settings = replace(settings, persona=ask.persona or settings.persona)
    usage = None
    if ask.usage or ask.usage_principals:
        from secrets_cli.cli.gate_usage import usage_ask

        usage = usage_ask(ask.usage, ask.usage_principals, ask.unused_days or settings.unused_days)
    read_ask = _with_boundary(read_ask_of(ask), settings, base)
    return Session(ask, settings, read_ask, datetime.now(UTC).date(), base, usage)


def _with_boundary(read_ask: ReadAsk, settings: Settings, base: "Base | None") -> ReadAsk:
    """Reading with the boundary's content, where the configuration says where that stands."""
    required = settings.required_boundary
    if required is None or required.policy is None:
        return read_ask
    from secrets_cli.gate.required import KnownBoundary
    from secrets_cli.iam.parse import parse_policy
    from secrets_cli.iam.policy_kind import PolicyKind

    text = _text_of(Path(settings.folders.configured, required.policy), base)
    if text is None:
        raise ConfigurationError(f"{required.location}: there is no file `{required.policy}`", "check the path")
    policy = parse_policy(text, required.policy, PolicyKind.BOUNDARY)
    return replace(read_ask, managed=KnownBoundary(required.arn, policy, read_ask.managed))


def _text_of(path: Path, base: "Base | None") -> str | None:
    from secrets_cli.cli.reading import read_text
    from secrets_cli.repository.git import file_at

    if base is not None:
        return file_at(base, os.path.relpath(path, base.top))
    try:
        return read_text(path)
    except ConfigurationError:
        return None  # there is none
