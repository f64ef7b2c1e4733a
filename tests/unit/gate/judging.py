"""Judging a text as the gate does, for tests."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace

from secrets_cli.bundled import bundled
from secrets_cli.catalog.load import load_catalog
from secrets_cli.catalog.managed_policies import managed_policy
from secrets_cli.gate.configuration import settings_from
from secrets_cli.gate.engine import judge
from secrets_cli.gate.finding import Finding
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.registry import RULES
from secrets_cli.gate.rule import Rule
from secrets_cli.gate.settings import Folders, Settings
from secrets_cli.iam.parse import parse_policy
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.any_file import read_any
from secrets_cli.inputs.found import Supplied
from secrets_cli.inputs.zappa_settings import ZappaDefaults

TODAY = datetime.date(2026, 11, 21)


def zappa_defaults() -> ZappaDefaults:
    """What Zappa attaches where the settings say nothing."""
    execution = parse_policy(bundled("policies", "zappa/default-execution.json"), "Zappa's default policy")
    trust = parse_policy(bundled("policies", "zappa/trust.json"), "Zappa's default trust policy", PolicyKind.TRUST)
    return ZappaDefaults(execution, trust)


def findings_in(
    text: str, name: str = "policy.json", rules: Sequence[Rule] = RULES, settings: Settings | None = None
) -> tuple[Finding, ...]:
    """The findings in one file; its name says the kind, `x.trust.json` the kind of policy."""
    found = read_any(text, name, Supplied(managed=managed_policy), zappa_defaults())
    assert found is not None, f"{name} is of no known kind"
    return judge([found], Knowledge(load_catalog(), TODAY, settings or Settings()), rules)


def settings_for(rule: Rule, examples: Mapping[str, str]) -> Settings:
    """The settings under which a rule's examples are judged: of its persona, and as their configuration says."""
    text = examples.get("configuration.toml", "[gate]")
    settings = settings_from(text, ".secrets-cli.toml", {one.id for one in RULES}, Folders())
    return replace(settings, persona=rule.persona)
