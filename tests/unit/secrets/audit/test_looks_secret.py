"""What is taken for a secret and what is not: a labelled list, with its recall and its false alarms.

The list was written before it was run, by hand, from what real projects hold. Credentials are made up; those with a form
that scanners of repositories know are put together from two halves.
"""

import random
import string
import sys
import time
from pathlib import Path

import pytest

from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets.audit.detectors import ENTROPY, LEFT_OUT, USED, detectors
from secrets_cli.secrets.audit.looks_secret import By, Look, looks_secret
from secrets_cli.severity import Confidence

SECRETS = [
    ("DB_PASSWORD", "hunter2"),
    ("DB_PASS", "correcthorse"),
    ("POSTGRES_PASSWORD", "postgres"),
    ("MYSQL_ROOT_PASSWORD", "r00t!"),
    ("PGPASSWORD", "kxu-8841"),
    ("password", "p@ss word"),
    ("smtpPassword", "Zq9#lmm"),
    ("ADMIN_PASSWD", "letmein"),
    ("MAIL_PWD", "9f8e7d"),
    ("REDIS_PASSWORD", "12345678"),
    ("KEYSTORE_PASSPHRASE", "tulip mania"),
    ("SECRET_KEY", "django-insecure-8x#k2!q$7z"),
    ("APP_SECRET", "d41d8cd98f00b204e9800998ecf8427e"),
    ("JWT_SECRET", "s3cr3t-signing-thing"),
    ("JWT_SECRET_KEY", "my-32-character-ultra-secure-and-ultra-long-secret"),
    ("SESSION_KEY", "LlaveSecreta02"),
    ("POSTGRESQL_URL", "postgres://postgres:LlaveSecreta01@db:5432/x?sslmode=disable"),
    ("SESSION_SECRET", "keyboard cat"),
    ("OAUTH_CLIENT_SECRET", "3b1f0c7e-58a4-4a1c-9a55-0f6f0f1b7c11"),
    ("CLIENT_SECRET_PROD", "aZ81kkQw"),
    ("STRIPE_API_KEY", "key_live_9f8a7b6c5d"),
    ("MAPS_APIKEY", "AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY"),
    ("datadogApiKey", "8c7b6a5d4e3f2a1b0c9d8e7f6a5b4c3d"),
    ("INTERNAL_API_KEYS", "alpha-1,beta-2"),
    ("ENCRYPTION_KEY", "b4x0r-9911-zz"),
    ("SIGNING_KEY", "MHcCAQEEIIr"),
    ("AWS_SECRET_ACCESS_KEY", "kJ8fQ2mZ7xV4bN1cR6tY3wP9sL5dG0hAuEoI+/Kq"),
    ("ACCESS_TOKEN", "t-5510-ffab"),
    ("GITHUB_TOKEN", "abc123def456"),
    ("SLACK_BOT_TOKEN", "not-a-known-form-but-secret"),
    ("NPM_AUTH_TOKEN", "9a8b7c6d"),
    ("SERVICE_CREDENTIALS", "user1:pw1"),
    ("BASIC_AUTH", "admin:s3same"),
    ("SSH_PRIVATE_KEY", "b3BlbnNzaC1rZXktdjEAAAAABG5vbmU"),
    ("STORAGE_ACCOUNT_KEY", "q1w2e3r4t5"),
    ("/app/prod/db/password", "s0meth1ng"),
    ("/billing/stripe-secret", "whatever-it-is"),
    ("WEBHOOK_SECRET", "whsec-ish-text"),
    ("TWILIO_AUTH_TOKEN", "5f4dcc3b5aa765d61d8327deb882cf99"),
    ("GH", "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"),
    ("CI_TOKEN_X", "glpat-" + "x7Kq92LmPz4RtW8vYb3N"),
    ("NOTIFY", "xoxb-" + "123456789012-Kq7LmZx2Vb9N"),
    ("HOOK", "https://hooks.slack.com/" + "services/T01AB2CD3/B04EF5GH6/aB3dE6gH9jK2mN5pQ8sT1vW4"),
    ("PAY", "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"),
    ("MAIL", "SG." + "aB3dE6gH9jK2mN5pQ8sT1v" + "." + "W4yZ7bC0dF3gH6iJ9kL2mN5oP8qR1sT4uV7wX0yZ3aB"),
    ("AWS_ACCESS_KEY_ID", "AKIA" + "QW3ER5TY7UI9OP1A"),
    ("SESSION", "ASIA" + "ZX2CV4BN6MA8SD0F"),
    ("PEM", "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----"),
    ("CERT_BUNDLE", "-----BEGIN PRIVATE KEY-----\\nMIIEvQ\\n-----END PRIVATE KEY-----"),
    (
        "ID_JWT",
        "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0." + "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    ),
    ("DATABASE_URL", "postgres://app:8fh2kd9x@db.internal:5432/app"),
    ("DATABASE_URL", "mysql2://root:toor!23@10.0.0.4/shop?pool=5"),
    ("REDIS_URL", "redis://:u7h3k9@cache.internal:6379/0"),
    ("MONGO", "mongodb+srv://svc:P%40ssw0rd9@cluster0.abcd.mongodb.net/x"),
    ("BROKER", "amqps://guest:g8Est77@mq.internal//vhost"),
    ("SENTRY_CALLBACK", "https://api.internal/x?token=9f8a7b6c5d4e3f2a1b0c"),
    ("BLOB", "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=" + "Zm9v" * 21 + "Yg==" + ";Suffix=x"),
    ("BOT", "123456789:" + "AAF3kL9mQ2xR7vT4wY8zB1cD5eG6hJ0nPqS"),
    ("STUFF", "q3Jx9Lm2Zk8Vb4Nc7Pw1Rt6Yh5Gd0Sf"),
    ("SALTED", "9e107d9d372bb6826bd81d3542a419d6"),
    ("X_1", "kJ8fQ2mZ7xV4bN1cR6tY3wP9sL5dG0hAuEoIXKqB"),
    ("OPENAI", "sk-" + "a1B2c3D4e5F6g7H8i9J0" + "T3BlbkFJ" + "k1L2m3N4o5P6q7R8s9T0"),
    ("AUTH_HEADER_VALUE", "Bearer eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxIn0." + "c2lnbmF0dXJlLW9mLXRoaXM"),
]

HARMLESS = [
    ("SMTP_PASS", "your-password"),
    ("DATABASE_URL", "postgres://youruser:yourpass@your.endpoint/dbname"),
    ("PGPASSWORD_SSM_KEY", "pgpassword"),
    ("JWT_SECRET", "<REDACTED>"),
    ("JWT_EXPIRATION", "100000000"),
    ("TWILIO_ACCOUNT_SID", "changeme"),
    ("ACCESS_TOKEN_EXPIRE_MINUTES", "30"),
    ("DB_PASSWORD", "${ssm:/app/prod/db/password}"),
    ("DB_PASSWORD", "${ssm:/app/prod/db/password~true}"),
    ("DB_PASSWORD", "{{resolve:ssm-secure:/app/db/password:3}}"),
    ("DB_PASSWORD", "{{resolve:secretsmanager:MySecret:SecretString:password}}"),
    ("DB_PASSWORD", "${env:DB_PASSWORD}"),
    ("DB_PASSWORD", "${self:custom.secrets.password}"),
    ("DB_PASSWORD", "${DB_PASSWORD:-}"),
    ("DB_PASSWORD", "$DB_PASSWORD"),
    ("DB_PASSWORD", "$(aws ssm get-parameter --name /x)"),
    ("DB_PASSWORD", "<your password>"),
    ("DB_PASSWORD", "changeme"),
    ("DB_PASSWORD", "CHANGE_ME"),
    ("DB_PASSWORD", "change-this-in-production"),
    ("DB_PASSWORD", "xxxxxxxx"),
    ("DB_PASSWORD", "XXXX-XXXX"),
    ("DB_PASSWORD", "********"),
    ("DB_PASSWORD", "..."),
    ("DB_PASSWORD", ""),
    ("DB_PASSWORD", "password"),
    ("DB_PASSWORD", "your-password-here"),
    ("DB_PASSWORD", "your_db_password"),
    ("DB_PASSWORD", "replace-me"),
    ("DB_PASSWORD", "REDACTED"),
    ("DB_PASSWORD", "example"),
    ("DB_PASSWORD", "TODO"),
    ("DB_PASSWORD", "None"),
    ("DB_PASSWORD", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf"),
    ("DB_PASSWORD", "op://vault/db/password"),
    ("DB_PASSWORD", "/run/secrets/db_password"),
    ("DB_PASSWORD", "ssm:///app/prod/db#label"),
    ("API_KEY", "%(API_KEY)s"),
    ("API_KEY", "{{ api_key }}"),
    ("API_KEY", "#{ApiKey}#"),
    ("API_KEY", "__API_KEY__"),
    ("API_KEY", "insert your key"),
    ("JWT_SECRET", "dummy-secret-for-tests"),
    ("AUTHORIZATION", "Bearer ${TOKEN}"),
    ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
    ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    ("STRIPE_KEY", "sk_test_xxxxxxxxxxxxxxxxxxxxxxxx"),
    ("PASSWORD_MIN_LENGTH", "12"),
    ("PASSWORD_ITERATIONS", "4096"),
    ("PASSWORD_POLICY", "strict"),
    ("PASSWORD_HASHER", "argon2"),
    ("PASSWORD_RESET_URL", "https://example.com/reset"),
    ("SECRET_NAME", "prod/db"),
    ("SECRET_ARN", "arn:aws:ssm:eu-west-1:111122223333:parameter/app/db"),
    ("SECRETS_REGION", "eu-west-1"),
    ("SECRETS_PATH", "/app/prod"),
    ("SECRET_ROTATION_DAYS", "30"),
    ("DB_PASSWORD_SSM", "/app/prod/db/password"),
    ("TOKEN_TTL", "3600"),
    ("TOKEN_URL", "https://auth.example.com/oauth2/token"),
    ("TOKEN_ISSUER", "auth.example.com"),
    ("TOKEN_VALIDITY", "15m"),
    ("MAX_TOKENS", "4096"),
    ("TOKENS", "128000"),
    ("TOKENIZER", "cl100k_base"),
    ("ACCESS_KEY_ID", "my-key"),
    ("API_KEY_HEADER", "x-api-key"),
    ("API_KEY_REQUIRED", "true"),
    ("USE_SECRETS_MANAGER", "true"),
    ("ENABLE_TOKEN_AUTH", "false"),
    ("JWT_SECRET_FILE", "/etc/jwt.pem"),
    ("PRIVATE_KEY_PATH", "./keys/private.pem"),
    ("PUBLIC_KEY", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA"),
    ("NEXT_PUBLIC_API_KEY", "pk-browser-9912"),
    ("REACT_APP_MAPS_API_KEY", "browser-key-1"),
    ("STRIPE_PUBLISHABLE_KEY", "pk_live_51abc"),
    ("PARTITION_KEY", "userId"),
    ("SORT_KEY", "createdAt"),
    ("CACHE_KEY", "orders-v2"),
    ("KEYBOARD", "qwerty"),
    ("MONKEY", "banana"),
    ("COMPASS_MODE", "north"),
    ("PASSENGER_COUNT", "4"),
    ("SECRETARY", "Ms Moneypenny"),
    ("DEBUG", "true"),
    ("STAGE", "production"),
    ("PORT", "8080"),
    ("LOG_LEVEL", "INFO"),
    ("TABLE_NAME", "orders-prod-OrdersTable-1K2J3H4G5F6D7"),
    ("BUCKET", "my-company-artifacts-eu-west-1-111122223333"),
    ("QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/111122223333/orders"),
    ("USER_POOL_ID", "eu-west-1_AbCdEfGhI"),
    ("USER_POOL_CLIENT_ID", "6h8j2k4l6m8n0p2q4r6s8t0v2w"),
    ("GIT_COMMIT", "9fceb02d0ae598e95dc970b74767f19372d61af8"),
    ("IMAGE_DIGEST", "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
    ("BUILD_HASH", "9e107d9d372bb6826bd81d3542a419d6"),
    ("TRACE_ID", "4bf92f3577b34da6a3ce929d0e0e4736"),
    ("REQUEST_UUID", "3b1f0c7e-58a4-4a1c-9a55-0f6f0f1b7c11"),
    ("CORRELATION", "3b1f0c7e-58a4-4a1c-9a55-0f6f0f1b7c11"),
    ("SUBNETS", "subnet-0a1b2c3d4e5f60718,subnet-1a2b3c4d5e6f70819"),
    ("DATABASE_URL", "postgres://db.internal:5432/app"),
    ("DATABASE_URL", "postgres://app@db.internal/app"),
    ("DATABASE_URL", "postgres://user:${DB_PASSWORD}@db.internal/app"),
    ("DATABASE_URL", "postgres://user:password@localhost:5432/app"),
    ("DATABASE_URL", "postgres://user:<password>@host/db"),
    ("REDIS_URL", "redis://cache.internal:6379/0"),
    ("SENTRY_DSN", "https://sentry.example.com/42"),
    ("CALLBACK_URL", "https://example.com/cb?state=start&next=/home"),
    ("HANDLER", "com.example.orders.OrderCreatedHandlerFunction2"),
    ("FEATURE", "ThisIsAConfigValue2024ForService"),
    ("SCHEDULE", "cron(0 12 * * ? *)"),
    ("EMAIL", "billing@example.com"),
    ("VERSION", "2024.11.3-rc.1+build.77"),
    ("PYTHONPATH", "/opt/python:/var/task"),
    ("CERTIFICATE", "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl"),
    ("GREETING", "Welcome to the secret garden, it has a token fountain"),
]


@pytest.mark.parametrize(("name", "text"), SECRETS)
def test_a_secret_is_found(name: str, text: str) -> None:
    assert looks_secret(name, SecretValue(text)) is not None


@pytest.mark.parametrize(("name", "text"), HARMLESS)
def test_what_is_no_secret_is_left_alone(name: str, text: str) -> None:
    assert looks_secret(name, SecretValue(text)) is None


def test_recall_and_false_alarms_on_the_labelled_list(capsys: pytest.CaptureFixture[str]) -> None:
    found = sum(looks_secret(name, SecretValue(text)) is not None for name, text in SECRETS)
    alarms = sum(looks_secret(name, SecretValue(text)) is not None for name, text in HARMLESS)
    with capsys.disabled():
        sys.stdout.write(f"\nlooks_secret: recall {found}/{len(SECRETS)}, false alarms {alarms}/{len(HARMLESS)}\n")
    assert len(SECRETS) + len(HARMLESS) >= 60
    assert (found, alarms) == (len(SECRETS), 0)


def test_random_texts_are_found_whatever_they_are_called() -> None:
    """A rate, not a list: random letters and digits of a key's length under a name that says nothing."""
    chosen = random.Random(20261121)
    alphabet = string.ascii_letters + string.digits
    texts = ["".join(chosen.choices(alphabet, k=40)) for _ in range(300)]
    found = sum(looks_secret("SOMETHING", SecretValue(text)) is not None for text in texts)
    assert found >= 290


def test_words_in_mixed_case_are_not_random() -> None:
    chosen = random.Random(20261121)
    words = ("order", "created", "handler", "customer", "event", "payment", "failed", "table", "stream", "batch")
    texts = [
        "".join(word.title() for word in chosen.choices(words, k=5)) + str(chosen.randint(1, 99)) for _ in range(300)
    ]
    alarms = [text for text in texts if looks_secret("SOMETHING", SecretValue(text)) is not None]
    assert alarms == []


def test_what_is_said_holds_no_part_of_the_value() -> None:
    for name, text in SECRETS:
        look = looks_secret(name, SecretValue(text))
        assert look is not None
        said = f"{look} {look!r}"
        pieces = [text[start : start + 7] for start in range(len(text) - 6)]
        assert not any(piece in said for piece in pieces if any(char.isdigit() for char in piece))


def test_in_a_file_of_examples_a_name_does_not_count() -> None:
    assert looks_secret("DB_PASSWORD", SecretValue("postgres"), sample=True) is None
    look = looks_secret("GH", SecretValue("ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"), sample=True)
    assert look == Look(By.FORMAT, "GitHub Token", Confidence.HIGH)


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "abcdefg",
        "a.b",
        "a/b-",
        "a-",
        "a@",
        "://:",
        "eyJ",
        "%(",
        "<",
        "{{",
        "${",
        "`",
        "_A",
        "your ",
        "/a",
        "xX-",
        "A1b",
    ],
)
def test_the_time_grows_no_faster_than_the_value(piece: str) -> None:
    """Values come from files and accounts of others: none may hold a pattern up. Seconds of this process, not of the day."""
    text = piece * (1_000_000 // len(piece))
    before = time.process_time()
    looks_secret("DB_PASSWORD", SecretValue(text))
    looks_secret("X", SecretValue(text))
    assert time.process_time() - before < 3


def test_each_detector_of_the_library_is_used_or_left_out_with_a_reason() -> None:
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class

    mapping: dict[str, type] = get_mapping_from_secret_type_to_class()
    installed = {made.__name__ for made in mapping.values()}
    assert installed == set(USED) | set(LEFT_OUT) | set(ENTROPY)
    assert all(LEFT_OUT.values())


def test_looking_asks_nobody_and_changes_no_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No verification (sockets are off in every unit test), no global setting, nothing in the library's log."""
    import requests
    from detect_secrets.core.log import log
    from detect_secrets.settings import get_settings

    asked: list[object] = []
    monkeypatch.setattr(requests.Session, "request", lambda *words, **more: asked.append(words))
    written = tmp_path / "log"
    import logging

    handler = logging.FileHandler(written)
    log.addHandler(handler)
    before = get_settings().json()
    level = log.level
    log.setLevel(logging.DEBUG)
    try:
        for name, text in SECRETS:
            assert detectors() is detectors()
            looks_secret(name, SecretValue(text))
    finally:
        log.setLevel(level)
        log.removeHandler(handler)
        handler.close()
    assert asked == []
    assert written.read_text() == ""
    assert get_settings().json() == before
