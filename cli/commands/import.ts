import { readFile } from "node:fs/promises";
import { LogkeepError, usageError } from "../../core/errors.ts";
import type { ObjectRef, ObjectStore } from "../../core/object-store.ts";
import { toTerminalText } from "../../core/terminal-text.ts";
import {
  isManifestKey,
  isSignedBy,
  MAX_MANIFEST_BYTES,
  parseExportManifest,
  readPublicKey,
} from "../../ingest/export-manifest.ts";
import { type ImportPlan, type PlacedManifest, planImport } from "../../ingest/plan-import.ts";
import { verifiedStore } from "../../ingest/verified-store.ts";
import { type Command, DATA_OPTION, LAKE_OPTION } from "../command.ts";
import { ingestSources } from "../ingest-sources.ts";
import { openObjectStore } from "../wire.ts";
import { summaryLines } from "./ingest.ts";

/** More names than a person reads on a screen. */
const MAX_SHOWN_NAMES = 20;

/** `logkeep import`. */
export const importCommand: Command = {
  description:
    "Takes the export of a managed CloudTrail lake: gzipped JSON lines or CSV with the event in eventJson, or plain events, " +
    "with the manifest beside them (result_sign.json). Every file is checked against the manifest's SHA-256 as it is read; " +
    "events that a trail delivered as well are found by their ids. The same command may be run again. Old events raise " +
    "no alerts unless --detect is given, which counts for what this run imports.",
  arguments: [{ syntax: "<export>", help: "a folder, or s3://bucket/prefix" }],
  options: [
    { kind: "flag", flags: "--detect", help: "run the detections on the events, and raise alerts" },
    { kind: "flag", flags: "--unverified", help: "import every file, without a manifest" },
    {
      kind: "text",
      flags: "--public-key <file>",
      help: "check the manifests' signature: PEM, or a Value of `aws cloudtrail list-public-keys`",
    },
    { kind: "text", flags: "--endpoint <url>", help: "address of an S3-compatible store" },
    LAKE_OPTION,
    DATA_OPTION,
  ],
  examples: [
    "logkeep import s3://my-exports/AWSLogs/111122223333/CloudTrail-Lake/Query/2026/02/01/",
    "logkeep import ./export --public-key key.pem --detect",
  ],
  run: async (call, context) => {
    const isUnverified = call.flag("unverified");
    const keyFile = call.text("public-key");
    if (isUnverified && keyFile !== null)
      throw usageError("--public-key checks manifests, which --unverified leaves out");
    const store = await openObjectStore(call.args[0] ?? "", call.text("endpoint"));
    const refs: ObjectRef[] = [];
    for await (const ref of store.list(context.signal)) refs.push(ref);
    const manifests = isUnverified ? null : await readManifests(refs, store, context.signal);
    if (keyFile !== null) await checkSignatures(manifests ?? [], keyFile);
    const plan = planImport(refs, manifests);
    await context.stdout.write(`${planLines(plan, manifests, keyFile !== null).join("\n")}\n`);
    const isDetecting = call.flag("detect");
    const outcome = await ingestSources([verifiedStore(plan, store)], context, undefined, isDetecting);
    await context.stdout.write(`${summaryLines(outcome.summaries, outcome.elapsedMs).join("\n")}\n`);
    const isWhole = plan.missing.length + plan.refused.length + plan.unlisted.length === 0;
    const isTaken = outcome.summaries.every(({ totals }) => totals.quarantined === 0);
    return isWhole && isTaken && outcome.failedDeliveries === 0 ? 0 : 1;
  },
};

async function readManifests(
  refs: readonly ObjectRef[],
  store: ObjectStore,
  signal: AbortSignal,
): Promise<readonly PlacedManifest[]> {
  const manifests: PlacedManifest[] = [];
  for (const ref of refs.filter(({ key }) => isManifestKey(key))) {
    if (ref.sizeBytes > MAX_MANIFEST_BYTES) {
      throw new LogkeepError({
        code: "import.bad-manifest",
        message: "a manifest is too large to be one",
        facts: { manifest: ref.uri, sizeBytes: ref.sizeBytes },
      });
    }
    manifests.push({ key: ref.key, manifest: parseExportManifest(await store.read(ref, signal), ref.key) });
  }
  if (manifests.length > 0) return manifests;
  throw new LogkeepError({
    code: "import.no-manifest",
    message: "there is no manifest beside the files",
    facts: { objects: refs.length },
    hint: "name the folder that holds result_sign.json, or add --unverified",
  });
}

async function checkSignatures(manifests: readonly PlacedManifest[], file: string): Promise<void> {
  const key = readPublicKey(await readKeyFile(file));
  for (const { key: manifestKey, manifest } of manifests) {
    if (isSignedBy(manifest, key)) continue;
    throw new LogkeepError({
      code: "import.bad-signature",
      message: "the key has not signed the manifest",
      facts: { manifest: manifestKey },
      hint: "take the key whose fingerprint the manifest names; nothing was imported",
    });
  }
}

async function readKeyFile(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new LogkeepError({
      code: "import.no-key",
      message: "the public key's file cannot be read",
      facts: { file },
      cause,
    });
  }
}

/** What is going to be imported, and what is not. Pure. Names come from the export, so they are spelled safely. */
export function planLines(
  plan: ImportPlan,
  manifests: readonly PlacedManifest[] | null,
  isSigned: boolean,
): readonly string[] {
  const count = (value: number, noun: string) => `${value.toLocaleString("en-US")} ${noun}${value === 1 ? "" : "s"}`;
  const named = (title: string, names: readonly string[]) => [
    ...names.slice(0, MAX_SHOWN_NAMES).map((name) => `${title}: ${toTerminalText(name, 300)}`),
    ...(names.length > MAX_SHOWN_NAMES ? [`${title}: ${count(names.length - MAX_SHOWN_NAMES, "more file")}`] : []),
  ];
  if (manifests === null) return [`export: ${count(plan.files.length, "file")}, not verified`];
  const signature = isSigned ? "signature verified" : "signature not checked (--public-key checks it)";
  return [
    `export: ${count(plan.files.length, "file")} of ${count(manifests.length, "manifest")}, hashes checked while reading; ${signature}`,
    ...named(
      "missing",
      plan.missing.map(({ name, manifestKey }) => `${name}, named in ${manifestKey}`),
    ),
    ...named(
      "refused, not a name beside its manifest, or promised twice",
      plan.refused.map(({ name, manifestKey }) => `${name}, named in ${manifestKey}`),
    ),
    ...named(
      "in no manifest, not imported",
      plan.unlisted.map(({ key }) => key),
    ),
  ];
}
