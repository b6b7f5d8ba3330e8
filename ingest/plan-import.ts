/**
 * What lies in an export's place, and what its manifests promise -> what is imported, and what is not. Pure. Names in a
 * manifest are hostile: they are only ever compared with keys that the store has listed.
 */
import type { ObjectRef } from "../core/object-store.ts";
import { type ExportManifest, isManifestKey } from "./export-manifest.ts";

/** A manifest and where it lies. */
export interface PlacedManifest {
  readonly key: string;
  readonly manifest: ExportManifest;
}

/** A file that a manifest names, and why it is not imported. */
export interface LostFile {
  readonly manifestKey: string;
  readonly name: string;
}

/** What an import reads. */
export interface ImportPlan {
  /** Objects to import, in the listing's order, with the SHA-256 of their bytes; null: nothing was promised. */
  readonly files: readonly { readonly ref: ObjectRef; readonly sha256: string | null }[];
  /** Promised, and not there. */
  readonly missing: readonly LostFile[];
  /** Names that are no plain path below the manifest's folder, and files that two manifests promise differently. */
  readonly refused: readonly LostFile[];
  /** There, and not promised: not imported. */
  readonly unlisted: readonly ObjectRef[];
}

/** Without manifests everything that is no manifest is imported, unverified. */
export function planImport(refs: readonly ObjectRef[], manifests: readonly PlacedManifest[] | null): ImportPlan {
  const contents = refs.filter(({ key }) => !isManifestKey(key) && !isHidden(key));
  if (manifests === null) {
    return { files: contents.map((ref) => ({ ref, sha256: null })), missing: [], refused: [], unlisted: [] };
  }
  const byKey = new Map(contents.map((ref) => [ref.key, ref]));
  const promised = new Map<string, string | null>();
  const missing: LostFile[] = [];
  const refused: LostFile[] = [];
  for (const { key: manifestKey, manifest } of manifests) {
    const folder = manifestKey.slice(0, manifestKey.lastIndexOf("/") + 1);
    for (const { name, sha256 } of manifest.files) {
      const lost = { manifestKey, name };
      if (!isPlainPath(name)) {
        refused.push(lost);
        continue;
      }
      // A name beside the manifest, or a whole key.
      const key = [folder + name, name].find((candidate) => byKey.has(candidate));
      if (key === undefined) {
        missing.push(lost);
        continue;
      }
      const before = promised.get(key);
      const isContradiction = before !== undefined && before !== sha256;
      if (isContradiction) refused.push(lost);
      promised.set(key, isContradiction ? null : sha256);
    }
  }
  const files = contents.flatMap((ref) => {
    const sha256 = promised.get(ref.key);
    return sha256 === undefined || sha256 === null ? [] : [{ ref, sha256 }];
  });
  return { files, missing, refused, unlisted: contents.filter(({ key }) => !promised.has(key)) };
}

function isHidden(key: string): boolean {
  return key.endsWith("/") || /(?:^|\/)\.[^/]*$/.test(key);
}

/** Names of a folder or a file between single slashes, none of which leads up or stays. */
function isPlainPath(name: string): boolean {
  return !/[\p{Cc}\\]/u.test(name) && name.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}
