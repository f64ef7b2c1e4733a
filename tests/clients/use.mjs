// What an application does, with the AWS SDK for JavaScript: each call as the SDK writes it, one of them denied.
import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { Readable } from "node:stream";

const [role, bucket, table, parameter, queue, secret] = process.argv.slice(2);
const given = (await new STSClient({}).send(new AssumeRoleCommand({ RoleArn: role, RoleSessionName: "node" }))).Credentials;
const credentials = { accessKeyId: given.AccessKeyId, secretAccessKey: given.SecretAccessKey, sessionToken: given.SessionToken };
const s3 = new S3Client({ credentials });
const body = Buffer.from(secret.repeat(20_000));
await s3.send(new PutObjectCommand({ Bucket: bucket, Key: "node/a b.txt", Body: secret }));
await s3.send(new PutObjectCommand({ Bucket: bucket, Key: "node/stream", Body: Readable.from([body]), ContentLength: body.length }));
const got = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: "node/stream" }));
if ((await got.Body.transformToString()) !== body.toString()) throw new Error("the object came back changed");
await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: "node/" }));
await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: "node/a b.txt" }));
const dynamodb = new DynamoDBClient({ credentials });
await dynamodb.send(new PutItemCommand({ TableName: table, Item: { id: { S: "n" }, value: { S: secret } } }));
await dynamodb.send(new GetItemCommand({ TableName: table, Key: { id: { S: "n" } } }));
const ssm = new SSMClient({ credentials });
await ssm.send(new GetParameterCommand({ Name: parameter, WithDecryption: true }));
const sqs = new SQSClient({ credentials });
const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queue }));
await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: secret }));
await new CloudWatchClient({ credentials }).send(
  new PutMetricDataCommand({ Namespace: "node", MetricData: [{ MetricName: "m", Value: 1 }] }),
);
const denied = await ssm.send(new GetParameterCommand({ Name: "/not/mine" })).catch((error) => error.name);
if (denied !== "AccessDeniedException") throw new Error(`not denied: ${denied}`);
