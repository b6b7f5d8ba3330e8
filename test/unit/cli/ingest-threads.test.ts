import { expect, test } from "vitest";
import { planIngestThreads } from "../../../cli/wire.ts";

test.each([
  [2, 768, 2],
  [2, 512, 2],
  [2, 511, 1],
  [16, 768, 3],
  [16, 8192, 16],
  [1, 256, 1],
  [1, 8192, 1],
])("default: %i threads and %i MB make %i", (threads, memoryMb, expected) =>
  expect(planIngestThreads(threads, memoryMb)).toBe(expected),
);
