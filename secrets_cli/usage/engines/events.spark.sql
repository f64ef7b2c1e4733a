-- The view `events` of aggregate.spark.sql, over `log_files` (path, size, value: the whole text of a file).
--
-- Only what Spark's JSON reader and ours surely read alike is read here. A file of any other form (no `Records`, several
-- documents, broken text or numbers, escapes that are half a character) has a row of kind 'file' without bytes, and a record
-- that has a field of another type is a row of kind 'odd' with its text: the program reads both with the local engine's code.
-- The sentinel `e` is only seen where the document before it is whole and alone: Spark's reader stops at its end.
WITH documents AS (
  SELECT
    path,
    octet_length(value) AS bytes,
    octet_length(value) <= {largest}
      AND NOT (octet_length(value) > {free} AND octet_length(value) > {ratio} * size)
      AND encode(decode(CAST(value AS BINARY), 'UTF-8'), 'UTF-8') = CAST(value AS BINARY)
      AND NOT contains(value, '\\ud') AND NOT contains(value, '\\uD')
      AND NOT contains(value, '\\"eventSource\\"') AS is_plain,
    from_json(
      concat('{{"d":', value, ',"e":"end"}}'),
      'd STRUCT<Records: ARRAY<STRING>>, e STRING',
      map('allowSingleQuotes', 'false', 'allowNonNumericNumbers', 'false')
    ) AS document
  FROM log_files
),
opened AS (
  SELECT
    path,
    bytes,
    CASE
      WHEN is_plain
        AND document.e = 'end'
        AND document.d.Records IS NOT NULL
        AND NOT exists(document.d.Records, r -> r IS NULL OR NOT startswith(r, '{{') OR contains(r, 'Infinity"'))
        THEN document.d.Records
    END AS records
  FROM documents
),
listed AS (
  -- The first entry stands for the file: none is ever empty, and OUTER says so to Spark, which else parses all twice to see.
  -- Nothing but `entries` may hold the records, or each row made of them would hold all.
  SELECT
    path,
    bytes,
    records IS NOT NULL AS is_log,
    concat(array(CAST(NULL AS STRING)), coalesce(records, array())) AS entries
  FROM opened
),
cut AS (
  SELECT path, bytes, is_log, number, text
  FROM listed
  LATERAL VIEW OUTER posexplode(entries) AS number, text
),
parsed AS (
  SELECT
    path,
    bytes,
    is_log,
    number,
    text,
    from_json(
      text,
      'eventID STRING, eventTime STRING, eventSource STRING, eventName STRING, eventType STRING, eventCategory STRING,
       awsRegion STRING, errorCode STRING, errorMessage STRING, recipientAccountId STRING, sharedEventID STRING,
       managementEvent STRING, requestParameters STRING, responseElements STRING, resources STRING,
       userIdentity STRUCT<type: STRING, arn: STRING, principalId: STRING, accountId: STRING, invokedBy: STRING,
         sessionContext: STRUCT<sessionIssuer: STRUCT<arn: STRING>>>',
      map('allowSingleQuotes', 'false', 'allowNonNumericNumbers', 'false')
    ) AS r,
    -- A field that is no text (or null), no object, no list, no flag. One alternative for each first letter: it is tried often.
    text RLIKE concat(
      '"(?:a(?:rn|ccountId|wsRegion)":[^"n]',
      '|e(?:vent(?:ID|Time|Source|Name|Type|Category)|rror(?:Code|Message))":[^"n]',
      '|ARN":[^"n]|invokedBy":[^"n]|managementEvent":[^tfn]|principalId":[^"n]|type":[^"n]',
      '|re(?:cipientAccountId":[^"n]|questParameters":[^{{n]|sponseElements":[^{{n]|sources":[^\\[n])',
      '|s(?:haredEventID":[^"n]|ession(?:Context|Issuer)":[^{{n])|userIdentity":[^{{n])'
    ) AS has_odd_field
  FROM cut
),
typed AS (
  SELECT
    *,
    transform(from_json(r.resources, 'ARRAY<STRUCT<type: STRING>>'), x -> CASE WHEN x IS NOT NULL THEN coalesce(x.type, '') END) AS types
  FROM parsed
),
kinds AS (
  SELECT
    *,
    CASE
      WHEN number = 0 THEN 'file'
      WHEN has_odd_field
        OR r.eventSource IS NULL OR r.eventSource = ''
        OR r.eventName IS NULL OR r.eventName = ''
        OR (r.resources IS NOT NULL AND (types IS NULL OR exists(types, x -> x IS NULL))) THEN 'odd'
      WHEN {outside} THEN 'outside'
      ELSE 'record'
    END AS row_kind
  FROM typed
)
SELECT
  row_kind,
  CASE WHEN row_kind = 'file' THEN path WHEN row_kind = 'odd' THEN concat(path, '#', number) END AS place,
  CASE WHEN row_kind = 'file' AND is_log THEN CAST(bytes AS STRING) WHEN row_kind = 'odd' THEN text END AS content,
  CASE WHEN {asked} THEN 'yes' END AS is_asked,
  k.eventTime AS event_time,
  k.eventID AS event_id,
  k.eventSource AS event_source,
  k.eventName AS event_name,
  k.eventType AS event_type,
  k.eventCategory AS event_category,
  k.awsRegion AS aws_region,
  k.errorCode AS error_code,
  k.errorMessage AS error_message,
  k.recipientAccountId AS recipient_account_id,
  k.sharedEventID AS shared_event_id,
  k.managementEvent AS management_event,
  CASE
    WHEN k.userIdentity IS NULL THEN ''
    WHEN contains(text, '"userIdentity":{{}}')
      AND coalesce(
        k.userIdentity.type, k.userIdentity.arn, k.userIdentity.principalId, k.userIdentity.accountId, k.userIdentity.invokedBy,
        k.userIdentity.sessionContext.sessionIssuer.arn
      ) IS NULL THEN ''
    ELSE 'yes'
  END AS has_identity,
  k.userIdentity.type AS identity_type,
  k.userIdentity.arn AS identity_arn,
  k.userIdentity.principalId AS identity_principal_id,
  k.userIdentity.accountId AS identity_account_id,
  k.userIdentity.invokedBy AS identity_invoked_by,
  k.userIdentity.sessionContext.sessionIssuer.arn AS issuer_arn,
  k.requestParameters AS request_parameters,
  k.responseElements AS response_elements,
  k.resources AS resources,
  to_json(types) AS resource_types
FROM (SELECT *, CASE WHEN row_kind = 'record' THEN r END AS k FROM kinds) AS kinds
