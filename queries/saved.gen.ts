// Rendered from the files of queries/saved by `npm run gen`. Do not edit.
import type { SavedQueryFile } from "./saved-query.ts";

/** Every saved query, in the order of their ids. */
export const SAVED_QUERIES: readonly SavedQueryFile[] = [
  {
    id: "access-key-age",
    text: `/*
title: Age and last use of access keys
group: audit
description: How old is each long-term access key that was used or changed, when was it last used, and is it still active?
notes:
  - >-
    CloudTrail knows no key that was neither used nor changed in the window: a credential report of IAM is the full list.
    Ask over all the time that you have.
  - >-
    \`age_is_known\` false: the creation is not in the window, so the key is at least so old.
  - >-
    \`state\` is the last seen change: \`deleted\`, \`inactive\`, or \`active\`.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: at, type: instant, default: 0d, help: When the age counts; now unless given, example: "2026-01-10T00:00:00Z" }
  - { name: min_days, type: integer, default: "0", help: Days old at least, example: "90" }
  - { name: limit, type: integer, default: "500", help: Keys at most, example: "500" }
*/
WITH changes AS (
  SELECT
    COALESCE(
      json_extract_scalar(api.response.data, '$.accessKey.accessKeyId'),
      json_extract_scalar(api.request.data, '$.accessKeyId')
    ) AS access_key,
    accountid,
    COALESCE(
      json_extract_scalar(api.response.data, '$.accessKey.userName'),
      json_extract_scalar(api.request.data, '$.userName'),
      actor."user".name
    ) AS owner,
    CASE
      WHEN api.operation = 'CreateAccessKey' THEN 'active'
      WHEN api.operation = 'DeleteAccessKey' THEN 'deleted'
      ELSE LOWER(json_extract_scalar(api.request.data, '$.status'))
    END AS state,
    api.operation AS operation,
    time_dt,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE api.service.name = 'iam.amazonaws.com'
    AND api.operation IN ('CreateAccessKey', 'DeleteAccessKey', 'UpdateAccessKey')
    AND api.response.error IS NULL
    AND time_dt <= from_iso8601_timestamp($at)
    AND ($account IS NULL OR accountid = $account)
),
ranked AS (
  SELECT
    access_key,
    accountid,
    owner,
    state,
    operation,
    time_dt,
    ROW_NUMBER() OVER (PARTITION BY access_key ORDER BY time_dt DESC, event_id DESC) AS age
  FROM changes
  WHERE access_key IS NOT NULL
),
managed AS (
  SELECT
    access_key,
    MAX(accountid) AS accountid,
    MAX(owner) AS owner,
    MAX(CASE WHEN age = 1 THEN state END) AS state,
    MIN(CASE WHEN operation = 'CreateAccessKey' THEN time_dt END) AS created_at,
    MIN(time_dt) AS first_at
  FROM ranked
  GROUP BY 1
),
used AS (
  SELECT
    actor."user".credential_uid AS access_key,
    MAX(actor."user".account.uid) AS accountid,
    MAX(actor."user".name) AS owner,
    MIN(time_dt) AS first_at,
    MAX(time_dt) AS last_at,
    COUNT(*) AS calls
  FROM cloudtrail
  WHERE STRPOS(actor."user".credential_uid, 'AKIA') = 1
    AND time_dt <= from_iso8601_timestamp($at)
    AND ($account IS NULL OR accountid = $account)
  GROUP BY 1
),
keys AS (
  SELECT
    COALESCE(managed.access_key, used.access_key) AS access_key,
    COALESCE(managed.accountid, used.accountid) AS accountid,
    COALESCE(managed.owner, used.owner, 'root') AS owner,
    COALESCE(managed.state, 'active') AS state,
    managed.created_at,
    LEAST(COALESCE(managed.first_at, used.first_at), COALESCE(used.first_at, managed.first_at)) AS first_at,
    used.last_at,
    COALESCE(used.calls, 0) AS calls
  FROM managed
  FULL OUTER JOIN used ON used.access_key = managed.access_key
)
SELECT
  accountid AS account,
  owner,
  access_key,
  state,
  date_diff('day', COALESCE(created_at, first_at), from_iso8601_timestamp($at)) AS age_days,
  created_at IS NOT NULL AS age_is_known,
  created_at,
  last_at AS last_used_at,
  calls
FROM keys
WHERE date_diff('day', COALESCE(created_at, first_at), from_iso8601_timestamp($at)) >= $min_days
ORDER BY age_days DESC, account, owner, access_key
LIMIT $limit
`,
  },
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
    id: "access-keys-created",
    text: `/*
title: Access keys created
group: privilege
description: Who created a long-term access key, for whom, and was the key used since?
notes:
  - >-
    \`for_other\` is a key for another user than the one who created it: a way to stay after one's own credentials are gone.
  - >-
    \`first_used_at\` looks at the window only, in the accounts whose events are here; NULL means no use was seen there.
  - >-
    A key of the root user has no \`target\`.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH created AS (
  SELECT
    time_dt,
    accountid,
    actor."user"."type" AS principal_type,
    actor."user".name AS principal_name,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    json_extract_scalar(api.response.data, '$.accessKey.accessKeyId') AS access_key,
    COALESCE(
      json_extract_scalar(api.response.data, '$.accessKey.userName'),
      json_extract_scalar(api.request.data, '$.userName')
    ) AS target,
    src_endpoint.ip AS ip,
    api.response.error AS error,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE api.service.name = 'iam.amazonaws.com'
    AND api.operation = 'CreateAccessKey'
    AND ($account IS NULL OR accountid = $account)
),
used AS (
  SELECT
    actor."user".credential_uid AS access_key,
    MIN(time_dt) AS first_used_at,
    COUNT(*) AS calls
  FROM cloudtrail
  WHERE actor."user".credential_uid IN (SELECT access_key FROM created)
  GROUP BY 1
)
SELECT
  created.time_dt AS event_at,
  created.accountid AS account,
  created.principal,
  created.target,
  COALESCE(created.principal_type <> 'IAMUser' OR created.target <> created.principal_name, false) AS for_other,
  created.access_key,
  used.first_used_at,
  COALESCE(used.calls, 0) AS calls,
  created.ip AS source,
  created.error,
  created.event_id
FROM created
LEFT JOIN used ON used.access_key = created.access_key
ORDER BY event_at, account, event_id
LIMIT $limit
`,
  },
  {
    id: "access-without-mfa",
    text: `/*
title: Access to an account without MFA
group: audit
description: >-
  Which users worked in the account without a second factor: at the console, with long-term keys, or in sessions that were
  opened without it?
notes:
  - >-
    Users of IAM and root only. Federated people (Identity Center, SAML) show their second factor to their identity
    provider, and AWS cannot see it.
  - >-
    \`long-term key\` can never carry MFA: those are programs, or people with a program's credentials.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, required: true, help: Account id, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH calls AS (
  SELECT
    COALESCE(actor."user".name, actor."user".uid, actor."user"."type") AS principal,
    actor."user"."type" AS principal_type,
    CASE
      WHEN api.operation = 'ConsoleLogin' AND status_id = 1 AND is_mfa = false THEN 'console sign-in'
      WHEN STRPOS(actor."user".credential_uid, 'AKIA') = 1 THEN 'long-term key'
      WHEN api.operation <> 'ConsoleLogin' AND actor.session.is_mfa = false THEN 'session without MFA'
    END AS way,
    COALESCE(aws.read_only, false) AS is_read,
    api.response.error AS error,
    src_endpoint.ip AS ip,
    time_dt
  FROM cloudtrail
  WHERE accountid = $account
    AND actor."user"."type" IN ('IAMUser', 'Root')
    AND actor.invoked_by IS NULL
)
SELECT
  principal,
  principal_type,
  way,
  COUNT(*) AS events,
  COUNT_IF(NOT is_read AND error IS NULL) AS changes,
  COUNT(DISTINCT ip) AS addresses,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM calls
WHERE way IS NOT NULL
GROUP BY 1, 2, 3
ORDER BY changes DESC, events DESC, principal, principal_type, way
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
    id: "address-everywhere",
    text: `/*
title: One address everywhere
group: network
description: >-
  Where does this address occur at all: who called AWS from it, which interfaces talked to it, which resources hold it,
  which findings name it? All accounts and all sources in one list.
notes:
  - >-
    \`part\` says how: \`called from\` (CloudTrail), \`sent\` and \`received\` (flow logs, seen from the address), \`relayed\` (behind
    a NAT gateway or load balancer), \`held by\` (a resource that AWS Config recorded with it), \`named in\` (findings).
  - >-
    A private address means another machine in each VPC: read those rows with their account, and see \`held by\`.
  - >-
    \`held by\` is within the window, too: the address may have belonged to someone else before and after.
  - >-
    IPv6 is looked for in the short spelling in lower case that AWS logs.
tables: [cloudtrail, vpc_flow, config, findings]
parameters:
  - { name: ip, type: ip, required: true, help: The address, example: 198.51.100.7 }
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "1000", help: Rows at most, example: "1000" }
*/
WITH flow_ends AS (
  SELECT
    CASE
      WHEN src_endpoint.ip = $ip THEN 'sent'
      WHEN dst_endpoint.ip = $ip THEN 'received'
      ELSE 'relayed'
    END AS part,
    accountid,
    region,
    CONCAT(
      CASE WHEN src_endpoint.ip = $ip THEN dst_endpoint.ip ELSE src_endpoint.ip END,
      ' port ',
      COALESCE(CAST(dst_endpoint.port AS VARCHAR), '-'),
      ' ',
      COALESCE(LOWER(action), 'unknown')
    ) AS what,
    COALESCE(src_endpoint.interface_uid, dst_endpoint.interface_uid) AS detail,
    traffic.bytes AS bytes,
    time_dt
  FROM vpc_flow
  WHERE ($account IS NULL OR accountid = $account)
    AND (
      src_endpoint.ip = $ip
      OR dst_endpoint.ip = $ip
      OR CONTAINS(src_endpoint.intermediate_ips, $ip)
      OR CONTAINS(dst_endpoint.intermediate_ips, $ip)
    )
),
seen AS (
  SELECT
    'cloudtrail' AS source,
    'called from' AS part,
    accountid,
    region,
    COALESCE(actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS what,
    actor."user".credential_uid AS detail,
    CAST(NULL AS BIGINT) AS bytes,
    time_dt
  FROM cloudtrail
  WHERE src_endpoint.ip = $ip AND ($account IS NULL OR accountid = $account)
  UNION ALL
  SELECT 'vpc_flow', part, accountid, region, what, detail, bytes, time_dt FROM flow_ends
  UNION ALL
  SELECT
    'config',
    'held by',
    accountid,
    region,
    COALESCE(aws.arn, aws.resource_id),
    aws.resource_type,
    CAST(NULL AS BIGINT),
    time_dt
  FROM config
  WHERE ($account IS NULL OR accountid = $account)
    AND (
      STRPOS(element_at(resources, 1).data, CONCAT('"', $ip, '"')) > 0
      OR aws.resource_name = $ip
      OR aws.resource_id = $ip
    )
  UNION ALL
  SELECT
    'findings',
    'named in',
    accountid,
    region,
    rule_id,
    entity,
    CAST(NULL AS BIGINT),
    time_dt
  FROM findings
  WHERE ($account IS NULL OR accountid = $account)
    AND (entity = $ip OR ANY_MATCH(evidences, evidence -> STRPOS(evidence.data, CONCAT('"', $ip, '"')) > 0))
)
SELECT
  source,
  part,
  accountid AS account,
  region,
  what,
  detail,
  COUNT(*) AS events,
  CAST(SUM(bytes) AS BIGINT) AS bytes,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM seen
GROUP BY 1, 2, 3, 4, 5, 6
ORDER BY source, events DESC, part, account, region, what, detail
LIMIT $limit
`,
  },
  {
    id: "admin-grants",
    text: `/*
title: Grants of administrator rights
group: privilege
description: >-
  Who gave whom administrator rights: by attaching one of AWS's administrator policies, by an inline policy or a policy
  version that allows everything, or by adding a user to a group?
notes:
  - >-
    \`grant\` tells the way. A group membership is listed whatever the group may do: the group's own policies are in
    \`iam-changes\`.
  - >-
    A document counts when it allows the action \`*\` or \`iam:*\`: conditions and denials inside it are not weighed, and
    rights that add up to the same in small steps are not seen.
  - >-
    A refused attempt carries its error.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH changes AS (
  SELECT
    time_dt,
    accountid,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    api.operation AS operation,
    COALESCE(
      json_extract_scalar(api.request.data, '$.userName'),
      json_extract_scalar(api.request.data, '$.roleName'),
      json_extract_scalar(api.request.data, '$.groupName'),
      json_extract_scalar(api.request.data, '$.policyName'),
      json_extract_scalar(api.request.data, '$.policyArn')
    ) AS target,
    json_extract_scalar(api.request.data, '$.policyArn') AS policy_arn,
    json_extract_scalar(api.request.data, '$.policyName') AS policy_name,
    json_extract_scalar(api.request.data, '$.groupName') AS group_name,
    -- Documents are JSON inside a text, and blanks and lists are spelled in many ways.
    REPLACE(REPLACE(REPLACE(REPLACE(
      json_extract_scalar(api.request.data, '$.policyDocument'), ' ', ''), CHR(10), ''), CHR(13), ''), '[', '') AS document,
    api.response.error AS error,
    src_endpoint.ip AS ip,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE api.service.name = 'iam.amazonaws.com'
    AND api.operation IN (
      'AttachUserPolicy', 'AttachRolePolicy', 'AttachGroupPolicy', 'PutUserPolicy', 'PutRolePolicy', 'PutGroupPolicy',
      'CreatePolicy', 'CreatePolicyVersion', 'AddUserToGroup'
    )
    AND ($account IS NULL OR accountid = $account)
),
judged AS (
  SELECT
    time_dt,
    accountid,
    principal,
    operation,
    target,
    CASE
      WHEN policy_arn LIKE 'arn:aws%:iam::aws:policy/%'
        AND SPLIT_PART(policy_arn, 'policy/', 2) IN ('AdministratorAccess', 'PowerUserAccess', 'IAMFullAccess')
        THEN 'administrator policy'
      WHEN operation = 'AddUserToGroup' THEN 'group membership'
      WHEN STRPOS(document, '"Effect":"Allow"') > 0
        AND (STRPOS(document, '"Action":"*"') > 0 OR STRPOS(document, '"Action":"iam:*"') > 0)
        THEN 'document that allows everything'
    END AS way,
    COALESCE(policy_arn, policy_name, group_name) AS granted,
    error,
    ip,
    event_id
  FROM changes
)
SELECT
  time_dt AS event_at,
  accountid AS account,
  principal,
  way AS "grant",
  granted,
  target,
  operation,
  ip AS source,
  error,
  event_id
FROM judged
WHERE way IS NOT NULL
ORDER BY event_at, account, event_id
LIMIT $limit
`,
  },
  {
    id: "admin-ports-reached",
    text: `/*
title: Admin and database ports reached from the internet
group: network
description: >-
  Which of our interfaces let a public address in on a port for administration or a database, and was it a session or a
  mere probe?
notes:
  - >-
    Only accepted flows from a public to a private address. \`sessions\` are flows with more than 5 packets and 2,000 bytes:
    an answer that went on, not a knock.
  - >-
    Behind a load balancer or NAT gateway the flow log shows that device's address, unless the format has pkt-srcaddr.
  - >-
    The ports are 22, 23, 135, 139, 445, 1433, 1521, 3306, 3389, 5432, 5900, 5985, 5986, 6379, 9200, 11211 and 27017.
tables: [vpc_flow]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: sessions_only, type: boolean, default: "false", help: Only where a session was seen, example: "true" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH flows AS (
  SELECT
    accountid,
    dst_endpoint.interface_uid AS interface_in,
    src_endpoint.interface_uid AS interface_any,
    src_endpoint.ip AS ip,
    dst_endpoint.ip AS target,
    dst_endpoint.port AS port,
    traffic.packets AS packets,
    traffic.bytes AS bytes,
    time_dt
  FROM vpc_flow
  WHERE action_id = 1
    AND ($account IS NULL OR accountid = $account)
    AND dst_endpoint.port IN (
      22, 23, 135, 139, 445, 1433, 1521, 3306, 3389, 5432, 5900, 5985, 5986, 6379, 9200, 11211, 27017
    )
    AND REGEXP_LIKE(dst_endpoint.ip, '^(10\\.|192\\.168\\.|172\\.(1[6-9]|2[0-9]|3[01])\\.|100\\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\\.|[fF][cCdD])')
    AND NOT REGEXP_LIKE(
      src_endpoint.ip,
      '^(10\\.|127\\.|169\\.254\\.|192\\.168\\.|172\\.(1[6-9]|2[0-9]|3[01])\\.|100\\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\\.|[fF][cCdD]|[fF][eE]80:)'
    )
)
SELECT
  accountid AS account,
  COALESCE(interface_in, interface_any) AS interface,
  target,
  port,
  COUNT(DISTINCT ip) AS sources,
  COUNT(*) AS flows,
  COUNT_IF(packets > 5 AND bytes > 2000) AS sessions,
  CAST(SUM(bytes) AS BIGINT) AS bytes,
  MIN(ip) AS example_source,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM flows
GROUP BY 1, 2, 3, 4
HAVING NOT $sessions_only OR COUNT_IF(packets > 5 AND bytes > 2000) > 0
ORDER BY sessions DESC, flows DESC, account, interface, target, port
LIMIT $limit
`,
  },
  {
    id: "anonymous-access",
    text: `/*
title: Access without credentials
group: data
description: Which buckets and queues were reached by callers without any credentials, from where, and did it work?
notes:
  - >-
    A bucket with successes is public. Refused calls are the internet's noise, unless many keys of one bucket are tried.
  - >-
    Only where data events are recorded.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: successes_only, type: boolean, default: "false", help: Only where a call worked, example: "true" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH calls AS (
  SELECT
    accountid,
    api.service.name AS service,
    api.operation AS operation,
    COALESCE(
      json_extract_scalar(api.request.data, '$.bucketName'),
      json_extract_scalar(api.request.data, '$.queueUrl'),
      json_extract_scalar(api.request.data, '$.topicArn')
    ) AS resource,
    json_extract_scalar(api.request.data, '$.key') AS object_key,
    src_endpoint.ip AS ip,
    api.response.error AS error,
    time_dt
  FROM cloudtrail
  WHERE (actor."user".account.uid = 'anonymous' OR actor."user".uid_alt = 'anonymous')
    AND ($account IS NULL OR accountid = $account)
)
SELECT
  accountid AS account,
  service,
  resource,
  operation,
  COUNT_IF(error IS NULL) AS successes,
  COUNT_IF(error IS NOT NULL) AS refused,
  COUNT(DISTINCT object_key) AS objects,
  COUNT(DISTINCT ip) AS addresses,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM calls
GROUP BY 1, 2, 3, 4
HAVING NOT $successes_only OR COUNT_IF(error IS NULL) > 0
ORDER BY successes DESC, refused DESC, account, service, resource, operation
LIMIT $limit
`,
  },
  {
    id: "beacons",
    text: `/*
title: Regular connections to the outside
group: network
description: >-
  Which of our addresses talk to a public address at regular intervals and with equal amounts, as software that reports
  home does?
notes:
  - >-
    \`jitter\` is the standard deviation of the gaps between flows divided by their mean, \`size_jitter\` that of the bytes: both
    near 0 is a clock. Monitoring, time servers and updates are clocks as well.
  - >-
    Destinations that many of our addresses share are left out: \`max_sources\` says how many are too many.
tables: [vpc_flow]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: min_flows, type: integer, default: "12", help: Flows at least, example: "12" }
  - { name: max_sources, type: integer, default: "3", help: Our addresses at most that talk to the destination, example: "3" }
  - { name: limit, type: integer, default: "100", help: Rows at most, example: "100" }
*/
WITH flows AS (
  SELECT
    accountid,
    src_endpoint.ip AS ip,
    dst_endpoint.ip AS destination,
    dst_endpoint.port AS port,
    CAST(traffic.bytes AS DOUBLE) AS bytes,
    time_dt,
    CAST(date_diff(
      'second',
      LAG(time_dt) OVER (
        PARTITION BY accountid, src_endpoint.ip, dst_endpoint.ip, dst_endpoint.port ORDER BY time_dt
      ),
      time_dt
    ) AS DOUBLE) AS gap
  FROM vpc_flow
  WHERE action_id = 1
    AND dst_endpoint.port < 32768
    AND dst_endpoint.svc_name IS NULL
    AND ($account IS NULL OR accountid = $account)
    AND REGEXP_LIKE(src_endpoint.ip, '^(10\\.|192\\.168\\.|172\\.(1[6-9]|2[0-9]|3[01])\\.|100\\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\\.|[fF][cCdD])')
    AND NOT REGEXP_LIKE(
      dst_endpoint.ip,
      '^(10\\.|127\\.|169\\.254\\.|192\\.168\\.|172\\.(1[6-9]|2[0-9]|3[01])\\.|100\\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\\.|[fF][cCdD]|[fF][eE]80:)'
    )
),
pairs AS (
  SELECT
    accountid,
    ip,
    destination,
    port,
    COUNT(*) AS flows,
    AVG(gap) AS mean_gap,
    STDDEV_POP(gap) AS gap_deviation,
    AVG(bytes) AS mean_bytes,
    STDDEV_POP(bytes) AS byte_deviation,
    MIN(time_dt) AS first_at,
    MAX(time_dt) AS last_at
  FROM flows
  GROUP BY 1, 2, 3, 4
),
spread AS (
  SELECT destination, COUNT(DISTINCT ip) AS sources FROM flows GROUP BY 1
)
SELECT
  pairs.accountid AS account,
  pairs.ip AS address,
  pairs.destination,
  pairs.port,
  pairs.flows,
  ROUND(pairs.mean_gap, 1) AS mean_gap_seconds,
  ROUND(pairs.gap_deviation / pairs.mean_gap, 3) AS jitter,
  ROUND(pairs.mean_bytes, 0) AS mean_bytes,
  ROUND(pairs.byte_deviation / pairs.mean_bytes, 3) AS size_jitter,
  spread.sources,
  pairs.first_at,
  pairs.last_at
FROM pairs
JOIN spread ON spread.destination = pairs.destination
WHERE pairs.flows >= $min_flows
  AND pairs.mean_gap > 0e0
  AND pairs.mean_bytes > 0e0
  AND pairs.gap_deviation / pairs.mean_gap < 2e-1
  AND pairs.byte_deviation / pairs.mean_bytes < 3e-1
  AND spread.sources <= $max_sources
ORDER BY jitter, size_jitter, flows DESC, account, address, destination, port
LIMIT $limit
`,
  },
  {
    id: "break-glass-use",
    text: `/*
title: Use of break-glass access
group: audit
description: >-
  When were the emergency roles and users used, by whom, from where, and what was changed in each session?
notes:
  - >-
    Emergency principals are those whose role or user name holds \`name_part\`, in any case. Every row should have an
    incident behind it.
  - >-
    \`opened_by\` is the caller of the AssumeRole that gave out the session, NULL where its account does not log here, and
    for users.
  - >-
    \`operations\` are the changes, in alphabetical order; refused ones are not in it.
tables: [cloudtrail]
parameters:
  - { name: name_part, type: string, default: breakglass, help: What names of emergency roles and users hold, example: breakglass }
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "200", help: Sessions at most, example: "200" }
*/
WITH calls AS (
  SELECT
    accountid,
    COALESCE(aws.session_issuer.user_name, actor."user".name) AS principal,
    COALESCE(NULLIF(SPLIT_PART(actor."user".uid_alt, ':', 2), ''), actor."user".name) AS person,
    aws.source_identity AS source_identity,
    actor."user".credential_uid AS access_key,
    CASE WHEN COALESCE(aws.read_only, false) = false AND api.response.error IS NULL THEN api.operation END AS change,
    api.response.error AS error,
    src_endpoint.ip AS ip,
    time_dt
  FROM cloudtrail
  WHERE STRPOS(LOWER(COALESCE(aws.session_issuer.user_name, actor."user".name)), LOWER($name_part)) > 0
    AND actor.invoked_by IS NULL
    AND ($account IS NULL OR accountid = $account)
),
sessions AS (
  SELECT
    accountid,
    principal,
    person,
    access_key,
    MAX(source_identity) AS source_identity,
    COUNT(*) AS events,
    COUNT(change) AS changes,
    COUNT_IF(error IS NOT NULL) AS errors,
    ARRAY_JOIN(ARRAY_AGG(DISTINCT change ORDER BY change), ' ') AS operations,
    COUNT(DISTINCT ip) AS addresses,
    MIN(ip) AS example_source,
    MIN(time_dt) AS first_at,
    MAX(time_dt) AS last_at
  FROM calls
  GROUP BY 1, 2, 3, 4
),
openings AS (
  SELECT
    session.credential_uid AS access_key,
    MAX(actor."user".uid) AS caller
  FROM cloudtrail
  WHERE api.service.name = 'sts.amazonaws.com'
    AND session.credential_uid IN (SELECT access_key FROM sessions)
  GROUP BY 1
)
SELECT
  sessions.first_at,
  sessions.last_at,
  sessions.accountid AS account,
  sessions.principal,
  sessions.person,
  openings.caller AS opened_by,
  sessions.source_identity,
  sessions.access_key,
  sessions.events,
  sessions.changes,
  sessions.errors,
  sessions.operations,
  sessions.addresses,
  sessions.example_source
FROM sessions
LEFT JOIN openings ON openings.access_key = sessions.access_key
ORDER BY first_at DESC, account, principal, person, sessions.access_key
LIMIT $limit
`,
  },
  {
    id: "bucket-at",
    text: `/*
title: What this bucket looked like at a time
group: history
description: >-
  Which policy, public access block, encryption, versioning and logging did the bucket have at that time, as AWS Config
  last recorded it?
notes:
  - >-
    NULL means that AWS Config recorded no such setting: a bucket without a policy, without logging.
  - >-
    Give no --from: an item recorded before the window is not seen. The account's own public access block is another
    resource (AWS::S3::AccountPublicAccessBlock, in \`configuration-at\`).
tables: [config]
parameters:
  - { name: bucket, type: string, required: true, help: Name of the bucket, example: example-bucket }
  - { name: at, type: instant, required: true, help: "The instant; what was recorded at or before it counts", example: "2026-01-05T12:00:00Z" }
  - { name: lookback_days, type: integer, default: "400", help: How far back an item may lie, example: "400" }
*/
WITH items AS (
  SELECT
    time_dt AS recorded_at,
    accountid,
    region,
    status_code AS status,
    aws.supplementary_configuration AS settings,
    ROW_NUMBER() OVER (PARTITION BY accountid, region ORDER BY time_dt DESC, aws.state_id DESC) AS age
  FROM config
  WHERE aws.resource_type = 'AWS::S3::Bucket'
    AND aws.resource_name = $bucket
    AND time_dt <= from_iso8601_timestamp($at)
    AND time_dt >= date_add('day', -$lookback_days, from_iso8601_timestamp($at))
)
SELECT
  recorded_at,
  accountid AS account,
  region,
  status,
  json_extract_scalar(settings, '$.BucketPolicy.policyText') AS policy,
  json_extract_scalar(settings, '$.PublicAccessBlockConfiguration.blockPublicAcls') AS block_public_acls,
  json_extract_scalar(settings, '$.PublicAccessBlockConfiguration.ignorePublicAcls') AS ignore_public_acls,
  json_extract_scalar(settings, '$.PublicAccessBlockConfiguration.blockPublicPolicy') AS block_public_policy,
  json_extract_scalar(settings, '$.PublicAccessBlockConfiguration.restrictPublicBuckets') AS restrict_public_buckets,
  json_extract_scalar(
    settings, '$.ServerSideEncryptionConfiguration.rules[0].applyServerSideEncryptionByDefault.sseAlgorithm'
  ) AS encryption,
  json_extract_scalar(
    settings, '$.ServerSideEncryptionConfiguration.rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyID'
  ) AS kms_key,
  json_extract_scalar(settings, '$.BucketVersioningConfiguration.status') AS versioning,
  json_extract_scalar(settings, '$.BucketLoggingConfiguration.destinationBucketName') AS log_bucket
FROM items
WHERE age = 1
ORDER BY account, region
`,
  },
  {
    id: "bucket-exposure-changes",
    text: `/*
title: Changes of who may reach a bucket
group: data
description: >-
  Who changed the policy, the ACL or the public access block of a bucket, and does the change name everyone or other
  accounts?
notes:
  - >-
    \`names_everyone\` finds the principal \`*\` in a policy, AllUsers or AuthenticatedUsers in an ACL, a public canned ACL,
    and a public access block with a flag that is off. A condition in the policy may still narrow it.
  - >-
    \`accounts\` are the account ids in the policy's ARNs, this account's own left out.
  - >-
    Whether the bucket is public in the end depends on the account's public access block too: \`public-resources\` says
    what AWS Config recorded.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: bucket, type: string, help: Only this bucket, example: example-bucket }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH changes AS (
  SELECT
    time_dt,
    accountid,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    api.operation AS operation,
    json_extract_scalar(api.request.data, '$.bucketName') AS bucket,
    REPLACE(api.request.data, ' ', '') AS request,
    api.response.error AS error,
    src_endpoint.ip AS ip,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE api.service.name = 's3.amazonaws.com'
    AND api.operation IN (
      'PutBucketPolicy', 'DeleteBucketPolicy', 'PutBucketAcl', 'PutBucketPublicAccessBlock',
      'DeleteBucketPublicAccessBlock', 'PutAccountPublicAccessBlock', 'DeleteAccountPublicAccessBlock', 'PutBucketWebsite',
      'PutBucketCors', 'PutBucketOwnershipControls', 'PutAccessPointPolicy'
    )
    AND ($account IS NULL OR accountid = $account)
)
SELECT
  time_dt AS event_at,
  accountid AS account,
  principal,
  operation,
  bucket,
  CASE
    WHEN operation IN ('DeleteBucketPublicAccessBlock', 'DeleteAccountPublicAccessBlock') THEN true
    ELSE COALESCE(REGEXP_LIKE(
      request,
      '"Principal":(\\[?"\\*"|\\{"(AWS|CanonicalUser)":\\[?"\\*")|global/AllUsers|global/AuthenticatedUsers|"x-amz-acl":\\[?"(public-read|public-read-write|authenticated-read)"|"(BlockPublicAcls|IgnorePublicAcls|BlockPublicPolicy|RestrictPublicBuckets)":"?false'
    ), false)
  END AS names_everyone,
  ARRAY_JOIN(
    ARRAY_SORT(ARRAY_DISTINCT(FILTER(REGEXP_EXTRACT_ALL(request, ':iam::([0-9]{12}):', 1), id -> id <> accountid))),
    ' '
  ) AS accounts,
  ip AS source,
  error,
  event_id
FROM changes
WHERE $bucket IS NULL OR bucket = $bucket
ORDER BY event_at, account, event_id
LIMIT $limit
`,
  },
  {
    id: "changes-with-state",
    text: `/*
title: Changes, each with the state that it met
group: history
description: >-
  Which calls changed security groups, buckets, roles, users, policies, keys or network parts, and what did AWS Config say
  of the resource at that moment? An as-of join over a whole window.
notes:
  - >-
    The window is \`since\` to \`until\`; give no --from, because the state that a change met may have been recorded long
    before (\`lookback_days\`).
  - >-
    \`state_recorded_at\` NULL: AWS Config had recorded nothing of the resource by then, as with one just created.
  - >-
    Only calls that name the resource in a parameter of its own are joined: group, instance, network ACL, route table,
    VPC, subnet, bucket, role, user, IAM group, managed policy and KMS key.
tables: [cloudtrail, config]
parameters:
  - { name: since, type: instant, required: true, help: Changes at or after, example: "2026-01-05T00:00:00Z" }
  - { name: until, type: instant, required: true, help: Changes before, example: "2026-01-06T00:00:00Z" }
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: resource_type, type: string, help: Only resources of this type, example: "AWS::EC2::SecurityGroup" }
  - { name: lookback_days, type: integer, default: "400", help: How far back an item may lie, example: "400" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH calls AS (
  SELECT
    time_dt AS event_at,
    accountid,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    api.service.name AS service,
    api.operation AS operation,
    CASE api.service.name
      WHEN 'ec2.amazonaws.com' THEN COALESCE(
        json_extract_scalar(api.request.data, '$.groupId'),
        json_extract_scalar(api.request.data, '$.instanceId'),
        json_extract_scalar(api.request.data, '$.networkAclId'),
        json_extract_scalar(api.request.data, '$.routeTableId'),
        json_extract_scalar(api.request.data, '$.vpcId'),
        json_extract_scalar(api.request.data, '$.subnetId'))
      WHEN 's3.amazonaws.com' THEN json_extract_scalar(api.request.data, '$.bucketName')
      WHEN 'iam.amazonaws.com' THEN COALESCE(
        json_extract_scalar(api.request.data, '$.roleName'),
        json_extract_scalar(api.request.data, '$.userName'),
        json_extract_scalar(api.request.data, '$.groupName'),
        json_extract_scalar(api.request.data, '$.policyArn'))
      WHEN 'kms.amazonaws.com' THEN json_extract_scalar(api.request.data, '$.keyId')
    END AS resource,
    CASE
      WHEN api.service.name = 'iam.amazonaws.com' AND json_extract_scalar(api.request.data, '$.roleName') IS NOT NULL
        THEN 'AWS::IAM::Role'
      WHEN api.service.name = 'iam.amazonaws.com' AND json_extract_scalar(api.request.data, '$.userName') IS NOT NULL
        THEN 'AWS::IAM::User'
      WHEN api.service.name = 'iam.amazonaws.com' AND json_extract_scalar(api.request.data, '$.groupName') IS NOT NULL
        THEN 'AWS::IAM::Group'
      WHEN api.service.name = 'iam.amazonaws.com' THEN 'AWS::IAM::Policy'
      WHEN api.service.name = 's3.amazonaws.com' THEN 'AWS::S3::Bucket'
      WHEN api.service.name = 'kms.amazonaws.com' THEN 'AWS::KMS::Key'
      WHEN json_extract_scalar(api.request.data, '$.groupId') IS NOT NULL THEN 'AWS::EC2::SecurityGroup'
      WHEN json_extract_scalar(api.request.data, '$.instanceId') IS NOT NULL THEN 'AWS::EC2::Instance'
      WHEN json_extract_scalar(api.request.data, '$.networkAclId') IS NOT NULL THEN 'AWS::EC2::NetworkAcl'
      WHEN json_extract_scalar(api.request.data, '$.routeTableId') IS NOT NULL THEN 'AWS::EC2::RouteTable'
      WHEN json_extract_scalar(api.request.data, '$.vpcId') IS NOT NULL THEN 'AWS::EC2::VPC'
      ELSE 'AWS::EC2::Subnet'
    END AS resource_type,
    api.response.error AS error,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE time_dt >= from_iso8601_timestamp($since)
    AND time_dt < from_iso8601_timestamp($until)
    AND COALESCE(aws.read_only, false) = false
    AND COALESCE(aws.event_category, 'Management') = 'Management'
    AND api.service.name IN ('ec2.amazonaws.com', 's3.amazonaws.com', 'iam.amazonaws.com', 'kms.amazonaws.com')
    AND ($account IS NULL OR accountid = $account)
),
changes AS (
  SELECT event_at, accountid, principal, operation, resource, resource_type, error, event_id
  FROM calls
  WHERE resource IS NOT NULL AND ($resource_type IS NULL OR resource_type = $resource_type)
),
items AS (
  SELECT
    time_dt AS recorded_at,
    accountid,
    aws.resource_type AS resource_type,
    CASE
      WHEN aws.resource_type IN ('AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group', 'AWS::S3::Bucket')
        THEN aws.resource_name
      WHEN aws.resource_type = 'AWS::IAM::Policy' THEN aws.arn
      ELSE aws.resource_id
    END AS resource,
    aws.state_id AS state_id,
    status_code AS status,
    element_at(resources, 1).data AS configuration
  FROM config
  WHERE time_dt >= date_add('day', -$lookback_days, from_iso8601_timestamp($since))
    AND time_dt < from_iso8601_timestamp($until)
    AND aws.resource_type IN (
      'AWS::EC2::SecurityGroup', 'AWS::EC2::Instance', 'AWS::EC2::NetworkAcl', 'AWS::EC2::RouteTable', 'AWS::EC2::VPC',
      'AWS::EC2::Subnet', 'AWS::S3::Bucket', 'AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group', 'AWS::IAM::Policy',
      'AWS::KMS::Key'
    )
    AND ($account IS NULL OR accountid = $account)
),
joined AS (
  SELECT
    changes.event_at,
    changes.accountid,
    changes.principal,
    changes.operation,
    changes.resource_type,
    changes.resource,
    changes.error,
    changes.event_id,
    items.recorded_at,
    items.status,
    items.configuration,
    ROW_NUMBER() OVER (
      PARTITION BY changes.accountid, changes.event_id ORDER BY items.recorded_at DESC, items.state_id DESC
    ) AS age
  FROM changes
  LEFT JOIN items
    ON items.accountid = changes.accountid
    AND items.resource_type = changes.resource_type
    AND items.resource = changes.resource
    AND items.recorded_at <= changes.event_at
)
SELECT
  event_at,
  accountid AS account,
  principal,
  operation,
  resource_type,
  resource,
  error,
  recorded_at AS state_recorded_at,
  status AS state_status,
  configuration AS state,
  event_id
FROM joined
WHERE age = 1
ORDER BY event_at, account, event_id
LIMIT $limit
`,
  },
  {
    id: "config-changes-with-actor",
    text: `/*
title: Configuration changes and who made them
group: history
description: >-
  What did AWS Config record as created, changed or deleted, and which CloudTrail event, by whom, does it name as the cause?
notes:
  - >-
    AWS Config names the event for some types only; where it names none, \`event_id\` is NULL: \`resource-changes\` finds
    calls by the resource's name.
  - >-
    A named event whose record is not in the window (or not in this lake) leaves \`principal\` NULL.
tables: [config, cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: resource_type, type: string, help: Only resources of this type, example: "AWS::EC2::SecurityGroup" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH items AS (
  SELECT
    time_dt,
    accountid,
    region,
    aws.resource_type AS resource_type,
    aws.resource_id AS resource_id,
    aws.resource_name AS resource_name,
    status_code AS status,
    metadata.correlation_uid AS event_id,
    metadata.uid AS item_id
  FROM config
  WHERE activity_id = 1
    AND ($account IS NULL OR accountid = $account)
    AND ($resource_type IS NULL OR aws.resource_type = $resource_type)
),
events AS (
  SELECT
    metadata.uid AS event_id,
    accountid,
    MIN(time_dt) AS time_dt,
    MIN(COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown')) AS principal,
    MIN(api.operation) AS operation,
    MIN(src_endpoint.ip) AS ip
  FROM cloudtrail
  WHERE ($account IS NULL OR accountid = $account)
    AND metadata.uid IN (SELECT event_id FROM items)
  GROUP BY 1, 2
)
SELECT
  items.time_dt AS recorded_at,
  items.accountid AS account,
  items.region,
  items.resource_type,
  items.resource_id,
  items.resource_name,
  items.status,
  events.time_dt AS event_at,
  events.principal,
  events.operation,
  events.ip AS source,
  items.event_id
FROM items
LEFT JOIN events ON events.event_id = items.event_id AND events.accountid = items.accountid
ORDER BY recorded_at, account, items.item_id
LIMIT $limit
`,
  },
  {
    id: "configuration-at",
    text: `/*
title: What this resource looked like at a time
group: history
description: >-
  How did AWS Config describe this resource (a policy, a bucket, an instance, anything it records) at that time: the
  newest item recorded at or before the instant, and the item after it?
notes:
  - >-
    \`valid_until\` is when the next item was recorded; NULL means that none followed in this lake.
  - >-
    Give no --from: an item recorded before the window is not seen. \`lookback_days\` bounds how far back is read.
  - >-
    The configuration is JSON as AWS Config wrote it; what services add to it is in \`supplementary\`.
tables: [config]
parameters:
  - { name: resource, type: string, required: true, help: "ARN, id or name of the resource", example: example-bucket }
  - { name: at, type: instant, required: true, help: "The instant; what was recorded at or before it counts", example: "2026-01-05T12:00:00Z" }
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: lookback_days, type: integer, default: "400", help: How far back an item may lie, example: "400" }
  - { name: limit, type: integer, default: "20", help: Resources at most, example: "20" }
*/
WITH items AS (
  SELECT
    time_dt AS recorded_at,
    LEAD(time_dt) OVER (
      PARTITION BY accountid, region, aws.resource_type, aws.resource_id ORDER BY time_dt, aws.state_id
    ) AS next_at,
    accountid,
    region,
    aws.resource_type AS resource_type,
    aws.resource_id AS resource_id,
    aws.resource_name AS resource_name,
    status_code AS status,
    element_at(resources, 1).data AS configuration,
    aws.supplementary_configuration AS supplementary,
    aws.state_id AS state_id
  FROM config
  WHERE $resource IN (aws.arn, aws.resource_id, aws.resource_name)
    AND time_dt >= date_add('day', -$lookback_days, from_iso8601_timestamp($at))
    AND ($account IS NULL OR accountid = $account)
),
ranked AS (
  SELECT
    recorded_at,
    next_at,
    accountid,
    region,
    resource_type,
    resource_id,
    resource_name,
    status,
    configuration,
    supplementary,
    ROW_NUMBER() OVER (
      PARTITION BY accountid, region, resource_type, resource_id ORDER BY recorded_at DESC, state_id DESC
    ) AS age
  FROM items
  WHERE recorded_at <= from_iso8601_timestamp($at)
)
SELECT
  recorded_at,
  next_at AS valid_until,
  accountid AS account,
  region,
  resource_type,
  resource_id,
  resource_name,
  status,
  configuration,
  supplementary
FROM ranked
WHERE age = 1
ORDER BY account, region, resource_type, resource_id
LIMIT $limit
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
    id: "console-sign-ins",
    text: `/*
title: Console sign-ins, failed and successful
group: identity
description: >-
  Who signed in to the console, from which address, how often did it fail, and did a success follow on failures?
notes:
  - >-
    \`success_after_failures\` is the pattern of a guessed password; one or two failures before it are people.
  - >-
    CloudTrail hides the name of a user that does not exist: such failures share the principal \`unknown\` or
    HIDDEN_DUE_TO_SECURITY_REASONS.
  - >-
    A sign-in is logged in the region of the sign-in endpoint, IAM users' often in us-east-1.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: min_failures, type: integer, default: "0", help: Only with so many failures or more, example: "5" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH sign_ins AS (
  SELECT
    accountid,
    COALESCE(actor."user".name, actor.session.issuer, actor."user".uid, actor."user"."type", 'unknown') AS principal,
    actor."user"."type" AS principal_type,
    src_endpoint.ip AS ip,
    status_id,
    is_mfa,
    time_dt
  FROM cloudtrail
  WHERE api.operation = 'ConsoleLogin'
    AND api.service.name = 'signin.amazonaws.com'
    AND ($account IS NULL OR accountid = $account)
)
SELECT
  accountid AS account,
  principal,
  principal_type,
  ip AS source,
  COUNT_IF(status_id = 1) AS successes,
  COUNT_IF(status_id = 2) AS failures,
  COUNT_IF(status_id = 1 AND is_mfa) AS successes_with_mfa,
  COALESCE(MIN(CASE WHEN status_id = 2 THEN time_dt END) < MAX(CASE WHEN status_id = 1 THEN time_dt END), false)
    AS success_after_failures,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM sign_ins
GROUP BY 1, 2, 3, 4
HAVING COUNT_IF(status_id = 2) >= $min_failures
ORDER BY failures DESC, successes DESC, account, principal, principal_type, source
LIMIT $limit
`,
  },
  {
    id: "credential-changes",
    text: `/*
title: Passwords, MFA devices and key states changed
group: privilege
description: >-
  Who set or changed a console password, added or removed an MFA device, switched an access key on or off, or changed the
  password policy, for themselves or for someone else?
notes:
  - >-
    \`for_other\` is a change of someone else's credentials. Help desks do that; so does someone who wants to stay.
  - >-
    An MFA device that is removed just before a sign-in without MFA is the pattern to look for in
    \`console-logins-without-mfa\`.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: others_only, type: boolean, default: "false", help: Only changes for someone else, example: "true" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH changes AS (
  SELECT
    time_dt,
    accountid,
    api.operation AS operation,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    actor."user"."type" AS principal_type,
    actor."user".name AS principal_name,
    json_extract_scalar(api.request.data, '$.userName') AS target,
    COALESCE(
      json_extract_scalar(api.request.data, '$.serialNumber'),
      json_extract_scalar(api.request.data, '$.virtualMFADeviceName'),
      json_extract_scalar(api.request.data, '$.accessKeyId')
    ) AS credential,
    json_extract_scalar(api.request.data, '$.status') AS new_status,
    api.response.error AS error,
    src_endpoint.ip AS ip,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE api.service.name = 'iam.amazonaws.com'
    AND api.operation IN (
      'CreateLoginProfile', 'UpdateLoginProfile', 'DeleteLoginProfile', 'ChangePassword', 'EnableMFADevice',
      'DeactivateMFADevice', 'CreateVirtualMFADevice', 'DeleteVirtualMFADevice', 'UpdateAccessKey', 'DeleteAccessKey',
      'CreateServiceSpecificCredential', 'UploadSigningCertificate', 'UploadSSHPublicKey', 'UpdateAccountPasswordPolicy',
      'DeleteAccountPasswordPolicy'
    )
    AND ($account IS NULL OR accountid = $account)
),
judged AS (
  SELECT
    time_dt,
    accountid,
    operation,
    principal,
    target,
    COALESCE(target IS NOT NULL AND (principal_type <> 'IAMUser' OR target <> principal_name), false) AS for_other,
    credential,
    new_status,
    error,
    ip,
    event_id
  FROM changes
)
SELECT
  time_dt AS event_at,
  accountid AS account,
  principal,
  operation,
  target,
  for_other,
  credential,
  new_status,
  ip AS source,
  error,
  event_id
FROM judged
WHERE NOT $others_only OR for_other
ORDER BY event_at, account, event_id
LIMIT $limit
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
    id: "cross-account-changes",
    text: `/*
title: Changes made from another account
group: cross-account
description: >-
  What did principals of other accounts change in ours, directly or through a policy on the resource, call by call?
notes:
  - >-
    A session of one of our own roles belongs to our account, whoever opened it: those are in \`role-chains\` and
    \`session-lineage\`. Here are calls with the other account's own credentials, let in by a resource's policy.
  - >-
    Refused calls are listed with their error.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only changes in this account, example: "111122223333" }
  - { name: from_account, type: account, help: Only principals of this account, example: "444455556666" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
SELECT
  time_dt AS event_at,
  actor."user".account.uid AS from_account,
  accountid AS account,
  region,
  COALESCE(actor.session.issuer, actor."user".uid, NULLIF(actor."user".uid_alt, ''), 'unknown') AS principal,
  api.service.name AS service,
  api.operation AS operation,
  ARRAY_JOIN(ARRAY_SORT(TRANSFORM(resources, resource -> resource.uid)), ' ') AS resources,
  src_endpoint.ip AS source,
  api.response.error AS error,
  metadata.uid AS event_id
FROM cloudtrail
WHERE actor."user".account.uid <> accountid
  AND COALESCE(aws.read_only, false) = false
  AND api.service.name <> 'sts.amazonaws.com'
  AND ($account IS NULL OR accountid = $account)
  AND ($from_account IS NULL OR actor."user".account.uid = $from_account)
ORDER BY event_at, account, event_id
LIMIT $limit
`,
  },
  {
    id: "data-event-volume",
    text: `/*
title: Volume of data events
group: noise
description: Which buckets, functions, tables and keys make how many data events a day, and who makes most of them?
notes:
  - >-
    Data events are paid for one by one. A bucket of log files that logs its own deliveries is the usual waste.
  - >-
    \`main_principal\` has the most events of the resource on that day; of equals the first by name.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "100", help: Rows at most, example: "100" }
*/
WITH counted AS (
  SELECT
    CAST(time_dt AS DATE) AS day,
    accountid,
    api.service.name AS service,
    COALESCE(
      json_extract_scalar(api.request.data, '$.bucketName'),
      json_extract_scalar(api.request.data, '$.tableName'),
      json_extract_scalar(api.request.data, '$.functionName'),
      ELEMENT_AT(TRANSFORM(resources, resource -> resource.uid), 1),
      'unknown'
    ) AS resource,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    COUNT(*) AS events,
    COUNT_IF(COALESCE(aws.read_only, false)) AS reads_of_data
  FROM cloudtrail
  WHERE aws.event_category = 'Data'
    AND ($account IS NULL OR accountid = $account)
  GROUP BY 1, 2, 3, 4, 5
),
ranked AS (
  SELECT
    day,
    accountid,
    service,
    resource,
    principal,
    events,
    reads_of_data,
    ROW_NUMBER() OVER (PARTITION BY day, accountid, service, resource ORDER BY events DESC, principal) AS nth
  FROM counted
)
SELECT
  day,
  accountid AS account,
  service,
  resource,
  SUM(events) AS events,
  SUM(reads_of_data) AS read_events,
  COUNT(*) AS principals,
  MAX(CASE WHEN nth = 1 THEN principal END) AS main_principal,
  MAX(CASE WHEN nth = 1 THEN events END) AS main_events
FROM ranked
GROUP BY 1, 2, 3, 4
ORDER BY events DESC, day, account, service, resource
LIMIT $limit
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
    id: "data-exports",
    text: `/*
title: Exports and copies of data stores
group: data
description: >-
  Who exported, copied or restored databases, snapshots, tables or images, and where to?
notes:
  - >-
    \`destination\` is the bucket, the other region or the name that the copy got. A bucket of another account is the one
    to look for.
  - >-
    A copy with another KMS key is one that its owner can read alone.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
SELECT
  time_dt AS event_at,
  accountid AS account,
  region,
  COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
  api.service.name AS service,
  api.operation AS operation,
  COALESCE(
    json_extract_scalar(api.request.data, '$.sourceArn'),
    json_extract_scalar(api.request.data, '$.sourceDBSnapshotIdentifier'),
    json_extract_scalar(api.request.data, '$.sourceDBClusterSnapshotIdentifier'),
    json_extract_scalar(api.request.data, '$.sourceSnapshotId'),
    json_extract_scalar(api.request.data, '$.sourceImageId'),
    json_extract_scalar(api.request.data, '$.dBSnapshotIdentifier'),
    json_extract_scalar(api.request.data, '$.tableArn'),
    json_extract_scalar(api.request.data, '$.imageId'),
    json_extract_scalar(api.request.data, '$.instanceId'),
    json_extract_scalar(api.request.data, '$.snapshotId')
  ) AS source_resource,
  COALESCE(
    json_extract_scalar(api.request.data, '$.s3BucketName'),
    json_extract_scalar(api.request.data, '$.s3Bucket'),
    json_extract_scalar(api.request.data, '$.s3ExportLocation.s3Bucket'),
    json_extract_scalar(api.request.data, '$.exportToS3.s3Bucket'),
    json_extract_scalar(api.request.data, '$.destinationRegion'),
    json_extract_scalar(api.request.data, '$.targetDBSnapshotIdentifier'),
    json_extract_scalar(api.request.data, '$.targetDBClusterSnapshotIdentifier'),
    json_extract_scalar(api.request.data, '$.dBInstanceIdentifier')
  ) AS destination,
  json_extract_scalar(api.request.data, '$.kmsKeyId') AS kms_key,
  src_endpoint.ip AS source,
  api.response.error AS error,
  metadata.uid AS event_id
FROM cloudtrail
WHERE api.operation IN (
    'StartExportTask', 'CopyDBSnapshot', 'CopyDBClusterSnapshot', 'CopySnapshot', 'CopyImage', 'ExportImage',
    'CreateInstanceExportTask', 'CreateStoreImageTask', 'ExportTableToPointInTime', 'RestoreDBInstanceFromDBSnapshot',
    'RestoreDBClusterFromSnapshot', 'SharedSnapshotCopyInitiated', 'SharedSnapshotVolumeCreated'
  )
  AND ($account IS NULL OR accountid = $account)
ORDER BY event_at, account, event_id
LIMIT $limit
`,
  },
  {
    id: "deleted-resources",
    text: `/*
title: Resources deleted
group: history
description: Which resources were deleted, when were they created, and when did AWS Config last see them change?
notes:
  - >-
    \`lived_days\` counts from the creation time where AWS Config knows it. A resource that lived for minutes and is of a
    type that nobody here uses is worth a question.
  - >-
    Who deleted it is in \`config-changes-with-actor\` or \`resource-changes\`.
tables: [config]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: resource_type, type: string, help: Only resources of this type, example: "AWS::EC2::Instance" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH items AS (
  SELECT
    accountid,
    region,
    aws.resource_type AS resource_type,
    aws.resource_id AS resource_id,
    MAX(aws.resource_name) AS resource_name,
    MIN(element_at(resources, 1).created_time) AS created_ms,
    MAX(CASE WHEN status_code LIKE 'ResourceDeleted%' THEN time_dt END) AS deleted_at,
    MAX(CASE WHEN status_code NOT LIKE 'ResourceDeleted%' THEN time_dt END) AS last_seen_at
  FROM config
  WHERE ($account IS NULL OR accountid = $account)
    AND ($resource_type IS NULL OR aws.resource_type = $resource_type)
  GROUP BY accountid, region, aws.resource_type, aws.resource_id
)
SELECT
  deleted_at,
  accountid AS account,
  region,
  resource_type,
  resource_id,
  resource_name,
  from_unixtime(created_ms / 1000) AS created_at,
  date_diff('day', from_unixtime(created_ms / 1000), deleted_at) AS lived_days,
  last_seen_at
FROM items
WHERE deleted_at IS NOT NULL
  AND (last_seen_at IS NULL OR last_seen_at <= deleted_at)
ORDER BY deleted_at DESC, account, region, resource_type, resource_id
LIMIT $limit
`,
  },
  {
    id: "delivered-volume",
    text: `/*
title: Volume of delivered logs
group: noise
description: How many objects, records and bytes does each account deliver a day from each source, and how much of it is small objects?
notes:
  - >-
    \`small_objects\` are below 10 kB: many of them cost more in requests than in storage.
  - >-
    Duplicates are objects or records that came more than once, as two trails over one account deliver them.
tables: [ledger]
parameters:
  - { name: since, type: instant, default: 7d, help: Only objects decided at or after, example: 7d }
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
SELECT
  CAST(decided_at AS DATE) AS day,
  source,
  accountid AS account,
  COUNT(*) AS objects,
  COUNT_IF(state = 'duplicate') AS duplicate_objects,
  COUNT_IF(size_bytes < 10000) AS small_objects,
  SUM(records_in) AS records,
  SUM(records_duplicate) AS duplicate_records,
  SUM(size_bytes) AS bytes,
  SUM(inflated_bytes) AS inflated_bytes
FROM ledger
WHERE decided_at >= from_iso8601_timestamp($since)
  AND ($account IS NULL OR accountid = $account)
GROUP BY 1, 2, 3
ORDER BY bytes DESC NULLS LAST, day, source, account
LIMIT $limit
`,
  },
  {
    id: "delivery-delay",
    text: `/*
title: How late logs arrive
group: guardrails
description: How long after its newest event was each account's object decided on here, on average and at worst?
notes:
  - >-
    CloudTrail delivers within about 15 minutes, flow logs within ten, AWS Config's history within six hours. What is taken
    in long after delivery (a first import) counts with its whole age.
  - >-
    Only objects that were taken in and hold a time count.
tables: [ledger]
parameters:
  - { name: since, type: instant, default: 7d, help: Only objects decided at or after, example: 7d }
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH objects AS (
  SELECT
    source,
    accountid,
    date_diff('second', last_event_at, decided_at) AS delay_seconds,
    decided_at
  FROM ledger
  WHERE state = 'ingested'
    AND last_event_at IS NOT NULL
    AND decided_at >= from_iso8601_timestamp($since)
    AND ($account IS NULL OR accountid = $account)
)
SELECT
  source,
  accountid AS account,
  COUNT(*) AS objects,
  CAST(ROUND(AVG(delay_seconds)) AS BIGINT) AS mean_seconds,
  MAX(delay_seconds) AS most_seconds,
  COUNT_IF(delay_seconds > 3600) AS over_an_hour,
  COUNT_IF(delay_seconds > 86400) AS over_a_day,
  MAX(decided_at) AS last_decided_at
FROM objects
GROUP BY 1, 2
ORDER BY mean_seconds DESC, source, account
LIMIT $limit
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
    id: "downloads-by-day",
    text: `/*
title: Bytes downloaded from S3, day by day
group: data
description: >-
  Who downloaded how much from which bucket each day, and how does it compare with the same principal's other days?
notes:
  - >-
    \`times_usual\` divides the day's bytes by the mean of the principal's other days in the window on that bucket. NULL
    means that there is no other day: a new reader.
  - >-
    Give a window of some weeks: the longer, the better \`usual\` is known.
  - >-
    Only buckets whose data events a trail records are here.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: bucket, type: string, help: Only this bucket, example: example-bucket }
  - { name: min_bytes, type: integer, default: "0", help: Only days with so many bytes or more, example: "1000000000" }
  - { name: limit, type: integer, default: "200", help: Rows at most, example: "200" }
*/
WITH days AS (
  SELECT
    CAST(time_dt AS DATE) AS day,
    accountid AS account,
    json_extract_scalar(api.request.data, '$.bucketName') AS bucket,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    COUNT(*) AS downloads,
    COUNT(DISTINCT json_extract_scalar(api.request.data, '$.key')) AS objects,
    COUNT(DISTINCT src_endpoint.ip) AS addresses,
    CAST(COALESCE(SUM(
      TRY_CAST(json_extract_scalar(aws.additional_event_data, '$.bytesTransferredOut') AS DOUBLE)
    ), 0e0) AS BIGINT) AS bytes_out
  FROM cloudtrail
  WHERE api.service.name = 's3.amazonaws.com'
    AND aws.event_category = 'Data'
    AND api.operation = 'GetObject'
    AND api.response.error IS NULL
    AND ($account IS NULL OR accountid = $account)
    AND ($bucket IS NULL OR json_extract_scalar(api.request.data, '$.bucketName') = $bucket)
  GROUP BY 1, 2, 3, 4
),
compared AS (
  SELECT
    day,
    account,
    bucket,
    principal,
    downloads,
    objects,
    addresses,
    bytes_out,
    SUM(bytes_out) OVER (PARTITION BY account, bucket, principal) - bytes_out AS other_bytes,
    COUNT(*) OVER (PARTITION BY account, bucket, principal) - 1 AS other_days
  FROM days
)
SELECT
  day,
  account,
  bucket,
  principal,
  downloads,
  objects,
  addresses,
  bytes_out,
  CASE WHEN other_bytes > 0 THEN ROUND(1e0 * bytes_out * other_days / other_bytes, 1) END AS times_usual
FROM compared
WHERE bytes_out >= $min_bytes
ORDER BY bytes_out DESC, day, account, bucket, principal
LIMIT $limit
`,
  },
  {
    id: "egress-by-destination",
    text: `/*
title: Bytes sent to the internet
group: network
description: Which of our addresses sent how much to which public address, and how many hours did it go on?
notes:
  - >-
    Only accepted flows from a private to a public address, as packets left: answers to requests from outside count too, so
    a web server leads the list. \`received\` is what came back in the same pair: far more sent than received is an upload.
  - >-
    \`aws_service\` is filled where the flow log format has pkt-dst-aws-service, such as S3.
tables: [vpc_flow]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: min_bytes, type: integer, default: "0", help: Only pairs with so many bytes sent or more, example: "500000000" }
  - { name: limit, type: integer, default: "200", help: Rows at most, example: "200" }
*/
WITH flows AS (
  SELECT
    accountid,
    src_endpoint.ip AS src,
    dst_endpoint.ip AS dst,
    dst_endpoint.port AS port,
    dst_endpoint.svc_name AS aws_service,
    traffic.bytes AS bytes,
    time_dt,
    REGEXP_LIKE(src_endpoint.ip, '^(10\\.|127\\.|169\\.254\\.|192\\.168\\.|172\\.(1[6-9]|2[0-9]|3[01])\\.|100\\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\\.|[fF][cCdD]|[fF][eE]80:)')
      AS is_from_inside,
    REGEXP_LIKE(dst_endpoint.ip, '^(10\\.|127\\.|169\\.254\\.|192\\.168\\.|172\\.(1[6-9]|2[0-9]|3[01])\\.|100\\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\\.|[fF][cCdD]|[fF][eE]80:)')
      AS is_to_inside
  FROM vpc_flow
  WHERE action_id = 1
    AND src_endpoint.ip IS NOT NULL
    AND dst_endpoint.ip IS NOT NULL
    AND ($account IS NULL OR accountid = $account)
),
pairs AS (
  SELECT
    accountid,
    CASE WHEN is_from_inside THEN src ELSE dst END AS inside,
    CASE WHEN is_from_inside THEN dst ELSE src END AS outside,
    is_from_inside,
    CASE WHEN is_from_inside THEN port END AS port,
    CASE WHEN is_from_inside THEN aws_service END AS aws_service,
    bytes,
    time_dt
  FROM flows
  WHERE is_from_inside <> is_to_inside
)
SELECT
  accountid AS account,
  inside AS address,
  outside AS destination,
  MIN(aws_service) AS aws_service,
  CAST(COALESCE(SUM(CASE WHEN is_from_inside THEN bytes END), 0) AS BIGINT) AS sent,
  CAST(COALESCE(SUM(CASE WHEN NOT is_from_inside THEN bytes END), 0) AS BIGINT) AS received,
  COUNT(DISTINCT port) AS ports,
  COUNT(DISTINCT date_trunc('hour', time_dt)) AS hours,
  COUNT(*) AS flows,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM pairs
GROUP BY 1, 2, 3
HAVING COALESCE(SUM(CASE WHEN is_from_inside THEN bytes END), 0) >= $min_bytes
ORDER BY sent DESC, received DESC, account, address, destination
LIMIT $limit
`,
  },
  {
    id: "encryption-changes",
    text: `/*
title: Changes to encryption
group: audit
description: >-
  Who disabled, scheduled for deletion, or re-shared encryption keys, switched default encryption off or on, or changed a
  bucket's encryption, or tried to?
notes:
  - >-
    \`kind\` tells loss (what is encrypted becomes unreadable, or new data is no longer encrypted as before) from access (who
    may use a key) and recovery.
  - >-
    A grant lets someone use a key without touching its policy: AWS services make many for themselves, and those are left
    out.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH changes AS (
  SELECT
    time_dt,
    accountid,
    region,
    api.operation AS operation,
    CASE
      WHEN api.operation IN (
        'DisableKey', 'ScheduleKeyDeletion', 'DeleteImportedKeyMaterial', 'DisableKeyRotation',
        'DisableEbsEncryptionByDefault', 'DeleteBucketEncryption', 'DeleteAlias') THEN 'loss'
      WHEN api.operation IN ('PutKeyPolicy', 'CreateGrant', 'RevokeGrant', 'RetireGrant') THEN 'access'
      WHEN api.operation IN (
        'EnableKey', 'CancelKeyDeletion', 'EnableKeyRotation', 'EnableEbsEncryptionByDefault') THEN 'recovery'
      ELSE 'change'
    END AS kind,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    COALESCE(
      json_extract_scalar(api.request.data, '$.keyId'),
      json_extract_scalar(api.request.data, '$.bucketName'),
      json_extract_scalar(api.request.data, '$.aliasName'),
      json_extract_scalar(api.request.data, '$.kmsKeyId')
    ) AS target,
    json_extract_scalar(api.request.data, '$.granteePrincipal') AS grantee,
    json_extract_scalar(api.request.data, '$.pendingWindowInDays') AS pending_days,
    src_endpoint.ip AS ip,
    api.response.error AS error,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE ($account IS NULL OR accountid = $account)
    AND (
      (api.service.name = 'kms.amazonaws.com' AND actor.invoked_by IS NULL AND api.operation IN (
        'DisableKey', 'ScheduleKeyDeletion', 'DeleteImportedKeyMaterial', 'ImportKeyMaterial', 'DisableKeyRotation',
        'EnableKeyRotation', 'EnableKey', 'CancelKeyDeletion', 'PutKeyPolicy', 'CreateGrant', 'RevokeGrant', 'RetireGrant',
        'UpdateAlias', 'DeleteAlias', 'ReplicateKey', 'UpdatePrimaryRegion'))
      OR (api.service.name = 'ec2.amazonaws.com' AND api.operation IN (
        'DisableEbsEncryptionByDefault', 'EnableEbsEncryptionByDefault', 'ModifyEbsDefaultKmsKeyId',
        'ResetEbsDefaultKmsKeyId'))
      OR (api.service.name = 's3.amazonaws.com' AND api.operation IN ('PutBucketEncryption', 'DeleteBucketEncryption'))
    )
)
SELECT
  time_dt AS event_at,
  accountid AS account,
  region,
  kind,
  operation,
  target,
  grantee,
  pending_days,
  principal,
  ip AS source,
  error,
  event_id
FROM changes
ORDER BY event_at, account, event_id
LIMIT $limit
`,
  },
  {
    id: "errors-by-code",
    text: `/*
title: Errors by code
group: noise
description: Which errors do calls end in, how often, for how many principals, and what is an example?
notes:
  - >-
    Denials alone are in \`denied-calls-by-account\`. An error that one principal gets all day is a broken job; one that many
    get at once is a change.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "100", help: Rows at most, example: "100" }
*/
SELECT
  api.service.name AS service,
  api.response.error AS error,
  COUNT(*) AS events,
  COUNT(DISTINCT accountid) AS accounts,
  COUNT(DISTINCT COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by)) AS principals,
  COUNT(DISTINCT api.operation) AS operations,
  MIN(api.operation) AS example_operation,
  MIN(COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by)) AS example_principal,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM cloudtrail
WHERE api.response.error IS NOT NULL
  AND ($account IS NULL OR accountid = $account)
GROUP BY 1, 2
ORDER BY events DESC, service, error
LIMIT $limit
`,
  },
  {
    id: "external-assumptions",
    text: `/*
title: Roles assumed from outside the organization
group: cross-account
description: >-
  Which accounts that deliver no logs here took a role of ours, or tried to? These are vendors, partners, and strangers.
notes:
  - >-
    Outside means that no object of the account was ever delivered to this lake. A member account without a trail shows
    here as well: check \`first-last-event\`.
  - >-
    An ExternalId that is absent is how a vendor's other customers may reach your role through the vendor.
tables: [cloudtrail, ledger]
parameters:
  - { name: account, type: account, help: Only roles of this account, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH members AS (
  SELECT DISTINCT accountid FROM ledger WHERE accountid IS NOT NULL
),
assumptions AS (
  SELECT
    COALESCE(aws.shared_event_id, metadata.uid) AS occurrence,
    accountid,
    actor."user".account.uid AS from_account,
    COALESCE(actor."user".uid, actor."user".uid_alt, 'unknown') AS caller,
    json_extract_scalar(api.request.data, '$.roleArn') AS role,
    json_extract_scalar(api.request.data, '$.externalId') AS external_id,
    api.response.error AS error,
    src_endpoint.ip AS ip,
    time_dt
  FROM cloudtrail
  WHERE api.service.name = 'sts.amazonaws.com'
    AND api.operation = 'AssumeRole'
    AND actor."user".account.uid <> accountid
    AND ($account IS NULL OR accountid = $account)
)
SELECT
  assumptions.from_account,
  assumptions.caller,
  assumptions.accountid AS account,
  assumptions.role,
  COUNT(DISTINCT CASE WHEN assumptions.error IS NULL THEN assumptions.occurrence END) AS sessions,
  COUNT(DISTINCT CASE WHEN assumptions.error IS NOT NULL THEN assumptions.occurrence END) AS failures,
  COUNT_IF(assumptions.external_id IS NULL) AS without_external_id,
  COUNT(DISTINCT assumptions.ip) AS addresses,
  MIN(assumptions.time_dt) AS first_at,
  MAX(assumptions.time_dt) AS last_at
FROM assumptions
LEFT JOIN members ON members.accountid = assumptions.from_account
WHERE members.accountid IS NULL
GROUP BY 1, 2, 3, 4
ORDER BY first_at DESC, from_account, caller, account, role
LIMIT $limit
`,
  },
  {
    id: "federated-sessions",
    text: `/*
title: Sessions of federated identities
group: identity
description: >-
  Which outside identities (web identity such as a CI job or a Kubernetes service account, SAML) took which role, how
  often, and from where?
notes:
  - >-
    \`subject\` is what the identity provider vouches for: for CI a repository and branch, for Kubernetes
    system:serviceaccount:NAMESPACE:NAME, for SAML the name in the assertion.
  - >-
    A subject that a role never saw before, or one with failures only, is worth a look; a role that takes any
    subject of a public provider is open to its other customers.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only roles of this account, example: "111122223333" }
  - { name: subject, type: string, help: "Only subjects that hold this text", example: "repo:example-org/app" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH sessions AS (
  SELECT
    accountid,
    api.operation AS operation,
    COALESCE(
      actor.idp.name,
      json_extract_scalar(api.response.data, '$.provider'),
      json_extract_scalar(api.response.data, '$.issuer'),
      'unknown'
    ) AS provider,
    COALESCE(
      actor."user".name,
      json_extract_scalar(api.response.data, '$.subjectFromWebIdentityToken'),
      json_extract_scalar(api.response.data, '$.subject'),
      actor."user".uid_alt,
      'unknown'
    ) AS subject,
    json_extract_scalar(api.request.data, '$.roleArn') AS role,
    api.response.error AS error,
    src_endpoint.ip AS ip,
    time_dt
  FROM cloudtrail
  WHERE api.service.name = 'sts.amazonaws.com'
    AND api.operation IN ('AssumeRoleWithWebIdentity', 'AssumeRoleWithSAML')
    AND ($account IS NULL OR accountid = $account)
)
SELECT
  accountid AS account,
  provider,
  subject,
  role,
  operation,
  COUNT_IF(error IS NULL) AS sessions,
  COUNT_IF(error IS NOT NULL) AS failures,
  COUNT(DISTINCT ip) AS addresses,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM sessions
WHERE $subject IS NULL OR STRPOS(subject, $subject) > 0
GROUP BY 1, 2, 3, 4, 5
ORDER BY first_at DESC, account, provider, subject, role, operation
LIMIT $limit
`,
  },
  {
    id: "federation-changes",
    text: `/*
title: Changes of identity providers and Identity Center
group: privilege
description: >-
  Who changed the ways in from outside: SAML and OIDC providers, the identity source of Identity Center, permission sets,
  account assignments, Roles Anywhere?
notes:
  - >-
    A new provider makes whoever runs it able to sign in. An assignment gives a group or user a role in an account.
  - >-
    Identity Center logs in its own region and in the account that runs it, often the management account.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
SELECT
  time_dt AS event_at,
  accountid AS account,
  region,
  COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
  api.service.name AS service,
  api.operation AS operation,
  COALESCE(
    json_extract_scalar(api.request.data, '$.sAMLProviderArn'),
    json_extract_scalar(api.request.data, '$.openIDConnectProviderArn'),
    json_extract_scalar(api.request.data, '$.url'),
    json_extract_scalar(api.request.data, '$.permissionSetArn'),
    json_extract_scalar(api.request.data, '$.name'),
    json_extract_scalar(api.request.data, '$.directoryId')
  ) AS subject,
  json_extract_scalar(api.request.data, '$.targetId') AS target_account,
  json_extract_scalar(api.request.data, '$.principalId') AS assigned_to,
  src_endpoint.ip AS source,
  api.response.error AS error,
  metadata.uid AS event_id
FROM cloudtrail
WHERE COALESCE(aws.read_only, false) = false
  AND ($account IS NULL OR accountid = $account)
  AND (
    (api.service.name = 'iam.amazonaws.com' AND (
      api.operation LIKE '%SAMLProvider' OR api.operation LIKE '%OpenIDConnectProvider%'))
    OR (api.service.name IN ('sso.amazonaws.com', 'sso-directory.amazonaws.com', 'identitystore.amazonaws.com') AND (
      api.operation LIKE '%PermissionSet%' OR api.operation LIKE '%AccountAssignment%'
      OR api.operation LIKE '%ExternalIdP%' OR api.operation LIKE '%Directory%'
      OR api.operation IN ('CreateUser', 'UpdateUser', 'CreateGroupMembership', 'UpdatePassword')))
    OR (api.service.name = 'rolesanywhere.amazonaws.com' AND (
      api.operation LIKE '%TrustAnchor' OR api.operation LIKE '%Profile'))
  )
ORDER BY event_at, account, event_id
LIMIT $limit
`,
  },
  {
    id: "findings-by-entity",
    text: `/*
title: Entities with the most findings
group: guardrails
description: About whom or what did rules find the most, how severe, and in how many accounts? Where an investigation begins.
notes:
  - >-
    Several rules about one entity within hours are one story more often than several.
  - >-
    \`rules\` lists rule ids, \`logkeep detections\` explains them.
tables: [findings]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: min_severity, type: integer, default: "1", help: "1 informational to 5 critical", example: "3" }
  - { name: limit, type: integer, default: "100", help: Rows at most, example: "100" }
*/
SELECT
  entity,
  MAX(severity_id) AS severity_id,
  COUNT(DISTINCT rule_id) AS rule_count,
  ARRAY_JOIN(ARRAY_AGG(DISTINCT rule_id ORDER BY rule_id), ' ') AS rules,
  COUNT(*) AS findings,
  COUNT(DISTINCT accountid) AS accounts,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM findings
WHERE severity_id >= $min_severity
  AND ($account IS NULL OR accountid = $account)
GROUP BY entity
ORDER BY severity_id DESC, rule_count DESC, findings DESC, entity
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
    id: "flow-log-gaps",
    text: `/*
title: Flow logs that lost records
group: guardrails
description: Which accounts' flow logs report skipped records, or interfaces without any traffic, and how much of the time?
notes:
  - >-
    SKIPDATA means that AWS lost records of that window: what passed then is unknown. NODATA is an interface at rest.
  - >-
    An interface that talks every hour and then has only NODATA was cut off, moved or replaced.
tables: [vpc_flow]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: skipped_only, type: boolean, default: "true", help: Only interfaces with lost records, example: "false" }
  - { name: limit, type: integer, default: "200", help: Rows at most, example: "200" }
*/
WITH windows AS (
  SELECT
    accountid,
    region,
    COALESCE(src_endpoint.interface_uid, dst_endpoint.interface_uid, 'unknown') AS interface,
    status_code,
    time_dt
  FROM vpc_flow
  WHERE $account IS NULL OR accountid = $account
)
SELECT
  accountid AS account,
  region,
  interface,
  COUNT_IF(status_code = 'OK') AS flows,
  COUNT_IF(status_code = 'SKIPDATA') AS skipped_windows,
  COUNT_IF(status_code = 'NODATA') AS empty_windows,
  MIN(CASE WHEN status_code = 'SKIPDATA' THEN time_dt END) AS first_skipped_at,
  MAX(CASE WHEN status_code = 'SKIPDATA' THEN time_dt END) AS last_skipped_at,
  MAX(CASE WHEN status_code = 'OK' THEN time_dt END) AS last_flow_at
FROM windows
GROUP BY 1, 2, 3
HAVING NOT $skipped_only OR COUNT_IF(status_code = 'SKIPDATA') > 0
ORDER BY skipped_windows DESC, empty_windows DESC, account, region, interface
LIMIT $limit
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
    id: "flows-of-interface",
    text: `/*
title: Flows of this interface or instance
group: network
description: Who did this network interface, or this instance, talk to, by peer, port and outcome?
notes:
  - >-
    Instances are known only where the flow log format has instance-id; interfaces always.
  - >-
    \`direction\` is \`in\` or \`out\` where the format has flow-direction, else \`unknown\`.
tables: [vpc_flow]
parameters:
  - { name: interface, type: string, required: true, help: "Interface id or instance id", example: eni-0a1b2c3d4e5f60718 }
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
SELECT
  accountid AS account,
  CASE connection_info.direction_id WHEN 1 THEN 'in' WHEN 2 THEN 'out' ELSE 'unknown' END AS direction,
  src_endpoint.ip AS src,
  dst_endpoint.ip AS dst,
  dst_endpoint.port AS port,
  connection_info.protocol_num AS protocol,
  action,
  COUNT(*) AS flows,
  CAST(SUM(traffic.packets) AS BIGINT) AS packets,
  CAST(SUM(traffic.bytes) AS BIGINT) AS bytes,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM vpc_flow
WHERE $interface IN (
    src_endpoint.interface_uid, dst_endpoint.interface_uid, src_endpoint.instance_uid, dst_endpoint.instance_uid
  )
  AND src_endpoint.ip IS NOT NULL
  AND ($account IS NULL OR accountid = $account)
GROUP BY 1, 2, 3, 4, 5, 6, 7
ORDER BY bytes DESC NULLS LAST, flows DESC, account, direction, src, dst, port, protocol, action
LIMIT $limit
`,
  },
  {
    id: "guardrail-changes",
    text: `/*
title: Guardrails switched off or weakened
group: guardrails
description: >-
  Who switched off or weakened GuardDuty, Security Hub, Macie, Inspector, Access Analyzer, WAF, public access blocks,
  instance metadata protection or alerting rules, or tried to?
notes:
  - >-
    Logging itself is in \`logging-changes\`, policies of the organization in \`organization-changes\`.
  - >-
    An update is listed whatever it changed, since switching a part off is an update: read the request in
    \`principal-timeline\` or the raw record.
  - >-
    Refused attempts are listed with their error.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH changes AS (
  SELECT
    time_dt,
    accountid,
    region,
    api.service.name AS service,
    api.operation AS operation,
    CASE
      WHEN api.service.name = 'guardduty.amazonaws.com' AND api.operation IN (
        'DeleteDetector', 'UpdateDetector', 'DisassociateFromMasterAccount', 'DisassociateFromAdministratorAccount',
        'DeleteMembers', 'DisassociateMembers', 'StopMonitoringMembers', 'CreateFilter', 'UpdateFilter', 'CreateIPSet',
        'UpdateIPSet', 'DeletePublishingDestination', 'DisableOrganizationAdminAccount') THEN 'GuardDuty'
      WHEN api.service.name = 'securityhub.amazonaws.com' AND api.operation IN (
        'DisableSecurityHub', 'BatchDisableStandards', 'UpdateStandardsControl', 'DisassociateFromAdministratorAccount',
        'DisassociateMembers', 'DeleteMembers', 'DisableImportFindingsForProduct', 'CreateAutomationRule')
        THEN 'Security Hub'
      WHEN api.service.name = 'macie2.amazonaws.com' AND api.operation IN (
        'DisableMacie', 'UpdateMacieSession', 'CreateFindingsFilter', 'DisassociateMember') THEN 'Macie'
      WHEN api.service.name = 'inspector2.amazonaws.com' AND api.operation IN (
        'Disable', 'DisassociateMember', 'CreateFilter') THEN 'Inspector'
      WHEN api.service.name = 'access-analyzer.amazonaws.com' AND api.operation IN (
        'DeleteAnalyzer', 'CreateArchiveRule', 'UpdateArchiveRule') THEN 'Access Analyzer'
      WHEN api.service.name IN ('wafv2.amazonaws.com', 'waf.amazonaws.com', 'waf-regional.amazonaws.com')
        AND (api.operation LIKE 'Delete%' OR api.operation LIKE 'Disassociate%') THEN 'WAF'
      WHEN api.service.name = 's3.amazonaws.com' AND api.operation IN (
        'DeleteBucketPublicAccessBlock', 'DeleteAccountPublicAccessBlock', 'PutBucketPublicAccessBlock',
        'PutAccountPublicAccessBlock') THEN 'S3 public access block'
      WHEN api.service.name = 'ec2.amazonaws.com' AND api.operation IN (
        'ModifyInstanceMetadataOptions', 'ModifyInstanceMetadataDefaults', 'EnableSerialConsoleAccess',
        'DisableSnapshotBlockPublicAccess', 'DisableImageBlockPublicAccess', 'ModifyVpcBlockPublicAccessOptions')
        THEN 'EC2 protection'
      WHEN api.service.name = 'config.amazonaws.com' AND api.operation IN (
        'DeleteConfigRule', 'DeleteOrganizationConfigRule', 'DeleteConformancePack', 'DeleteRemediationConfiguration')
        THEN 'Config rules'
      WHEN api.service.name IN ('events.amazonaws.com', 'monitoring.amazonaws.com', 'sns.amazonaws.com')
        AND api.operation IN (
          'DisableRule', 'DeleteRule', 'RemoveTargets', 'DeleteAlarms', 'DisableAlarmActions', 'DeleteTopic', 'Unsubscribe')
        THEN 'alerting'
    END AS guardrail,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    src_endpoint.ip AS ip,
    api.response.error AS error,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE COALESCE(aws.read_only, false) = false
    AND ($account IS NULL OR accountid = $account)
)
SELECT
  time_dt AS event_at,
  accountid AS account,
  region,
  guardrail,
  operation,
  principal,
  ip AS source,
  error,
  event_id
FROM changes
WHERE guardrail IS NOT NULL
ORDER BY event_at, account, event_id
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
    id: "identity-lineage",
    text: `/*
title: Everything that descends from an identity
group: cross-account
description: >-
  Which sessions, in which accounts, go back to this person or job: a web identity's subject, a SAML name, an Identity
  Center user, a source identity, an IAM user's ARN, or a session name?
notes:
  - >-
    \`hop\` 1 is a session that the identity opened itself, 2 one that was opened from there, up to 5. A session that
    carries the identity as its source identity is found at any depth, and counts from there.
  - >-
    Session names are free text that the caller chose: another's session with the same name is found as well.
  - >-
    Bound it with --from: every hop reads the window again.
tables: [cloudtrail]
parameters:
  - { name: identity, type: string, required: true, help: "Subject, SAML name, Identity Center user id, source identity, ARN or session name", example: "repo:example-org/app:ref:refs/heads/main" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH issues AS (
  SELECT
    session.credential_uid AS child,
    actor."user".credential_uid AS parent,
    json_extract_scalar(api.request.data, '$.roleArn') AS role,
    session.uid AS session_arn,
    COALESCE(actor."user".uid, actor."user".uid_alt, actor.invoked_by) AS caller,
    CASE WHEN $identity IN (
        actor."user".name, actor."user".uid, aws.on_behalf_of_user_id, aws.source_identity,
        json_extract_scalar(api.request.data, '$.sourceIdentity'), SPLIT_PART(actor."user".uid_alt, ':', 2)
      ) THEN 1 ELSE 0 END AS is_own,
    time_dt,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE api.service.name = 'sts.amazonaws.com'
    AND api.response.error IS NULL
    AND session.credential_uid IS NOT NULL
),
-- An assumption across accounts is logged in both, and only the caller's record names the key that called.
edges AS (
  SELECT
    child,
    MAX(parent) AS parent,
    MAX(role) AS role,
    MAX(session_arn) AS session_arn,
    MAX(caller) AS caller,
    MAX(is_own) AS is_own,
    MIN(time_dt) AS issued_at,
    MIN(event_id) AS event_id
  FROM issues
  GROUP BY 1
),
lines AS (
  SELECT
    e1.child AS child,
    CASE
      WHEN e1.is_own = 1 THEN 1
      WHEN e2.is_own = 1 THEN 2
      WHEN e3.is_own = 1 THEN 3
      WHEN e4.is_own = 1 THEN 4
      WHEN e5.is_own = 1 THEN 5
    END AS hop
  FROM edges AS e1
  LEFT JOIN edges AS e2 ON e2.child = e1.parent
  LEFT JOIN edges AS e3 ON e3.child = e2.parent
  LEFT JOIN edges AS e4 ON e4.child = e3.parent
  LEFT JOIN edges AS e5 ON e5.child = e4.parent
)
SELECT
  lines.hop,
  edges.issued_at,
  edges.caller,
  edges.parent AS parent_key,
  edges.child AS access_key,
  SPLIT_PART(edges.role, ':', 5) AS role_account,
  edges.role,
  edges.session_arn,
  edges.event_id
FROM lines
JOIN edges ON edges.child = lines.child
WHERE lines.hop IS NOT NULL
ORDER BY hop, issued_at, access_key
LIMIT $limit
`,
  },
  {
    id: "instance-credentials",
    text: `/*
title: Where instance credentials are used from
group: identity
description: >-
  From which addresses were the credentials of EC2 instances used? An instance's role has no business anywhere but on the
  instance.
notes:
  - >-
    Private addresses are calls through a VPC endpoint. A public address is right where it is the instance's own or its
    NAT gateway's; \`address-everywhere\` says who holds it.
  - >-
    One NAT gateway serves many instances: an address that only one instance shows, beside its usual one, is the
    suspicious kind.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: instance, type: string, help: Only this instance, example: i-0123456789abcdef0 }
  - { name: min_sources, type: integer, default: "2", help: Only instances with so many addresses or more, example: "2" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH calls AS (
  SELECT
    accountid,
    actor.session.issuer AS role,
    SPLIT_PART(actor."user".uid_alt, ':', 2) AS instance,
    src_endpoint.ip AS ip,
    actor."user".credential_uid AS access_key,
    api.operation AS operation,
    api.response.error AS error,
    time_dt
  FROM cloudtrail
  WHERE actor."user"."type" = 'AssumedRole'
    AND REGEXP_LIKE(actor."user".uid_alt, ':i-[0-9a-f]{8,17}$')
    AND src_endpoint.ip IS NOT NULL
    AND ($account IS NULL OR accountid = $account)
),
sources AS (
  SELECT
    accountid,
    role,
    instance,
    ip,
    COUNT(*) AS events,
    COUNT(DISTINCT access_key) AS access_keys,
    COUNT(DISTINCT operation) AS operations,
    COUNT_IF(error IS NOT NULL) AS errors,
    MIN(time_dt) AS first_at,
    MAX(time_dt) AS last_at
  FROM calls
  WHERE $instance IS NULL OR instance = $instance
  GROUP BY 1, 2, 3, 4
),
counted AS (
  SELECT
    accountid,
    role,
    instance,
    ip,
    events,
    access_keys,
    operations,
    errors,
    first_at,
    last_at,
    COUNT(*) OVER (PARTITION BY accountid, role, instance) AS sources_of_instance
  FROM sources
)
SELECT
  accountid AS account,
  role,
  instance,
  ip AS source,
  events,
  access_keys,
  operations,
  errors,
  sources_of_instance,
  first_at,
  last_at
FROM counted
WHERE sources_of_instance >= $min_sources
ORDER BY sources_of_instance DESC, account, role, instance, events DESC, source
LIMIT $limit
`,
  },
  {
    id: "inventory-at",
    text: `/*
title: What an account held at a time
group: history
description: How many resources of each type did each account and region hold at that time, as far as AWS Config recorded them?
notes:
  - >-
    A resource counts when its newest item at or before the instant is no deletion. Types that AWS Config does not record
    are missing; a resource older than \`lookback_days\` without any change since is only known from snapshots.
  - >-
    Give no --from: items recorded before the window are not seen. This reads all items up to the instant.
tables: [config]
parameters:
  - { name: at, type: instant, required: true, help: "The instant; what was recorded at or before it counts", example: "2026-01-05T12:00:00Z" }
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: lookback_days, type: integer, default: "400", help: How far back an item may lie, example: "400" }
  - { name: limit, type: integer, default: "1000", help: Rows at most, example: "1000" }
*/
WITH items AS (
  SELECT
    accountid,
    region,
    aws.resource_type AS resource_type,
    status_code AS status,
    time_dt,
    ROW_NUMBER() OVER (
      PARTITION BY accountid, region, aws.resource_type, aws.resource_id ORDER BY time_dt DESC, aws.state_id DESC
    ) AS age
  FROM config
  WHERE time_dt <= from_iso8601_timestamp($at)
    AND time_dt >= date_add('day', -$lookback_days, from_iso8601_timestamp($at))
    AND ($account IS NULL OR accountid = $account)
)
SELECT
  accountid AS account,
  region,
  resource_type,
  COUNT(*) AS resources,
  MAX(time_dt) AS last_change_at
FROM items
WHERE age = 1 AND COALESCE(status, '') NOT IN ('ResourceDeleted', 'ResourceDeletedNotRecorded', 'ResourceNotRecorded')
GROUP BY 1, 2, 3
ORDER BY account, region, resource_type
LIMIT $limit
`,
  },
  {
    id: "key-use",
    text: `/*
title: Use of encryption keys
group: data
description: >-
  Which principals decrypted, encrypted or asked for data keys with which KMS key, and were any of them from other
  accounts?
notes:
  - >-
    \`through\` is the AWS service that used the key for the principal, such as s3.amazonaws.com. A person's own Decrypt
    without a service is rare.
  - >-
    S3 with bucket keys asks KMS once for many objects: counts say who, not how much.
tables: [cloudtrail]
parameters:
  - { name: key, type: string, help: "Only keys whose ARN holds this text: an id, an ARN, an account", example: 1234abcd-12ab-34cd-56ef-1234567890ab }
  - { name: account, type: account, help: Only this account's trail, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH calls AS (
  SELECT
    accountid,
    COALESCE(
      ELEMENT_AT(FILTER(TRANSFORM(resources, resource -> resource.uid), uid -> STRPOS(uid, ':key/') > 0), 1),
      json_extract_scalar(api.request.data, '$.keyId'),
      'unknown'
    ) AS key_arn,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    actor."user".account.uid AS principal_account,
    actor.invoked_by AS through,
    api.operation AS operation,
    api.response.error AS error,
    src_endpoint.ip AS ip,
    time_dt
  FROM cloudtrail
  WHERE api.service.name = 'kms.amazonaws.com'
    AND api.operation IN (
      'Decrypt', 'Encrypt', 'ReEncrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'GenerateDataKeyPair',
      'Sign', 'GenerateMac', 'DeriveSharedSecret'
    )
    AND ($account IS NULL OR accountid = $account)
)
SELECT
  accountid AS account,
  key_arn AS key,
  principal,
  principal_account,
  through,
  COUNT_IF(operation = 'Decrypt' AND error IS NULL) AS decrypts,
  COUNT_IF(operation <> 'Decrypt' AND error IS NULL) AS other_uses,
  COUNT_IF(error IS NOT NULL) AS refused,
  COUNT(DISTINCT ip) AS addresses,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM calls
WHERE $key IS NULL OR STRPOS(key_arn, $key) > 0
GROUP BY 1, 2, 3, 4, 5
ORDER BY decrypts DESC, other_uses DESC, refused DESC, account, key, principal, principal_account, through
LIMIT $limit
`,
  },
  {
    id: "keys-on-many-networks",
    text: `/*
title: Access keys used from many networks
group: identity
description: >-
  Which access keys were used from more than one network? A key belongs to one program or person; a second network is
  often where a stolen copy is used.
notes:
  - >-
    A network is a /24 of IPv4, and of IPv6 a /48, what stands before the third colon.
  - >-
    Laptops change networks, and so do programs behind several NAT gateways: \`overlapping\` says that the networks were
    in use at the same time, which a laptop rarely does.
  - >-
    Calls that AWS services make with the key have no address and do not count.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: min_networks, type: integer, default: "2", help: Networks at least, example: "3" }
  - { name: limit, type: integer, default: "200", help: Rows at most, example: "200" }
*/
WITH calls AS (
  SELECT
    actor."user".credential_uid AS access_key,
    COALESCE(actor."user".uid, actor."user".uid_alt) AS principal,
    accountid,
    src_endpoint.ip AS ip,
    CASE
      WHEN STRPOS(src_endpoint.ip, ':') > 0
        THEN CONCAT_WS(':', SPLIT_PART(src_endpoint.ip, ':', 1), SPLIT_PART(src_endpoint.ip, ':', 2),
          SPLIT_PART(src_endpoint.ip, ':', 3))
      ELSE CONCAT_WS('.', SPLIT_PART(src_endpoint.ip, '.', 1), SPLIT_PART(src_endpoint.ip, '.', 2),
        SPLIT_PART(src_endpoint.ip, '.', 3))
    END AS network,
    time_dt
  FROM cloudtrail
  WHERE actor."user".credential_uid IS NOT NULL
    AND src_endpoint.ip IS NOT NULL
    AND ($account IS NULL OR accountid = $account)
),
networks AS (
  SELECT
    access_key,
    network,
    MIN(principal) AS principal,
    MIN(accountid) AS account,
    COUNT(*) AS events,
    COUNT(DISTINCT ip) AS addresses,
    MIN(time_dt) AS first_at,
    MAX(time_dt) AS last_at
  FROM calls
  GROUP BY 1, 2
),
ordered AS (
  SELECT
    access_key,
    network,
    principal,
    account,
    events,
    addresses,
    first_at,
    last_at,
    MAX(last_at) OVER (
      PARTITION BY access_key ORDER BY first_at, network ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS used_until
  FROM networks
)
SELECT
  access_key,
  MIN(principal) AS principal,
  MIN(account) AS account,
  COUNT(*) AS networks,
  SUM(addresses) AS addresses,
  COALESCE(BOOL_OR(first_at < used_until), false) AS overlapping,
  SUM(events) AS events,
  MIN(first_at) AS first_at,
  MAX(last_at) AS last_at
FROM ordered
GROUP BY 1
HAVING COUNT(*) >= $min_networks
ORDER BY networks DESC, events DESC, access_key
LIMIT $limit
`,
  },
  {
    id: "log-gaps",
    text: `/*
title: Gaps in an account's logs
group: guardrails
description: >-
  When did an account that usually logs fall silent for hours: between two events, or from its last event to the newest
  event of all accounts?
notes:
  - >-
    A quiet account has gaps of its own at night: compare with its other gaps. \`open\` gaps have not ended.
  - >-
    A gap is of what arrived here: late objects fill it later. \`logging-changes\` says whether someone made it.
  - >-
    Bound it with --from; an account without any event in the window has no row.
tables: [cloudtrail, vpc_flow]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: min_hours, type: integer, default: "6", help: Silent hours at least, example: "6" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH hours AS (
  SELECT 'cloudtrail' AS source, accountid, date_trunc('hour', time_dt) AS hour_at, COUNT(*) AS events
  FROM cloudtrail
  WHERE time_dt IS NOT NULL
  GROUP BY accountid, date_trunc('hour', time_dt)
  UNION ALL
  SELECT 'vpc_flow', accountid, date_trunc('hour', time_dt), COUNT(*)
  FROM vpc_flow
  WHERE time_dt IS NOT NULL
  GROUP BY accountid, date_trunc('hour', time_dt)
),
spans AS (
  SELECT
    source,
    accountid,
    hour_at,
    LEAD(hour_at) OVER (PARTITION BY source, accountid ORDER BY hour_at) AS next_at,
    MAX(hour_at) OVER (PARTITION BY source) AS newest_at,
    SUM(events) OVER (PARTITION BY source, accountid) AS events_of_account
  FROM hours
),
gaps AS (
  SELECT
    source,
    accountid,
    date_add('hour', 1, hour_at) AS silent_from,
    COALESCE(next_at, date_add('hour', 1, newest_at)) AS silent_to,
    next_at IS NULL AS open,
    date_diff('hour', hour_at, COALESCE(next_at, date_add('hour', 1, newest_at))) - 1 AS silent_hours,
    events_of_account
  FROM spans
)
SELECT
  accountid AS account,
  source,
  silent_from,
  silent_to,
  silent_hours,
  open,
  events_of_account
FROM gaps
WHERE silent_hours >= $min_hours
  AND silent_hours > 0
  AND ($account IS NULL OR accountid = $account)
ORDER BY silent_hours DESC, account, source, silent_from
LIMIT $limit
`,
  },
  {
    id: "logging-changes",
    text: `/*
title: Changes to logging
group: audit
description: >-
  Who stopped, deleted, narrowed or redirected what is logged (trails, AWS Config, flow logs, DNS query logs, log groups,
  S3 access logs), or tried to?
notes:
  - >-
    \`kind\` tells loss (stopped or deleted) from change (redirected, narrowed or shortened) and from recovery (started or
    created again). A loss without a recovery soon after is the gap to look for in \`log-gaps\`.
  - >-
    Refused attempts are listed with their error: someone wanted it.
  - >-
    An organization's trail can only be changed in the management account; a member's attempt is always refused.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH changes AS (
  SELECT
    time_dt,
    accountid,
    region,
    api.service.name AS service,
    api.operation AS operation,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    COALESCE(
      json_extract_scalar(api.request.data, '$.name'),
      json_extract_scalar(api.request.data, '$.trailName'),
      json_extract_scalar(api.request.data, '$.configurationRecorderName'),
      json_extract_scalar(api.request.data, '$.deliveryChannelName'),
      json_extract_scalar(api.request.data, '$.logGroupName'),
      json_extract_scalar(api.request.data, '$.bucketName'),
      json_extract_scalar(api.request.data, '$.eventDataStore')
    ) AS target,
    api.request.data AS request,
    src_endpoint.ip AS ip,
    api.response.error AS error,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE ($account IS NULL OR accountid = $account)
    AND (
      (api.service.name = 'cloudtrail.amazonaws.com' AND api.operation IN (
        'StopLogging', 'StartLogging', 'DeleteTrail', 'CreateTrail', 'UpdateTrail', 'PutEventSelectors',
        'PutInsightSelectors', 'DeleteEventDataStore', 'StopEventDataStoreIngestion', 'UpdateEventDataStore'))
      OR (api.service.name = 'config.amazonaws.com' AND api.operation IN (
        'StopConfigurationRecorder', 'StartConfigurationRecorder', 'DeleteConfigurationRecorder', 'PutConfigurationRecorder',
        'DeleteDeliveryChannel', 'PutDeliveryChannel', 'DeleteRetentionConfiguration', 'PutRetentionConfiguration'))
      OR (api.service.name = 'ec2.amazonaws.com' AND api.operation IN ('DeleteFlowLogs', 'CreateFlowLogs'))
      OR (api.service.name = 'route53resolver.amazonaws.com' AND api.operation IN (
        'DeleteResolverQueryLogConfig', 'DisassociateResolverQueryLogConfig', 'CreateResolverQueryLogConfig',
        'AssociateResolverQueryLogConfig'))
      OR (api.service.name = 'logs.amazonaws.com' AND api.operation IN (
        'DeleteLogGroup', 'DeleteLogStream', 'PutRetentionPolicy', 'DeleteSubscriptionFilter'))
      OR (api.service.name = 's3.amazonaws.com' AND api.operation = 'PutBucketLogging')
    )
)
SELECT
  time_dt AS event_at,
  accountid AS account,
  region,
  CASE
    WHEN operation LIKE 'Delete%' OR operation LIKE 'Stop%' OR operation LIKE 'Disassociate%' THEN 'loss'
    WHEN operation LIKE 'Start%' OR operation LIKE 'Create%' OR operation LIKE 'Associate%' THEN 'recovery'
    WHEN operation = 'PutBucketLogging' AND COALESCE(STRPOS(request, 'TargetBucket'), 0) = 0 THEN 'loss'
    ELSE 'change'
  END AS kind,
  service,
  operation,
  target,
  principal,
  ip AS source,
  error,
  event_id
FROM changes
ORDER BY event_at, account, event_id
LIMIT $limit
`,
  },
  {
    id: "mass-deletions",
    text: `/*
title: Mass deletions
group: data
description: >-
  Who deleted many things within a day: objects, tables, snapshots, backups, disks, instances, keys, stacks?
notes:
  - >-
    \`deletions\` counts calls that succeeded, and for DeleteObjects of S3 the objects named, where the trail kept them; with
    lifecycle rules S3 deletes without a call.
  - >-
    A stack that is torn down deletes much, and its principal is CloudFormation or its role.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: min_deletions, type: integer, default: "50", help: Deletions of a day at least, example: "50" }
  - { name: limit, type: integer, default: "200", help: Rows at most, example: "200" }
*/
WITH calls AS (
  SELECT
    CAST(time_dt AS DATE) AS day,
    accountid,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    api.service.name AS service,
    api.operation AS operation,
    COALESCE(
      json_extract_scalar(api.request.data, '$.bucketName'),
      json_extract_scalar(api.request.data, '$.tableName'),
      json_extract_scalar(api.request.data, '$.backupVaultName')
    ) AS container,
    CASE WHEN api.operation = 'DeleteObjects'
      THEN GREATEST(COALESCE(json_array_length(json_extract(api.request.data, '$.delete.objects')), 1), 1)
      ELSE 1 END AS deletions,
    time_dt
  FROM cloudtrail
  WHERE COALESCE(aws.read_only, false) = false
    AND api.response.error IS NULL
    AND (api.operation LIKE 'Delete%' OR api.operation LIKE 'Terminate%' OR api.operation LIKE 'BatchDelete%'
      OR api.operation = 'ScheduleKeyDeletion')
    AND ($account IS NULL OR accountid = $account)
)
SELECT
  day,
  accountid AS account,
  principal,
  service,
  operation,
  SUM(deletions) AS deletions,
  COUNT(DISTINCT container) AS containers,
  MIN(container) AS example_container,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM calls
GROUP BY 1, 2, 3, 4, 5
HAVING SUM(deletions) >= $min_deletions
ORDER BY deletions DESC, day, account, principal, service, operation
LIMIT $limit
`,
  },
  {
    id: "new-principals",
    text: `/*
title: New users and roles, and what they were given
group: privilege
description: >-
  Which users and roles were created, by whom, what policies did they get within the window, and have they been used?
notes:
  - >-
    \`grants\` are policies and groups given to the same name in the same account after it was created.
  - >-
    \`first_used_at\` is the first call as that user or role in the window, NULL when none was seen.
  - >-
    A name that was deleted and created again counts from each creation.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH iam_calls AS (
  SELECT
    time_dt,
    accountid,
    api.operation AS operation,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    COALESCE(
      json_extract_scalar(api.request.data, '$.userName'),
      json_extract_scalar(api.request.data, '$.roleName')
    ) AS name,
    CASE WHEN json_extract_scalar(api.request.data, '$.roleName') IS NULL THEN 'user' ELSE 'role' END AS kind,
    COALESCE(
      json_extract_scalar(api.request.data, '$.policyArn'),
      json_extract_scalar(api.request.data, '$.policyName'),
      json_extract_scalar(api.request.data, '$.groupName')
    ) AS granted,
    src_endpoint.ip AS ip,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE api.service.name = 'iam.amazonaws.com'
    AND api.response.error IS NULL
    AND api.operation IN (
      'CreateUser', 'CreateRole', 'AttachUserPolicy', 'AttachRolePolicy', 'PutUserPolicy', 'PutRolePolicy', 'AddUserToGroup'
    )
    AND ($account IS NULL OR accountid = $account)
),
created AS (
  SELECT time_dt, accountid, operation, principal, name, kind, ip, event_id
  FROM iam_calls
  WHERE operation IN ('CreateUser', 'CreateRole')
),
grants AS (
  SELECT
    created.event_id,
    ARRAY_JOIN(ARRAY_AGG(DISTINCT iam_calls.granted ORDER BY iam_calls.granted), ' ') AS granted
  FROM created
  JOIN iam_calls
    ON iam_calls.accountid = created.accountid AND iam_calls.kind = created.kind AND iam_calls.name = created.name
  WHERE iam_calls.granted IS NOT NULL AND iam_calls.time_dt >= created.time_dt
  GROUP BY 1
),
uses AS (
  SELECT
    accountid,
    CASE WHEN actor."user"."type" = 'IAMUser' THEN 'user' ELSE 'role' END AS kind,
    COALESCE(aws.session_issuer.user_name, actor."user".name) AS name,
    MIN(time_dt) AS first_used_at,
    COUNT(*) AS calls
  FROM cloudtrail
  WHERE actor."user"."type" IN ('IAMUser', 'AssumedRole')
    AND COALESCE(aws.session_issuer.user_name, actor."user".name) IN (SELECT name FROM created)
    AND ($account IS NULL OR accountid = $account)
  GROUP BY 1, 2, 3
)
SELECT
  created.time_dt AS event_at,
  created.accountid AS account,
  created.kind,
  created.name,
  created.principal AS created_by,
  grants.granted AS grants,
  uses.first_used_at,
  COALESCE(uses.calls, 0) AS calls,
  created.ip AS source,
  created.event_id
FROM created
LEFT JOIN grants ON grants.event_id = created.event_id
LEFT JOIN uses ON uses.accountid = created.accountid AND uses.kind = created.kind AND uses.name = created.name
ORDER BY event_at, account, event_id
LIMIT $limit
`,
  },
  {
    id: "new-secret-readers",
    text: `/*
title: New readers of secrets
group: data
description: >-
  Which principals read a secret, or a decrypted parameter, that they had not read before in the window?
notes:
  - >-
    The window is split at \`since\`: before it is what is known, from it on what is judged. Give --from some weeks before
    \`since\`.
  - >-
    Failures count as attempts and are shown apart; a principal that was only refused before is new when it first succeeds.
tables: [cloudtrail]
parameters:
  - { name: since, type: instant, required: true, help: "Where the new part of the window begins", example: "2026-01-05T00:00:00Z" }
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "200", help: Rows at most, example: "200" }
*/
WITH reads_of AS (
  SELECT
    accountid,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    COALESCE(
      json_extract_scalar(api.request.data, '$.secretId'),
      json_extract_scalar(api.request.data, '$.name'),
      json_extract_scalar(api.request.data, '$.path')
    ) AS secret,
    src_endpoint.ip AS ip,
    api.response.error AS error,
    time_dt
  FROM cloudtrail
  WHERE ($account IS NULL OR accountid = $account)
    AND (
      (api.service.name = 'secretsmanager.amazonaws.com' AND api.operation = 'GetSecretValue')
      OR (api.service.name = 'ssm.amazonaws.com'
        AND api.operation IN ('GetParameter', 'GetParametersByPath', 'GetParameterHistory')
        AND json_extract_scalar(api.request.data, '$.withDecryption') = 'true')
    )
)
SELECT
  accountid AS account,
  principal,
  secret,
  MIN(CASE WHEN error IS NULL THEN time_dt END) AS first_read_at,
  COUNT_IF(error IS NULL) AS read_count,
  COUNT_IF(error IS NOT NULL) AS refused,
  COUNT(DISTINCT ip) AS addresses,
  MIN(ip) AS example_source,
  MAX(time_dt) AS last_at
FROM reads_of
GROUP BY 1, 2, 3
HAVING MIN(CASE WHEN error IS NULL THEN time_dt END) >= from_iso8601_timestamp($since)
ORDER BY first_read_at DESC, account, principal, secret
LIMIT $limit
`,
  },
  {
    id: "object-access",
    text: `/*
title: Who touched this object
group: data
description: Who read, wrote or deleted objects of a bucket under this key or prefix, call by call?
notes:
  - >-
    Only buckets whose data events a trail records have rows: no row is no proof that nobody read it.
  - >-
    \`object_key\` is NULL for calls on many objects (DeleteObjects, ListObjects), which are listed when they name the
    prefix or none.
  - >-
    Anonymous callers have the principal \`anonymous\`.
tables: [cloudtrail]
parameters:
  - { name: bucket, type: string, required: true, help: The bucket, example: example-bucket }
  - { name: prefix, type: string, help: "Key, or what keys begin with", example: finance/2026/ }
  - { name: account, type: account, help: Only this account's trail, example: "111122223333" }
  - { name: limit, type: integer, default: "1000", help: Rows at most, example: "1000" }
*/
WITH calls AS (
  SELECT
    time_dt,
    accountid,
    CASE WHEN actor."user".account.uid = 'anonymous' OR actor."user".uid_alt = 'anonymous' THEN 'anonymous'
      ELSE COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') END
      AS principal,
    api.operation AS operation,
    json_extract_scalar(api.request.data, '$.key') AS object_key,
    json_extract_scalar(api.request.data, '$.prefix') AS listed_prefix,
    TRY_CAST(json_extract_scalar(aws.additional_event_data, '$.bytesTransferredOut') AS DOUBLE) AS bytes_out,
    api.response.error AS error,
    COALESCE(src_endpoint.ip, src_endpoint.domain) AS source,
    http_request.user_agent AS user_agent,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE api.service.name = 's3.amazonaws.com'
    AND aws.event_category = 'Data'
    AND json_extract_scalar(api.request.data, '$.bucketName') = $bucket
    AND ($account IS NULL OR accountid = $account)
)
SELECT
  time_dt AS event_at,
  accountid AS account,
  principal,
  operation,
  object_key,
  CAST(bytes_out AS BIGINT) AS bytes_out,
  source,
  user_agent,
  error,
  event_id
FROM calls
WHERE $prefix IS NULL
  OR STRPOS(object_key, $prefix) = 1
  OR (object_key IS NULL AND STRPOS(COALESCE(listed_prefix, $prefix), $prefix) = 1)
ORDER BY event_at, account, event_id
LIMIT $limit
`,
  },
  {
    id: "open-security-groups",
    text: `/*
title: Security groups open to everyone
group: audit
description: Which security groups let everyone in, on which ports, as of a time?
notes:
  - >-
    One row per rule. A group that no interface uses lets nobody in: \`used_by\` counts the interfaces and instances that
    AWS Config relates to it.
  - >-
    Give no --from: an item recorded before the window is not seen.
tables: [config]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: at, type: instant, default: 0d, help: As of then; now unless given, example: "2026-01-05T12:00:00Z" }
  - { name: web, type: boolean, default: "false", help: Whether rules for ports 80 and 443 alone are listed, example: "true" }
  - { name: lookback_days, type: integer, default: "400", help: How far back an item may lie, example: "400" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH items AS (
  SELECT
    time_dt AS recorded_at,
    accountid,
    region,
    aws.resource_id AS group_id,
    aws.resource_name AS group_name,
    status_code AS status,
    element_at(resources, 1).data AS configuration,
    CARDINALITY(FILTER(
      resources, other -> other.type IN ('AWS::EC2::NetworkInterface', 'AWS::EC2::Instance')
    )) AS used_by,
    ROW_NUMBER() OVER (
      PARTITION BY accountid, region, aws.resource_id ORDER BY time_dt DESC, aws.state_id DESC
    ) AS age
  FROM config
  WHERE aws.resource_type = 'AWS::EC2::SecurityGroup'
    AND time_dt <= from_iso8601_timestamp($at)
    AND time_dt >= date_add('day', -$lookback_days, from_iso8601_timestamp($at))
    AND ($account IS NULL OR accountid = $account)
),
latest AS (
  SELECT
    recorded_at,
    accountid,
    region,
    group_id,
    group_name,
    used_by,
    CAST(json_extract(configuration, '$.ipPermissions') AS ARRAY(JSON)) AS permissions
  FROM items
  WHERE age = 1 AND COALESCE(status, '') NOT LIKE 'ResourceDeleted%'
),
parts AS (
  SELECT
    latest.recorded_at,
    latest.accountid,
    latest.region,
    latest.group_id,
    latest.group_name,
    latest.used_by,
    json_extract_scalar(p.permission, '$.ipProtocol') AS protocol,
    TRY_CAST(json_extract_scalar(p.permission, '$.fromPort') AS INTEGER) AS from_port,
    TRY_CAST(json_extract_scalar(p.permission, '$.toPort') AS INTEGER) AS to_port,
    CAST(json_extract(p.permission, '$.ipv4Ranges') AS ARRAY(JSON)) AS v4_ranges,
    CAST(json_extract(p.permission, '$.ipv6Ranges') AS ARRAY(JSON)) AS v6_ranges
  FROM latest
  CROSS JOIN UNNEST(latest.permissions) AS p (permission)
),
lists AS (
  SELECT
    recorded_at,
    accountid,
    region,
    group_id,
    group_name,
    used_by,
    protocol,
    from_port,
    to_port,
    CONCAT(COALESCE(v4_ranges, ARRAY[]), COALESCE(v6_ranges, ARRAY[])) AS items
  FROM parts
),
rules AS (
  SELECT
    lists.recorded_at,
    lists.accountid,
    lists.region,
    lists.group_id,
    lists.group_name,
    lists.used_by,
    lists.protocol,
    lists.from_port,
    lists.to_port,
    COALESCE(json_extract_scalar(r.item, '$.cidrIp'), json_extract_scalar(r.item, '$.cidrIpv6')) AS peer
  FROM lists
  CROSS JOIN UNNEST(lists.items) AS r (item)
)
SELECT
  accountid AS account,
  region,
  group_id,
  group_name,
  CASE protocol WHEN '-1' THEN 'all' ELSE protocol END AS protocol,
  from_port,
  to_port,
  peer,
  used_by,
  recorded_at
FROM rules
WHERE peer IN ('0.0.0.0/0', '::/0')
  AND ($web OR NOT COALESCE(from_port = to_port AND from_port IN (80, 443), false))
ORDER BY account, region, group_id, protocol, from_port, to_port, peer
LIMIT $limit
`,
  },
  {
    id: "organization-changes",
    text: `/*
title: Changes of the organization
group: guardrails
description: >-
  Who attached, detached or changed organization policies (SCPs, RCPs and the like), moved, invited, created, closed or
  removed accounts, or made an account a delegated administrator?
notes:
  - >-
    These are logged in the management account, in us-east-1; LeaveOrganization in the member.
  - >-
    A policy detached from a parent frees all accounts below it: \`target\` is the root, unit or account.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only logged in this account, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
SELECT
  time_dt AS event_at,
  accountid AS account,
  COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
  api.operation AS operation,
  CASE
    WHEN api.operation LIKE '%Policy%' THEN 'policy'
    WHEN api.operation LIKE '%Delegated%' OR api.operation LIKE '%ServiceAccess%' THEN 'delegation'
    ELSE 'account'
  END AS kind,
  json_extract_scalar(api.request.data, '$.policyId') AS policy,
  COALESCE(
    json_extract_scalar(api.request.data, '$.targetId'),
    json_extract_scalar(api.request.data, '$.accountId'),
    json_extract_scalar(api.request.data, '$.rootId'),
    json_extract_scalar(api.request.data, '$.target.id'),
    json_extract_scalar(api.request.data, '$.accountName')
  ) AS target,
  json_extract_scalar(api.request.data, '$.servicePrincipal') AS service_principal,
  src_endpoint.ip AS source,
  api.response.error AS error,
  metadata.uid AS event_id
FROM cloudtrail
WHERE api.service.name = 'organizations.amazonaws.com'
  AND COALESCE(aws.read_only, false) = false
  AND ($account IS NULL OR accountid = $account)
ORDER BY event_at, account, event_id
LIMIT $limit
`,
  },
  {
    id: "outside-resolvers",
    text: `/*
title: DNS and mail straight to the internet
group: network
description: >-
  Which of our addresses talk DNS (53, 853), mail (25, 465, 587), or remote shells and tunnels (22, 1194, 3389, 51820) to
  public addresses?
notes:
  - >-
    Names are resolved by the VPC's own resolver: DNS to elsewhere avoids its logs, and much of it can be a tunnel.
  - >-
    A mail server's port 25 is its work; anyone else's is spam.
tables: [vpc_flow]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "200", help: Rows at most, example: "200" }
*/
SELECT
  accountid AS account,
  src_endpoint.ip AS address,
  dst_endpoint.port AS port,
  connection_info.protocol_num AS protocol,
  COUNT(DISTINCT dst_endpoint.ip) AS destinations,
  MIN(dst_endpoint.ip) AS example_destination,
  COUNT_IF(action_id = 1) AS accepted,
  COUNT_IF(action_id = 2) AS refused,
  CAST(SUM(traffic.bytes) AS BIGINT) AS bytes,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM vpc_flow
WHERE dst_endpoint.port IN (22, 25, 53, 465, 587, 853, 1194, 3389, 51820)
  AND ($account IS NULL OR accountid = $account)
  AND REGEXP_LIKE(src_endpoint.ip, '^(10\\.|192\\.168\\.|172\\.(1[6-9]|2[0-9]|3[01])\\.|100\\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\\.|[fF][cCdD])')
  AND NOT REGEXP_LIKE(
    dst_endpoint.ip,
    '^(10\\.|127\\.|169\\.254\\.|192\\.168\\.|172\\.(1[6-9]|2[0-9]|3[01])\\.|100\\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\\.|[fF][cCdD]|[fF][eE]80:)'
  )
GROUP BY 1, 2, 3, 4
ORDER BY bytes DESC NULLS LAST, account, address, port, protocol
LIMIT $limit
`,
  },
  {
    id: "port-scans",
    text: `/*
title: Port scans and sweeps
group: network
description: >-
  Which addresses tried many ports of one target within an hour (a scan), or one port of many targets (a sweep)?
notes:
  - >-
    From inside your networks a scan is rare and serious; from the internet it is the weather. \`from_inside\` tells them
    apart, and \`accepted\` how many flows got through.
  - >-
    Answers to clients look like flows to many high ports: only ports below 32768 count. Health checks of load balancers
    and vulnerability scanners of your own show here.
tables: [vpc_flow]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: min_ports, type: integer, default: "15", help: Ports of one target within an hour that make a scan, example: "15" }
  - { name: min_targets, type: integer, default: "20", help: Targets of one port within an hour that make a sweep, example: "20" }
  - { name: inside_only, type: boolean, default: "false", help: Only scans from private addresses, example: "true" }
  - { name: limit, type: integer, default: "200", help: Rows at most, example: "200" }
*/
WITH flows AS (
  SELECT
    accountid,
    date_trunc('hour', time_dt) AS hour_at,
    src_endpoint.ip AS ip,
    dst_endpoint.ip AS target,
    dst_endpoint.port AS port,
    action_id
  FROM vpc_flow
  WHERE connection_info.protocol_num IN (6, 17)
    AND dst_endpoint.port > 0
    AND dst_endpoint.port < 32768
    AND src_endpoint.ip IS NOT NULL
    AND ($account IS NULL OR accountid = $account)
    AND (NOT $inside_only OR REGEXP_LIKE(
      src_endpoint.ip, '^(10\\.|192\\.168\\.|172\\.(1[6-9]|2[0-9]|3[01])\\.|100\\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\\.|[fF][cCdD])'
    ))
),
scans AS (
  SELECT
    'scan' AS kind,
    hour_at,
    accountid,
    ip,
    target AS what,
    COUNT(DISTINCT port) AS breadth,
    COUNT(*) AS flows,
    COUNT_IF(action_id = 1) AS accepted
  FROM flows
  GROUP BY hour_at, accountid, ip, target
  HAVING COUNT(DISTINCT port) >= $min_ports
  UNION ALL
  SELECT
    'sweep',
    hour_at,
    accountid,
    ip,
    CONCAT('port ', CAST(port AS VARCHAR)),
    COUNT(DISTINCT target),
    COUNT(*),
    COUNT_IF(action_id = 1)
  FROM flows
  GROUP BY hour_at, accountid, ip, port
  HAVING COUNT(DISTINCT target) >= $min_targets
)
SELECT
  hour_at AS hour,
  accountid AS account,
  kind,
  ip AS source,
  REGEXP_LIKE(ip, '^(10\\.|192\\.168\\.|172\\.(1[6-9]|2[0-9]|3[01])\\.|100\\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\\.|[fF][cCdD])')
    AS from_inside,
  what AS scanned,
  breadth,
  flows,
  accepted
FROM scans
ORDER BY breadth DESC, hour, account, kind, source, scanned
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
    id: "principal-at",
    text: `/*
title: What this role or user was allowed at a time
group: history
description: >-
  Which policies, groups, boundary and trust did a role, user or group of IAM have at that time, as AWS Config last
  recorded it? One row per policy or group.
notes:
  - >-
    Inline policies and trust show their document, decoded as far as IAM's own encoding goes; a managed policy shows its
    ARN: \`configuration-at\` gives its versions.
  - >-
    Limits from outside (SCPs, resource policies, session policies) are not here.
  - >-
    Give no --from: an item recorded before the window is not seen.
tables: [config]
parameters:
  - { name: name, type: string, required: true, help: "Name, ARN or id of the role, user or group", example: deploy }
  - { name: at, type: instant, required: true, help: "The instant; what was recorded at or before it counts", example: "2026-01-05T12:00:00Z" }
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: lookback_days, type: integer, default: "400", help: How far back an item may lie, example: "400" }
*/
WITH items AS (
  SELECT
    time_dt AS recorded_at,
    accountid,
    aws.resource_type AS resource_type,
    aws.resource_name AS name,
    status_code AS status,
    element_at(resources, 1).data AS configuration,
    ROW_NUMBER() OVER (
      PARTITION BY accountid, aws.resource_type, aws.resource_id ORDER BY time_dt DESC, aws.state_id DESC, region
    ) AS age
  FROM config
  WHERE aws.resource_type IN ('AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group')
    AND $name IN (aws.resource_name, aws.arn, aws.resource_id)
    AND time_dt <= from_iso8601_timestamp($at)
    AND time_dt >= date_add('day', -$lookback_days, from_iso8601_timestamp($at))
    AND ($account IS NULL OR accountid = $account)
),
latest AS (
  SELECT
    recorded_at,
    accountid,
    resource_type,
    name,
    status,
    configuration,
    CAST(json_extract(configuration, '$.attachedManagedPolicies') AS ARRAY(JSON)) AS managed,
    COALESCE(
      CAST(json_extract(configuration, '$.rolePolicyList') AS ARRAY(JSON)),
      CAST(json_extract(configuration, '$.userPolicyList') AS ARRAY(JSON)),
      CAST(json_extract(configuration, '$.groupPolicyList') AS ARRAY(JSON))
    ) AS inline,
    CAST(json_extract(configuration, '$.groupList') AS ARRAY(VARCHAR)) AS groups
  FROM items
  WHERE age = 1
),
parts AS (
  SELECT l.accountid, l.resource_type, l.name, 'managed policy' AS part, json_extract_scalar(p.item, '$.policyArn') AS what,
    CAST(NULL AS VARCHAR) AS document
  FROM latest AS l
  CROSS JOIN UNNEST(l.managed) AS p (item)
  UNION ALL
  SELECT l.accountid, l.resource_type, l.name, 'inline policy', json_extract_scalar(p.item, '$.policyName'),
    json_extract_scalar(p.item, '$.policyDocument')
  FROM latest AS l
  CROSS JOIN UNNEST(l.inline) AS p (item)
  UNION ALL
  SELECT l.accountid, l.resource_type, l.name, 'group', g.group_name, CAST(NULL AS VARCHAR)
  FROM latest AS l
  CROSS JOIN UNNEST(l.groups) AS g (group_name)
  UNION ALL
  SELECT accountid, resource_type, name, 'trust', CAST(NULL AS VARCHAR),
    json_extract_scalar(configuration, '$.assumeRolePolicyDocument')
  FROM latest
  WHERE json_extract_scalar(configuration, '$.assumeRolePolicyDocument') IS NOT NULL
  UNION ALL
  SELECT accountid, resource_type, name, 'boundary',
    json_extract_scalar(configuration, '$.permissionsBoundary.permissionsBoundaryArn'), CAST(NULL AS VARCHAR)
  FROM latest
  WHERE json_extract_scalar(configuration, '$.permissionsBoundary.permissionsBoundaryArn') IS NOT NULL
)
SELECT
  latest.recorded_at,
  latest.accountid AS account,
  latest.resource_type,
  latest.name,
  latest.status,
  parts.part,
  parts.what AS granted,
  REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(
    parts.document, '%7B', '{'), '%7D', '}'), '%22', '"'), '%3A', ':'), '%2C', ','), '%5B', '['), '%5D', ']'), '%2F', '/'),
    '%2A', '*'), '%20', ' '), '%0A', ' ') AS document
FROM latest
LEFT JOIN parts
  ON parts.accountid = latest.accountid AND parts.resource_type = latest.resource_type AND parts.name = latest.name
ORDER BY account, resource_type, name, part, granted, document
`,
  },
  {
    id: "principal-timeline",
    text: `/*
title: Timeline of a principal
group: identity
description: >-
  What did this user, role or session do, call by call, in order of time? The principal is an ARN, a principal id, a
  user name, or the ARN of the role that gave out the session.
notes:
  - >-
    \`session\` is the name that whoever assumed the role gave; people's sessions carry their e-mail address there, those
    of EC2 the instance id.
  - >-
    When the limit cuts the list, the last row's time is where to go on with --from.
tables: [cloudtrail]
parameters:
  - { name: principal, type: string, required: true, help: "ARN, principal id, user name or role ARN", example: "arn:aws:iam::111122223333:user/alice" }
  - { name: account, type: account, help: Only in this account, example: "111122223333" }
  - { name: changes_only, type: boolean, default: "false", help: Leave out calls that only read, example: "true" }
  - { name: limit, type: integer, default: "1000", help: Rows at most, example: "1000" }
*/
SELECT
  time_dt AS event_at,
  accountid AS account,
  region,
  api.service.name AS service,
  api.operation AS operation,
  NULLIF(SPLIT_PART(actor."user".uid_alt, ':', 2), '') AS session,
  actor."user".credential_uid AS access_key,
  COALESCE(src_endpoint.ip, src_endpoint.domain) AS source,
  http_request.user_agent AS user_agent,
  api.response.error AS error,
  metadata.uid AS event_id
FROM cloudtrail
WHERE $principal IN (
    actor."user".uid, actor."user".uid_alt, actor."user".name, actor.session.issuer, aws.session_issuer.user_name
  )
  AND ($account IS NULL OR accountid = $account)
  AND (NOT $changes_only OR COALESCE(aws.read_only, false) = false)
ORDER BY event_at, account, event_id
LIMIT $limit
`,
  },
  {
    id: "privileged-access",
    text: `/*
title: Privileged access to an account
group: audit
description: >-
  Who worked in the account with administrator roles or as the root user, in how many sessions, from where, and how much
  did they change?
notes:
  - >-
    Privileged is whose role or user name holds \`name_part\`, in any case, and the root user. Rights that come by other
    names are not seen: \`admin-grants\` shows who got them.
  - >-
    \`person\` is the session's name: with Identity Center the user's name, else what the caller chose.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, required: true, help: Account id, example: "111122223333" }
  - { name: name_part, type: string, default: admin, help: What names of privileged roles and users hold, example: admin }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH calls AS (
  SELECT
    CASE WHEN actor."user"."type" = 'Root' THEN 'root'
      ELSE COALESCE(aws.session_issuer.user_name, actor."user".name) END AS principal,
    COALESCE(NULLIF(SPLIT_PART(actor."user".uid_alt, ':', 2), ''), actor."user".name, 'root') AS person,
    actor."user".credential_uid AS access_key,
    src_endpoint.ip AS ip,
    COALESCE(actor.session.is_mfa, is_mfa, false) AS with_mfa,
    COALESCE(aws.read_only, false) AS is_read,
    api.response.error AS error,
    time_dt
  FROM cloudtrail
  WHERE accountid = $account
    AND actor.invoked_by IS NULL
    AND metadata.event_code <> 'AwsServiceEvent'
    AND (
      actor."user"."type" = 'Root'
      OR STRPOS(LOWER(COALESCE(aws.session_issuer.user_name, actor."user".name)), LOWER($name_part)) > 0
    )
)
SELECT
  principal,
  person,
  COUNT(DISTINCT access_key) AS sessions,
  COUNT(*) AS events,
  COUNT_IF(NOT is_read) AS changes,
  COUNT_IF(error IS NOT NULL) AS errors,
  COUNT_IF(with_mfa) AS events_with_mfa,
  COUNT(DISTINCT ip) AS addresses,
  COUNT(DISTINCT CAST(time_dt AS DATE)) AS days,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM calls
GROUP BY 1, 2
ORDER BY changes DESC, events DESC, principal, person
LIMIT $limit
`,
  },
  {
    id: "public-resources",
    text: `/*
title: Resources open to the public
group: audit
description: >-
  Which buckets, databases, clusters, queues, topics, functions and load balancers did AWS Config record as reachable by
  everyone, as of a time?
notes:
  - >-
    A bucket counts when its policy or ACL names everyone and its public access block does not stop that; conditions in the
    policy are not weighed, and the account's own block is another resource.
  - >-
    Public may be meant: a load balancer faces the internet by trade. Security groups are in \`open-security-groups\`.
  - >-
    Give no --from: an item recorded before the window is not seen.
tables: [config]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: at, type: instant, default: 0d, help: As of then; now unless given, example: "2026-01-05T12:00:00Z" }
  - { name: lookback_days, type: integer, default: "400", help: How far back an item may lie, example: "400" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH items AS (
  SELECT
    time_dt AS recorded_at,
    accountid,
    region,
    aws.resource_type AS resource_type,
    aws.resource_id AS resource_id,
    aws.resource_name AS resource_name,
    status_code AS status,
    element_at(resources, 1).data AS configuration,
    aws.supplementary_configuration AS settings,
    ROW_NUMBER() OVER (
      PARTITION BY accountid, region, aws.resource_type, aws.resource_id ORDER BY time_dt DESC, aws.state_id DESC
    ) AS age
  FROM config
  WHERE aws.resource_type IN (
      'AWS::S3::Bucket', 'AWS::RDS::DBInstance', 'AWS::Redshift::Cluster', 'AWS::SQS::Queue', 'AWS::SNS::Topic',
      'AWS::Lambda::Function', 'AWS::ElasticLoadBalancingV2::LoadBalancer', 'AWS::RDS::DBSnapshot'
    )
    AND time_dt <= from_iso8601_timestamp($at)
    AND time_dt >= date_add('day', -$lookback_days, from_iso8601_timestamp($at))
    AND ($account IS NULL OR accountid = $account)
),
judged AS (
  SELECT
    recorded_at,
    accountid,
    region,
    resource_type,
    resource_id,
    resource_name,
    CASE
      WHEN resource_type = 'AWS::S3::Bucket'
        AND REGEXP_LIKE(
          REPLACE(json_extract_scalar(settings, '$.BucketPolicy.policyText'), ' ', ''),
          '"Effect":"Allow","Principal":("\\*"|\\{"AWS":\\[?"\\*")'
        )
        AND COALESCE(json_extract_scalar(settings, '$.PublicAccessBlockConfiguration.restrictPublicBuckets'), 'false') <> 'true'
        THEN 'policy names everyone'
      WHEN resource_type = 'AWS::S3::Bucket'
        AND REGEXP_LIKE(settings, 'AllUsers|AuthenticatedUsers')
        AND COALESCE(json_extract_scalar(settings, '$.PublicAccessBlockConfiguration.ignorePublicAcls'), 'false') <> 'true'
        THEN 'ACL names everyone'
      WHEN resource_type IN ('AWS::RDS::DBInstance', 'AWS::Redshift::Cluster')
        AND json_extract_scalar(configuration, '$.publiclyAccessible') = 'true'
        THEN 'publicly accessible'
      WHEN resource_type IN ('AWS::SQS::Queue', 'AWS::SNS::Topic', 'AWS::Lambda::Function')
        AND REGEXP_LIKE(
          REPLACE(REPLACE(CONCAT(COALESCE(configuration, ''), COALESCE(settings, '')), '\\', ''), ' ', ''),
          '"Effect":"Allow","Principal":("\\*"|\\{"AWS":\\[?"\\*")'
        )
        THEN 'policy names everyone'
      WHEN resource_type = 'AWS::ElasticLoadBalancingV2::LoadBalancer'
        AND json_extract_scalar(configuration, '$.scheme') = 'internet-facing'
        THEN 'faces the internet'
      WHEN resource_type = 'AWS::RDS::DBSnapshot' AND REGEXP_LIKE(settings, '"attributeValues":\\["all"')
        THEN 'snapshot shared with everyone'
    END AS why
  FROM items
  WHERE age = 1 AND COALESCE(status, '') NOT LIKE 'ResourceDeleted%'
)
SELECT
  accountid AS account,
  region,
  resource_type,
  resource_id,
  resource_name,
  why,
  recorded_at
FROM judged
WHERE why IS NOT NULL
ORDER BY account, resource_type, resource_id, region
LIMIT $limit
`,
  },
  {
    id: "quarantined-objects",
    text: `/*
title: Objects that could not be read
group: guardrails
description: Which delivered objects were quarantined or skipped, why, in which account, and what time do they leave open?
notes:
  - >-
    Their records are in no table: an answer about that account and time is incomplete. The
    lines about completeness below answers say so, too.
  - >-
    An object that a later run read is not listed: the last decision counts.
tables: [ledger]
parameters:
  - { name: since, type: instant, help: Only objects decided at or after, example: 7d }
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: skipped, type: boolean, default: "false", help: Whether objects skipped by a rule are listed too, example: "true" }
  - { name: limit, type: integer, default: "500", help: Objects at most, example: "500" }
*/
SELECT
  decided_at,
  state,
  reason,
  source,
  accountid AS account,
  region,
  "object",
  size_bytes,
  first_event_at,
  last_event_at,
  detail
FROM ledger
WHERE (state = 'quarantined' OR ($skipped AND state = 'skipped'))
  AND ($since IS NULL OR decided_at >= from_iso8601_timestamp($since))
  AND ($account IS NULL OR accountid = $account)
ORDER BY decided_at DESC, "object", object_version
LIMIT $limit
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
    id: "refused-then-accepted",
    text: `/*
title: Refused often, then let in
group: network
description: Which addresses were refused by a target many times and then accepted by it within the window?
notes:
  - >-
    Someone who scanned and found the open port, or a rule that was opened after complaints: \`security-group-changes\`
    tells which.
  - >-
    Flow logs are in windows of a minute or ten: order within one window is not known, so the acceptance must begin later.
tables: [vpc_flow]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: min_refused, type: integer, default: "20", help: Refused flows before the first accepted one, example: "20" }
  - { name: limit, type: integer, default: "200", help: Rows at most, example: "200" }
*/
WITH flows AS (
  SELECT
    accountid,
    src_endpoint.ip AS ip,
    dst_endpoint.ip AS target,
    dst_endpoint.port AS port,
    action_id,
    traffic.bytes AS bytes,
    time_dt,
    MAX(CASE WHEN action_id = 1 THEN time_dt END) OVER (
      PARTITION BY accountid, src_endpoint.ip, dst_endpoint.ip
    ) AS last_accepted_at,
    MIN(CASE WHEN action_id = 2 THEN time_dt END) OVER (
      PARTITION BY accountid, src_endpoint.ip, dst_endpoint.ip
    ) AS first_refused_at
  FROM vpc_flow
  WHERE action_id IN (1, 2)
    AND src_endpoint.ip IS NOT NULL
    AND ($account IS NULL OR accountid = $account)
)
SELECT
  accountid AS account,
  ip AS source,
  target,
  COUNT_IF(action_id = 2 AND time_dt < last_accepted_at) AS refused_before,
  COUNT(DISTINCT CASE WHEN action_id = 2 THEN port END) AS ports_refused,
  COUNT_IF(action_id = 1 AND time_dt > first_refused_at) AS accepted_after,
  ARRAY_JOIN(ARRAY_SORT(ARRAY_AGG(DISTINCT CASE WHEN action_id = 1 THEN port END)), ' ') AS ports_accepted,
  CAST(COALESCE(SUM(CASE WHEN action_id = 1 THEN bytes END), 0) AS BIGINT) AS bytes_accepted,
  MIN(first_refused_at) AS first_refused_at,
  MAX(last_accepted_at) AS last_accepted_at
FROM flows
WHERE last_accepted_at > first_refused_at
GROUP BY 1, 2, 3
HAVING COUNT_IF(action_id = 2 AND time_dt < last_accepted_at) >= $min_refused
ORDER BY refused_before DESC, account, source, target
LIMIT $limit
`,
  },
  {
    id: "regions-in-use",
    text: `/*
title: Regions in use
group: guardrails
description: In which regions did each account's principals change something, since when, and who was the first?
notes:
  - >-
    A region whose \`first_at\` is recent in a long window, by a person, is where hidden machines are started. Global services
    log in us-east-1.
  - >-
    Changes by AWS services and refused calls are left out.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH changes AS (
  SELECT
    accountid,
    region,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, 'unknown') AS principal,
    api.service.name AS service,
    time_dt,
    ROW_NUMBER() OVER (PARTITION BY accountid, region ORDER BY time_dt, metadata.uid) AS nth
  FROM cloudtrail
  WHERE COALESCE(aws.read_only, false) = false
    AND COALESCE(aws.event_category, 'Management') = 'Management'
    AND COALESCE(actor."user"."type", '') <> 'AWSService'
    AND actor.invoked_by IS NULL
    AND api.response.error IS NULL
    AND ($account IS NULL OR accountid = $account)
)
SELECT
  accountid AS account,
  region,
  COUNT(*) AS changes,
  COUNT(DISTINCT principal) AS principals,
  COUNT(DISTINCT service) AS services,
  MAX(CASE WHEN nth = 1 THEN principal END) AS first_principal,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM changes
GROUP BY 1, 2
ORDER BY first_at DESC, account, region
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
    id: "rejected-records",
    text: `/*
title: Records that became no rows
group: guardrails
description: How many records were rejected, for which reason, from which source and account, and where is one to look at?
notes:
  - >-
    The record's text is kept in \`rejects\`; \`example_object\` and \`example_ordinal\` are where it lay.
  - >-
    Rejects of one reason that begin on one day are usually a new shape of log; of one object alone, damage.
tables: [rejects]
parameters:
  - { name: since, type: instant, help: Only records decided at or after, example: 7d }
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "200", help: Rows at most, example: "200" }
*/
WITH places AS (
  SELECT
    source,
    accountid,
    reason,
    "object" AS place,
    ordinal,
    decided_at,
    ROW_NUMBER() OVER (PARTITION BY source, accountid, reason ORDER BY "object", ordinal) AS nth
  FROM rejects
  WHERE ($since IS NULL OR decided_at >= from_iso8601_timestamp($since))
    AND ($account IS NULL OR accountid = $account)
)
SELECT
  source,
  accountid AS account,
  reason,
  COUNT(*) AS records,
  COUNT(DISTINCT place) AS objects,
  MAX(CASE WHEN nth = 1 THEN place END) AS example_object,
  MAX(CASE WHEN nth = 1 THEN ordinal END) AS example_ordinal,
  MIN(decided_at) AS first_decided_at,
  MAX(decided_at) AS last_decided_at
FROM places
GROUP BY 1, 2, 3
ORDER BY records DESC, source, account, reason
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
    id: "role-chains",
    text: `/*
title: Roles that assumed other roles
group: cross-account
description: >-
  Which roles were assumed by sessions of other roles, within an account and across, when first, and how often?
notes:
  - >-
    A pair whose \`first_at\` is recent in a long window is a new way between two accounts.
  - >-
    Both accounts log an assumption across accounts; it counts once. Where the caller's own account does not log, the
    caller is its principal id.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only roles of this account, example: "444455556666" }
  - { name: across_only, type: boolean, default: "false", help: Only chains that cross accounts, example: "true" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH links AS (
  SELECT
    COALESCE(aws.shared_event_id, metadata.uid) AS occurrence,
    MAX(actor."user".account.uid) AS from_account,
    COALESCE(MAX(actor.session.issuer), MAX(SPLIT_PART(actor."user".uid_alt, ':', 1))) AS from_role,
    MAX(json_extract_scalar(api.request.data, '$.roleArn')) AS to_role,
    MAX(src_endpoint.ip) AS ip,
    MAX(api.response.error) AS error,
    MIN(time_dt) AS time_dt
  FROM cloudtrail
  WHERE api.service.name = 'sts.amazonaws.com'
    AND api.operation = 'AssumeRole'
    AND (actor."user"."type" = 'AssumedRole' OR STRPOS(actor."user".uid_alt, 'AROA') = 1)
  GROUP BY 1
)
SELECT
  from_account,
  from_role,
  SPLIT_PART(to_role, ':', 5) AS to_account,
  to_role,
  COUNT_IF(error IS NULL) AS sessions,
  COUNT_IF(error IS NOT NULL) AS failures,
  COUNT(DISTINCT ip) AS addresses,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM links
WHERE ($account IS NULL OR SPLIT_PART(to_role, ':', 5) = $account)
  AND (NOT $across_only OR from_account <> SPLIT_PART(to_role, ':', 5))
GROUP BY 1, 2, 3, 4
ORDER BY first_at DESC, from_account, from_role, to_role
LIMIT $limit
`,
  },
  {
    id: "roles-passed",
    text: `/*
title: Roles handed to services
group: privilege
description: >-
  Who gave which role to a service, by starting an instance, a function, a container or a job with it? Handing on a role
  that is stronger than one's own is a way up.
notes:
  - >-
    PassRole itself is never logged: the call that carries the role is.
  - >-
    \`first_at\` recent in a long window is a new pair of principal and role.
  - >-
    Of calls that carry several roles (tasks of ECS) each is listed.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: role, type: string, help: Only roles whose name or ARN holds this text, example: admin }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH calls AS (
  SELECT
    accountid,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    api.service.name AS service,
    api.operation AS operation,
    ARRAY[
      json_extract_scalar(api.request.data, '$.iamInstanceProfile.arn'),
      json_extract_scalar(api.request.data, '$.iamInstanceProfile.name'),
      json_extract_scalar(api.request.data, '$.IamInstanceProfile.Arn'),
      json_extract_scalar(api.request.data, '$.role'),
      json_extract_scalar(api.request.data, '$.roleArn'),
      json_extract_scalar(api.request.data, '$.roleARN'),
      json_extract_scalar(api.request.data, '$.serviceRole'),
      json_extract_scalar(api.request.data, '$.taskRoleArn'),
      json_extract_scalar(api.request.data, '$.executionRoleArn')
    ] AS candidates,
    api.response.error AS error,
    time_dt
  FROM cloudtrail
  WHERE COALESCE(aws.read_only, false) = false
    AND api.service.name NOT IN ('sts.amazonaws.com', 'iam.amazonaws.com')
    AND (STRPOS(LOWER(api.request.data), 'role') > 0 OR STRPOS(LOWER(api.request.data), 'instanceprofile') > 0)
    AND ($account IS NULL OR accountid = $account)
),
passed AS (
  SELECT calls.accountid, calls.principal, calls.service, calls.operation, calls.error, calls.time_dt, u.role
  FROM calls
  CROSS JOIN UNNEST(ARRAY_DISTINCT(calls.candidates)) AS u (role)
  WHERE u.role IS NOT NULL AND ($role IS NULL OR STRPOS(u.role, $role) > 0)
)
SELECT
  accountid AS account,
  principal,
  role,
  service,
  operation,
  COUNT_IF(error IS NULL) AS calls,
  COUNT_IF(error IS NOT NULL) AS refused,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM passed
GROUP BY 1, 2, 3, 4, 5
ORDER BY first_at DESC, account, principal, role, service, operation
LIMIT $limit
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
    id: "root-sessions-of-members",
    text: `/*
title: Root sessions taken in member accounts
group: cross-account
description: >-
  Who took short root sessions in member accounts (sts:AssumeRoot), with which task policy, and what was done in them?
notes:
  - >-
    Central root access belongs to the management account or a delegated administrator; the session lasts 15 minutes at
    most and may do only what its task policy allows.
  - >-
    Calls are matched by the key that was given out; where the trail does not log the answer, \`calls\` is 0.
tables: [cloudtrail]
parameters:
  - { name: member, type: account, help: Only sessions in this member account, example: "444455556666" }
  - { name: limit, type: integer, default: "200", help: Rows at most, example: "200" }
*/
WITH taken AS (
  SELECT
    time_dt,
    accountid,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, 'unknown') AS principal,
    json_extract_scalar(api.request.data, '$.targetPrincipal') AS target,
    json_extract_scalar(api.request.data, '$.taskPolicyArn.arn') AS task_policy,
    json_extract_scalar(api.response.data, '$.credentials.accessKeyId') AS access_key,
    src_endpoint.ip AS ip,
    api.response.error AS error,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE api.service.name = 'sts.amazonaws.com' AND api.operation = 'AssumeRoot'
),
calls AS (
  SELECT
    actor."user".credential_uid AS access_key,
    COUNT(*) AS calls,
    ARRAY_JOIN(ARRAY_AGG(DISTINCT api.operation ORDER BY api.operation), ' ') AS operations
  FROM cloudtrail
  WHERE actor."user".credential_uid IN (SELECT access_key FROM taken)
  GROUP BY 1
)
SELECT
  taken.time_dt AS event_at,
  taken.accountid AS account,
  taken.principal,
  taken.target AS member,
  SPLIT_PART(taken.task_policy, '/', 3) AS task,
  taken.access_key,
  COALESCE(calls.calls, 0) AS calls,
  calls.operations,
  taken.ip AS source,
  taken.error,
  taken.event_id
FROM taken
LEFT JOIN calls ON calls.access_key = taken.access_key
WHERE $member IS NULL OR STRPOS(taken.target, $member) > 0
ORDER BY event_at, account, event_id
LIMIT $limit
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
  SELECT
    recorded_at,
    status,
    accountid,
    region,
    group_name,
    CAST(json_extract(configuration, '$.ipPermissions') AS ARRAY(JSON)) AS permissions_in,
    CAST(json_extract(configuration, '$.ipPermissionsEgress') AS ARRAY(JSON)) AS permissions_out
  FROM items
  WHERE age = 1
),
permissions AS (
  SELECT latest.accountid, latest.region, 'in' AS direction, p.permission
  FROM latest CROSS JOIN UNNEST(latest.permissions_in) AS p (permission)
  UNION ALL
  SELECT latest.accountid, latest.region, 'out' AS direction, p.permission
  FROM latest CROSS JOIN UNNEST(latest.permissions_out) AS p (permission)
),
parts AS (
  SELECT
    accountid,
    region,
    direction,
    permission,
    CAST(json_extract(permission, '$.ipv4Ranges') AS ARRAY(JSON)) AS v4_ranges,
    CAST(json_extract(permission, '$.ipv6Ranges') AS ARRAY(JSON)) AS v6_ranges,
    CAST(json_extract(permission, '$.userIdGroupPairs') AS ARRAY(JSON)) AS groups,
    CAST(json_extract(permission, '$.prefixListIds') AS ARRAY(JSON)) AS prefix_lists
  FROM permissions
),
lists AS (
  SELECT
    accountid,
    region,
    direction,
    permission,
    CONCAT(
      COALESCE(v4_ranges, ARRAY[]), COALESCE(v6_ranges, ARRAY[]), COALESCE(groups, ARRAY[]), COALESCE(prefix_lists, ARRAY[])
    ) AS items
  FROM parts
),
peers AS (
  SELECT
    lists.accountid,
    lists.region,
    lists.direction,
    lists.permission,
    COALESCE(
      json_extract_scalar(r.item, '$.cidrIp'),
      json_extract_scalar(r.item, '$.cidrIpv6'),
      json_extract_scalar(r.item, '$.groupId'),
      json_extract_scalar(r.item, '$.prefixListId')
    ) AS peer,
    json_extract_scalar(r.item, '$.description') AS description
  FROM lists CROSS JOIN UNNEST(lists.items) AS r (item)
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
ORDER BY account, region, direction, protocol, from_port, to_port, peer, description
`,
  },
  {
    id: "security-group-changes",
    text: `/*
title: Rules added to and taken from security groups
group: network
description: >-
  Who opened or closed which ports of which security group for whom, one row per rule and peer?
notes:
  - >-
    \`to_everyone\` marks 0.0.0.0/0 and ::/0. A peer that is a group (sg-...) or a prefix list (pl-...) is listed as it is.
  - >-
    Calls that name rules by their ids only (revokes from the console) have no ports: \`security-group-at\` says what the
    rule was.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: group_id, type: string, help: Only this security group, example: sg-0a1b2c3d4e5f60718 }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH changes AS (
  SELECT
    time_dt,
    accountid,
    region,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    api.operation AS operation,
    json_extract_scalar(api.request.data, '$.groupId') AS group_id,
    CAST(json_extract(api.request.data, '$.ipPermissions.items') AS ARRAY(JSON)) AS permissions,
    api.response.error AS error,
    src_endpoint.ip AS ip,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE api.service.name = 'ec2.amazonaws.com'
    AND api.operation IN (
      'AuthorizeSecurityGroupIngress', 'AuthorizeSecurityGroupEgress', 'RevokeSecurityGroupIngress',
      'RevokeSecurityGroupEgress'
    )
    AND ($account IS NULL OR accountid = $account)
),
rules AS (
  SELECT
    changes.time_dt,
    changes.accountid,
    changes.region,
    changes.principal,
    changes.operation,
    changes.group_id,
    changes.error,
    changes.ip,
    changes.event_id,
    p.permission
  FROM changes
  LEFT JOIN UNNEST(changes.permissions) AS p (permission) ON TRUE
  WHERE $group_id IS NULL OR changes.group_id = $group_id
),
parts AS (
  SELECT
    time_dt,
    accountid,
    region,
    principal,
    operation,
    group_id,
    error,
    ip,
    event_id,
    json_extract_scalar(permission, '$.ipProtocol') AS protocol,
    TRY_CAST(json_extract_scalar(permission, '$.fromPort') AS INTEGER) AS from_port,
    TRY_CAST(json_extract_scalar(permission, '$.toPort') AS INTEGER) AS to_port,
    CAST(json_extract(permission, '$.ipRanges.items') AS ARRAY(JSON)) AS v4_ranges,
    CAST(json_extract(permission, '$.ipv6Ranges.items') AS ARRAY(JSON)) AS v6_ranges,
    CAST(json_extract(permission, '$.groups.items') AS ARRAY(JSON)) AS groups,
    CAST(json_extract(permission, '$.prefixListIds.items') AS ARRAY(JSON)) AS prefix_lists
  FROM rules
),
lists AS (
  SELECT
    time_dt,
    accountid,
    region,
    principal,
    operation,
    group_id,
    error,
    ip,
    event_id,
    protocol,
    from_port,
    to_port,
    CONCAT(
      COALESCE(v4_ranges, ARRAY[]), COALESCE(v6_ranges, ARRAY[]), COALESCE(groups, ARRAY[]), COALESCE(prefix_lists, ARRAY[])
    ) AS items
  FROM parts
),
peers AS (
  SELECT
    lists.time_dt,
    lists.accountid,
    lists.region,
    lists.principal,
    lists.operation,
    lists.group_id,
    lists.error,
    lists.ip,
    lists.event_id,
    lists.protocol,
    lists.from_port,
    lists.to_port,
    COALESCE(
      json_extract_scalar(r.item, '$.cidrIp'),
      json_extract_scalar(r.item, '$.cidrIpv6'),
      json_extract_scalar(r.item, '$.groupId'),
      json_extract_scalar(r.item, '$.prefixListId')
    ) AS peer
  FROM lists
  LEFT JOIN UNNEST(lists.items) AS r (item) ON TRUE
)
SELECT
  time_dt AS event_at,
  accountid AS account,
  region,
  principal,
  group_id,
  CASE WHEN operation LIKE 'Authorize%' THEN 'opened' ELSE 'closed' END AS change,
  CASE WHEN operation LIKE '%Ingress' THEN 'in' ELSE 'out' END AS direction,
  CASE protocol WHEN '-1' THEN 'all' ELSE protocol END AS protocol,
  from_port,
  to_port,
  peer,
  COALESCE(peer IN ('0.0.0.0/0', '::/0'), false) AS to_everyone,
  ip AS source,
  error,
  event_id
FROM peers
ORDER BY event_at, account, event_id, direction, protocol, from_port, to_port, peer
LIMIT $limit
`,
  },
  {
    id: "session-lineage",
    text: `/*
title: Lineage of a session
group: cross-account
description: >-
  Where did this access key come from, and what came of it? Follows AssumeRole from account to account in both
  directions: up to whoever began the chain, and down to every session that was opened with the key or its descendants.
notes:
  - >-
    \`hop\` 0 is the call that gave out the key, -1 the one before it, 1 and more what was opened with it. The topmost row's
    caller is where the chain begins; for web identity and SAML \`identity\` is the subject, \`source_identity\` what was
    carried along since.
  - >-
    Five hops up and five down are followed: both engines run this without recursion. Ask again with the outermost key to
    go on.
  - >-
    A hop is missing where no trail logs: the chain ends there although it goes on. Keys of GetSessionToken and
    GetFederationToken are followed too; console sessions of a key are not issued by a logged call.
  - >-
    \`calls\` are within the window. Bound it with --from: every hop reads the window again.
tables: [cloudtrail]
parameters:
  - { name: access_key, type: access-key, required: true, help: "Access key id of the session (ASIA...) or of a user (AKIA...)", example: ASIAIOSFODNN7EXAMPLE }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH issues AS (
  SELECT
    COALESCE(
      session.credential_uid,
      CASE WHEN api.operation IN ('GetSessionToken', 'GetFederationToken', 'AssumeRoot')
        THEN json_extract_scalar(api.response.data, '$.credentials.accessKeyId') END
    ) AS child,
    actor."user".credential_uid AS parent,
    COALESCE(json_extract_scalar(api.request.data, '$.roleArn'), session.uid) AS role,
    session.uid AS session_arn,
    COALESCE(actor."user".uid, actor."user".uid_alt, actor.invoked_by) AS caller,
    actor."user".account.uid AS caller_account,
    CASE WHEN api.operation IN ('AssumeRoleWithWebIdentity', 'AssumeRoleWithSAML') THEN actor."user".name END AS subject,
    aws.on_behalf_of_user_id AS sso_user,
    COALESCE(aws.source_identity, json_extract_scalar(api.request.data, '$.sourceIdentity')) AS source_identity,
    COALESCE(src_endpoint.ip, src_endpoint.domain) AS source,
    api.operation AS operation,
    time_dt,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE api.service.name = 'sts.amazonaws.com'
    AND api.response.error IS NULL
),
-- An assumption across accounts is logged in both, and only the caller's record names the key that called.
edges AS (
  SELECT
    child,
    MAX(parent) AS parent,
    MAX(role) AS role,
    MAX(session_arn) AS session_arn,
    MAX(caller) AS caller,
    MAX(caller_account) AS caller_account,
    MAX(COALESCE(subject, sso_user)) AS identity,
    MAX(source_identity) AS source_identity,
    MAX(source) AS source,
    MAX(operation) AS operation,
    MIN(time_dt) AS issued_at,
    MIN(event_id) AS event_id
  FROM issues
  WHERE child IS NOT NULL
  GROUP BY 1
),
lines AS (
  SELECT
    e1.child AS child,
    e1.parent AS key1,
    e2.parent AS key2,
    e3.parent AS key3,
    e4.parent AS key4,
    e5.parent AS key5
  FROM edges AS e1
  LEFT JOIN edges AS e2 ON e2.child = e1.parent
  LEFT JOIN edges AS e3 ON e3.child = e2.parent
  LEFT JOIN edges AS e4 ON e4.child = e3.parent
  LEFT JOIN edges AS e5 ON e5.child = e4.parent
),
hops AS (
  SELECT
    child,
    CASE $access_key WHEN child THEN 0 WHEN key1 THEN 1 WHEN key2 THEN 2 WHEN key3 THEN 3 WHEN key4 THEN 4 ELSE 5 END
      AS hop
  FROM lines
  WHERE $access_key IN (child, key1, key2, key3, key4, key5)
  UNION ALL
  SELECT u.child, u.hop
  FROM lines
  CROSS JOIN UNNEST(ARRAY[key1, key2, key3, key4, key5], ARRAY[-1, -2, -3, -4, -5]) AS u (child, hop)
  WHERE lines.child = $access_key AND u.child IS NOT NULL
),
calls AS (
  SELECT
    actor."user".credential_uid AS access_key,
    COUNT(*) AS calls,
    COUNT_IF(COALESCE(aws.read_only, false) = false) AS changes,
    COUNT(DISTINCT accountid) AS accounts,
    MAX(time_dt) AS last_call_at
  FROM cloudtrail
  WHERE actor."user".credential_uid IN (SELECT child FROM hops)
  GROUP BY 1
)
SELECT
  hops.hop,
  edges.issued_at,
  edges.operation,
  edges.caller_account,
  edges.caller,
  edges.identity,
  edges.source_identity,
  edges.source,
  edges.parent AS parent_key,
  edges.child AS access_key,
  SPLIT_PART(edges.role, ':', 5) AS role_account,
  edges.role,
  edges.session_arn,
  COALESCE(calls.calls, 0) AS calls,
  COALESCE(calls.changes, 0) AS changes,
  calls.last_call_at,
  edges.event_id
FROM hops
JOIN edges ON edges.child = hops.child
LEFT JOIN calls ON calls.access_key = hops.child
ORDER BY hop, issued_at, access_key
LIMIT $limit
`,
  },
  {
    id: "sessions-of-person",
    text: `/*
title: Sessions of a person, in all accounts
group: identity
description: >-
  Which sessions belong to this person, by session name, source identity, Identity Center user or IAM user name, and how
  much was done in each?
notes:
  - >-
    \`known_by\` says what names the person. Whoever assumes a role chooses the session name: only names that Identity
    Center gives (roles AWSReservedSSO_...) and source identities that a policy demands are proof.
  - >-
    Sessions opened from these are in \`session-lineage\`.
tables: [cloudtrail]
parameters:
  - { name: person, type: string, required: true, help: "Session name, source identity, Identity Center user id or user name", example: alice@example.com }
  - { name: account, type: account, help: Only in this account, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH calls AS (
  SELECT
    accountid,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt) AS principal,
    actor."user".credential_uid AS access_key,
    CASE $person
      WHEN aws.on_behalf_of_user_id THEN 'Identity Center user'
      WHEN aws.source_identity THEN 'source identity'
      WHEN SPLIT_PART(actor."user".uid_alt, ':', 2) THEN 'session name'
      WHEN actor."user".name THEN 'user name'
    END AS known_by,
    COALESCE(aws.read_only, false) AS is_read,
    api.response.error AS error,
    src_endpoint.ip AS ip,
    time_dt
  FROM cloudtrail
  WHERE $person IN (
      aws.on_behalf_of_user_id, aws.source_identity, SPLIT_PART(actor."user".uid_alt, ':', 2), actor."user".name
    )
    AND ($account IS NULL OR accountid = $account)
)
SELECT
  accountid AS account,
  principal,
  access_key,
  known_by,
  COUNT(*) AS events,
  COUNT_IF(NOT is_read) AS changes,
  COUNT_IF(error IS NOT NULL) AS errors,
  COUNT(DISTINCT ip) AS addresses,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM calls
GROUP BY 1, 2, 3, 4
ORDER BY first_at, account, principal, access_key, known_by
LIMIT $limit
`,
  },
  {
    id: "snapshots-shared",
    text: `/*
title: Snapshots and images shared
group: data
description: >-
  Which disk snapshots, machine images and database snapshots were shared, with which accounts, or with everyone?
notes:
  - >-
    \`shared_with\` lists account ids, and \`all\` for everyone. An account that is not yours now can copy the disk.
  - >-
    Sharing is what these calls allow; whether the copy was taken is only seen in the owner's SharedSnapshotCopyInitiated
    and SharedSnapshotVolumeCreated events.
  - >-
    Calls that only take permissions away are left out.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH calls AS (
  SELECT
    time_dt,
    accountid,
    region,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    api.operation AS operation,
    COALESCE(
      json_extract_scalar(api.request.data, '$.snapshotId'),
      json_extract_scalar(api.request.data, '$.imageId'),
      json_extract_scalar(api.request.data, '$.dBSnapshotIdentifier'),
      json_extract_scalar(api.request.data, '$.dBClusterSnapshotIdentifier')
    ) AS snapshot,
    COALESCE(
      CAST(json_extract(api.request.data, '$.createVolumePermission.add.items') AS ARRAY(JSON)),
      CAST(json_extract(api.request.data, '$.launchPermission.add.items') AS ARRAY(JSON))
    ) AS added,
    CAST(json_extract(api.request.data, '$.valuesToAdd') AS ARRAY(VARCHAR)) AS values_added,
    json_extract_scalar(api.request.data, '$.attributeName') AS attribute,
    api.response.error AS error,
    src_endpoint.ip AS ip,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE api.service.name IN ('ec2.amazonaws.com', 'rds.amazonaws.com')
    AND api.operation IN (
      'ModifySnapshotAttribute', 'ModifyImageAttribute', 'ModifyDBSnapshotAttribute', 'ModifyDBClusterSnapshotAttribute'
    )
    AND ($account IS NULL OR accountid = $account)
),
shared AS (
  SELECT
    time_dt,
    accountid,
    region,
    principal,
    operation,
    snapshot,
    CASE
      WHEN attribute = 'restore' THEN values_added
      ELSE TRANSFORM(added, item -> COALESCE(
        json_extract_scalar(item, '$.userId'),
        json_extract_scalar(item, '$.group'),
        json_extract_scalar(item, '$.organizationArn'),
        json_extract_scalar(item, '$.organizationalUnitArn')
      ))
    END AS receivers,
    error,
    ip,
    event_id
  FROM calls
)
SELECT
  time_dt AS event_at,
  accountid AS account,
  region,
  principal,
  operation,
  snapshot,
  ARRAY_JOIN(ARRAY_SORT(receivers), ' ') AS shared_with,
  CONTAINS(receivers, 'all') AS with_everyone,
  ip AS source,
  error,
  event_id
FROM shared
WHERE CARDINALITY(receivers) > 0
ORDER BY event_at, account, event_id
LIMIT $limit
`,
  },
  {
    id: "state-at-event",
    text: `/*
title: What an event changed
group: history
description: >-
  What did the resources that a CloudTrail event names look like when it happened, and what did AWS Config record next?
  This is an as-of join: for each resource the newest item at or before the event, and the first after it.
notes:
  - >-
    Give the event's id and its time as other queries print them, and no --from: the state before may have been recorded
    long ago (\`lookback_days\`).
  - >-
    \`before\` is the state that the event met, \`after\` the first item within a day. AWS Config may merge several changes into
    one item, and records some types minutes later.
  - >-
    A resource counts as named when its ARN or id stands in the event; a match of its name alone may be another resource
    of that name in the account.
tables: [cloudtrail, config]
parameters:
  - { name: event_id, type: string, required: true, help: The event's id, example: 4a1ad5d2-0000-4000-8000-000000000001 }
  - { name: event_at, type: instant, required: true, help: The event's time, example: "2026-01-05T12:00:00Z" }
  - { name: lookback_days, type: integer, default: "400", help: How far back an item may lie, example: "400" }
  - { name: limit, type: integer, default: "100", help: Rows at most, example: "100" }
*/
WITH event AS (
  SELECT
    time_dt AS event_at,
    accountid,
    api.operation AS operation,
    CONCAT_WS(' ', api.request.data, api.response.data, aws.resources) AS named
  FROM cloudtrail
  WHERE metadata.uid = $event_id
    AND time_dt >= date_add('minute', -1, from_iso8601_timestamp($event_at))
    AND time_dt < date_add('minute', 1, from_iso8601_timestamp($event_at))
),
items AS (
  SELECT
    time_dt AS recorded_at,
    accountid,
    region,
    aws.arn AS arn,
    aws.resource_type AS resource_type,
    aws.resource_id AS resource_id,
    aws.resource_name AS resource_name,
    aws.state_id AS state_id,
    status_code AS status,
    element_at(resources, 1).data AS configuration,
    aws.supplementary_configuration AS supplementary
  FROM config
  WHERE time_dt >= date_add('day', -$lookback_days, from_iso8601_timestamp($event_at))
    AND time_dt < date_add('day', 1, from_iso8601_timestamp($event_at))
),
matched AS (
  SELECT
    event.event_at,
    event.operation,
    CASE WHEN items.recorded_at <= event.event_at THEN 'before' ELSE 'after' END AS state,
    CASE
      WHEN STRPOS(event.named, CONCAT('"', items.arn, '"')) > 0 THEN 'ARN'
      WHEN STRPOS(event.named, CONCAT('"', items.resource_id, '"')) > 0 THEN 'id'
      ELSE 'name'
    END AS named_by,
    items.recorded_at,
    items.accountid,
    items.region,
    items.resource_type,
    items.resource_id,
    items.resource_name,
    items.state_id,
    items.status,
    items.configuration,
    items.supplementary
  FROM event
  JOIN items ON items.accountid = event.accountid
  WHERE STRPOS(event.named, CONCAT('"', items.arn, '"')) > 0
    OR STRPOS(event.named, CONCAT('"', items.resource_id, '"')) > 0
    OR STRPOS(event.named, CONCAT('"', items.resource_name, '"')) > 0
),
ranked AS (
  SELECT
    event_at,
    operation,
    state,
    named_by,
    recorded_at,
    accountid,
    region,
    resource_type,
    resource_id,
    resource_name,
    status,
    configuration,
    supplementary,
    ROW_NUMBER() OVER (
      PARTITION BY accountid, region, resource_type, resource_id, state ORDER BY recorded_at DESC, state_id DESC
    ) AS newest,
    ROW_NUMBER() OVER (
      PARTITION BY accountid, region, resource_type, resource_id, state ORDER BY recorded_at, state_id
    ) AS oldest
  FROM matched
)
SELECT
  event_at,
  operation,
  resource_type,
  resource_id,
  resource_name,
  named_by,
  state,
  recorded_at,
  status,
  accountid AS account,
  region,
  configuration,
  supplementary
FROM ranked
WHERE (state = 'before' AND newest = 1) OR (state = 'after' AND oldest = 1)
ORDER BY resource_type, resource_id, account, region, recorded_at, state
LIMIT $limit
`,
  },
  {
    id: "throttled-calls",
    text: `/*
title: Throttled calls
group: noise
description: Who was slowed down by AWS's limits, on which operation, and in how many minutes?
notes:
  - >-
    Throttling costs its victims, who share the account's limits with whoever calls too much: compare with \`top-calls\`.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "100", help: Rows at most, example: "100" }
*/
SELECT
  accountid AS account,
  region,
  COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
  api.service.name AS service,
  api.operation AS operation,
  COUNT(*) AS throttled,
  COUNT(DISTINCT date_trunc('minute', time_dt)) AS minutes,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM cloudtrail
WHERE (
    api.response.error LIKE '%Throttl%'
    OR api.response.error LIKE '%RequestLimitExceeded%'
    OR api.response.error LIKE '%TooManyRequests%'
    OR api.response.error LIKE '%SlowDown%'
    OR api.response.error LIKE '%ProvisionedThroughputExceeded%'
  )
  AND ($account IS NULL OR accountid = $account)
GROUP BY 1, 2, 3, 4, 5
ORDER BY throttled DESC, account, region, principal, service, operation
LIMIT $limit
`,
  },
  {
    id: "tool-user-agents",
    text: `/*
title: Calls by attack tools
group: identity
description: >-
  Which principals called with the user agent of a tool that attackers like: offensive distributions, secret scanners,
  console makers, S3 browsers?
notes:
  - >-
    Anyone can send any user agent: a match is a reason to look, no match is no reason to rest.
  - >-
    Your own testers use the same tools; S3 browsers are also plain desktop programs.
tables: [cloudtrail]
parameters:
  - { name: also, type: string, help: "One more text to look for in user agents, in any case", example: masscan }
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "200", help: Rows at most, example: "200" }
*/
WITH calls AS (
  SELECT
    accountid,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    http_request.user_agent AS user_agent,
    ELEMENT_AT(
      FILTER(
        ARRAY[
          LOWER($also), 'kali', 'parrot', 'pentoo', 'pacu', 'trufflehog', 's3 browser', 'aws_consoler', 'scoutsuite',
          'prowler', 'cloudfox', 'enumerate-iam', 'nuclei', 'sqlmap'
        ],
        tool -> STRPOS(LOWER(http_request.user_agent), tool) > 0
      ),
      1
    ) AS tool,
    api.operation AS operation,
    api.response.error AS error,
    src_endpoint.ip AS ip,
    time_dt
  FROM cloudtrail
  WHERE http_request.user_agent IS NOT NULL
    AND ($account IS NULL OR accountid = $account)
)
SELECT
  accountid AS account,
  principal,
  tool,
  MIN(user_agent) AS example_user_agent,
  COUNT(*) AS events,
  COUNT(DISTINCT operation) AS operations,
  COUNT_IF(error IS NOT NULL) AS errors,
  COUNT(DISTINCT ip) AS addresses,
  MIN(time_dt) AS first_at,
  MAX(time_dt) AS last_at
FROM calls
WHERE tool IS NOT NULL
GROUP BY 1, 2, 3
ORDER BY events DESC, account, principal, tool
LIMIT $limit
`,
  },
  {
    id: "top-calls",
    text: `/*
title: Calls that fill the logs
group: noise
description: Which operations make most of the events, how many principals call them, and what share is theirs?
notes:
  - >-
    \`share_percent\` is of the events in the window (and account, if one is given).
  - >-
    An operation with one principal and a large share is one program's polling: often the cheapest thing to fix.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "50", help: Rows at most, example: "50" }
*/
WITH calls AS (
  SELECT
    api.service.name AS service,
    api.operation AS operation,
    COALESCE(aws.event_category, 'Management') AS category,
    COUNT(*) AS events,
    COUNT(DISTINCT accountid) AS accounts,
    COUNT(DISTINCT COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by)) AS principals,
    COUNT_IF(api.response.error IS NOT NULL) AS errors
  FROM cloudtrail
  WHERE $account IS NULL OR accountid = $account
  GROUP BY 1, 2, 3
)
SELECT
  service,
  operation,
  category,
  events,
  ROUND(100e0 * events / SUM(events) OVER (), 2) AS share_percent,
  accounts,
  principals,
  errors
FROM calls
ORDER BY events DESC, service, operation, category
LIMIT $limit
`,
  },
  {
    id: "top-flows",
    text: `/*
title: Top talkers on the network
group: noise
description: Which pairs of addresses move the most bytes, on which port, and what share of all traffic is theirs?
notes:
  - >-
    Traffic within an account is logged at both interfaces and counts twice.
  - >-
    Traffic between availability zones and through NAT gateways is paid for: the top of this list is where to look.
tables: [vpc_flow]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "100", help: Rows at most, example: "100" }
*/
WITH pairs AS (
  SELECT
    accountid AS account,
    src_endpoint.ip AS src,
    dst_endpoint.ip AS dst,
    dst_endpoint.port AS port,
    CAST(SUM(traffic.bytes) AS BIGINT) AS bytes,
    CAST(SUM(traffic.packets) AS BIGINT) AS packets,
    COUNT(*) AS flows
  FROM vpc_flow
  WHERE action_id = 1
    AND ($account IS NULL OR accountid = $account)
  GROUP BY 1, 2, 3, 4
)
SELECT
  account,
  src,
  dst,
  port,
  bytes,
  ROUND(100e0 * bytes / SUM(bytes) OVER (), 2) AS share_percent,
  packets,
  flows
FROM pairs
ORDER BY bytes DESC NULLS LAST, account, src, dst, port
LIMIT $limit
`,
  },
  {
    id: "top-principals",
    text: `/*
title: Top talkers among principals
group: noise
description: >-
  Which principals make most of the calls, of what kind, and what share of all events is theirs?
notes:
  - >-
    \`share_percent\` is of the events in the window (and account, if one is given). A few scanners and controllers usually
    make more than half: they are where tuning pays.
  - >-
    Data events cost per event where a trail records them; management events of a second trail do as well.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "50", help: Rows at most, example: "50" }
*/
WITH principals AS (
  SELECT
    accountid AS account,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    COUNT(*) AS events,
    COUNT_IF(aws.event_category = 'Data') AS data_events,
    COUNT_IF(COALESCE(aws.read_only, false) = false) AS changes,
    COUNT_IF(api.response.error IS NOT NULL) AS errors,
    COUNT(DISTINCT api.operation) AS operations,
    COUNT(DISTINCT src_endpoint.ip) AS addresses,
    MAX(time_dt) AS last_at
  FROM cloudtrail
  WHERE $account IS NULL OR accountid = $account
  GROUP BY 1, 2
)
SELECT
  account,
  principal,
  events,
  ROUND(100e0 * events / SUM(events) OVER (), 2) AS share_percent,
  data_events,
  changes,
  errors,
  operations,
  addresses,
  last_at
FROM principals
ORDER BY events DESC, account, principal
LIMIT $limit
`,
  },
  {
    id: "trust-policy-changes",
    text: `/*
title: Changes of who may assume a role
group: cross-account
description: >-
  Which roles were created, or had their trust policy changed, so that other accounts, federated identities or everyone
  may assume them?
notes:
  - >-
    \`other_accounts\` are account ids in the document beside the role's own; whether they are yours,
    \`external-assumptions\` shows once they come.
  - >-
    \`federated\` are the identity providers named. A provider of a public service without a condition on the subject
    trusts all of that service's customers: \`conditions\` says whether there is any condition.
  - >-
    Roles that trust AWS services alone are left out unless everything is asked for.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: services, type: boolean, default: "false", help: Whether roles that trust AWS services alone are listed, example: "true" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH changes AS (
  SELECT
    time_dt,
    accountid,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    api.operation AS operation,
    json_extract_scalar(api.request.data, '$.roleName') AS role_name,
    REPLACE(REPLACE(REPLACE(
      COALESCE(
        json_extract_scalar(api.request.data, '$.assumeRolePolicyDocument'),
        json_extract_scalar(api.request.data, '$.policyDocument')
      ), ' ', ''), CHR(10), ''), CHR(13), '') AS document,
    api.response.error AS error,
    src_endpoint.ip AS ip,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE api.service.name = 'iam.amazonaws.com'
    AND api.operation IN ('CreateRole', 'UpdateAssumeRolePolicy')
    AND ($account IS NULL OR accountid = $account)
),
judged AS (
  SELECT
    time_dt,
    accountid,
    principal,
    operation,
    role_name,
    -- A principal is an ARN or a bare account id.
    ARRAY_SORT(ARRAY_DISTINCT(FILTER(
      REGEXP_EXTRACT_ALL(document, '[:"]([0-9]{12})[:"]', 1), id -> id <> accountid
    ))) AS other_accounts,
    ARRAY_SORT(ARRAY_DISTINCT(REGEXP_EXTRACT_ALL(document, '-provider/([^"]+)"', 1))) AS federated,
    COALESCE(REGEXP_LIKE(document, '"Principal":"\\*"|"AWS":\\[?"\\*"'), false) AS everyone,
    COALESCE(STRPOS(document, '"Condition":{"') > 0, false) AS conditions,
    error,
    ip,
    event_id
  FROM changes
)
SELECT
  time_dt AS event_at,
  accountid AS account,
  principal,
  operation,
  role_name,
  everyone,
  ARRAY_JOIN(other_accounts, ' ') AS other_accounts,
  ARRAY_JOIN(federated, ' ') AS federated,
  conditions,
  ip AS source,
  error,
  event_id
FROM judged
WHERE $services OR everyone OR CARDINALITY(other_accounts) > 0 OR CARDINALITY(federated) > 0
ORDER BY event_at, account, event_id
LIMIT $limit
`,
  },
  {
    id: "unencrypted-resources",
    text: `/*
title: Resources without encryption
group: audit
description: Which disks, databases, file systems, clusters and snapshots did AWS Config record as not encrypted, as of a time?
notes:
  - >-
    Buckets are not listed: S3 has encrypted every new object since January 2023.
  - >-
    Give no --from: an item recorded before the window is not seen. Types that AWS Config does not record are missing.
tables: [config]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: at, type: instant, default: 0d, help: As of then; now unless given, example: "2026-01-05T12:00:00Z" }
  - { name: lookback_days, type: integer, default: "400", help: How far back an item may lie, example: "400" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH items AS (
  SELECT
    time_dt AS recorded_at,
    accountid,
    region,
    aws.resource_type AS resource_type,
    aws.resource_id AS resource_id,
    aws.resource_name AS resource_name,
    status_code AS status,
    COALESCE(
      json_extract_scalar(element_at(resources, 1).data, '$.encrypted'),
      json_extract_scalar(element_at(resources, 1).data, '$.storageEncrypted'),
      json_extract_scalar(element_at(resources, 1).data, '$.Encrypted'),
      json_extract_scalar(element_at(resources, 1).data, '$.atRestEncryptionEnabled')
    ) AS encrypted,
    ROW_NUMBER() OVER (
      PARTITION BY accountid, region, aws.resource_type, aws.resource_id ORDER BY time_dt DESC, aws.state_id DESC
    ) AS age
  FROM config
  WHERE aws.resource_type IN (
      'AWS::EC2::Volume', 'AWS::RDS::DBInstance', 'AWS::RDS::DBCluster', 'AWS::RDS::DBSnapshot',
      'AWS::RDS::DBClusterSnapshot', 'AWS::EFS::FileSystem', 'AWS::Redshift::Cluster', 'AWS::ElastiCache::ReplicationGroup'
    )
    AND time_dt <= from_iso8601_timestamp($at)
    AND time_dt >= date_add('day', -$lookback_days, from_iso8601_timestamp($at))
    AND ($account IS NULL OR accountid = $account)
)
SELECT
  accountid AS account,
  region,
  resource_type,
  resource_id,
  resource_name,
  recorded_at
FROM items
WHERE age = 1
  AND encrypted = 'false'
  AND COALESCE(status, '') NOT LIKE 'ResourceDeleted%'
ORDER BY account, resource_type, resource_id, region
LIMIT $limit
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
