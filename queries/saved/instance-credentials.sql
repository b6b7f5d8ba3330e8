/*
title: Where instance credentials are used from
group: identity
description: >-
  From which addresses were the credentials of EC2 instances used? An instance's role has no business anywhere but on the
  instance.
notes:
  - >-
    Private addresses are calls through a VPC endpoint. A public address is right where it is the instance's own or its
    NAT gateway's; `address-everywhere` says who holds it.
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
