import { stringify } from "yaml";
import { EGRESS_ADDRESSES, ORGANIZATION_ID, type Organization } from "./organization.ts";

/** The settings file of the simulated organization: its accounts, and where its machines leave for the internet. */
export function describeOrganization(organization: Organization): string {
  return stringify({
    organization: ORGANIZATION_ID,
    egress_addresses: EGRESS_ADDRESSES,
    accounts: organization.accounts.map(({ id, name }) => ({ id, name })),
  });
}
