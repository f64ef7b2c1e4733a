"""OpenID Connect providers: which of their claims tell whose token it is, and how wide a value of such a claim is.

A provider that many customers share issues tokens to all of them under one issuer: a trust policy that does not say whose
lets in everybody who opens an account there. Others have an issuer for each customer.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html (shared providers and
the claims IAM asks for), https://docs.github.com/en/actions/reference/security/oidc,
https://aws.amazon.com/about-aws/whats-new/2026/01/aws-sts-supports-validation-identity-provider-claims/,
https://docs.gitlab.com/ci/secrets/id_token_authentication/,
https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/workload-identity-tokens,
https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html,
https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html
"""

import enum
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from secrets_cli.severity import Severity


class Width(enum.IntEnum):
    """How many a value of a claim lets in."""

    ONE = 0
    """As narrow as the provider's own examples."""
    EVERY_RUN = 1
    """One repository or workspace with all its branches, tags and pull requests."""
    SEVERAL = 2
    """Some repositories, projects or service accounts of one owner."""
    OWNER = 3
    """All of one owner, those it adds tomorrow included."""
    CUSTOMER = 4
    """Everything of the customer whose issuer it is."""
    STRANGERS = 5
    """Others than one owner: everybody, or whoever takes a fitting name."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider, by its issuer."""

    issuer: re.Pattern[str]
    title: str
    claims: tuple[str, ...]
    """Claims each of which settles whose token it is, the usual one first; of a provider with an issuer for each customer
    those that say which part of it."""
    without: Severity
    """How bad it is to ask for none of them: high where all customers share the issuer."""
    everybody: str
    """Whom it lets in without such a claim."""
    width: Callable[[str], Width]
    """Of a value of the first claim."""


_WILD: Final = ("*", "?")


def _holds_wild(text: str) -> bool:
    return any(one in text for one in _WILD)


def _begins(value: str) -> Width:
    return Width.STRANGERS if value[:1] in ("", *_WILD) else Width.ONE


def _within_owner(rest: str) -> Width:
    """Of `OWNER/NAME:MORE`."""
    owner, slash, after = rest.partition("/")
    path, colon, more = after.partition(":")
    name = path.split("@")[0]  # an immutable id, or the ref of a workflow, follows
    if not slash or _holds_wild(owner) or not owner:
        return Width.STRANGERS
    if name.strip("*?") == "":
        return Width.OWNER
    if _holds_wild(name):
        return Width.SEVERAL
    return Width.EVERY_RUN if colon and more.strip("*") == "" else Width.ONE


_GITHUB_OWNED: Final = (
    "enterprise:",
    "enterprise_id:",
    "repository_id:",
    "repository_owner:",
    "repository_owner_id:",
)
"""Claims of a customized subject that only the owner can carry."""


def _github(value: str) -> Width:
    if value.startswith(("repo:", "repository:", "job_workflow_ref:")):
        return _within_owner(value.partition(":")[2])
    if value.startswith(_GITHUB_OWNED):
        return Width.STRANGERS if _holds_wild(value.split(":")[1][:1]) else Width.OWNER
    # anything else at the front (a branch, an environment, a workflow's name) is anybody's choice
    owned = re.search(r":(?:repo|repository|repository_owner|job_workflow_ref):([^:*?]+)", value)
    return Width.ONE if owned is not None and not _holds_wild(value[: owned.start()]) else Width.STRANGERS


def _gitlab(value: str) -> Width:
    return _within_owner(value.partition(":")[2]) if value.startswith("project_path:") else Width.STRANGERS


def _terraform(value: str) -> Width:
    parts = value.split(":")
    if parts[0] != "organization" or len(parts) < 2 or not parts[1] or _holds_wild(parts[1]):
        return Width.STRANGERS
    if len(parts) < 4 or parts[3].strip("*") == "":
        return Width.OWNER
    return Width.ONE


def _kubernetes(value: str) -> Width:
    parts = value.split(":")
    if len(parts) < 4 or parts[:2] != ["system", "serviceaccount"]:
        return Width.CUSTOMER if _holds_wild(value) else Width.ONE
    if parts[2].strip("*") == "":
        return Width.CUSTOMER
    return Width.SEVERAL if _holds_wild(parts[2] + parts[3]) else Width.ONE


_CUSTOMER_CLAIMS: Final = ("repository_owner", "repository_owner_id", "repository_id", "repository", "job_workflow_ref")


def _shared(
    issuer: str, title: str, claims: tuple[str, ...], everybody: str, width: Callable[[str], Width]
) -> Provider:
    return Provider(re.compile(issuer), title, claims, Severity.HIGH, everybody, width)


def _own(
    issuer: str,
    title: str,
    everybody: str,
    width: Callable[[str], Width] = _begins,
    without: Severity = Severity.LOW,
) -> Provider:
    def within(value: str) -> Width:
        return min(Width.CUSTOMER, width(value))

    return Provider(re.compile(issuer), title, ("sub",), without, everybody, within)


_REPOSITORIES: Final = "every workflow of every GitHub repository in the world"
PROVIDERS: Final = (
    _shared(
        r"token\.actions\.githubusercontent\.com",
        "GitHub Actions",
        ("sub", *_CUSTOMER_CLAIMS, "enterprise", "enterprise_id"),
        _REPOSITORIES,
        _github,
    ),
    _shared(r"vstoken\.actions\.githubusercontent\.com", "GitHub Actions", ("sub",), _REPOSITORIES, _github),
    _own(
        r"token\.actions\.githubusercontent\.com/.+|.+/_services/token|token\.actions\..+\.ghe\.com",
        "GitHub Enterprise",
        "every workflow of every repository of the enterprise",
        _github,
        Severity.MEDIUM,
    ),
    _shared(
        r"oidc-configuration\.audit-log\.githubusercontent\.com",
        "GitHub audit log streaming",
        ("sub",),
        "every GitHub enterprise",
        _begins,
    ),
    _shared(
        r"gitlab\.com",
        "GitLab.com",
        ("sub", "project_path", "project_id", "namespace_id", "namespace_path"),
        "every job of every project on GitLab.com",
        _gitlab,
    ),
    _shared(r"app\.terraform\.io", "HCP Terraform", ("sub",), "every workspace of every organization", _terraform),
    _shared(r"scalr\.io", "Scalr", ("sub",), "every workspace of every customer", _begins),
    _shared(r"agent\.buildkite\.com", "Buildkite", ("sub",), "every pipeline of every organization", _begins),
    _shared(r"oidc\.codefresh\.io", "Codefresh", ("sub",), "every pipeline of every customer", _begins),
    _shared(r"api\.pulumi\.com/oidc", "Pulumi Cloud", ("aud", "sub"), "every organization of Pulumi Cloud", _begins),
    _shared(r"oidc\.vercel\.com", "Vercel", ("aud", "sub"), "every project of every Vercel team", _begins),
    _shared(r"proidc\.upbound\.io", "Upbound", ("sub",), "every customer of Upbound", _begins),
    _shared(r"tokens\.cloud\.shisho\.dev", "Shisho Cloud", ("sub",), "every customer of Shisho Cloud", _begins),
    _shared(r"studio\.datachain\.ai/api", "DVC Studio", ("sub",), "every customer of DVC Studio", _begins),
    _shared(r"sandboxes\.cloud", "sandboxes.cloud", ("aud",), "every customer of sandboxes.cloud", _begins),
    _shared(
        r"cognito-identity\.amazonaws\.com",
        "Amazon Cognito",
        ("aud", "sub"),
        "every user of every identity pool of any AWS account",
        _begins,
    ),
    _shared(r"accounts\.google\.com", "Google", ("aud", "azp", "oaud", "sub"), "every Google account", _begins),
    _shared(r"graph\.facebook\.com", "Facebook", ("app_id", "id"), "every Facebook user", _begins),
    _shared(r"www\.amazon\.com", "Login with Amazon", ("app_id", "user_id"), "every Amazon customer", _begins),
    _own(
        r"oidc\.eks\.[^/]+/id/.+",
        "the EKS cluster",
        "every pod of the cluster that can get a service account's token",
        _kubernetes,
        Severity.MEDIUM,
    ),
    _own(r"oidc\.circleci\.com/org/.+", "CircleCI", "every project of the organization"),
    _own(r"api\.bitbucket\.org/2\.0/workspaces/.+", "Bitbucket", "every pipeline of the workspace"),
    _own(r"oidc\.vercel\.com/.+", "Vercel", "every project of the team"),
)
"""The first whose issuer matches as a whole."""


def provider_of(issuer: str) -> Provider:
    """The provider; of one that is not known nothing is assumed but that its issuer is one customer's."""
    own = _own(re.escape(issuer), f"`{issuer}`", f"everybody to whom `{issuer}` gives a token")
    return next((one for one in PROVIDERS if one.issuer.fullmatch(issuer)), own)


_OWNER_AND_NAME: Final = ("repository", "job_workflow_ref", "project_path")


def width_of(provider: Provider, claim: str, value: str) -> Width:
    """How wide a value of one of the provider's claims is."""
    if claim == provider.claims[0]:
        return provider.width(value)
    return _within_owner(value) if claim in _OWNER_AND_NAME else _begins(value)
