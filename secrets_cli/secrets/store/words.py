"""The words by which a user asks for parameters, as AWS takes them."""

from collections.abc import Sequence

from secrets_cli.errors import ConfigurationError
from secrets_cli.secrets.parameter_name import selected
from secrets_cli.wording import named


def words_for_aws(words: Sequence[str], region: str) -> tuple[str, ...]:
    """Names with their selectors, each once; an ARN stays one, as a parameter shared by another account has no name here.

    Raises ConfigurationError for a word that is neither, or an ARN of another region than the one called.
    """
    return tuple(dict.fromkeys(_word(word, region) for word in words))


def plain_name(word: str, what: str) -> str:
    """The name, for a command that is about the parameter and not one version. Raises ConfigurationError."""
    chosen = selected(word)
    if chosen.selector:
        raise ConfigurationError(f"{named(word)} selects a version, and {what}", f"give `{chosen.name}`")
    return chosen.name


def _word(word: str, region: str) -> str:
    chosen = selected(word)
    if not word.startswith("arn:"):
        return str(chosen)
    theirs = word.split(":")[3]
    if theirs != region:
        raise ConfigurationError(
            f"{named(word)} is in `{theirs}`, and `{region}` is called", f"give `--region {theirs}`"
        )
    return word
