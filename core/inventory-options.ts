import { join } from "node:path";
import { httpUrl, integer, type OptionDefinition, path } from "./config-option.ts";

/** What is configured about the accounts whose logs are expected. */
export interface InventoryConfig {
  readonly accountsFile: string;
  readonly organizationFile: string;
  readonly organizationsEndpoint: string | null;
  /** Null: what each source takes. */
  readonly behindMinutes: number | null;
}

/** Its options. */
export const INVENTORY_OPTIONS: {
  readonly [Name in keyof InventoryConfig]: OptionDefinition<InventoryConfig[Name]>;
} = {
  accountsFile: {
    env: "LOGKEEP_QUERIES_ACCOUNTS_FILE",
    help: "YAML or JSON with the accounts whose logs are expected. Default: accounts.yaml in the data folder, if any",
    schema: path,
    fallback: (dataFolder) => join(dataFolder, "accounts.yaml"),
  },
  organizationFile: {
    env: "LOGKEEP_QUERIES_ORGANIZATION_FILE",
    help: "Where `accounts --refresh` keeps the organization's accounts. Default: organization.json in the data folder",
    schema: path,
    fallback: (dataFolder) => join(dataFolder, "organization.json"),
  },
  organizationsEndpoint: {
    env: "LOGKEEP_QUERIES_ORGANIZATIONS_ENDPOINT",
    help: "Address of a service that speaks the protocol of AWS Organizations. Default: AWS",
    schema: httpUrl,
    fallback: () => null,
  },
  behindMinutes: {
    env: "LOGKEEP_QUERIES_BEHIND_MINUTES",
    help: "Minutes without a delivery from which on a regular series is behind. Default: what its source takes",
    schema: integer(1, 525_600),
    fallback: () => null,
  },
};
