import type { KeyRoute } from "../../../core/source.ts";

/**
 * CloudTrail's five sibling folders. Any prefix may stand in front of the account, also one that contains `AWSLogs`:
 * only the last matching folder and the file's name decide. Sources: AWS, "Finding your CloudTrail log files",
 * "CloudTrail digest file structure".
 */
export const CLOUDTRAIL_ROUTES: readonly KeyRoute[] = [
  {
    pattern: /(?:^|\/)(?<account>\d{12})_CloudTrail-Digest_(?<region>[a-z0-9-]+)_[^/]*\.json(?:\.gz)?$/,
    outcome: { kind: "skip", rule: "cloudtrail.digest" },
  },
  {
    pattern: /(?:^|\/)AWSLogs\/(?:o-[a-z0-9]+\/)?(?<account>\d{12})\/CloudTrail(?:-[A-Za-z]+)?\/(?:[a-z0-9/-]*\/)?$/,
    outcome: { kind: "skip", rule: "cloudtrail.folder-marker" },
  },
  {
    pattern:
      /(?:^|\/)(?<account>\d{12})_CloudTrail(?:-Insight|-NetworkActivity|-Aggregated)?_(?<region>[a-z0-9-]+)_\d{8}T\d{4}Z_[A-Za-z0-9]+\.json(?:\.gz)?$/,
    outcome: { kind: "records", variant: "delivery" },
  },
  // Results that a managed CloudTrail lake saved; the account in the key is the one that asked, not the events'.
  // Source: AWS, "CloudTrail sign file structure".
  {
    pattern: /(?:^|\/)result_sign\.json$/,
    outcome: { kind: "skip", rule: "cloudtrail.lake-sign-file" },
  },
  {
    pattern: /(?:^|\/)CloudTrail-Lake\/(?:[^/]+\/)*result_\d+\.(?:csv|json|jsonl)(?:\.gz)?$/,
    outcome: { kind: "records", variant: "lake-export" },
  },
];
