/** The configured sources as one store: announced objects lie in several buckets, and a batch may mix them. */
import { LogkeepError } from "../../core/errors.ts";
import type { ObjectRef, ObjectStore } from "../../core/object-store.ts";
import type { AllowedPrefix } from "./announcement.ts";

/** Stores by bucket. */
export interface BucketStores {
  /**
   * All of them: reads by the bucket in an object's address, lists one source after the other, each object once, and
   * finds a key in the first source that has it; `storeOf` is for those who know the bucket.
   */
  readonly store: ObjectStore;
  /** The whole bucket's. Throws `object.foreign` for a bucket that is not configured. */
  storeOf(bucket: string): ObjectStore;
}

/** `open` makes the store of a bucket's part; it is called once for each. Nothing is asked before the first use. */
export function openBucketStores(
  allowed: readonly AllowedPrefix[],
  open: (prefix: AllowedPrefix) => ObjectStore,
): BucketStores {
  const sources = withoutCovered(allowed).map(open);
  const buckets = new Map(
    [...new Set(allowed.map(({ bucket }) => bucket))].map((bucket) => [bucket, open({ bucket, prefix: "" })]),
  );
  const storeOf = (bucket: string): ObjectStore => {
    const store = buckets.get(bucket);
    if (store === undefined) throw foreign({ bucket });
    return store;
  };
  const holding = ({ uri, key }: ObjectRef): ObjectStore => {
    const bucket = /^s3:\/\/([^/]+)\//.exec(uri)?.[1] ?? "";
    const isAllowed = allowed.some((each) => each.bucket === bucket && key.startsWith(each.prefix));
    if (!isAllowed || uri !== `s3://${bucket}/${key}`) throw foreign({ uri });
    return storeOf(bucket);
  };
  return {
    storeOf,
    store: {
      async *list(signal) {
        for (const source of sources) yield* source.list(signal);
      },
      async find(wanted, signal) {
        for (const source of sources) {
          const found = await source.find(wanted, signal);
          if (found !== null) return found;
        }
        return null;
      },
      read: async (ref, signal) => holding(ref).read(ref, signal),
      async *stream(ref, signal) {
        yield* holding(ref).stream(ref, signal);
      },
    },
  };
}

/** In the order of buckets and prefixes; a prefix within another would list its objects twice. */
function withoutCovered(allowed: readonly AllowedPrefix[]): readonly AllowedPrefix[] {
  const order = ({ bucket, prefix }: AllowedPrefix) => Buffer.from(`${bucket}/${prefix}`);
  const sorted = [...allowed].sort((left, right) => Buffer.compare(order(left), order(right)));
  const kept: AllowedPrefix[] = [];
  for (const each of sorted) {
    // What covers it comes before it, and nothing stands between them that does not start alike.
    const last = kept.at(-1);
    if (last?.bucket !== each.bucket || !each.prefix.startsWith(last.prefix)) kept.push(each);
  }
  return kept;
}

function foreign(facts: { readonly bucket: string } | { readonly uri: string }): LogkeepError {
  return new LogkeepError({
    code: "object.foreign",
    message: "the object is in none of the configured sources",
    facts,
    hint: "name its bucket in LOGKEEP_SERVICE_SOURCES",
  });
}
