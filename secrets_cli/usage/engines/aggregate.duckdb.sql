-- The aggregation, once for every SQL engine: records grouped by all that judgement reads of them, each group with its
-- count, its first and last time, and its earliest samples. DuckDB's dialect, written and checked by hand; the texts for
-- Spark and Athena beside it are made of it by `make engine-sql`.
--
-- It reads a flat view `events`, one row a record, every column a text (NULL reads as ''):
--   row_kind               'record'; 'odd': a record to be read by itself, in `content`; 'outside': other days were asked
--                          for; 'file': no record, but a file that was read, its bytes in `content`
--   place                  of 'odd' and 'file' rows, and of records without a source or name: the file, `#N` for a record
--   content                see row_kind
--   is_asked               'yes' where the record may be of a principal that was asked for
--   event_time, event_id, event_source, event_name, event_type, event_category, aws_region, error_code, error_message,
--   recipient_account_id, shared_event_id, management_event ('true', 'false' or '')
--   has_identity           'yes' where `userIdentity` is there and not empty
--   identity_type, identity_arn, identity_principal_id, identity_account_id, identity_invoked_by, issuer_arn
--   request_parameters, response_elements: JSON, or '' for null
--   resources              JSON: the record's list, or a list of [ARN, type] pairs
--   resource_types         JSON: the list of the types alone
--
-- Of a record that is of no principal asked for, coverage alone is told, so what only judgement reads is left out of the
-- key. Samples are cut minute by minute and then day by day, so that no list grows with the traffic: 5 of a call that
-- went well, 100 of one with an error, as `aggregate.SAMPLES` and `aggregate.DENIED_SAMPLES` say.
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
),
told AS (
  SELECT
    texts.*,
    -- A time as CloudTrail writes it; any other is a key of its own, read by the program.
    CASE
      WHEN LENGTH(event_time) = 20
        AND REGEXP_MATCHES(
          event_time,
          '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$'
        ) THEN 'yes'
      ELSE 'no'
    END AS has_plain_time,
    -- Calls after which a trail logs other events are reported with their moment.
    CASE
      WHEN event_source = 'cloudtrail.amazonaws.com'
        AND event_name IN ('DeleteTrail', 'PutEventSelectors', 'StartLogging', 'StopLogging', 'UpdateTrail') THEN 'yes'
      ELSE 'no'
    END AS is_change,
    -- Without category and managementEvent the call's meaning tells whether it is a data event: that reads all of it.
    CASE
      WHEN is_asked = 'yes'
        OR (event_category = '' AND management_event = '')
        OR (
          event_source = 'cloudtrail.amazonaws.com'
          AND event_name IN ('DeleteTrail', 'PutEventSelectors', 'StartLogging', 'StopLogging', 'UpdateTrail')
        ) THEN 'yes'
      ELSE 'no'
    END AS is_whole,
    -- Of responses the event map reads ARNs, and three services' fields; a session's credentials would make each group one call.
    CASE
      WHEN STARTS_WITH(event_name, 'AssumeRole') AND STRPOS(request_parameters, '"roleArn":"arn:aws:iam::') > 0 THEN ''
      WHEN STRPOS(response_elements, 'arn:') > 0
        OR STRPOS(response_elements, '\u') > 0
        OR STRPOS(LOWER(event_source), 'kms') > 0
        OR STRPOS(LOWER(event_source), 'ssm') > 0
        OR STRPOS(LOWER(event_source), 'sqs') > 0 THEN response_elements
      ELSE ''
    END AS told_response
  FROM texts
),
keyed AS (
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
      WHEN is_whole = 'yes' THEN resources
      WHEN event_category = 'Data' OR management_event = 'false' THEN resource_types
      ELSE ''
    END AS resources,
    CASE WHEN has_plain_time = 'yes' THEN '' ELSE event_time END AS odd_time,
    CASE
      WHEN is_change = 'yes' OR (is_whole = 'yes' AND shared_event_id <> '') THEN event_time || ' ' || event_id
      ELSE ''
    END AS alone,
    CASE WHEN has_plain_time = 'yes' THEN SUBSTR(event_time, 1, 10) ELSE '' END AS event_day,
    CASE WHEN has_plain_time = 'yes' THEN SUBSTR(event_time, 1, 16) ELSE '' END AS event_minute,
    CASE WHEN has_plain_time = 'yes' THEN event_time ELSE '' END AS plain_time,
    CASE
      WHEN is_whole = 'no' THEN ''
      WHEN has_plain_time = 'yes' THEN event_time || ' ' || event_id
      ELSE ' ' || event_id
    END AS sample
  FROM told
),
minutes AS (
  SELECT
    row_kind, place, content, event_source, event_name, event_category, management_event, aws_region, recipient_account_id,
    has_identity, identity_type, identity_account_id, issuer_arn, identity_arn, event_type, error_code, error_message,
    shared_event_id, identity_principal_id, identity_invoked_by, request_parameters, response_elements, resources, odd_time,
    alone, event_day, event_minute,
    COUNT(*) AS records,
    MIN(plain_time) AS first_time,
    MAX(plain_time) AS last_time,
    ARRAY_SLICE(
      LIST_SORT(LIST_DISTINCT(ARRAY_AGG(sample))), 1, CASE WHEN error_code = '' AND error_message = '' THEN 5 ELSE 100 END
    ) AS samples
  FROM keyed
  GROUP BY
    row_kind, place, content, event_source, event_name, event_category, management_event, aws_region, recipient_account_id,
    has_identity, identity_type, identity_account_id, issuer_arn, identity_arn, event_type, error_code, error_message,
    shared_event_id, identity_principal_id, identity_invoked_by, request_parameters, response_elements, resources, odd_time,
    alone, event_day, event_minute
)
SELECT
  row_kind, place, content, event_source, event_name, event_category, management_event, aws_region, recipient_account_id,
  has_identity, identity_type, identity_account_id, issuer_arn, identity_arn, event_type, error_code, error_message,
  shared_event_id, identity_principal_id, identity_invoked_by, request_parameters, response_elements, resources, odd_time,
  event_day,
  SUM(records) AS records,
  MIN(first_time) AS first_time,
  MAX(last_time) AS last_time,
  TO_JSON(
    ARRAY_SLICE(
      LIST_SORT(FLATTEN(ARRAY_AGG(samples))), 1, CASE WHEN error_code = '' AND error_message = '' THEN 5 ELSE 100 END
    )
  ) AS samples
FROM minutes
GROUP BY
  row_kind, place, content, event_source, event_name, event_category, management_event, aws_region, recipient_account_id,
  has_identity, identity_type, identity_account_id, issuer_arn, identity_arn, event_type, error_code, error_message,
  shared_event_id, identity_principal_id, identity_invoked_by, request_parameters, response_elements, resources, odd_time,
  alone, event_day
