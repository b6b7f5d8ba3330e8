import type { KeyRoute } from "../../../core/source.ts";

/** Flow log file: `<account>_vpcflowlogs_<region>_fl-<id>_<time>_<hash>.log.gz`, or `.parquet`. */
const FILE = String.raw`(?<account>\d{12})_vpcflowlogs_(?<region>[a-z0-9-]+)_fl-[0-9a-z]+_\d{8}T\d{4}Z_[0-9A-Za-z]+`;

/**
 * The file's name says it all, so plain, Hive-style and hourly folders and any prefix are one layout. Transit gateway
 * flow logs are named alike. Source: AWS, "Flow log files".
 */
export const VPC_FLOW_ROUTES: readonly KeyRoute[] = [
  {
    pattern: new RegExp(String.raw`(?:^|\/)${FILE}(?:\.log)?(?:\.gz|\.parquet|\.gz\.parquet|\.log)?$`),
    outcome: { kind: "records", variant: "delivery" },
  },
  {
    pattern:
      /(?:^|\/)AWSLogs\/(?:aws-account-id=)?(?<account>\d{12})\/(?:aws-service=)?vpcflowlogs\/(?:[a-zA-Z0-9=/-]*\/)?$/,
    outcome: { kind: "skip", rule: "vpc_flow.folder-marker" },
  },
];

/** Two flow logs on one interface deliver equal bytes: the flow log's id tells them apart. */
export function flowLogOf(key: string): string {
  return /_(fl-[0-9a-z]+)_\d{8}T\d{4}Z_[^/]*$/.exec(key)?.[1] ?? "";
}
