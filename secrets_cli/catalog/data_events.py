"""CloudTrail's data-event types and the IAM actions whose calls they log.

One entry a type. Where a service says nothing finer than "API activity on X", the actions are its data-plane
operations on X. Left out are types whose calls no IAM action of ours can be granted for (device certificates,
third-party channels).

Source of the types:
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html, read 2026-11; of
the actions: the page each service keeps on logging with CloudTrail, named beside the entry.
"""

from types import MappingProxyType


def _of(service: str, names: str) -> frozenset[str]:
    return frozenset(f"{service}:{name}" for name in names.split())


ACTIONS_BY_TYPE = MappingProxyType(
    {
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html#cloudtrail-data-events:
        # object calls, and of the bucket calls HeadBucket, ListObjects and ListObjectVersions
        "AWS::S3::Object": _of(
            "s3",
            """AbortMultipartUpload BypassGovernanceRetention DeleteObject DeleteObjectTagging DeleteObjectVersion
            DeleteObjectVersionTagging GetObject GetObjectAcl GetObjectAttributes GetObjectLegalHold GetObjectRetention
            GetObjectTagging GetObjectTorrent GetObjectVersion GetObjectVersionAcl GetObjectVersionAttributes
            GetObjectVersionForReplication GetObjectVersionTagging GetObjectVersionTorrent ListBucket
            ListBucketMultipartUploads ListBucketVersions ListMultipartUploadParts ObjectOwnerOverrideToBucketOwner
            PutObject PutObjectAcl PutObjectLegalHold PutObjectRetention PutObjectTagging PutObjectVersionAcl
            PutObjectVersionTagging ReplicateDelete ReplicateObject ReplicateTags RestoreObject InitiateReplication
            UpdateObjectEncryption""",
        ),
        "AWS::S3::AccessPoint": frozenset(),
        "AWS::S3Express::Object": _of("s3express", "CreateSession"),
        "AWS::S3ObjectLambda::AccessPoint": _of(
            "s3-object-lambda",
            """AbortMultipartUpload DeleteObject DeleteObjectTagging DeleteObjectVersion DeleteObjectVersionTagging
            GetObject GetObjectAcl GetObjectLegalHold GetObjectRetention GetObjectTagging GetObjectVersion
            GetObjectVersionAcl GetObjectVersionTagging ListBucket ListBucketMultipartUploads ListBucketVersions
            ListMultipartUploadParts PutObject PutObjectAcl PutObjectLegalHold PutObjectRetention PutObjectTagging
            PutObjectVersionAcl PutObjectVersionTagging RestoreObject WriteGetObjectResponse""",
        ),
        "AWS::S3Outposts::Object": _of(
            "s3-outposts",
            """AbortMultipartUpload DeleteObject DeleteObjectTagging DeleteObjectVersion DeleteObjectVersionTagging
            GetObject GetObjectTagging GetObjectVersion GetObjectVersionTagging ListBucket ListBucketMultipartUploads
            ListBucketVersions ListMultipartUploadParts PutObject PutObjectAcl PutObjectTagging
            PutObjectVersionTagging""",
        ),
        "AWS::S3Tables::Table": _of("s3tables", "GetTableData PutTableData"),
        "AWS::S3Vectors::Index": _of("s3vectors", "DeleteVectors GetVectors ListVectors PutVectors QueryVectors"),
        # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/logging-using-cloudtrail.html
        "AWS::DynamoDB::Table": _of(
            "dynamodb",
            """BatchGetItem BatchWriteItem ConditionCheckItem DeleteItem GetItem PartiQLDelete PartiQLInsert
            PartiQLSelect PartiQLUpdate PutItem Query Scan UpdateItem""",
        ),
        "AWS::DynamoDB::Stream": _of("dynamodb", "GetRecords GetShardIterator"),
        # https://docs.aws.amazon.com/lambda/latest/dg/logging-using-cloudtrail.html
        "AWS::Lambda::Function": _of("lambda", "InvokeAsync InvokeFunction InvokeFunctionUrl"),
        # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-logging-using-cloudtrail.html
        "AWS::SQS::Queue": _of("sqs", "ChangeMessageVisibility DeleteMessage ReceiveMessage SendMessage"),
        # https://docs.aws.amazon.com/sns/latest/dg/logging-using-cloudtrail.html
        "AWS::SNS::Topic": _of("sns", "Publish"),
        # https://docs.aws.amazon.com/eventbridge/latest/userguide/logging-using-cloudtrail.html
        "AWS::Events::EventBus": _of("events", "PutEvents"),
        # https://docs.aws.amazon.com/streams/latest/dev/logging-using-cloudtrail.html
        "AWS::Kinesis::Stream": _of("kinesis", "GetRecords GetShardIterator PutRecord PutRecords"),
        "AWS::Kinesis::StreamConsumer": _of("kinesis", "SubscribeToShard"),
        "AWS::KinesisFirehose::DeliveryStream": _of("firehose", "PutRecord PutRecordBatch"),
        "AWS::KinesisVideo::Stream": _of(
            "kinesisvideo",
            """GetClip GetDASHStreamingSessionURL GetHLSStreamingSessionURL GetImages GetMedia GetMediaForFragmentList
            ListFragments PutMedia""",
        ),
        "AWS::KinesisVideo::SignalingChannel": _of(
            "kinesisvideo", "ConnectAsMaster ConnectAsViewer GetIceServerConfig SendAlexaOfferToMaster"
        ),
        # https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-cloudtrail-logs.html
        "AWS::SSMMessages::ControlChannel": _of(
            "ssmmessages", "CreateControlChannel CreateDataChannel OpenControlChannel OpenDataChannel"
        ),
        # https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cloud-trail.html
        "AWS::StepFunctions::StateMachine": _of("states", "InvokeHTTPEndpoint"),
        "AWS::StepFunctions::Activity": _of(
            "states", "GetActivityTask SendTaskFailure SendTaskHeartbeat SendTaskSuccess"
        ),
        # https://docs.aws.amazon.com/cognito/latest/developerguide/logging-using-cloudtrail.html
        "AWS::Cognito::IdentityPool": _of(
            "cognito-identity",
            """GetCredentialsForIdentity GetId GetOpenIdToken GetOpenIdTokenForDeveloperIdentity UnlinkIdentity""",
        ),
        # https://docs.aws.amazon.com/ebs/latest/userguide/logging-ebs-apis-using-cloudtrail.html
        "AWS::EC2::Snapshot": _of("ebs", "GetSnapshotBlock ListChangedBlocks ListSnapshotBlocks PutSnapshotBlock"),
        "AWS::EC2::InstanceConnectEndpoint": _of("ec2-instance-connect", "OpenTunnel"),
        # https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/logging-using-cloudtrail-data-api.html
        "AWS::RDS::DBCluster": _of(
            "rds-data",
            "BatchExecuteStatement BeginTransaction CommitTransaction ExecuteSql ExecuteStatement RollbackTransaction",
        ),
        "AWS::DSQL::Cluster": _of("dsql", "DbConnect DbConnectAdmin"),
        # https://docs.aws.amazon.com/bedrock/latest/userguide/logging-using-cloudtrail.html
        "AWS::Bedrock::AgentAlias": _of("bedrock", "InvokeAgent"),
        "AWS::Bedrock::AsyncInvoke": _of("bedrock", "GetAsyncInvoke ListAsyncInvokes"),
        "AWS::Bedrock::FlowAlias": _of("bedrock", "InvokeFlow"),
        "AWS::Bedrock::FlowExecution": _of("bedrock", "StartFlowExecution StopFlowExecution"),
        "AWS::Bedrock::Guardrail": _of("bedrock", "ApplyGuardrail"),
        "AWS::Bedrock::InlineAgent": _of("bedrock", "InvokeInlineAgent"),
        "AWS::Bedrock::KnowledgeBase": _of("bedrock", "Retrieve RetrieveAndGenerate"),
        "AWS::Bedrock::PromptVersion": _of("bedrock", "RenderPrompt"),
        "AWS::Bedrock::Session": _of(
            "bedrock",
            "CreateInvocation EndSession GetInvocationStep ListInvocations ListInvocationSteps PutInvocationStep",
        ),
        "AWS::BedrockAgentCore::Runtime": _of("bedrock-agentcore", "InvokeAgentRuntime InvokeAgentRuntimeForUser"),
        "AWS::BedrockAgentCore::Gateway": _of("bedrock-agentcore", "InvokeGateway"),
        "AWS::BedrockAgentCore::CodeInterpreter": _of("bedrock-agentcore", "InvokeCodeInterpreter"),
        "AWS::BedrockAgentCore::Memory": _of(
            "bedrock-agentcore",
            """CreateEvent DeleteEvent DeleteMemoryRecord GetEvent GetMemoryRecord ListActors ListEvents
            ListMemoryRecords ListSessions RetrieveMemoryRecords""",
        ),
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/logging_cw_api_calls.html#CloudWatch-data-plane-events
        "AWS::CloudWatch::Metric": _of(
            "cloudwatch", "GetMetricData GetMetricStatistics GetMetricWidgetImage ListMetrics PutMetricData"
        ),
        "AWS::RUM::AppMonitor": _of("rum", "PutRumEvents"),
        # https://docs.aws.amazon.com/xray/latest/devguide/xray-api-cloudtrail.html#cloudtrail-data-events: reads only
        "AWS::XRay::Trace": _of(
            "xray", "BatchGetTraces GetServiceGraph GetTimeSeriesServiceStatistics GetTraceGraph GetTraceSummaries"
        ),
        # https://docs.aws.amazon.com/appconfig/latest/userguide/logging-using-cloudtrail.html
        "AWS::AppConfig::Configuration": _of(
            "appconfig", "GetConfiguration GetLatestConfiguration StartConfigurationSession"
        ),
        # https://docs.aws.amazon.com/appsync/latest/devguide/cloudtrail-logging.html
        "AWS::AppSync::GraphQLApi": _of("appsync", "GraphQL"),
        # https://docs.aws.amazon.com/cloud-map/latest/dg/cloudtrail-data-events.html
        "AWS::ServiceDiscovery::Service": _of("servicediscovery", "DiscoverInstances DiscoverInstancesRevision"),
        "AWS::CloudFront::KeyValueStore": _of(
            "cloudfront-keyvaluestore", "DeleteKey DescribeKeyValueStore GetKey ListKeys PutKey UpdateKeys"
        ),
        "AWS::CloudTrail::Channel": _of("cloudtrail-data", "PutAuditEvents"),
        "AWS::SES::EmailIdentity": _of(
            "ses", "SendBounce SendBulkEmail SendBulkTemplatedEmail SendEmail SendRawEmail SendTemplatedEmail"
        ),
        "AWS::SES::Template": _of("ses", "TestRenderEmailTemplate TestRenderTemplate"),
        "AWS::SDB::Domain": _of(
            "sdb", "BatchDeleteAttributes BatchPutAttributes DeleteAttributes GetAttributes PutAttributes Select"
        ),
        "AWS::SWF::Domain": _of(
            "swf",
            """CountClosedWorkflowExecutions CountOpenWorkflowExecutions CountPendingActivityTasks
            CountPendingDecisionTasks DescribeWorkflowExecution GetWorkflowExecutionHistory ListClosedWorkflowExecutions
            ListOpenWorkflowExecutions PollForActivityTask PollForDecisionTask RecordActivityTaskHeartbeat
            RequestCancelWorkflowExecution RespondActivityTaskCanceled RespondActivityTaskCompleted
            RespondActivityTaskFailed RespondDecisionTaskCompleted SignalWorkflowExecution StartWorkflowExecution
            TerminateWorkflowExecution""",
        ),
        # https://docs.aws.amazon.com/sagemaker/latest/dg/logging-using-cloudtrail.html
        "AWS::SageMaker::Endpoint": _of(
            "sagemaker", "InvokeEndpoint InvokeEndpointAsync InvokeEndpointWithResponseStream"
        ),
        "AWS::SageMaker::FeatureGroup": _of("sagemaker", "BatchGetRecord DeleteRecord GetRecord PutRecord"),
        "AWS::SageMaker::ExperimentTrialComponent": _of("sagemaker", "BatchPutMetrics"),
        "AWS::Timestream::Table": _of("timestream", "Select WriteRecords"),
        "AWS::Timestream::Database": _of("timestream", "SelectValues CancelQuery"),
        # https://docs.aws.amazon.com/verifiedpermissions/latest/userguide/logging-using-cloudtrail.html
        "AWS::VerifiedPermissions::PolicyStore": _of("verifiedpermissions", "IsAuthorized IsAuthorizedWithToken"),
        "AWS::ManagedBlockchain::Node": _of("managedblockchain", "GET Invoke POST"),
        "AWS::ManagedBlockchainQuery::QueryAPI": _of(
            "managedblockchain-query",
            """BatchGetTokenBalance GetAssetContract GetTokenBalance GetTransaction ListAssetContracts
            ListFilteredTransactionEvents ListTokenBalances ListTransactionEvents ListTransactions""",
        ),
        "AWS::NeptuneGraph::Graph": _of(
            "neptune-graph",
            "CancelQuery DeleteDataViaQuery GetQueryStatus ListQueries ReadDataViaQuery WriteDataViaQuery",
        ),
        # https://docs.aws.amazon.com/keyspaces/latest/devguide/logging-using-cloudtrail.html: statements on rows
        "AWS::Cassandra::Table": _of("cassandra", "Modify Select"),
        "AWS::Cassandra::Stream": _of("cassandra", "GetRecords GetShardIterator"),
        "AWS::IoT::Thing": _of("iot", "DeleteThingShadow GetThingShadow ListNamedShadowsForThing UpdateThingShadow"),
        "AWS::IoTSiteWise::Asset": _of(
            "iotsitewise",
            """BatchGetAssetPropertyAggregates BatchGetAssetPropertyValue BatchGetAssetPropertyValueHistory
            BatchPutAssetPropertyValue GetAssetPropertyAggregates GetAssetPropertyValue GetAssetPropertyValueHistory
            GetInterpolatedAssetPropertyValues""",
        ),
        "AWS::IoTTwinMaker::Workspace": _of(
            "iottwinmaker", "BatchPutPropertyValues ExecuteQuery GetPropertyValue GetPropertyValueHistory"
        ),
        "AWS::MedicalImaging::Datastore": _of(
            "medical-imaging",
            "GetDICOMInstance GetDICOMInstanceFrames GetDICOMInstanceMetadata GetImageFrame GetImageSetMetadata",
        ),
        "AWS::KendraRanking::ExecutionPlan": _of("kendra-ranking", "Rescore"),
        "AWS::CodeGuruProfiler::ProfilingGroup": _of("codeguru-profiler", "ConfigureAgent PostAgentProfile"),
        "AWS::CodeWhisperer::Profile": _of("codewhisperer", "GenerateRecommendations"),
        "AWS::PaymentCryptography::Key": _of(
            "payment-cryptography",
            """DecryptData EncryptData GenerateCardValidationData GenerateMac GeneratePinData ReEncryptData
            TranslatePinData VerifyAuthRequestCryptogram VerifyCardValidationData VerifyMac VerifyPinData""",
        ),
        "AWS::QBusiness::Application": _of("qbusiness", "Chat ChatSync DeleteConversation ListMessages PutFeedback"),
        "AWS::SMSVoice::Message": _of(
            "sms-voice", "SendMediaMessage SendTextMessage SendVoiceMessage PutMessageFeedback"
        ),
        "AWS::SocialMessaging::PhoneNumberId": _of(
            "social-messaging",
            "DeleteWhatsAppMessageMedia GetWhatsAppMessageMedia PostWhatsAppMessageMedia SendWhatsAppMessage",
        ),
        "AWS::Pinpoint::App": _of(
            "mobiletargeting",
            """PutEvents SendMessages SendOTPMessage SendUsersMessages UpdateEndpoint UpdateEndpointsBatch
            VerifyOTPMessage""",
        ),
        "AWS::MWAA::Environment": _of("airflow", "InvokeRestApi PublishMetrics"),
        "AWS::MachineLearning::MlModel": _of("machinelearning", "Predict"),
        "AWS::Signer::SigningProfile": _of("signer", "SignPayload GetRevocationStatus"),
        "AWS::GeoMaps::Provider": _of("geo-maps", "GetStaticMap GetTile"),
        "AWS::GeoPlaces::Provider": _of(
            "geo-places", "Autocomplete Geocode GetPlace ReverseGeocode SearchNearby SearchText Suggest"
        ),
        "AWS::GeoRoutes::Provider": _of(
            "geo-routes", "CalculateIsolines CalculateRouteMatrix CalculateRoutes OptimizeWaypoints SnapToRoads"
        ),
        "AWS::DataExchange::Asset": _of("dataexchange", "SendApiAsset"),
        "AWS::FinSpace::Environment": _of("finspace", "ConnectKxCluster GetKxConnectionString"),
        "AWS::GuardDuty::Detector": _of("guardduty", "SendSecurityTelemetry"),
        "AWS::GreengrassV2::ComponentVersion": _of(
            "greengrass", "GetComponentVersionArtifact ResolveComponentCandidates"
        ),
        "AWS::ECS::ContainerInstance": _of("ecs", "Poll StartTelemetrySession PutSystemLogEvents"),
        "AWS::SCN::Instance": _of("scn", "SendDataIntegrationEvent"),
    }
)
"""Type -> actions. Calls through S3 access points are logged as AWS::S3::AccessPoint where a selector names that
type, and with the same actions as AWS::S3::Object."""

EVENT_NAMES = MappingProxyType(
    {
        (source, name): type_
        for source, type_, names in (
            (
                "s3",
                "AWS::S3::Object",
                """HeadObject HeadBucket ListObjects ListObjectsV2 ListObjectVersions ListParts CopyObject
                CreateMultipartUpload UploadPart UploadPartCopy CompleteMultipartUpload DeleteObjects
                SelectObjectContent PostObject GetObjectLockLegalHold GetObjectLockRetention PutObjectLockLegalHold
                PutObjectLockRetention""",
            ),
            ("lambda", "AWS::Lambda::Function", "Invoke InvokeWithResponseStream"),
            (
                "dynamodb",
                "AWS::DynamoDB::Table",
                "TransactGetItems TransactWriteItems ExecuteStatement BatchExecuteStatement ExecuteTransaction",
            ),
            ("sqs", "AWS::SQS::Queue", "SendMessageBatch DeleteMessageBatch ChangeMessageVisibilityBatch"),
            ("sns", "AWS::SNS::Topic", "PublishBatch"),
        )
        for name in names.split()
    }
)
"""Event source and name -> type, for data events whose name is no action."""

SERVICE_TYPES = MappingProxyType(
    {
        "s3": "AWS::S3::Object",
        "s3express": "AWS::S3Express::Object",
        "s3-object-lambda": "AWS::S3ObjectLambda::AccessPoint",
        "s3-outposts": "AWS::S3Outposts::Object",
        "dynamodb": "AWS::DynamoDB::Table",
        "streams.dynamodb": "AWS::DynamoDB::Stream",
        "lambda": "AWS::Lambda::Function",
        "sqs": "AWS::SQS::Queue",
        "sns": "AWS::SNS::Topic",
        "events": "AWS::Events::EventBus",
        "kinesis": "AWS::Kinesis::Stream",
        "firehose": "AWS::KinesisFirehose::DeliveryStream",
        "ssmmessages": "AWS::SSMMessages::ControlChannel",
        "states": "AWS::StepFunctions::StateMachine",
        "cognito-identity": "AWS::Cognito::IdentityPool",
        "ebs": "AWS::EC2::Snapshot",
        "rdsdata": "AWS::RDS::DBCluster",
        "rds-data": "AWS::RDS::DBCluster",
        "dsql": "AWS::DSQL::Cluster",
        "monitoring": "AWS::CloudWatch::Metric",
        "xray": "AWS::XRay::Trace",
        "appsync": "AWS::AppSync::GraphQLApi",
        "appconfig": "AWS::AppConfig::Configuration",
        "servicediscovery": "AWS::ServiceDiscovery::Service",
        "cloudtrail-data": "AWS::CloudTrail::Channel",
        "ses": "AWS::SES::EmailIdentity",
        "email": "AWS::SES::EmailIdentity",
        "sdb": "AWS::SDB::Domain",
        "swf": "AWS::SWF::Domain",
        "timestream": "AWS::Timestream::Table",
        "verifiedpermissions": "AWS::VerifiedPermissions::PolicyStore",
        "managedblockchain": "AWS::ManagedBlockchain::Node",
        "cassandra": "AWS::Cassandra::Table",
        "codewhisperer": "AWS::CodeWhisperer::Profile",
    }
)
"""Event source without `.amazonaws.com` -> the type of its data events that name no type of their own."""

NEVER_LOGGED = MappingProxyType(
    {
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/logging_cw_api_calls_cwl.html
        "logs:PutLogEvents": "CloudWatch Logs does not log PutLogEvents to CloudTrail",
        # https://docs.aws.amazon.com/apigateway/latest/developerguide/cloudtrail.html
        "execute-api:Invoke": "calls of a deployed API show in its access log only",
        "execute-api:ManageConnections": "calls of a deployed WebSocket API's connections are not CloudTrail events",
        "execute-api:InvalidateCache": "calls of a deployed API show in its access log only",
        # https://docs.aws.amazon.com/xray/latest/devguide/xray-api-cloudtrail.html
        "xray:PutTraceSegments": "X-Ray does not log what applications send to CloudTrail",
        "xray:PutTelemetryRecords": "X-Ray does not log what applications send to CloudTrail",
        "xray:GetSamplingRules": "X-Ray does not log the SDK's sampling calls to CloudTrail",
        "xray:GetSamplingTargets": "X-Ray does not log the SDK's sampling calls to CloudTrail",
        "xray:GetSamplingStatisticSummaries": "X-Ray does not log the SDK's sampling calls to CloudTrail",
        "xray:PutSpans": "X-Ray does not log what applications send to CloudTrail",
        "xray:PutSpansForIndexing": "X-Ray does not log what applications send to CloudTrail",
        # mounts are made by the NFS client; https://docs.aws.amazon.com/efs/latest/ug/logging-using-cloudtrail.html
        "elasticfilesystem:ClientMount": "mounting a file system is not an API call of the caller's",
        "elasticfilesystem:ClientWrite": "writing to a mounted file system is not an API call",
        "elasticfilesystem:ClientRootAccess": "root access to a mounted file system is not an API call",
        # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html
        "rds-db:connect": "a database connection is not an API call",
    }
)
"""Action -> why no log shows it. An action of this list that a log does show is used like any other."""
