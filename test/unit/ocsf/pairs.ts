/**
 * Names and values that changed between OCSF 1.0.0-rc.2, in which another team's expected rows are written, and 1.8.0;
 * and where we decide otherwise, each with the reason. Reviewed by hand.
 */

/** Our place for an rc.2 path; those that are absent here kept their name. */
export const RENAMED: Readonly<Record<string, string>> = {
  "actor.user.uid": "actor.user.uid_alt",
  "actor.user.uuid": "actor.user.uid",
  "actor.user.account_uid": "actor.user.account.uid",
  "actor.session.mfa": "actor.session.is_mfa",
  "user.uid": "user.uid_alt",
  "user.uuid": "user.uid",
  mfa: "is_mfa",
  "cloud.account_uid": "cloud.account.uid",
};

/** rc.2 had the audit classes in category 3; API Activity moved to 6003. */
export const RECODED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  class_uid: { "3005": "6003" },
  type_uid: { "300501": "600301", "300502": "600302", "300503": "600303", "300504": "600304", "300599": "600399" },
};

/** A place where the two rows differ on purpose. `pair` as in `authentication/AssumeRole`; without it, everywhere. */
export interface PairException {
  readonly path: string;
  readonly pair?: string;
  readonly reason: string;
}

const RENUMBERED = "rc.2 had one category of audit classes; 1.0.0 split it";
const NO_DASH = "a dash stands for an absent value in a flow log; theirs keeps it, ours is null";

/** Every difference that is meant. */
export const PAIR_EXCEPTIONS: readonly PairException[] = [
  { path: "metadata.version", reason: "ours is 1.8.0" },
  { path: "category_uid", reason: RENUMBERED },
  { path: "category_name", reason: RENUMBERED },
  { path: "api.request.uid", reason: "the sign-in records have no request id; theirs has two quotes for it" },
  {
    path: "status",
    pair: "authentication/AssumeRole",
    reason: "a call without an error succeeded; theirs is Other for all of STS",
  },
  { path: "status_id", pair: "authentication/AssumeRole", reason: "as its caption" },
  {
    path: "unmapped.responseElements.credentials.sessionToken",
    reason: "credentials are kept as their SHA-256",
  },
  { path: "metadata.profiles[1]", reason: "profiles are a set; ours has datetime in that place" },
  { path: "src_endpoint.svc_name", reason: NO_DASH },
  { path: "dst_endpoint.svc_name", reason: NO_DASH },
  { path: "connection_info.boundary", reason: NO_DASH },
  { path: "connection_info.boundary_id", reason: "theirs is Other for the absent path; ours is null" },
  { path: "unmapped.sublocation_id", reason: NO_DASH },
  { path: "unmapped.sublocation_type", reason: NO_DASH },
];
