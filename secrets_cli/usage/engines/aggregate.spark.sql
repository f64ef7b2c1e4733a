-- Made of aggregate.duckdb.sql by `make engine-sql` (sqlglot); do not edit.
WITH texts AS (
  SELECT
    COALESCE(row_kind, '') AS row_kind,
    COALESCE(place, '') AS place,
    COALESCE(content, '') AS content,
    COALESCE(is_asked, '') AS is_asked,
    COALESCE(event_time, '') AS event_time,
    COALESCE(event_id, '') AS event_id,
    COALESCE(event_source, '') AS event_source,
    COALESCE(event_name, '') AS event_name,
    COALESCE(event_type, '') AS event_type,
    COALESCE(event_category, '') AS event_category,
    COALESCE(management_event, '') AS management_event,
    COALESCE(aws_region, '') AS aws_region,
    COALESCE(error_code, '') AS error_code,
    COALESCE(error_message, '') AS error_message,
    COALESCE(recipient_account_id, '') AS recipient_account_id,
    COALESCE(shared_event_id, '') AS shared_event_id,
    COALESCE(has_identity, '') AS has_identity,
    COALESCE(identity_type, '') AS identity_type,
    COALESCE(identity_arn, '') AS identity_arn,
    COALESCE(identity_principal_id, '') AS identity_principal_id,
    COALESCE(identity_account_id, '') AS identity_account_id,
    COALESCE(identity_invoked_by, '') AS identity_invoked_by,
    COALESCE(issuer_arn, '') AS issuer_arn,
    COALESCE(request_parameters, '') AS request_parameters,
    COALESCE(response_elements, '') AS response_elements,
    COALESCE(resources, '') AS resources,
    COALESCE(resource_types, '') AS resource_types
  FROM events
), told AS (
  SELECT
    texts.*,
    CASE
      WHEN LENGTH(event_time) = 20
      AND event_time RLIKE '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$'
      THEN 'yes'
      ELSE 'no'
    END AS has_plain_time,
    CASE
      WHEN event_source = 'cloudtrail.amazonaws.com'
      AND event_name IN ('DeleteTrail', 'PutEventSelectors', 'StartLogging', 'StopLogging', 'UpdateTrail')
      THEN 'yes'
      ELSE 'no'
    END AS is_change,
    CASE
      WHEN is_asked = 'yes'
      OR (
        event_category = '' AND management_event = ''
      )
      OR (
        event_source = 'cloudtrail.amazonaws.com'
        AND event_name IN ('DeleteTrail', 'PutEventSelectors', 'StartLogging', 'StopLogging', 'UpdateTrail')
      )
      THEN 'yes'
      ELSE 'no'
    END AS is_whole,
    CASE
      WHEN STARTSWITH(event_name, 'AssumeRole')
      AND LOCATE('"roleArn":"arn:aws:iam::', request_parameters) > 0
      THEN ''
      WHEN LOCATE('arn:', response_elements) > 0
      OR LOCATE('\\u', response_elements) > 0
      OR LOCATE('kms', LOWER(event_source)) > 0
      OR LOCATE('ssm', LOWER(event_source)) > 0
      OR LOCATE('sqs', LOWER(event_source)) > 0
      THEN response_elements
      ELSE ''
    END AS told_response
  FROM texts
), keyed AS (
  SELECT
    row_kind,
    place,
    content,
    event_source,
    event_name,
    event_category,
    management_event,
    aws_region,
    recipient_account_id,
    has_identity,
    identity_type,
    identity_account_id,
    issuer_arn,
    CASE WHEN is_whole = 'yes' OR issuer_arn = '' THEN identity_arn ELSE '' END AS identity_arn,
    CASE WHEN is_whole = 'yes' THEN event_type ELSE '' END AS event_type,
    CASE WHEN is_whole = 'yes' THEN error_code ELSE '' END AS error_code,
    CASE WHEN is_whole = 'yes' THEN error_message ELSE '' END AS error_message,
    CASE WHEN is_whole = 'yes' THEN shared_event_id ELSE '' END AS shared_event_id,
    CASE WHEN is_whole = 'yes' THEN identity_principal_id ELSE '' END AS identity_principal_id,
    CASE WHEN is_whole = 'yes' THEN identity_invoked_by ELSE '' END AS identity_invoked_by,
    CASE WHEN is_whole = 'yes' THEN request_parameters ELSE '' END AS request_parameters,
    CASE WHEN is_whole = 'yes' THEN told_response ELSE '' END AS response_elements,
    CASE
      WHEN is_whole = 'yes'
      THEN resources
      WHEN event_category = 'Data' OR management_event = 'false'
      THEN resource_types
      ELSE ''
    END AS resources,
    CASE WHEN has_plain_time = 'yes' THEN '' ELSE event_time END AS odd_time,
    CASE
      WHEN is_change = 'yes' OR (
        is_whole = 'yes' AND shared_event_id <> ''
      )
      THEN event_time || ' ' || event_id
      ELSE ''
    END AS alone,
    CASE WHEN has_plain_time = 'yes' THEN SUBSTRING(event_time, 1, 10) ELSE '' END AS event_day,
    CASE WHEN has_plain_time = 'yes' THEN SUBSTRING(event_time, 1, 16) ELSE '' END AS event_minute,
    CASE WHEN has_plain_time = 'yes' THEN event_time ELSE '' END AS plain_time,
    CASE
      WHEN is_whole = 'no'
      THEN ''
      WHEN has_plain_time = 'yes'
      THEN event_time || ' ' || event_id
      ELSE ' ' || event_id
    END AS sample
  FROM told
), minutes AS (
  SELECT
    row_kind,
    place,
    content,
    event_source,
    event_name,
    event_category,
    management_event,
    aws_region,
    recipient_account_id,
    has_identity,
    identity_type,
    identity_account_id,
    issuer_arn,
    identity_arn,
    event_type,
    error_code,
    error_message,
    shared_event_id,
    identity_principal_id,
    identity_invoked_by,
    request_parameters,
    response_elements,
    resources,
    odd_time,
    alone,
    event_day,
    event_minute,
    COUNT(*) AS records,
    MIN(plain_time) AS first_time,
    MAX(plain_time) AS last_time,
    SLICE(
      ARRAY_SORT(ARRAY_DISTINCT(COLLECT_LIST(sample))),
      1,
      CASE WHEN error_code = '' AND error_message = '' THEN 5 ELSE 100 END
    ) AS samples
  FROM keyed
  GROUP BY
    row_kind,
    place,
    content,
    event_source,
    event_name,
    event_category,
    management_event,
    aws_region,
    recipient_account_id,
    has_identity,
    identity_type,
    identity_account_id,
    issuer_arn,
    identity_arn,
    event_type,
    error_code,
    error_message,
    shared_event_id,
    identity_principal_id,
    identity_invoked_by,
    request_parameters,
    response_elements,
    resources,
    odd_time,
    alone,
    event_day,
    event_minute
)
SELECT
  row_kind,
  place,
  content,
  event_source,
  event_name,
  event_category,
  management_event,
  aws_region,
  recipient_account_id,
  has_identity,
  identity_type,
  identity_account_id,
  issuer_arn,
  identity_arn,
  event_type,
  error_code,
  error_message,
  shared_event_id,
  identity_principal_id,
  identity_invoked_by,
  request_parameters,
  response_elements,
  resources,
  odd_time,
  event_day,
  SUM(records) AS records,
  MIN(first_time) AS first_time,
  MAX(last_time) AS last_time,
  TO_JSON(
    SLICE(
      ARRAY_SORT(FLATTEN(COLLECT_LIST(samples))),
      1,
      CASE WHEN error_code = '' AND error_message = '' THEN 5 ELSE 100 END
    )
  ) AS samples
FROM minutes
GROUP BY
  row_kind,
  place,
  content,
  event_source,
  event_name,
  event_category,
  management_event,
  aws_region,
  recipient_account_id,
  has_identity,
  identity_type,
  identity_account_id,
  issuer_arn,
  identity_arn,
  event_type,
  error_code,
  error_message,
  shared_event_id,
  identity_principal_id,
  identity_invoked_by,
  request_parameters,
  response_elements,
  resources,
  odd_time,
  alone,
  event_day
