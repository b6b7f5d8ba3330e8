import { ORGANIZATION_ID } from "./organization.ts";
import type { Random } from "./random.ts";
import { dayFolder, stampMinutes, stampSeconds } from "./time.ts";

/** The folder that CloudTrail delivers a kind of event to. */
export type TrailFolder = "CloudTrail" | "CloudTrail-Insight" | "CloudTrail-NetworkActivity" | "CloudTrail-Aggregated";

/** Key of a log object of the organization trail; `deliveredMs` is when it lands. */
export function organizationKey(
  account: string,
  region: string,
  folder: TrailFolder,
  deliveredMs: number,
  random: Random,
): string {
  return `AWSLogs/${ORGANIZATION_ID}/${account}/${trailFile(account, region, folder, deliveredMs, random)}`;
}

/** Key of the same under an account's own trail with a prefix of its owner's choice. */
export function accountTrailKey(
  prefix: string,
  account: string,
  region: string,
  deliveredMs: number,
  random: Random,
): string {
  return `${prefix}/AWSLogs/${account}/${trailFile(account, region, "CloudTrail", deliveredMs, random)}`;
}

/** Key of a digest file. */
export function digestKey(account: string, region: string, trail: string, homeRegion: string, endMs: number): string {
  const stamp = stampSeconds(endMs);
  return `AWSLogs/${ORGANIZATION_ID}/${account}/CloudTrail-Digest/${region}/${dayFolder(endMs)}/${account}_CloudTrail-Digest_${region}_${trail}_${homeRegion}_${stamp}.json.gz`;
}

function trailFile(account: string, region: string, folder: TrailFolder, deliveredMs: number, random: Random): string {
  return `${folder}/${region}/${dayFolder(deliveredMs)}/${account}_${folder}_${region}_${stampMinutes(deliveredMs)}_${random.alnum(16)}.json.gz`;
}
