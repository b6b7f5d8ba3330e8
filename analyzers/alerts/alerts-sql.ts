/** How many finding ids an alert quotes. */
const MAX_FINDING_UIDS = 20;
/** How many accounts it quotes. */
const MAX_ACCOUNTS = 100;

/**
 * A SELECT of alerts over a relation named `findings`: findings of one rule and entity are one alert as long as no more
 * than `quietMinutes` of event time lie between one and the next. An alert is named after its first finding, so an
 * alert that grows keeps its id; one that an earlier finding joins late does not, and delivery knows it by its span.
 *
 * Columns: alert_id, rule_id, title, entity, severity_id, severity, first_at, last_at (timestamptz), findings (count),
 * accounts, finding_uids (the first ones), message, rule_author.
 */
export function alertsSql(quietMinutes: number): string {
  // The same finding may stand twice where a commit was repaired: it counts once.
  return `
WITH once AS (
  SELECT DISTINCT ON (finding_uid) * FROM findings ORDER BY finding_uid, "time"
),
placed AS (
  SELECT *, coalesce("time", 0) AS at_ms FROM once
),
gaps AS (
  SELECT *, lag(at_ms) OVER (PARTITION BY rule_id, entity ORDER BY at_ms, finding_uid) AS before_ms FROM placed
),
bursts AS (
  SELECT *, sum(CASE WHEN before_ms IS NULL OR at_ms - before_ms > ${quietMinutes * 60_000} THEN 1 ELSE 0 END)
    OVER (PARTITION BY rule_id, entity ORDER BY at_ms, finding_uid ROWS UNBOUNDED PRECEDING) AS burst
  FROM gaps
),
grouped AS (
  SELECT rule_id, entity,
    first(finding_info.title ORDER BY at_ms DESC, finding_uid) AS title,
    max(severity_id) AS severity_id,
    first(severity ORDER BY severity_id DESC, finding_uid) AS severity,
    min(time_dt) AS first_at,
    max(time_dt) AS last_at,
    count(*) AS findings,
    list_sort(list_distinct(list(accountid)))[1:${MAX_ACCOUNTS}] AS accounts,
    list(finding_uid ORDER BY at_ms, finding_uid)[1:${MAX_FINDING_UIDS}] AS finding_uids,
    first(message ORDER BY at_ms DESC, finding_uid) AS message,
    max(rule_author) AS rule_author
  FROM bursts GROUP BY rule_id, entity, burst
)
SELECT sha256(CAST(to_json(['alert', rule_id, entity, finding_uids[1]]) AS VARCHAR)) AS alert_id, rule_id, title, entity,
  severity_id, severity, first_at, last_at, findings, accounts, finding_uids, message, rule_author
FROM grouped`;
}

/**
 * The text that DuckDB makes of the same list. Athena's engine spells characters beyond U+FFFF as two escapes; an escaped
 * backslash is taken as a whole, so that what follows it is no escape.
 */
const UNESCAPED = String.raw`regexp_replace(
  json_format(CAST(ARRAY['alert', rule_id, entity, finding_uids[1]] AS JSON)),
  '(\\\\)|\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})',
  x -> IF(x[1] IS NOT NULL, x[1],
    chr((from_base(x[2], 16) - 55296) * 1024 + (from_base(x[3], 16) - 56320) + 65536)))`;

/**
 * The same in Athena's SQL: the same rows, ids included, for any findings. What is compared, and where NULL stands, is
 * written out where the engines differ.
 */
export function athenaAlertsSql(quietMinutes: number): string {
  return `
WITH once AS (
  SELECT * FROM (
    SELECT *, row_number() OVER (PARTITION BY finding_uid ORDER BY "time") AS copy FROM findings
  ) WHERE copy = 1
),
placed AS (
  SELECT *, coalesce("time", 0) AS at_ms FROM once
),
gaps AS (
  SELECT *, lag(at_ms) OVER (PARTITION BY rule_id, entity ORDER BY at_ms, finding_uid) AS before_ms FROM placed
),
bursts AS (
  SELECT *, sum(CASE WHEN before_ms IS NULL OR at_ms - before_ms > ${quietMinutes * 60_000} THEN 1 ELSE 0 END)
    OVER (PARTITION BY rule_id, entity ORDER BY at_ms, finding_uid ROWS UNBOUNDED PRECEDING) AS burst
  FROM gaps
),
grouped AS (
  SELECT rule_id, entity,
    element_at(array_agg(finding_info.title ORDER BY at_ms DESC, finding_uid), 1) AS title,
    max(severity_id) AS severity_id,
    element_at(array_agg(severity ORDER BY severity_id DESC, finding_uid), 1) AS severity,
    min(time_dt) AS first_at,
    max(time_dt) AS last_at,
    count(*) AS findings,
    slice(array_sort(array_distinct(coalesce(array_agg(accountid) FILTER (WHERE accountid IS NOT NULL), ARRAY[]))),
      1, ${MAX_ACCOUNTS}) AS accounts,
    slice(array_agg(finding_uid ORDER BY at_ms, finding_uid), 1, ${MAX_FINDING_UIDS}) AS finding_uids,
    element_at(array_agg(message ORDER BY at_ms DESC, finding_uid), 1) AS message,
    max(rule_author) AS rule_author
  FROM bursts GROUP BY rule_id, entity, burst
)
SELECT lower(to_hex(sha256(to_utf8(${UNESCAPED})))) AS alert_id, rule_id, title, entity, severity_id, severity,
  first_at, last_at, findings, accounts, finding_uids, message, rule_author
FROM grouped`;
}
