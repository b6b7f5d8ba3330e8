import { DETECTION_CASES } from "../detection-cases.gen.ts";
import { DETECTIONS } from "../detections.gen.ts";
import { checkCases, type DetectionReport } from "./check-cases.ts";
import { readCases } from "./read-cases.ts";

/** Runs the cases of one detection, or of all (null): what `logkeep detect test` shows. Empty for an unknown id. */
export function testDetections(id: string | null): readonly DetectionReport[] {
  return DETECTIONS.filter((files) => id === null || files.id === id).map((files) =>
    checkCases(files, readCases(files.id, DETECTION_CASES)),
  );
}
