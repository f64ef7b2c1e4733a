"""Call the deployed order service, signed with the caller's credentials: python client.py ADDRESS METHOD PATH [TEXT].

Prints the status and the body. EMULATOR is where the connection goes; the address is what is signed.
"""

import os
import sys
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest


def call(address: str, method: str, path: str, text: str = "") -> tuple[int, str]:
    parts = urlsplit(address.rstrip("/") + path)
    session = boto3.Session()
    service = "lambda" if "lambda-url" in parts.netloc else "execute-api"
    signed = AWSRequest(method, parts.geturl(), {"Host": parts.netloc, "Content-Type": "text/plain"}, text.encode())
    SigV4Auth(session.get_credentials(), service, session.region_name).add_auth(signed)
    url = os.environ["EMULATOR"] + parts.path
    request = urllib.request.Request(url, text.encode() or None, dict(signed.headers), method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


if __name__ == "__main__":
    print(*call(*sys.argv[1:]))
