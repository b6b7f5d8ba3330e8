import { digestKey, type TrailFolder } from "./keys.ts";
import { type Account, ORGANIZATION_ID } from "./organization.ts";
import { startRandom } from "./random.ts";
import { HOUR_MS, isoSeconds } from "./time.ts";
import { type ObjectWriter, sha256 } from "./writer.ts";

/** A log object that a digest vouches for. */
export interface DeliveredObject {
  readonly region: string;
  readonly key: string;
  readonly folder: TrailFolder;
  /** Of the inflated bytes, hexadecimal. */
  readonly sha256: string;
  readonly deliveredMs: number;
  readonly oldestMs: number | null;
  readonly newestMs: number | null;
}

interface PreviousDigest {
  readonly key: string;
  readonly sha256: string;
  readonly signature: string;
}

const BUCKET = "aws-controltower-logs-example";

/**
 * Keeps the chain of digest files of every account and region: each names the hour's log objects with their hashes,
 * and its predecessor with its own. Hashes are real; the signatures are not, since nobody has AWS's key.
 */
export function startDigests(seed: number): {
  readonly add: (account: Account, objects: readonly DeliveredObject[]) => void;
  readonly writeUntil: (account: Account, untilMs: number, writer: ObjectWriter) => Promise<void>;
} {
  const pending = new Map<string, DeliveredObject[]>();
  const chain = new Map<string, PreviousDigest>();
  return {
    add: (account, objects) => {
      const waiting = pending.get(account.id);
      if (waiting === undefined) pending.set(account.id, [...objects]);
      else waiting.push(...objects);
    },
    writeUntil: async (account, untilMs, writer) => {
      const waiting = pending.get(account.id) ?? [];
      pending.set(
        account.id,
        waiting.filter((object) => object.deliveredMs >= untilMs),
      );
      const hours = Map.groupBy(
        waiting
          .filter((object) => object.deliveredMs < untilMs)
          .sort((a, b) => a.deliveredMs - b.deliveredMs || (a.key < b.key ? -1 : 1)),
        (object) => `${object.region} ${object.deliveredMs - (object.deliveredMs % HOUR_MS)}`,
      );
      for (const [hour, objects] of hours) {
        const [region = "", start = "0"] = hour.split(" ");
        const link = `${account.id} ${region}`;
        const endMs = Number(start) + HOUR_MS;
        const key = digestKey(account.id, region, account.trail, account.homeRegion, endMs);
        const body = Buffer.from(JSON.stringify(composeDigest(account, key, endMs, objects, chain.get(link) ?? null)));
        const signature = startRandom(seed, "digest", key).hex(512);
        chain.set(link, { key, sha256: sha256(body), signature });
        await writer.writeGzip(key, [body]);
      }
    },
  };
}

function composeDigest(
  account: Account,
  key: string,
  endMs: number,
  objects: readonly DeliveredObject[],
  previous: PreviousDigest | null,
): object {
  const oldest = objects.flatMap((object) => object.oldestMs ?? []);
  const newest = objects.flatMap((object) => object.newestMs ?? []);
  return {
    awsAccountId: account.id,
    digestStartTime: isoSeconds(endMs - HOUR_MS),
    digestEndTime: isoSeconds(endMs),
    digestS3Bucket: BUCKET,
    digestS3Object: key,
    digestPublicKeyFingerprint: startRandom(ORGANIZATION_ID, "fingerprint").hex(32),
    digestSignatureAlgorithm: "SHA256withRSA",
    newestEventTime: newest.length === 0 ? null : isoSeconds(newest.reduce((a, b) => Math.max(a, b))),
    oldestEventTime: oldest.length === 0 ? null : isoSeconds(oldest.reduce((a, b) => Math.min(a, b))),
    previousDigestS3Bucket: previous === null ? null : BUCKET,
    previousDigestS3Object: previous?.key ?? null,
    previousDigestHashValue: previous?.sha256 ?? null,
    previousDigestHashAlgorithm: previous === null ? null : "SHA-256",
    previousDigestSignature: previous?.signature ?? null,
    logFiles: objects.map((object) => ({
      s3Bucket: BUCKET,
      s3Object: object.key,
      hashValue: object.sha256,
      hashAlgorithm: "SHA-256",
      newestEventTime: object.newestMs === null ? null : isoSeconds(object.newestMs),
      oldestEventTime: object.oldestMs === null ? null : isoSeconds(object.oldestMs),
    })),
  };
}
