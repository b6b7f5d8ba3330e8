import type { OcsfFault } from "../../support/ocsf-validator.ts";

/** Columns at the top of our tables that OCSF does not have. */
export const OWN_COLUMNS: readonly string[] = ["logkeep", "aws", "accountid", "region"];

/** A fault that stands on purpose, or that the log itself brings. */
export interface OcsfException {
  readonly sourceId: string;
  readonly path: string;
  readonly rule: OcsfFault["rule"];
  readonly reason: string;
}

/** Reviewed one by one; a test fails when one of them no longer occurs. */
export const OCSF_EXCEPTIONS: readonly OcsfException[] = [
  {
    sourceId: "cloudtrail",
    path: "actor.user.type_id",
    rule: "caption",
    reason:
      "type keeps CloudTrail's own word (IAMUser, AssumedRole), as AWS's converter does: rules and people ask for it",
  },
  { sourceId: "cloudtrail", path: "user.type_id", rule: "caption", reason: "as actor.user.type_id" },
  {
    sourceId: "cloudtrail",
    path: "actor.user",
    rule: "constraint",
    reason: "of a service that acts, CloudTrail says the type and invokedBy alone: there is no account, name or id",
  },
  {
    sourceId: "cloudtrail",
    path: "actor",
    rule: "required",
    reason: "aggregated and Insights events sum up the calls of many: they name no one",
  },
  { sourceId: "cloudtrail", path: "src_endpoint", rule: "required", reason: "as actor" },
  {
    sourceId: "cloudtrail",
    path: "api.request.uid",
    rule: "required",
    reason:
      "records without requestID (sign-in, old services) have request parameters all the same; an id is not made up",
  },
  {
    sourceId: "cloudtrail",
    path: "time",
    rule: "required",
    reason:
      "a guide shows a piece of a record without eventTime; records without a usable time are kept, and have a partition of their own",
  },
  {
    sourceId: "vpc_flow",
    path: "time",
    rule: "required",
    reason: "custom formats may leave out start: such rows have no time of their own",
  },
  {
    sourceId: "vpc_flow",
    path: "connection_info.protocol_ver_id",
    rule: "caption",
    reason: "protocol_ver keeps the flow log's own word (IPv4), which rules and people ask for",
  },
  {
    sourceId: "config",
    path: "time",
    rule: "required",
    reason: "one item was published with a Python expression for its time; it is kept in metadata.original_time",
  },
];
