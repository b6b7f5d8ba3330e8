import fc from "fast-check";
import { expect, test } from "vitest";
import { deliveredAt } from "../../../core/delivered-at.ts";

test.each([
  [
    "AWSLogs/o-x/111122223333/CloudTrail/us-east-1/2026/01/05/111122223333_CloudTrail_us-east-1_20260105T1005Z_abcDEF0123456789.json.gz",
    "2026-01-05T10:05:00.000Z",
  ],
  [
    "AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2026/01/05/111122223333_CloudTrail-Digest_us-east-1_trail_us-east-1_20260105T100000Z.json.gz",
    "2026-01-05T10:00:00.000Z",
  ],
  [
    "p/111122223333_vpcflowlogs_us-east-1_fl-0123456789abcdef0_20260105T1010Z_0a1b2c3d.log.gz",
    "2026-01-05T10:10:00.000Z",
  ],
  [
    "111122223333_Config_us-east-1_ConfigHistory_AWS::EC2::Instance_20260105T040000Z_20260105T100000Z_1.json.gz",
    "2026-01-05T10:00:00.000Z",
  ],
  ["20260105T1010Z_not-in-the-file-name/111122223333_CloudTrail.json.gz", null],
  ["111122223333_CloudTrail_us-east-1_20260230T1010Z_x.json.gz", null],
  ["111122223333_CloudTrail_us-east-1_20260105T2460Z_x.json.gz", null],
  ["events.json", null],
  ["", null],
])("default: %s was delivered at %s", (key, expected) => {
  expect(deliveredAt(key)?.toISOString() ?? null).toBe(expected);
});

test("behavior: any key gives a real instant or none, and does not throw", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.stringMatching(/^\d{8}T\d{4,6}$/), (prefix, stamp) => {
      const found = deliveredAt(`${prefix}/x_${stamp}Z.json`);
      expect(found === null || !Number.isNaN(found.getTime())).toBe(true);
    }),
  );
});
