#!/bin/sh
# What an operator does, with the AWS CLI: each call as the CLI writes it, one of them denied.
set -eu
aws=$1 role=$2 bucket=$3 table=$4 parameter=$5 queue=$6 secret=$7
given=$("$aws" sts assume-role --role-arn "$role" --role-session-name cli --output text \
    --query "Credentials.[AccessKeyId,SecretAccessKey,SessionToken]")
# shellcheck disable=SC2086  # three words
set -- $given
export AWS_ACCESS_KEY_ID="$1" AWS_SECRET_ACCESS_KEY="$2" AWS_SESSION_TOKEN="$3"
printf %s "$secret" | "$aws" s3 cp - "s3://$bucket/cli/a b.txt"
test "$("$aws" s3 cp "s3://$bucket/cli/a b.txt" -)" = "$secret"
"$aws" s3 ls "s3://$bucket/cli/" > /dev/null
"$aws" s3 rm "s3://$bucket/cli/a b.txt" > /dev/null
"$aws" dynamodb put-item --table-name "$table" --item "{\"id\": {\"S\": \"c\"}, \"value\": {\"S\": \"$secret\"}}"
"$aws" dynamodb get-item --table-name "$table" --key '{"id": {"S": "c"}}' > /dev/null
"$aws" ssm get-parameter --name "$parameter" --with-decryption > /dev/null
# version 1 of the CLI calls SQS at AWS, whatever AWS_ENDPOINT_URL says, unless it is told on the command line
url=$("$aws" --endpoint-url "$AWS_ENDPOINT_URL" sqs get-queue-url --queue-name "$queue" --output text --query QueueUrl)
"$aws" --endpoint-url "$AWS_ENDPOINT_URL" sqs send-message --queue-url "$url" --message-body "$secret" > /dev/null
"$aws" cloudwatch put-metric-data --namespace cli --metric-name m --value 1
if "$aws" ssm get-parameter --name /not/mine 2> /dev/null; then exit 9; fi
