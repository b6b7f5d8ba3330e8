import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import type { ObjectRef } from "../../../core/object-store.ts";
import { isManifestKey, isSignedBy, parseExportManifest, readPublicKey } from "../../../ingest/export-manifest.ts";
import { planImport } from "../../../ingest/plan-import.ts";
import { EXPORT_FOLDER, lakeExport, signFile } from "../../support/lake-export.ts";

const HASH = "a".repeat(64);
const ref = (key: string): ObjectRef => ({ uri: `s3://b/${key}`, key, sizeBytes: 1, version: "1" });

function planOf(keys: readonly string[], names: readonly string[], manifestKey = "x/result_sign.json") {
  const files = names.map((fileName) => ({ fileName, fileHashValue: HASH }));
  const manifest = parseExportManifest(signFile(files), manifestKey);
  return planImport([...keys, manifestKey].map(ref), [{ key: manifestKey, manifest }]);
}

test("default: files beside the manifest are imported, missing and unlisted ones are told", () => {
  const plan = planOf(
    ["x/result_1.json.gz", "x/other.json.gz", "x/.hidden", "x/"],
    ["result_1.json.gz", "result_2.json.gz"],
  );
  expect(plan.files.map((file) => [file.ref.key, file.sha256])).toEqual([["x/result_1.json.gz", HASH]]);
  expect(plan.missing).toEqual([{ manifestKey: "x/result_sign.json", name: "result_2.json.gz" }]);
  expect(plan.unlisted.map(({ key }) => key)).toEqual(["x/other.json.gz"]);
});

test("behavior: a name may be the whole key, or lie below the manifest's folder", () => {
  const keys = ["p/a/one.json.gz", "x/day/two.json.gz"];
  expect(planOf(keys, ["p/a/one.json.gz", "day/two.json.gz"]).files).toHaveLength(2);
});

test("error: names that lead elsewhere are refused, whatever lies there", () => {
  const names = ["../secret", "/etc/passwd", "a/../../b", "./a", "a//b", "a\\..\\b", "a\nb", "..", ".", "a/", "\u0000"];
  const plan = planOf(["secret", "etc/passwd", "x/a", "b"], names);
  expect(plan.files).toEqual([]);
  expect(plan.missing).toEqual([]);
  expect(plan.refused.map(({ name }) => name)).toEqual(names);
});

test("error: a file that is promised differently by two manifests is not imported", () => {
  const manifestOf = (hash: string) => parseExportManifest(signFile([{ fileName: "f", fileHashValue: hash }]), "k");
  const manifests = [HASH, "b".repeat(64)].map((hash, index) => ({
    key: `x/${index === 0 ? "result_sign" : "manifest"}.json`,
    manifest: manifestOf(hash),
  }));
  const plan = planImport([ref("x/f")], manifests);
  expect(plan.files).toEqual([]);
  expect(plan.refused).toHaveLength(1);
  const same = planImport([ref("x/f")], [manifests[0] ?? expect.fail(), manifests[0] ?? expect.fail()]);
  expect(same.files).toHaveLength(1);
});

test("behavior: without manifests every file is imported as it is", () => {
  const plan = planImport(["a.json.gz", "result_sign.json", "d/MANIFEST.json"].map(ref), null);
  expect(plan.files.map((file) => [file.ref.key, file.sha256])).toEqual([["a.json.gz", null]]);
  expect(isManifestKey("x/export-manifest.json")).toBe(true);
  expect(isManifestKey("x/result_1.json")).toBe(false);
});

test("behavior: a manifest may spell its names otherwise", () => {
  const bytes = Buffer.from(JSON.stringify({ files: [{ name: "f", sha256: HASH.toUpperCase() }] }));
  expect(parseExportManifest(bytes, "k")).toMatchObject({ files: [{ name: "f", sha256: HASH }], signature: null });
});

test.each([
  ["no JSON", "{"],
  ["no UTF-8", Buffer.from([0xff, 0xfe])],
  ["no files", '{"files":[]}'],
  ["no list", '{"files":"x"}'],
  ["no hash", '{"files":[{"fileName":"a"}]}'],
  ["no name", `{"files":[{"fileHashValue":"${HASH}"}]}`],
  ["a short hash", '{"files":[{"fileName":"a","fileHashValue":"abc"}]}'],
  ["another algorithm", `{"hashAlgorithm":"MD5","files":[{"fileName":"a","fileHashValue":"${HASH}"}]}`],
  ["null", "null"],
])("error: a manifest with %s is refused", (_what, text) => {
  expect(() => parseExportManifest(Buffer.from(text), "k")).toThrow(
    expect.objectContaining({ code: "import.bad-manifest", facts: expect.objectContaining({ manifest: "k" }) }),
  );
});

test("default: a signature is checked over the hashes, with a key in each of its spellings", () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey;
  const objects = lakeExport([{ a: 1 }, { a: 2 }], { rowsPerFile: 1, privateKey: pem });
  const bytes = objects.get(`${EXPORT_FOLDER}/result_sign.json`) ?? Buffer.alloc(0);
  const manifest = parseExportManifest(bytes, "k");
  const spellings = [
    publicKey.export({ type: "spki", format: "pem" }).toString(),
    publicKey.export({ type: "pkcs1", format: "der" }).toString("base64"),
    publicKey.export({ type: "spki", format: "der" }).toString("base64"),
  ];
  for (const text of spellings) expect(isSignedBy(manifest, readPublicKey(text))).toBe(true);
  expect(isSignedBy(manifest, other)).toBe(false);
  expect(isSignedBy({ ...manifest, signature: null }, publicKey)).toBe(false);
  expect(isSignedBy({ ...manifest, signature: "zz" }, publicKey)).toBe(false);
  const changed = parseExportManifest(
    Buffer.from(bytes.toString().replace(/"fileHashValue": "./, '"fileHashValue": "0')),
    "k",
  );
  expect(isSignedBy({ ...changed, signedText: `${changed.signedText} ` }, publicKey)).toBe(false);
  const bad = ["", "x", generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "pem" }).toString()];
  for (const text of bad) expect(() => readPublicKey(text)).toThrow(expect.objectContaining({ code: "cli.usage" }));
});
