"""Services beyond the first group: operations whose IAM action bears another name.

Each row says one action and the events that need it; the id is made of both. A service's whole mapping is read off its
API reference (the sentence "the IAM action is ..." in each operation's description, as botocore 1.44.5 of 2026-11-17
carries it) or off "API operations defined by ..." of its page in the Service Authorization Reference. An operation of
which these say "one of, depending on the query" has no row: the record does not tell, so the event stays unknown.
"""

import re
from collections.abc import Mapping

from secrets_cli.catalog.events.row import Need, Row

_REFERENCE = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_{}.html"


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower()


def _rows(source: str, evidence: str, actions: Mapping[str, str]) -> tuple[Row, ...]:
    """One row for each action, with the events that need it, space-separated; `service:Name` where the action is
    another service's."""
    return tuple(
        Row(
            f"{source}-as-{_kebab(action.rpartition(':')[2])}",
            source,
            tuple(events.split()),
            (Need(action if ":" in action else f"{source}:{action}"),),
            "There is no action of the event's name.",
            evidence,
        )
        for action, events in actions.items()
    )


ROWS = (
    *_rows(
        "access-analyzer",
        "https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_GetFindingV2.html",
        {"GetFinding": "GetFindingV2", "ListFindings": "ListFindingsV2"},
    ),
    *_rows(
        "batch",
        "https://docs.aws.amazon.com/batch/latest/APIReference/API_CancelJobs.html",
        {
            "CancelJob": "CancelJobs",
            "TerminateJob": "TerminateJobs",
            "TerminateServiceJob": "TerminateServiceJobs",
        },
    ),
    *_rows(
        "bcm-pricing-calculator",
        "https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_Operations_AWS_Billing_and_Cost_Management_Pricing_Calculator.html",
        {
            "CreateBillScenarioCommitmentModification": "BatchCreateBillScenarioCommitmentModification",
            "CreateBillScenarioUsageModification": "BatchCreateBillScenarioUsageModification",
            "CreateWorkloadEstimateUsage": "BatchCreateWorkloadEstimateUsage",
            "DeleteBillScenarioCommitmentModification": "BatchDeleteBillScenarioCommitmentModification",
            "DeleteBillScenarioUsageModification": "BatchDeleteBillScenarioUsageModification",
            "DeleteWorkloadEstimateUsage": "BatchDeleteWorkloadEstimateUsage",
            "UpdateBillScenarioCommitmentModification": "BatchUpdateBillScenarioCommitmentModification",
            "UpdateBillScenarioUsageModification": "BatchUpdateBillScenarioUsageModification",
            "UpdateWorkloadEstimateUsage": "BatchUpdateWorkloadEstimateUsage",
        },
    ),
    *_rows(
        "bedrock",
        "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent-runtime_RetrieveAndGenerateStream.html",
        {"RetrieveAndGenerate": "RetrieveAndGenerateStream"},
    ),
    *_rows(
        "cases",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_connect-cases_BatchUpdateCase.html",
        {"CreateRelatedItem": "BatchCreateRelatedItem", "UpdateCase": "BatchUpdateCase"},
    ),
    *_rows(
        "cloudsearch",
        "https://docs.aws.amazon.com/cloudsearch/latest/developerguide/configuring-access.html",
        {"document": "UploadDocuments"},
    ),
    *_rows(
        "detective",
        _REFERENCE.format("amazondetective"),
        {"ListOrganizationAdminAccount": "ListOrganizationAdminAccounts"},
    ),
    *_rows(
        "dms",
        "https://docs.aws.amazon.com/dms/latest/APIReference/API_DescribeDataProviders.html and its neighbours",
        {
            "AssociateExtensionPack": "StartExtensionPackAssociation",
            "ListDataProviders": "DescribeDataProviders",
            "ListExtensionPacks": "DescribeExtensionPackAssociations",
            "ListInstanceProfiles": "DescribeInstanceProfiles",
            "ListMetadataModelAssessments": "DescribeMetadataModelAssessments",
            "ListMetadataModelConversions": "DescribeMetadataModelConversions",
            "ListMetadataModelExports": "DescribeMetadataModelExportsAsScript DescribeMetadataModelExportsToTarget",
            "ListMigrationProjects": "DescribeMigrationProjects",
            "StartMetadataModelExportAsScripts": "StartMetadataModelExportAsScript",
            "UpdateConversionConfiguration": "ModifyConversionConfiguration",
            "UpdateDataProvider": "ModifyDataProvider",
            "UpdateInstanceProfile": "ModifyInstanceProfile",
            "UpdateMigrationProject": "ModifyMigrationProject",
        },
    ),
    *_rows(
        "ecr",
        "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListImageReferrers.html",
        {"BatchGetImage": "ListImageReferrers"},
    ),
    *_rows(
        "execute-api",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-control-access-iam.html",
        {"ManageConnections": "PostToConnection GetConnection DeleteConnection"},
    ),
    *_rows(
        "glue",
        "https://docs.aws.amazon.com/glue/latest/webapi/API_GetUnfilteredTableMetadata.html and its neighbours",
        {
            "GetPartition": "GetUnfilteredPartitionMetadata",
            "GetPartitions": "GetUnfilteredPartitionsMetadata",
            "GetTable": "GetUnfilteredTableMetadata",
        },
    ),
    *_rows(
        "lakeformation",
        "https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_GetGlueFunctionSessionContext.html",
        {"GetDataAccess": "GetGlueFunctionSessionContext"},
    ),
    *_rows(
        "lex",
        "https://docs.aws.amazon.com/lexv2/latest/APIReference/API_ListUtteranceMetrics.html",
        {"ListAggregatedUtterances": "ListUtteranceAnalyticsData ListUtteranceMetrics"},
    ),
    *_rows(
        "aws-marketplace",
        "https://docs.aws.amazon.com/marketplace-catalog/latest/api-reference/API_BatchDescribeEntities.html",
        {"DescribeEntity": "BatchDescribeEntities"},
    ),
    *_rows(
        "neptune-db",
        "https://docs.aws.amazon.com/neptune/latest/userguide/iam-dp-actions.html",
        {
            "CancelQuery": "CancelGremlinQuery CancelOpenCypherQuery",
            "DeleteStatistics": "DeletePropertygraphStatistics DeleteSparqlStatistics",
            "GetGraphSummary": "GetPropertygraphSummary GetRDFGraphSummary",
            "GetMLDataProcessingJobStatus": "GetMLDataProcessingJob",
            "GetMLEndpointStatus": "GetMLEndpoint",
            "GetMLModelTrainingJobStatus": "GetMLModelTrainingJob",
            "GetMLModelTransformJobStatus": "GetMLModelTransformJob",
            "GetQueryStatus": """GetGremlinQueryStatus GetOpenCypherQueryStatus ListGremlinQueries
                ListOpenCypherQueries""",
            "GetStatisticsStatus": "GetPropertygraphStatistics",
            "GetStreamRecords": "GetPropertygraphStream GetSparqlStream",
            "ManageStatistics": "ManagePropertygraphStatistics ManageSparqlStatistics",
            "ReadDataViaQuery": "ExecuteGremlinProfileQuery ExecuteOpenCypherExplainQuery",
            "ResetDatabase": "ExecuteFastReset",
        },
    ),
    *_rows(
        "neptune-graph",
        "https://docs.aws.amazon.com/neptune-analytics/latest/apiref/API_GetQuery.html",
        {"GetQueryStatus": "GetQuery"},
    ),
    *_rows(
        "qapps",
        "https://docs.aws.amazon.com/amazonq/latest/api-reference/API_qapps_CreatePresignedUrl.html",
        {"ImportDocument": "CreatePresignedUrl"},
    ),
    *_rows(
        "securityhub",
        "https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetFindingsV2.html and its neighbours",
        {
            "BatchUpdateFindings": "BatchUpdateFindingsV2",
            "GetAdhocInsightResults": "GetFindingStatisticsV2",
            "GetFindings": "GetFindingsV2",
        },
    ),
    *_rows(
        "tax",
        "https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_taxsettings_ListTaxExemptions.html",
        {
            "GetExemptions": "BatchGetTaxExemptions GetTaxExemptionTypes ListTaxExemptions",
            "UpdateExemptions": "PutTaxExemption",
        },
    ),
    *_rows("timestream", _REFERENCE.format("amazontimestream"), {"Select": "Query"}),
    *_rows(
        "verifiedpermissions",
        "https://docs.aws.amazon.com/verifiedpermissions/latest/apireference/API_BatchIsAuthorized.html",
        {
            "GetPolicy": "BatchGetPolicy",
            "IsAuthorized": "BatchIsAuthorized",
            "IsAuthorizedWithToken": "BatchIsAuthorizedWithToken",
        },
    ),
    *_rows(
        "vpc-lattice",
        "https://docs.aws.amazon.com/vpc-lattice/latest/APIReference/API_BatchUpdateRule.html",
        {"UpdateRule": "BatchUpdateRule"},
    ),
)
