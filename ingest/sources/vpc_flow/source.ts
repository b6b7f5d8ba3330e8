import type { SourceDefinition } from "../../../core/source.ts";
import { VPC_FLOW_FIELDS } from "./fields.ts";
import { frameFlowLog } from "./frame.ts";
import { VPC_FLOW_RAW } from "./raw.ts";
import { flowLogOf, VPC_FLOW_ROUTES } from "./routes.ts";
import { VPC_FLOW_TABLE } from "./table.ts";

const source: SourceDefinition = {
  id: "vpc_flow",
  title: "VPC and Transit Gateway Flow Logs",
  doc: "IP traffic to and from network interfaces and transit gateway attachments, text or Parquet, versions 2 to 11",
  table: VPC_FLOW_TABLE,
  routes: VPC_FLOW_ROUTES,
  // Flows are gathered for ten minutes at most, then written every five. Source: AWS, "Flow log files". Twice that is
  // what a delivery takes on a bad day; a network interface without traffic is recorded too, so that files keep coming.
  delivery: { delayMs: 1_200_000, cadenceMs: 1_800_000, reachMs: 86_400_000, isFromEveryAccount: false },
  frame: frameFlowLog,
  gzipMembers: "many",
  raw: VPC_FLOW_RAW,
  oftenNull: [],
  recordKey: null,
  deliveryOf: flowLogOf,
  fields: VPC_FLOW_FIELDS,
  jsonFields: {},
  normalizerVersion: 1,
  logsource: { product: "aws", service: "vpcflow" },
};

export default source;
