"""Which names are those of secrets: decided on the words of a name, never on letters inside a word.

`DB_PASSWORD`, `stripeApiKey` and `/app/prod/jwt-secret` name secrets. `PASSWORD_MIN_LENGTH`, `SECRET_ARN`, `TOKEN_URL`,
`ACCESS_KEY_ID` and `MAX_TOKENS` name something about one: a word behind the secret word, or a counting word before it,
says what. A name that a build publishes to browsers (`NEXT_PUBLIC_...`) names no secret, whatever it says: what it holds
is public already.
"""

import re


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")

_ALONE = _set(
    "password passwd passwort pwd passphrase passcode secret secrets token credential credentials creds apikey apisecret "
    "authtoken accesstoken secretkey privatekey accesskey dbpass dbpassword"
)
"""A word that names a secret wherever it stands."""

_ENDINGS = ("password", "passwd", "apikey", "secretkey", "passphrase")
"""... and one that ends so, as in `PGPASSWORD`."""

_LAST = frozenset({"pass", "pw", "passwords", "tokens"})
"""... only where it is the last."""

_PAIRS = _set(
    "api-key api-keys access-key access-keys auth-key private-key secret-key encryption-key signing-key signature-key "
    "service-key account-key shared-key storage-key subscription-key license-key licence-key ssh-key hmac-key "
    "master-key webhook-key app-key application-key deploy-key integration-key write-key admin-key server-key "
    "session-key jwt-key stripe-key sendgrid-key basic-auth"
)
"""... two words that do so together, with a dash between."""

_ABOUT = _set(
    "id ids arn arns name names url uri urls endpoint host path paths file files filename dir directory folder prefix suffix "
    "length len size min max count limit limits ttl expiry expires expiration expire age lifetime duration timeout interval "
    "days hours minutes seconds ms iterations rounds "
    "rotation rotate policy enabled disabled enable disable required optional allowed "
    "region bucket table queue topic header headers field column claim claims type kind format encoding algorithm alg algo "
    "version label stage mode provider manager store backend source param parameter parameters ssm reference ref "
    "issuer audience scope scopes validity valid alias attempts retries hint regex pattern charset complexity strength "
    "hash hashing hasher hashes sha1 sha256 digest checksum fingerprint thumbprint role username "
    "group metric namespace cache ring reset change page form link template view "
    "use leeway window quota budget number num index order usage per"
)
"""Behind a secret word: says that the value tells something about the secret."""

_BEFORE = _set("max min num number total count next public publishable csrf xsrf use has is enable show hide")
"""Before a secret word: a count, a switch, a page's token, or what everybody may know."""

_PUBLISHED = ("next public ", "react app ", "vite ", "nuxt public ", "gatsby ", "expo public ", "vue app ", "public ")


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name in lower case: `myAPIKey_2` gives `my api key 2`."""
    return tuple(word.lower() for word in _WORD.findall(name))


def secret_word(name: str) -> str:
    """The word (or pair of words) by which the name is a secret's, or an empty text.

    Of a path such as `/app/secrets/region` the last part decides: folders say where things are kept.
    """
    words = words_of(re.split(r"[/]", name.rstrip("/"))[-1])
    if " ".join(words).startswith(_PUBLISHED):
        return ""
    for place, word in enumerate(words):
        before = words[place - 1] if place else ""
        behind = _without_numbers(words[place + 1 :])
        found = _found(before, word, last=not behind)
        start = place - len(found.split()) + 1
        if found and not _ABOUT.intersection(behind) and not (start and words[start - 1] in _BEFORE):
            return found
    return ""


def _without_numbers(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if not word.isdigit())


def _found(before: str, word: str, *, last: bool) -> str:
    if word in _ALONE or word.endswith(_ENDINGS) or (last and word in _LAST):
        return word
    return f"{before} {word}" if f"{before}-{word}" in _PAIRS else ""


_DIGESTS = _set(
    "sha sha1 sha256 md5 commit revision rev hash digest checksum etag fingerprint thumbprint id ids uuid guid version "
    "build tag trace span arn pool build"
)


def names_a_digest(name: str) -> bool:
    """Whether the name is that of a digest, revision or identifier, which look as random as a secret."""
    return bool(_DIGESTS.intersection(words_of(name)))
