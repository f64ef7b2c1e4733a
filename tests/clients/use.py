"""What an application does, with boto3: each call as the SDK writes it, one of them denied."""

import io
import sys

import boto3
from botocore.exceptions import ClientError


def main(role: str, bucket: str, table: str, parameter: str, queue: str, secret: str) -> None:
    """Use everything once."""
    given = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="python")["Credentials"]
    session = boto3.Session(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    s3 = session.client("s3")
    content = secret.encode() * 600_000  # more than one part
    s3.put_object(Bucket=bucket, Key="python/a b.txt", Body=secret)
    s3.upload_fileobj(io.BytesIO(content), bucket, "python/large")
    back = io.BytesIO()
    s3.download_fileobj(bucket, "python/large", back)
    if back.getvalue() != content:
        raise SystemExit("the object came back changed")
    s3.list_objects_v2(Bucket=bucket, Prefix="python/")
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "python/a b.txt"}]})
    dynamodb = session.client("dynamodb")
    dynamodb.put_item(TableName=table, Item={"id": {"S": "p"}, "value": {"S": secret}})
    dynamodb.get_item(TableName=table, Key={"id": {"S": "p"}})
    ssm = session.client("ssm")
    ssm.get_parameter(Name=parameter, WithDecryption=True)
    sqs = session.client("sqs")
    sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName=queue)["QueueUrl"], MessageBody=secret)
    session.client("cloudwatch").put_metric_data(Namespace="python", MetricData=[{"MetricName": "m", "Value": 1}])
    try:
        ssm.get_parameter(Name="/not/mine")
    except ClientError as error:
        if error.response["Error"]["Code"] == "AccessDeniedException":
            return
    raise SystemExit("not denied")


if __name__ == "__main__":
    main(*sys.argv[1:])
