import type { KeyRoute } from "../../../core/source.ts";

const OWNER = String.raw`(?:^|\/)(?<account>\d{12})_Config_(?<region>[a-z0-9-]+)_`;

/**
 * The file's name decides; dates in the folders are not padded, resource types hold colons, ids anything. Source: AWS,
 * "Delivery channel", and keys seen in deliveries.
 */
export const CONFIG_ROUTES: readonly KeyRoute[] = [
  {
    pattern: /(?:^|\/)AWSLogs\/(?:o-[a-z0-9]+\/)?(?<account>\d{12})\/Config\/ConfigWritabilityCheckFile$/,
    outcome: { kind: "skip", rule: "config.writability-check" },
  },
  {
    pattern: /(?:^|\/)AWSLogs\/(?:o-[a-z0-9]+\/)?(?<account>\d{12})\/Config\/(?:[A-Za-z0-9/-]*\/)?$/,
    outcome: { kind: "skip", rule: "config.folder-marker" },
  },
  {
    pattern: new RegExp(String.raw`${OWNER}ConfigSnapshot_\d{8}T\d{6}Z_[0-9a-fA-F-]+\.json(?:\.gz)?$`),
    outcome: { kind: "records", variant: "snapshot" },
  },
  {
    pattern: new RegExp(String.raw`${OWNER}ConfigHistory_[^/]+_\d{8}T\d{6}Z_\d{8}T\d{6}Z_\d+\.json(?:\.gz)?$`),
    outcome: { kind: "records", variant: "history" },
  },
  {
    // The resource's id is part of the name, and may itself hold slashes.
    pattern:
      /\/OversizedChangeNotification\/(?:.*\/)?(?<account>\d{12})_Config_(?<region>[a-z0-9-]+)_ChangeNotification_.+\.json(?:\.gz)?$/,
    outcome: { kind: "records", variant: "change" },
  },
];
