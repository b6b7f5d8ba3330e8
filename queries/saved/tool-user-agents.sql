/*
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
