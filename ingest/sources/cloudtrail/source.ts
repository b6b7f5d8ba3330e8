import type { SourceDefinition } from "../../../core/source.ts";
import { CLOUDTRAIL_FIELDS, CLOUDTRAIL_JSON_FIELDS } from "./fields.ts";
import { frameCloudTrail } from "./frame.ts";
import { CLOUDTRAIL_RAW } from "./raw.ts";
import { CLOUDTRAIL_ROUTES } from "./routes.ts";
import { CLOUDTRAIL_TABLE } from "./table.ts";

const source: SourceDefinition = {
  id: "cloudtrail",
  title: "AWS CloudTrail",
  doc: "API calls, sign-ins, service events, data events, Insights, network activity and aggregated events",
  table: CLOUDTRAIL_TABLE,
  routes: CLOUDTRAIL_ROUTES,
  // About five minutes on average, with no promise; a quarter of an hour is what was promised once. Digests come every
  // hour, also when nothing happened. Source: AWS, "Getting and viewing your CloudTrail log files", "Validating log
  // file integrity". A delivery that AWS had to try again may be days late: then the rows count as late.
  delivery: { delayMs: 900_000, cadenceMs: 5_400_000, reachMs: 86_400_000, isFromEveryAccount: true },
  frame: frameCloudTrail,
  gzipMembers: "one",
  raw: CLOUDTRAIL_RAW,
  oftenNull: ["requestParameters", "responseElements"],
  recordKey: ["metadata.uid", "accountid", "region"],
  deliveryOf: () => "",
  fields: CLOUDTRAIL_FIELDS,
  jsonFields: CLOUDTRAIL_JSON_FIELDS,
  normalizerVersion: 1,
  logsource: { product: "aws", service: "cloudtrail" },
};

export default source;
