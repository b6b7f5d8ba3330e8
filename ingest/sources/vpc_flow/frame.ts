import type { Framing } from "../../../core/source.ts";
import { VPC_FLOW_RAW } from "./raw.ts";

/** Field names are lower-case words; a data line's digits, dots and `-` alone are not. */
const FIELD_NAME = /^[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*$/;

/**
 * Parquet by its magic, text by its header line: names of which at least half are known, each once. Text without a
 * header is not ours: its fields cannot be told from their number, since custom formats order them freely.
 */
export function frameFlowLog(head: Uint8Array): Framing | null {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  if (bytes.subarray(0, 4).toString("latin1") === "PAR1") return { kind: "parquet" };
  const skipped = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const lineEnd = bytes.indexOf(0x0a, skipped);
  const line = bytes.subarray(skipped, lineEnd < 0 ? bytes.length : lineEnd).toString("latin1");
  const columns = line.trimEnd().split(" ");
  const names = columns.map((name) => name.replaceAll("-", "_"));
  const knownCount = names.filter((name) => Object.hasOwn(VPC_FLOW_RAW, name)).length;
  const isHeader =
    columns.every((name) => FIELD_NAME.test(name)) &&
    knownCount > 0 &&
    knownCount * 2 >= names.length &&
    new Set(names).size === names.length;
  return isHeader ? { kind: "delimited", start: lineEnd < 0 ? bytes.length : lineEnd + 1, columns } : null;
}
