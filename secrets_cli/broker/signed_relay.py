"""The caller's part of a getSecret in relay mode: sign the read of a parameter here, hand over the signature only.

The function sends the signed request on and Parameter Store decides by the caller's own permissions. What is handed over
is good for this one read, by this access key, for about five minutes; the secret access key stays here.
"""

import json
from dataclasses import dataclass, field

from secrets_cli.aws.signing import sign
from secrets_cli.aws.target import Connection
from secrets_cli.secrets.parameter_name import Selected

_SENT = ("authorization", "content-type", "host", "x-amz-date", "x-amz-security-token", "x-amz-target")


@dataclass(frozen=True, slots=True)
class SignedRead:
    """A signed ssm:GetParameter request."""

    headers: tuple[tuple[str, str], ...] = field(repr=False)
    """Lower-case names, sorted; the session token is among them."""
    body: str
    """JSON with the name, as it was signed."""

    def document(self) -> str:
        """The body to POST to the function."""
        return json.dumps({"headers": dict(self.headers), "body": self.body}, separators=(",", ":"))


def signed_read(connection: Connection, wanted: Selected) -> SignedRead:
    """Sign the read of a parameter (or one version of it) in the connection's region. Nothing is sent.

    The function accepts it only from the caller whose access key signed it. Raises ConfigurationError where there are no
    credentials.
    """
    region = connection.region
    host = f"ssm.{region}.amazonaws.com{'.cn' if connection.partition == 'aws-cn' else ''}"
    body = json.dumps({"Name": str(wanted), "WithDecryption": True}, separators=(",", ":"))
    headers = {"content-type": "application/x-amz-json-1.1", "host": host, "x-amz-target": "AmazonSSM.GetParameter"}
    signed = sign(connection, "POST", f"https://{host}/", headers, body.encode("utf-8"), "ssm", region)
    lowered = {name.lower(): value for name, value in signed.items()}
    return SignedRead(tuple((name, lowered[name]) for name in _SENT if name in lowered), body)
