"""Parts of a CloudFormation template that every resource of it is made with: properties, tags, logical ids."""

import hashlib
import re
from typing import TypeAlias

from secrets_cli.broker.desired import Caller, Deployment, Reader
from secrets_cli.json_value import JsonValue

Resources: TypeAlias = dict[str, JsonValue]
"""Resources by logical id."""
CALLS = ("CallUrl", "InvokeByUrl")
"""How the logical ids of the two grants of a caller begin: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"""


def resource(kind: str, properties: dict[str, JsonValue], depends: tuple[str, ...] = ()) -> Resources:
    """One resource; properties that are empty are left out."""
    kept = {name: value for name, value in properties.items() if value not in (None, [], {}, "")}
    on: Resources = {"DependsOn": list(depends)} if depends else {}
    return {"Type": kind, **on, "Properties": kept}


def tags(deployment: Deployment) -> list[JsonValue]:
    """The tags, as most resources take them."""
    return [{"Key": key, "Value": value} for key, value in deployment.settings.tags]


def reader_id(reader: Reader, deployment: Deployment) -> str:
    """The logical id of a reader role: `ReaderAppProdDb1a2b3c4d`. One for each role's name, so that none moves."""
    return camel(reader.role_name.removeprefix(f"{deployment.settings.stack}-"))


def camel(text: str) -> str:
    """Letters and digits alone, each word of it begun by a capital: what a logical id may hold."""
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", text) if word)


def digest_of(*ids: str) -> str:
    """Six characters that tell unique ids apart."""
    return hashlib.sha256("\n".join(ids).encode()).hexdigest()[:6].upper()


def caller_words(deployment: Deployment) -> dict[str, str]:
    """For each caller's ARN the word that its resources are named by: the principal's name, with its account, its kind
    and a number where others have the same, and a digest of its unique id.

    A role deleted and made anew so has other resources. The ones of old would stay as they are, their ARN being the same,
    and let nobody in: AWS keeps a principal by its unique id once a policy is saved.
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-roles
    """
    same: dict[str, list[Caller]] = {}
    for caller in deployment.callers:
        same.setdefault(camel(caller.principal.name), []).append(caller)
    words = {}
    for name, callers in same.items():
        for number, caller in enumerate(callers, start=1):
            more = f"{caller.principal.kind.capitalize()}{caller.principal.account}N{number}"
            word = name if len(callers) == 1 and name else f"{name}{more}"
            words[caller.principal.arn] = f"{word}{digest_of(caller.id)}" if caller.id else word
    return words


def subjects(deployment: Deployment) -> dict[str, str]:
    """What the resources are for that a reader of a plan wants to know of, by logical id: whom they let in, what is read."""
    words = caller_words(deployment)
    found = {
        f"{do}{words[caller.principal.arn]}": caller.principal.arn for caller in deployment.callers for do in CALLS
    }
    for reader in deployment.readers:
        found[reader_id(reader, deployment)] = (
            f"reads {', '.join(f'{one}*' if one[-1] == '/' else one for one, _ in reader.keys)}"
        )
    return found
