// Rendered from the files of queries/saved by `npm run gen`. Do not edit.
import type { SavedQueryFile } from "./saved-query.ts";

/** Every saved query, in the order of their ids. */
export const SAVED_QUERIES: readonly SavedQueryFile[] = [
  {
    id: "access-key-timeline",
    text: `/*
title: Timeline of an access key
group: identity
description: Everything that was done with an access key, in order of time; and, first, the call that created it.
notes:
  - >-
    \`issued\` is the AssumeRole that gave out the key, \`managed\` a change of the key itself (created, disabled, deleted).
  - >-
    A timeline that begins with \`used\` was issued before the window, or where no trail logs.
tables: [cloudtrail]
parameters:
  - { name: access_key, type: access-key, required: true, help: Access key id, example: AKIAIOSFODNN7EXAMPLE }
  - { name: limit, type: integer, default: "1000", help: Rows at most, example: "1000" }
*/
WITH events AS (
  SELECT
    time_dt,
    CASE
      WHEN actor."user".credential_uid = $access_key THEN 'used'
      WHEN session.credential_uid = $access_key THEN 'issued'
      ELSE 'managed'
    END AS what,
    accountid,
    region,
    api.service.name AS service,
    api.operation AS operation,
    COALESCE(actor."user".uid, actor."user".uid_alt) AS principal,
    COALESCE(src_endpoint.ip, src_endpoint.domain) AS source,
    http_request.user_agent AS user_agent,
    api.response.error AS error,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE actor."user".credential_uid = $access_key
    OR session.credential_uid = $access_key
    OR "user".credential_uid = $access_key
)
SELECT
  time_dt AS event_at,
  what,
  accountid AS account,
  region,
  service,
  operation,
  principal,
  source,
  user_agent,
  error,
  event_id
FROM events
ORDER BY event_at, event_id
LIMIT $limit
`,
  },
  {
    id: "account-activity",
    text: `/*
title: Activity of an account, for an auditor
group: audit
description: Each day of an account by kind of event, with reads, changes, errors, principals and addresses.
notes:
  - >-
    Data events are there only where a trail records them; a day without them need not be a quiet day.
  - >-
    Principals count roles, not their sessions.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, required: true, help: Account id, example: "111122223333" }
*/
SELECT
  CAST(DATE_TRUNC('day', time_dt) AS DATE) AS day,
  COALESCE(aws.event_category, 'Management') AS category,
  COUNT(*) AS events,
  SUM(CASE WHEN aws.read_only THEN 1 ELSE 0 END) AS reads,
  SUM(CASE WHEN aws.read_only THEN 0 ELSE 1 END) AS changes,
  SUM(CASE WHEN api.response.error IS NOT NULL THEN 1 ELSE 0 END) AS errors,
  COUNT(DISTINCT COALESCE(actor.session.issuer, actor."user".uid, actor.invoked_by)) AS principals,
  COUNT(DISTINCT src_endpoint.ip) AS addresses,
  COUNT(DISTINCT region) AS regions
FROM cloudtrail
WHERE accountid = $account
GROUP BY 1, 2
ORDER BY day, category
`,
  },
  {
    id: "console-logins-without-mfa",
    text: `/*
title: Console logins without MFA
group: identity
description: >-
  Successful console sign-ins without multi-factor authentication. Federated sign-ins are left out: their identity
  provider asks for the second factor, and CloudTrail cannot see it.
notes:
  - >-
    A user whose MFA device is asked for by a policy and not at sign-in also shows here.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
*/
SELECT
  time_dt AS event_at,
  accountid AS account,
  actor."user"."type" AS principal_type,
  COALESCE(actor."user".name, actor."user".uid, 'unknown') AS principal,
  src_endpoint.ip AS source,
  http_request.user_agent AS user_agent,
  metadata.uid AS event_id
FROM cloudtrail
WHERE api.operation = 'ConsoleLogin'
  AND status_id = 1
  AND is_mfa = false
  AND actor."user"."type" IN ('IAMUser', 'Root')
  AND ($account IS NULL OR accountid = $account)
ORDER BY event_at, event_id
`,
  },
  {
    id: "cross-account-access",
    text: `/*
title: Access across accounts
group: cross-account
description: Principals of one account that called into another, by account pair and principal.
notes:
  - >-
    Calls by principals without an account (anonymous, AWS services) are left out.
  - >-
    A caller's account that none of your trails covers is a vendor or a stranger; \`external-assumptions\` tells them apart.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only calls into this account, example: "444455556666" }
*/
SELECT
  actor."user".account.uid AS from_account,
  accountid AS to_account,
  COALESCE(actor.session.issuer, actor."user".uid, NULLIF(actor."user".uid_alt, ''), 'unknown') AS principal,
  COUNT(*) AS events,
  COUNT(DISTINCT api.operation) AS operations,
  SUM(CASE WHEN api.response.error IS NOT NULL THEN 1 ELSE 0 END) AS errors,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM cloudtrail
WHERE actor."user".account.uid <> accountid
  AND ($account IS NULL OR accountid = $account)
GROUP BY 1, 2, 3
ORDER BY events DESC, from_account, to_account, principal
`,
  },
  {
    id: "data-events-by-bucket",
    text: `/*
title: S3 data events by bucket
group: data
description: Object-level calls by bucket, principal and operation, with the bytes that went out.
notes:
  - >-
    Buckets whose data events no trail records are missing.
  - >-
    \`bytes_out\` counts what S3 reported; refused calls report none.
tables: [cloudtrail]
parameters:
  - { name: bucket, type: string, help: Only this bucket, example: example-bucket }
*/
WITH calls AS (
  SELECT
    accountid,
    json_extract_scalar(api.request.data, '$.bucketName') AS bucket,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    api.operation AS operation,
    api.response.error AS error,
    TRY_CAST(json_extract_scalar(aws.additional_event_data, '$.bytesTransferredOut') AS DOUBLE) AS bytes_out,
    time_dt
  FROM cloudtrail
  WHERE api.service.name = 's3.amazonaws.com' AND aws.event_category = 'Data'
)
SELECT
  bucket,
  accountid AS account,
  principal,
  operation,
  COUNT(*) AS events,
  SUM(CASE WHEN error IS NOT NULL THEN 1 ELSE 0 END) AS errors,
  CAST(COALESCE(SUM(bytes_out), 0) AS BIGINT) AS bytes_out,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM calls
WHERE $bucket IS NULL OR bucket = $bucket
GROUP BY 1, 2, 3, 4
ORDER BY events DESC, bucket, account, principal, operation
`,
  },
  {
    id: "denied-calls-by-account",
    text: `/*
title: Top denied calls by account
group: noise
description: Calls that were refused for want of permission, counted by account, principal and operation.
notes:
  - >-
    Many operations refused to one principal within minutes look like someone trying out what a credential can do; one operation refused all day is a broken job.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "100", help: Rows at most, example: "100" }
*/
SELECT
  accountid AS account,
  COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
  api.service.name AS service,
  api.operation AS operation,
  api.response.error AS error,
  COUNT(*) AS denied,
  COUNT(DISTINCT src_endpoint.ip) AS addresses,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM cloudtrail
WHERE (
    LOWER(api.response.error) LIKE '%accessdenied%'
    OR LOWER(api.response.error) LIKE '%unauthorized%'
    OR LOWER(api.response.error) LIKE '%authfailure%'
    OR LOWER(api.response.error) LIKE '%forbidden%'
  )
  AND ($account IS NULL OR accountid = $account)
GROUP BY 1, 2, 3, 4, 5
ORDER BY denied DESC, account, principal, service, operation
LIMIT $limit
`,
  },
  {
    id: "findings-by-rule",
    text: `/*
title: Findings by rule
group: guardrails
description: How often each rule found something, in how many accounts and about how many entities.
notes:
  - >-
    Findings group into alerts by rule and entity; one entity with many findings is one alert.
tables: [findings]
*/
SELECT
  rule_id AS rule,
  MAX(severity_id) AS severity_id,
  COUNT(*) AS findings,
  COUNT(DISTINCT accountid) AS accounts,
  COUNT(DISTINCT entity) AS entities,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM findings
GROUP BY 1
ORDER BY severity_id DESC, findings DESC, rule
`,
  },
  {
    id: "first-last-event",
    text: `/*
title: First and last event per account and source
group: guardrails
description: How far each account's logs reach in each source. A gap at the end is a trail or a flow log that stopped.
notes:
  - >-
    Bound it with --from: without a window it reads every file of the three tables.
  - >-
    A source that never delivered has no row at all.
tables: [cloudtrail, config, vpc_flow]
*/
WITH events AS (
  SELECT 'cloudtrail' AS source, accountid, region, time_dt FROM cloudtrail
  UNION ALL
  SELECT 'config' AS source, accountid, region, time_dt FROM config
  UNION ALL
  SELECT 'vpc_flow' AS source, accountid, region, time_dt FROM vpc_flow
)
SELECT
  accountid AS account,
  source,
  COUNT(*) AS events,
  COUNT(DISTINCT region) AS regions,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM events
GROUP BY 1, 2
ORDER BY account, source
`,
  },
  {
    id: "flows-for-address",
    text: `/*
title: Flows to and from this address
group: network
description: Who an address talked to, by peer, port, direction and outcome, with packets and bytes.
notes:
  - >-
    Flow logs keep no payload; bytes count packets with their headers.
  - >-
    The same flow is logged at both ends when both interfaces have flow logs.
tables: [vpc_flow]
parameters:
  - { name: ip, type: ip, required: true, help: The address, example: 10.0.1.25 }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH flows AS (
  SELECT
    CASE WHEN src_endpoint.ip = $ip THEN 'from' ELSE 'to' END AS direction,
    CASE WHEN src_endpoint.ip = $ip THEN dst_endpoint.ip ELSE src_endpoint.ip END AS peer,
    dst_endpoint.port AS port,
    connection_info.protocol_num AS protocol,
    action,
    accountid,
    traffic.packets AS packets,
    traffic.bytes AS bytes,
    time_dt
  FROM vpc_flow
  WHERE src_endpoint.ip = $ip OR dst_endpoint.ip = $ip
)
SELECT
  direction,
  peer,
  port,
  protocol,
  action,
  accountid AS account,
  COUNT(*) AS flows,
  CAST(SUM(packets) AS BIGINT) AS packets,
  CAST(SUM(bytes) AS BIGINT) AS bytes,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM flows
GROUP BY 1, 2, 3, 4, 5, 6
ORDER BY bytes DESC NULLS LAST, flows DESC, direction, peer, port
LIMIT $limit
`,
  },
  {
    id: "iam-changes",
    text: `/*
title: Changes of users, roles and policies
group: privilege
description: Everything that changed who may do what, in order of time.
notes:
  - >-
    Refused attempts are listed with their error; a change has none.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "1000", help: Rows at most, example: "1000" }
*/
SELECT
  time_dt AS event_at,
  accountid AS account,
  api.operation AS operation,
  COALESCE(actor.session.issuer, actor."user".uid, actor.invoked_by, 'unknown') AS principal,
  "user".name AS target,
  COALESCE(
    json_extract_scalar(api.request.data, '$.policyArn'),
    json_extract_scalar(api.request.data, '$.policyName')
  ) AS policy,
  api.response.error AS error,
  src_endpoint.ip AS source,
  metadata.uid AS event_id
FROM cloudtrail
WHERE api.service.name = 'iam.amazonaws.com'
  AND COALESCE(aws.read_only, false) = false
  AND ($account IS NULL OR accountid = $account)
ORDER BY event_at, event_id
LIMIT $limit
`,
  },
  {
    id: "principal-activity",
    text: `/*
title: What did this principal do
group: identity
description: >-
  Calls of a user or role by service and operation. The principal is an ARN, a principal id, a user name, or the ARN of
  the role that gave out the session.
notes:
  - >-
    Sessions of a role are found by the role's ARN; by a session's ARN, that session alone.
tables: [cloudtrail]
parameters:
  - { name: principal, type: string, required: true, help: "ARN, principal id, user name or role ARN", example: "arn:aws:iam::111122223333:user/alice" }
  - { name: account, type: account, help: Only in this account, example: "111122223333" }
*/
SELECT
  accountid AS account,
  region,
  api.service.name AS service,
  api.operation AS operation,
  COUNT(*) AS events,
  SUM(CASE WHEN api.response.error IS NOT NULL THEN 1 ELSE 0 END) AS errors,
  COUNT(DISTINCT src_endpoint.ip) AS addresses,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM cloudtrail
WHERE $principal IN (
    actor."user".uid, actor."user".uid_alt, actor."user".name, actor.session.issuer, aws.session_issuer.user_name
  )
  AND ($account IS NULL OR accountid = $account)
GROUP BY 1, 2, 3, 4
ORDER BY events DESC, account, region, service, operation
`,
  },
  {
    id: "rare-api-calls",
    text: `/*
title: Rare API calls
group: noise
description: Operations that an account saw only a few times in the window, newest first. What is new is often rare.
notes:
  - >-
    Rare within the window: a longer window makes fewer calls rare.
tables: [cloudtrail]
parameters:
  - { name: max_events, type: integer, default: "3", help: Calls that count as rare, example: "3" }
  - { name: limit, type: integer, default: "200", help: Rows at most, example: "200" }
*/
WITH calls AS (
  SELECT
    accountid AS account,
    api.service.name AS service,
    api.operation AS operation,
    COUNT(*) AS events,
    COUNT(DISTINCT COALESCE(actor.session.issuer, actor."user".uid, actor.invoked_by)) AS principals,
    MIN(COALESCE(actor.session.issuer, actor."user".uid, actor.invoked_by)) AS example_principal,
    MIN(time_dt) AS first_at,
    MAX(time_dt) AS last_at
  FROM cloudtrail
  WHERE COALESCE(aws.event_category, 'Management') = 'Management'
    AND COALESCE(actor."user"."type", '') <> 'AWSService'
  GROUP BY 1, 2, 3
)
SELECT * FROM calls
WHERE events <= $max_events
ORDER BY first_at DESC, account, service, operation
LIMIT $limit
`,
  },
  {
    id: "rejected-flows-by-port",
    text: `/*
title: Rejected flows by port
group: network
description: Refused traffic by destination port and protocol, with the number of sources and targets.
notes:
  - >-
    Scans of the internet are in every public subnet; refused traffic from your own addresses says more.
tables: [vpc_flow]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "100", help: Rows at most, example: "100" }
*/
SELECT
  dst_endpoint.port AS port,
  connection_info.protocol_num AS protocol,
  COUNT(*) AS flows,
  CAST(SUM(traffic.packets) AS BIGINT) AS packets,
  COUNT(DISTINCT src_endpoint.ip) AS sources,
  COUNT(DISTINCT dst_endpoint.ip) AS targets,
  COUNT(DISTINCT accountid) AS accounts,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM vpc_flow
WHERE action_id = 2
  AND ($account IS NULL OR accountid = $account)
GROUP BY 1, 2
ORDER BY flows DESC, port, protocol
LIMIT $limit
`,
  },
  {
    id: "resource-changes",
    text: `/*
title: Changes to this resource
group: history
description: Calls that may have changed something and that name the resource, by ARN, id or name, in order of time.
notes:
  - >-
    The name is looked for as text: a short one also finds longer names that hold it.
  - >-
    Refused calls are listed with their error.
tables: [cloudtrail]
parameters:
  - { name: resource, type: string, required: true, help: "ARN, id or name of the resource", example: example-bucket }
  - { name: limit, type: integer, default: "1000", help: Rows at most, example: "1000" }
*/
SELECT
  time_dt AS event_at,
  accountid AS account,
  region,
  api.service.name AS service,
  api.operation AS operation,
  COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
  COALESCE(src_endpoint.ip, src_endpoint.domain) AS source,
  api.response.error AS error,
  metadata.uid AS event_id
FROM cloudtrail
WHERE COALESCE(aws.read_only, false) = false
  AND (
    STRPOS(aws.resources, $resource) > 0
    OR STRPOS(api.request.data, $resource) > 0
    OR STRPOS(api.response.data, $resource) > 0
  )
ORDER BY event_at, event_id
LIMIT $limit
`,
  },
  {
    id: "resource-history",
    text: `/*
title: History of this resource
group: history
description: >-
  What AWS Config recorded of a resource, in order of time: its status, the CloudTrail event behind the change where
  Config names one, and whether its configuration differs from the item before.
notes:
  - >-
    \`changed\` compares with the item before in the window; the first is always \`true\`.
  - >-
    AWS Config records some types with minutes of delay and merges quick changes into one item.
tables: [config]
parameters:
  - { name: resource, type: string, required: true, help: "ARN, id or name of the resource", example: example-bucket }
*/
WITH items AS (
  SELECT
    time_dt AS recorded_at,
    accountid,
    region,
    aws.resource_type AS resource_type,
    aws.resource_id AS resource_id,
    status_code AS status,
    metadata.correlation_uid AS event_id,
    aws.state_id AS state_id,
    element_at(resources, 1).data AS configuration
  FROM config
  WHERE $resource IN (aws.arn, aws.resource_id, aws.resource_name)
)
SELECT
  recorded_at,
  accountid AS account,
  region,
  resource_type,
  resource_id,
  status,
  configuration IS DISTINCT FROM LAG(configuration)
    OVER (PARTITION BY accountid, region, resource_type, resource_id ORDER BY recorded_at, state_id) AS changed,
  event_id,
  configuration
FROM items
ORDER BY recorded_at, account, region, resource_type, resource_id, state_id
`,
  },
  {
    id: "role-assumptions",
    text: `/*
title: Who assumed what role into which account
group: cross-account
description: >-
  Role sessions by caller and role, with the accounts of both; failed attempts are counted apart. AWS services that
  assume the roles of their resources are left out unless asked for.
notes:
  - >-
    Counts are of sessions given out, not of calls made with them; \`session-lineage\` follows one.
tables: [cloudtrail]
parameters:
  - { name: role, type: arn, help: Only this role, example: "arn:aws:iam::444455556666:role/deploy" }
  - { name: target_account, type: account, help: Only roles of this account, example: "444455556666" }
  - { name: services, type: boolean, default: "false", help: Whether AWS services count as callers, example: "true" }
*/
WITH assumptions AS (
  SELECT
    COALESCE(actor."user".account.uid, 'unknown') AS caller_account,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS caller,
    json_extract_scalar(api.request.data, '$.roleArn') AS role_arn,
    api.operation AS operation,
    src_endpoint.ip AS ip,
    api.response.error AS error,
    time_dt,
    -- An assumption across accounts is logged in both, under one shared id.
    COALESCE(aws.shared_event_id, metadata.uid) AS occurrence
  FROM cloudtrail
  WHERE api.service.name = 'sts.amazonaws.com'
    AND api.operation IN ('AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity')
    AND ($services OR COALESCE(actor."user"."type", '') <> 'AWSService')
)
SELECT
  caller_account,
  caller,
  SPLIT_PART(role_arn, ':', 5) AS role_account,
  role_arn AS role,
  operation,
  COUNT(DISTINCT CASE WHEN error IS NULL THEN occurrence END) AS sessions,
  COUNT(DISTINCT CASE WHEN error IS NOT NULL THEN occurrence END) AS failures,
  COUNT(DISTINCT ip) AS addresses,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM assumptions
WHERE ($role IS NULL OR role_arn = $role)
  AND ($target_account IS NULL OR SPLIT_PART(role_arn, ':', 5) = $target_account)
GROUP BY 1, 2, 3, 4, 5
ORDER BY sessions DESC, failures DESC, caller_account, caller, role
`,
  },
  {
    id: "root-activity",
    text: `/*
title: What the root users did
group: identity
description: Calls and sign-ins of root users, in order of time; what AWS does in their name is left out.
notes:
  - >-
    Few tasks need the root user: closing an account, some support and tax settings. Everything else here deserves a reason.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
*/
SELECT
  time_dt AS event_at,
  accountid AS account,
  region,
  api.service.name AS service,
  api.operation AS operation,
  status,
  is_mfa AS mfa,
  src_endpoint.ip AS source,
  api.response.error AS error,
  metadata.uid AS event_id
FROM cloudtrail
WHERE actor."user"."type" = 'Root'
  AND actor.invoked_by IS NULL
  AND metadata.event_code <> 'AwsServiceEvent'
  AND ($account IS NULL OR accountid = $account)
ORDER BY event_at, event_id
`,
  },
  {
    id: "secrets-read",
    text: `/*
title: Who read secrets
group: data
description: Reads of secrets and of encrypted parameters, by principal and secret; refused reads are counted apart.
notes:
  - >-
    BatchGetSecretValue names its secrets in a list; its row shows the request as it was.
tables: [cloudtrail]
parameters:
  - { name: secret, type: string, help: "Only this secret's name or ARN, or a part of it", example: prod/database }
*/
WITH secret_reads AS (
  SELECT
    accountid,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    api.operation AS operation,
    COALESCE(
      json_extract_scalar(api.request.data, '$.secretId'),
      json_extract_scalar(api.request.data, '$.name'),
      json_extract_scalar(api.request.data, '$.path'),
      CAST(api.request.data AS VARCHAR)
    ) AS secret,
    api.response.error AS error,
    src_endpoint.ip AS ip,
    time_dt
  FROM cloudtrail
  WHERE (api.service.name = 'secretsmanager.amazonaws.com'
      AND api.operation IN ('GetSecretValue', 'BatchGetSecretValue'))
    OR (api.service.name = 'ssm.amazonaws.com'
      AND api.operation IN ('GetParameter', 'GetParameters', 'GetParametersByPath', 'GetParameterHistory')
      AND json_extract_scalar(api.request.data, '$.withDecryption') = 'true')
)
SELECT
  accountid AS account,
  principal,
  operation,
  secret,
  SUM(CASE WHEN error IS NULL THEN 1 ELSE 0 END) AS "reads",
  SUM(CASE WHEN error IS NULL THEN 0 ELSE 1 END) AS refused,
  COUNT(DISTINCT ip) AS addresses,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM secret_reads
WHERE $secret IS NULL OR STRPOS(secret, $secret) > 0
GROUP BY 1, 2, 3, 4
ORDER BY "reads" DESC, refused DESC, account, principal, secret
`,
  },
  {
    id: "security-group-at",
    text: `/*
title: What this security group looked like at a time
group: history
description: >-
  The rules of a security group as AWS Config last recorded them up to an instant, one row each. A group without rules,
  or one that was deleted, gives one row without a rule.
notes:
  - >-
    Give no --from, or one far enough back: an item recorded before the window is not seen.
  - >-
    Time is when AWS Config recorded the group, which may be minutes after the change.
tables: [config]
parameters:
  - { name: group_id, type: string, required: true, help: Id of the security group, example: sg-0a1b2c3d4e5f60718 }
  - { name: at, type: instant, required: true, help: "The instant; what was recorded at or before it counts", example: "2026-01-05T12:00:00Z" }
*/
WITH items AS (
  SELECT
    time_dt AS recorded_at,
    status_code AS status,
    accountid,
    region,
    aws.resource_name AS group_name,
    element_at(resources, 1).data AS configuration,
    ROW_NUMBER() OVER (PARTITION BY accountid, region ORDER BY time_dt DESC, aws.state_id DESC) AS age
  FROM config
  WHERE aws.resource_type = 'AWS::EC2::SecurityGroup'
    AND aws.resource_id = $group_id
    AND time_dt <= from_iso8601_timestamp($at)
),
latest AS (
  SELECT * FROM items WHERE age = 1
),
permissions AS (
  SELECT accountid, region, 'in' AS direction, p.permission AS permission
  FROM latest CROSS JOIN UNNEST(CAST(json_extract(configuration, '$.ipPermissions') AS ARRAY(JSON))) AS p (permission)
  UNION ALL
  SELECT accountid, region, 'out' AS direction, p.permission AS permission
  FROM latest CROSS JOIN UNNEST(CAST(json_extract(configuration, '$.ipPermissionsEgress') AS ARRAY(JSON))) AS p (permission)
),
peers AS (
  SELECT accountid, region, direction, permission,
    json_extract_scalar(r.item, '$.cidrIp') AS peer, json_extract_scalar(r.item, '$.description') AS description
  FROM permissions CROSS JOIN UNNEST(CAST(json_extract(permission, '$.ipv4Ranges') AS ARRAY(JSON))) AS r (item)
  UNION ALL
  SELECT accountid, region, direction, permission,
    json_extract_scalar(r.item, '$.cidrIpv6') AS peer, json_extract_scalar(r.item, '$.description') AS description
  FROM permissions CROSS JOIN UNNEST(CAST(json_extract(permission, '$.ipv6Ranges') AS ARRAY(JSON))) AS r (item)
  UNION ALL
  SELECT accountid, region, direction, permission,
    json_extract_scalar(r.item, '$.groupId') AS peer, json_extract_scalar(r.item, '$.description') AS description
  FROM permissions CROSS JOIN UNNEST(CAST(json_extract(permission, '$.userIdGroupPairs') AS ARRAY(JSON))) AS r (item)
  UNION ALL
  SELECT accountid, region, direction, permission,
    json_extract_scalar(r.item, '$.prefixListId') AS peer, json_extract_scalar(r.item, '$.description') AS description
  FROM permissions CROSS JOIN UNNEST(CAST(json_extract(permission, '$.prefixListIds') AS ARRAY(JSON))) AS r (item)
)
SELECT
  latest.recorded_at,
  latest.status,
  latest.accountid AS account,
  latest.region,
  latest.group_name,
  peers.direction,
  -- EC2 writes -1 for "all protocols".
  CASE json_extract_scalar(peers.permission, '$.ipProtocol')
    WHEN '-1' THEN 'all'
    ELSE json_extract_scalar(peers.permission, '$.ipProtocol')
  END AS protocol,
  CAST(json_extract_scalar(peers.permission, '$.fromPort') AS INTEGER) AS from_port,
  CAST(json_extract_scalar(peers.permission, '$.toPort') AS INTEGER) AS to_port,
  peers.peer,
  peers.description
FROM latest
LEFT JOIN peers ON peers.accountid = latest.accountid AND peers.region = latest.region
ORDER BY account, region, direction, protocol, from_port, peer
`,
  },
  {
    id: "who-used-ip",
    text: `/*
title: Who used this IP address
group: identity
description: Every principal that called from an address, in all accounts, with what they did there and when.
notes:
  - >-
    Calls that AWS services make for someone carry the service's name instead of an address.
  - >-
    \`address-everywhere\` also asks the flow logs.
tables: [cloudtrail]
parameters:
  - { name: ip, type: ip, required: true, help: Source address as CloudTrail wrote it, example: 198.51.100.7 }
*/
SELECT
  accountid AS account,
  COALESCE(actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
  actor."user"."type" AS principal_type,
  actor."user".credential_uid AS access_key,
  COUNT(*) AS events,
  COUNT(DISTINCT api.operation) AS operations,
  SUM(CASE WHEN api.response.error IS NOT NULL THEN 1 ELSE 0 END) AS errors,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM cloudtrail
WHERE src_endpoint.ip = $ip
GROUP BY 1, 2, 3, 4
ORDER BY events DESC, account, principal, access_key
`,
  },
];
