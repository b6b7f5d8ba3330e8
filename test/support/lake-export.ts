/** What a managed CloudTrail lake leaves in a bucket: files of rows, and the sign file with their hashes. */
import { createHash, sign } from "node:crypto";
import { gzipSync } from "node:zlib";

/** How rows are written: JSON or CSV with the event's text in a column, or the events alone, one a line. */
export type ExportStyle = "rows" | "events" | "csv";

/** What may be otherwise than usual. */
export interface ExportOptions {
  readonly style?: ExportStyle;
  /** Events in a file. */
  readonly rowsPerFile?: number;
  /** Signs the hashes: PEM. */
  readonly privateKey?: string;
}

/** The folder of the export. */
export const EXPORT_FOLDER =
  "AWSLogs/111122223333/CloudTrail-Lake/Query/2026/02/01/4c6f676b-6565-7000-8000-000000000001";

/** The export's objects by key, the sign file last. */
export function lakeExport(events: readonly unknown[], options: ExportOptions = {}): Map<string, Buffer> {
  const { style = "rows", rowsPerFile = 1000 } = options;
  const objects = new Map<string, Buffer>();
  const files: { readonly fileName: string; readonly fileHashValue: string }[] = [];
  for (let from = 0; from < events.length; from += rowsPerFile) {
    const fileName = `result_${files.length + 1}.${style === "csv" ? "csv" : "json"}.gz`;
    const bytes = gzipSync(exportText(events.slice(from, from + rowsPerFile), style));
    objects.set(`${EXPORT_FOLDER}/${fileName}`, bytes);
    files.push({ fileName, fileHashValue: createHash("sha256").update(bytes).digest("hex") });
  }
  objects.set(`${EXPORT_FOLDER}/result_sign.json`, signFile(files, options.privateKey));
  return objects;
}

/** The text of one file. */
export function exportText(events: readonly unknown[], style: ExportStyle): string {
  const texts = events.map((event) => JSON.stringify(event));
  if (style === "events") return texts.map((text) => `${text}\n`).join("");
  if (style === "rows") {
    return texts
      .map((text) => `${JSON.stringify({ eventTime: "2026-01-05 10:00:00.000", eventJson: text })}\n`)
      .join("");
  }
  const lines = texts.map((text) => `"2026-01-05 10:00:00.000","${text.replaceAll('"', '""')}","x, ""y""\nz"\n`);
  return `eventTime,eventJson,note\n${lines.join("")}`;
}

/** A sign file over these files. */
export function signFile(files: readonly object[], privateKey?: string): Buffer {
  const hashes = files.map((file) => Object.entries(file).find(([key]) => key === "fileHashValue")?.[1] ?? "");
  const signature =
    privateKey === undefined ? "00" : sign("sha256", Buffer.from(hashes.join(" ")), privateKey).toString("hex");
  const content = {
    version: "1.0",
    region: "eu-west-1",
    files,
    hashAlgorithm: "SHA-256",
    signatureAlgorithm: "SHA256withRSA",
    queryCompleteTime: "2026-02-01T10:00:00Z",
    hashSignature: signature,
    publicKeyFingerprint: "0".repeat(32),
  };
  return Buffer.from(JSON.stringify(content, null, 2));
}
