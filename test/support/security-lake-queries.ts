/**
 * Queries as people write them for Security Lake's source version 2, and the rows that they must give over
 * `LAKE_RECORDS` and `FLOWS`.
 */
import type { LakeQuery } from "./lake-queries.ts";
import { ALICE, DEPLOYER } from "./query-samples.ts";

const DATABASE = "amazon_security_lake_glue_db_eu_central_1";
const TRAIL = `"${DATABASE}"."amazon_security_lake_table_eu_central_1_cloud_trail_mgmt_2_0"`;
const FLOW = "vpc_flow_2_0";

/** The queries. */
export const SECURITY_LAKE_QUERIES: readonly LakeQuery[] = [
  {
    title: "refused calls of a window",
    sql: `SELECT time_dt, api.service.name, api.operation, api.response.error, cloud.region, actor.user.uid, src_endpoint.ip, http_request.user_agent
      FROM ${TRAIL} WHERE time_dt BETWEEN TIMESTAMP '2026-01-05 10:00:00 UTC' AND TIMESTAMP '2026-01-05 10:03:30 UTC'
      AND api.response.error IN ('Client.UnauthorizedOperation', 'AccessDenied') ORDER BY time DESC LIMIT 25`,
    rows: [
      [
        "2026-01-05T10:03:00.000Z",
        "s3.amazonaws.com",
        "GetBucketAcl",
        "AccessDenied",
        "eu-central-1",
        ALICE.arn,
        "198.51.100.7",
        "aws-cli/2",
      ],
    ],
  },
  {
    title: "calls of an account by class",
    sql: `SELECT class_name, accountid, region, count(*) AS calls FROM amazon_security_lake_table_eu_central_1_cloud_trail_mgmt_2_0
      WHERE accountid = '111122223333' GROUP BY class_name, accountid, region ORDER BY class_name`,
    rows: [
      ["API Activity", "111122223333", "eu-central-1", 4],
      ["Account Change", "111122223333", "eu-central-1", 2],
      ["Authentication", "111122223333", "eu-central-1", 3],
    ],
  },
  {
    title: "sign-ins by second factor",
    sql: `SELECT actor.user.name, is_mfa, status FROM cloud_trail_mgmt_2_0 WHERE api.operation = 'ConsoleLogin' AND actor.user.name IS NOT NULL`,
    rows: [["alice", false, "Success"]],
  },
  {
    title: "policies that were attached",
    sql: "SELECT policy.uid, \"user\".name FROM cloud_trail_mgmt_2_0 WHERE class_uid = 3001 AND activity_name = 'Attach Policy'",
    rows: [["arn:aws:iam::aws:policy/AdministratorAccess", "bob"]],
  },
  {
    title: "what has no place in OCSF",
    sql: `SELECT api.operation, unmapped['recipientAccountId'] AS recipient, unmapped['sharedEventID'] AS shared, unmapped['managementEvent'] AS managed
      FROM awsdatacatalog.${DATABASE}.amazon_security_lake_table_eu_central_1_cloud_trail_mgmt_2_0
      WHERE element_at(unmapped, 'sharedEventID') IS NOT NULL AND accountid = '444455556666'`,
    rows: [["AssumeRole", "444455556666", "shared-1", "true"]],
  },
  {
    title: "sessions, by when they began",
    sql: `SELECT actor.session.issuer, actor.session.created_time_dt, count(*) AS calls FROM cloud_trail_mgmt_2_0
      WHERE actor.session.issuer IS NOT NULL GROUP BY actor.session.issuer, actor.session.created_time_dt`,
    rows: [[DEPLOYER.sessionContext.sessionIssuer.arn, "2026-01-05T09:00:00.000Z", 3]],
  },
  {
    title: "objects that were read, in a table of their own",
    sql: "SELECT api.operation, cloud.region, metadata.version, metadata.product.feature.name FROM s3_data_2_0 ORDER BY time",
    rows: [
      ["GetObject", "eu-central-1", "1.1.0", "Data"],
      ["GetObject", "eu-west-1", "1.1.0", "Data"],
    ],
  },
  {
    title: "another region's table",
    sql: "SELECT count(*) AS calls FROM amazon_security_lake_table_eu_west_1_cloud_trail_mgmt_2_0",
    rows: [[2]],
  },
  {
    title: "functions that were called",
    sql: "SELECT count(*) AS calls FROM lambda_execution_2_0",
    rows: [[0]],
  },
  {
    title: "refused flows",
    sql: `SELECT src_endpoint.ip, dst_endpoint.port, count(*) AS flows FROM ${FLOW} WHERE disposition_id = 2 GROUP BY src_endpoint.ip, dst_endpoint.port ORDER BY 1`,
    rows: [
      ["198.51.100.8", 22, 1],
      ["198.51.100.9", 22, 1],
    ],
  },
  {
    title: "when a flow ended, and its bytes",
    sql: `SELECT start_time_dt, end_time_dt, traffic.bytes, connection_info.direction_id FROM ${FLOW} WHERE dst_endpoint.ip = '203.0.113.80'`,
    rows: [["2026-01-05T10:01:40.000Z", "2026-01-05T10:02:40.000Z", 9000, 0]],
  },
];
