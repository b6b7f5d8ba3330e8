import { type Detection, loadDetections } from "../../analyzers/detection.ts";
import { DETECTIONS } from "../../analyzers/detections.gen.ts";
import { usageError } from "../../core/errors.ts";
import type { JsonRow, SqlColumn } from "../../core/sql-engine.ts";
import { toTerminalText } from "../../core/terminal-text.ts";
import { nearestName } from "../../queries/nearest-name.ts";
import { TEXT_FORMATS } from "../../queries/output/row-format.ts";
import { writeText } from "../answer.ts";
import { type Command, DATA_OPTION } from "../command.ts";
import { readDetectionLists } from "../wire.ts";

const COLUMNS: readonly SqlColumn[] = ["detection", "severity", "title", "techniques", "known_gaps"].map((name) => ({
  name,
  type: name === "known_gaps" ? "BIGINT" : "VARCHAR",
}));

/** `logkeep detections`. */
export const detectionsCommand: Command = {
  description: "Lists the detections, or shows one: its rule, what it cannot see, and what to do when it fires.",
  arguments: [{ syntax: "[id]", help: "a detection" }],
  options: [
    { kind: "choice", flags: "--format <format>", help: "table (default), csv or json", choices: TEXT_FORMATS },
    DATA_OPTION,
  ],
  examples: ["logkeep detections", "logkeep detections root-console-login"],
  run: async (call, context) => {
    const detections = loadDetections(DETECTIONS, await readDetectionLists(context.config));
    const id = call.args[0];
    const format = TEXT_FORMATS.find((each) => each === call.text("format")) ?? "table";
    if (id === undefined) {
      await writeText(
        { columns: COLUMNS, chunks: once(detections.map(listRow)) },
        format,
        context.stdout,
        context.signal,
      );
      return 0;
    }
    const detection = detections.find((each) => each.id === id);
    if (detection === undefined) throw unknownDetection(id);
    await context.stdout.write(format === "json" ? `${JSON.stringify(showRow(detection))}\n` : showText(detection));
    return 0;
  },
};

/** The error for an id that no detection has. */
export function unknownDetection(id: string) {
  const nearest = nearestName(
    id,
    DETECTIONS.map((each) => each.id),
  );
  const suggestion = nearest === null ? "" : `did you mean ${nearest}? `;
  return usageError("there is no such detection", `${suggestion}\`logkeep detections\` lists them`, { detection: id });
}

function listRow(detection: Detection): JsonRow {
  return {
    detection: detection.id,
    severity: detection.rule.level,
    title: detection.rule.title,
    techniques: detection.techniques.join(" "),
    known_gaps: detection.knownGaps.length,
  };
}

function showRow(detection: Detection): JsonRow {
  return {
    ...listRow(detection),
    version: detection.version,
    description: detection.rule.description,
    known_gaps: detection.knownGaps,
    rule: DETECTIONS.find((each) => each.id === detection.id)?.ruleText ?? null,
    runbook: detection.runbook,
  };
}

function showText(detection: Detection): string {
  const rule = DETECTIONS.find((each) => each.id === detection.id)?.ruleText ?? "";
  const code = detection.test === null ? [] : ["", "Of the events that the rule selects, its code (rule.ts) decides."];
  const gaps = detection.knownGaps.map((gap) => `- ${toTerminalText(gap)}`);
  return [
    `${detection.id} (${detection.rule.level}, version ${detection.version})`,
    "",
    rule.trimEnd(),
    ...code,
    "",
    gaps.length === 0 ? "Known gaps: none" : "Known gaps:",
    ...gaps,
    "",
    detection.runbook.trimEnd(),
    "",
  ].join("\n");
}

async function* once<T>(rows: readonly T[]): AsyncGenerator<readonly T[]> {
  yield rows;
}
