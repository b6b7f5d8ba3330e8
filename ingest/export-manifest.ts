/**
 * The file that lies beside an export of a managed CloudTrail lake and names its files with their hashes: in, its bytes;
 * out, what it promises. Source: AWS, "CloudTrail sign file structure" (`result_sign.json`). Other manifests are taken as
 * well where they say the same under other names. Pure; bytes are hostile.
 */
import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { z } from "zod";
import { LogkeepError, usageError } from "../core/errors.ts";

/** A file as the manifest promises it. */
export interface PromisedFile {
  /** As written: a name beside the manifest, or a path. */
  readonly name: string;
  /** Of the bytes as they lie there, compressed: 64 hex digits in lower case. */
  readonly sha256: string;
}

/** A manifest. */
export interface ExportManifest {
  readonly files: readonly PromisedFile[];
  /** Hex of an RSA signature over the hashes, each as written, with one space between them; null where there is none. */
  readonly signature: string | null;
  readonly signedText: string;
}

/** Manifests are small; a larger one is none. */
export const MAX_MANIFEST_BYTES = 67_108_864;

const HASH = z.string().regex(/^[0-9a-fA-F]{64}$/);
const NAME = z.string().min(1).max(4096);
const FILE = z
  .object({ fileName: NAME, name: NAME, key: NAME, path: NAME })
  .partial()
  .extend(z.object({ fileHashValue: HASH, hashValue: HASH, sha256: HASH, hash: HASH }).partial().shape);
const MANIFEST = z.object({
  files: z.array(FILE).min(1),
  hashAlgorithm: z.literal(["SHA-256", "SHA256", "sha256"]).optional(),
  signatureAlgorithm: z.string().optional(),
  hashSignature: z.string().optional(),
});

/** Whether a key is a manifest's. */
export function isManifestKey(key: string): boolean {
  return /(?:^|\/)(?:result_sign|[^/]*manifest)\.json$/i.test(key);
}

/** Throws `import.bad-manifest`; `key` says which one. */
export function parseExportManifest(bytes: Uint8Array, key: string): ExportManifest {
  const parsed = MANIFEST.safeParse(readJson(bytes));
  if (!parsed.success) {
    throw badManifest(key, parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "));
  }
  const { files, hashSignature, signatureAlgorithm } = parsed.data;
  const hashes: string[] = [];
  const promised = files.map((file, index): PromisedFile => {
    const name = file.fileName ?? file.name ?? file.key ?? file.path;
    const hash = file.fileHashValue ?? file.hashValue ?? file.sha256 ?? file.hash;
    if (name === undefined || hash === undefined) throw badManifest(key, `files.${index}: no name or no hash`);
    hashes.push(hash);
    return { name, sha256: hash.toLowerCase() };
  });
  const isSigned = hashSignature !== undefined && (signatureAlgorithm ?? "SHA256withRSA") === "SHA256withRSA";
  return { files: promised, signature: isSigned ? hashSignature : null, signedText: hashes.join(" ") };
}

/**
 * Reads the public key that a manifest was signed with: PEM, or what `aws cloudtrail list-public-keys` gives, base64 of
 * DER (PKCS #1 or SPKI). Throws `cli.usage`.
 */
export function readPublicKey(text: string): KeyObject {
  if (text.includes("-----BEGIN")) return attempt(() => createPublicKey(text));
  const der = Buffer.from(text.trim(), "base64");
  try {
    return createPublicKey({ key: der, format: "der", type: "pkcs1" });
  } catch {
    return attempt(() => createPublicKey({ key: der, format: "der", type: "spki" }));
  }
}

function attempt(read: () => KeyObject): KeyObject {
  try {
    const key = read();
    if (key.asymmetricKeyType === "rsa") return key;
  } catch {
    // The reason would be a text of the crypto library.
  }
  throw usageError("the public key cannot be read", "PEM, or the Value that `aws cloudtrail list-public-keys` prints");
}

/** Whether that key signed the manifest's hashes. */
export function isSignedBy({ signature, signedText }: ExportManifest, key: KeyObject): boolean {
  if (signature === null || !/^(?:[0-9a-fA-F]{2})+$/.test(signature)) return false;
  return verify("sha256", Buffer.from(signedText), key, Buffer.from(signature, "hex"));
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
}

function badManifest(key: string, faults: string): LogkeepError {
  return new LogkeepError({
    code: "import.bad-manifest",
    message: "a manifest cannot be read",
    facts: { manifest: key, faults: faults.slice(0, 500) },
    hint: "it must be JSON with files, each with its name and SHA-256; --unverified imports without it",
  });
}
