"""What an integration test would do: the deployed service, with its calls to AWS sent to where AWS_ENDPOINT_URL says.

python use.py FUNCTION ADDRESS; run it under `secrets-cli usage record`, which sets that variable.
"""

import os
import sys

import boto3
from client import call

ORDERS = {"1": "two lamps", "2": "a chair", "3": "a desk", "4": "a shelf", "5": "a sofa", "6": "a bed"}


def main(function: str, address: str) -> int:
    functions = boto3.client("lambda", endpoint_url=os.environ["EMULATOR"])
    before = functions.get_function_configuration(FunctionName=function).get("Environment", {}).get("Variables", {})
    recorder = {f"AWS_ENDPOINT_URL_{name}": os.environ["AWS_ENDPOINT_URL"] for name in ("S3", "DYNAMODB", "SSM")}
    functions.update_function_configuration(FunctionName=function, Environment={"Variables": before | recorder})
    try:
        answers = [call(address, "POST", f"/orders/{order}", what) for order, what in ORDERS.items()]
        answers += [call(address, "GET", f"/orders/{order}") for order in ORDERS]
    finally:
        functions.update_function_configuration(FunctionName=function, Environment={"Variables": before})
    print(f"{sum(status == 200 for status, _ in answers)} of {len(answers)} requests answered")
    return 0 if all(status == 200 for status, _ in answers) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
