import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RecordInput } from "./normalize-records.ts";

/** What a corpus has for one source: as many inputs as there are layouts. */
export interface CorpusRecords {
  readonly sourceId: string;
  readonly name: string;
  readonly inputs: readonly RecordInput[];
  /** Records in all inputs together. */
  readonly count: number;
}

type Json = Readonly<Record<string, unknown>>;

/** Every record of the corpora that a source takes. `folder` holds the corpora. */
export function corpusRecords(folder: string): readonly CorpusRecords[] {
  return [
    records("cloudtrail", "cloudtrail-attack-run", attackRun(folder)),
    records("cloudtrail", "aws-docs-samples", documented(folder)),
    records("config", "config-items", configItems(folder)),
    flowLines(folder),
  ];
}

function records(sourceId: string, name: string, values: readonly unknown[]): CorpusRecords {
  return { sourceId, name, inputs: [values], count: values.length };
}

function attackRun(folder: string): readonly unknown[] {
  const files = join(folder, "cloudtrail-attack-run/CloudTrail");
  return readdirSync(files).flatMap((file) => recordsOf(JSON.parse(readFileSync(join(files, file), "utf8"))));
}

/** Blocks of AWS's guides that are records or files of records; others (digests, answers of the CLI) are none. */
function documented(folder: string): readonly unknown[] {
  const guides = ["aws-cloudtrail-user-guide.json.jsonl", "aws-config-developer-guide.json.jsonl"];
  const blocks = guides
    .flatMap((file) => lines(join(folder, "aws-docs-samples", file)))
    .filter(({ kind }) => kind === "cloudtrail" || kind === "insight")
    .flatMap(({ json }) => recordsOf(json));
  return [...blocks, ...lines(join(folder, "aws-docs-samples/cloudtrail-new-event-types.jsonl"))];
}

function recordsOf(value: unknown): readonly unknown[] {
  if (typeof value !== "object" || value === null) return [];
  if ("Records" in value && Array.isArray(value.Records)) return value.Records;
  return "eventVersion" in value ? [value] : [];
}

/** Items that are JSON at all: at least one was published broken. */
function configItems(folder: string): readonly unknown[] {
  const files = join(folder, "config-items");
  return readdirSync(files)
    .filter((file) => file.endsWith(".json"))
    .flatMap((file) => {
      try {
        return [JSON.parse(readFileSync(join(files, file), "utf8"))];
      } catch {
        return [];
      }
    });
}

function flowLines(folder: string): CorpusRecords {
  const byFormat = new Map<string, string[]>();
  const good = lines(join(folder, "text-lines/vpcflow.jsonl")).filter(({ ok }) => ok === true);
  for (const { format, line } of good) {
    const header = String(format).replaceAll("_", "-");
    byFormat.set(header, [...(byFormat.get(header) ?? []), String(line)]);
  }
  const inputs = [...byFormat].map(([header, texts]) => `${[header, ...texts].join("\n")}\n`);
  return { sourceId: "vpc_flow", name: "text-lines", inputs, count: good.length };
}

function lines(file: string): readonly Json[] {
  const texts = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  // Each line of these corpora is an object.
  return texts.map((text) => JSON.parse(text) as Json);
}
