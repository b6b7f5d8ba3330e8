import { DETECTIONS } from "../../analyzers/detections.gen.ts";
import { isClean } from "../../analyzers/testing/check-cases.ts";
import { testDetections } from "../../analyzers/testing/test-detections.ts";
import type { Command } from "../command.ts";
import { unknownDetection } from "./detections.ts";

/** `logkeep detect test`. */
export const detectTestCommand: Command = {
  description: "Tries detections on their own cases: each must match where it should and miss what only looks alike.",
  arguments: [{ syntax: "[id]", help: "a detection" }],
  options: [{ kind: "flag", flags: "--verbose", help: "name every case" }],
  examples: ["logkeep detect test", "logkeep detect test root-console-login --verbose"],
  run: async (call, context) => {
    const id = call.args[0] ?? null;
    if (id !== null && !DETECTIONS.some((each) => each.id === id)) throw unknownDetection(id);
    const reports = testDetections(id);
    for (const report of reports) {
      const faults = report.results.filter((result) => result.fault !== null);
      const verdict = isClean(report) ? "ok  " : "FAIL";
      await context.stdout.write(`${verdict}  ${report.id}: ${report.results.length} cases\n`);
      const shown = call.flag("verbose") ? report.results : faults;
      for (const { name, fault } of shown) await context.stdout.write(`        ${name}: ${fault ?? "ok"}\n`);
      for (const fault of report.faults) await context.stdout.write(`        ${fault}\n`);
    }
    return reports.every(isClean) ? 0 : 1;
  },
};
