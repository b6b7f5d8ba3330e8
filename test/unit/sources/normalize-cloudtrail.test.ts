import { expect, test } from "vitest";
import { normalizeObjects, normalizeRecords } from "../../support/normalize-records.ts";

const RECORD = {
  eventVersion: "1.08",
  userIdentity: { type: "Root", arn: "arn:aws:iam::111122223333:root", accountId: "111122223333" },
  eventTime: "2026-01-05T10:00:00Z",
  eventSource: "signin.amazonaws.com",
  eventName: "ConsoleLogin",
  awsRegion: "us-east-1",
  sourceIPAddress: "198.51.100.7",
  responseElements: { ConsoleLogin: "Success" },
  eventID: "11111111-1111-4111-8111-111111111111",
  recipientAccountId: "111122223333",
};

test("default: records become rows through the real SQL path", async () => {
  const [row] = await normalizeRecords("cloudtrail", [RECORD]);
  expect(row).toMatchObject({
    accountid: "111122223333",
    class_uid: 3002,
    time: Date.UTC(2026, 0, 5, 10),
    time_dt: "2026-01-05T10:00:00.000Z",
    status_id: 1,
    unmapped: null,
  });
});

test("behavior: a whole document is framed and cut; each object keeps its place", async () => {
  const document = `{"version":"1","Records":[${JSON.stringify(RECORD)}],"more":[1]}`;
  const rows = await normalizeObjects("cloudtrail", [document, document]);
  expect(rows.map((row) => row.carried.object)).toEqual([0, 1]);
});

test("behavior: a faulty record carries its reason and its text", async () => {
  const rows = await normalizeObjects("cloudtrail", ['{"Records":[{"eventID":"a","eventID":"b"},7,[],"",{}]}']);
  expect(rows.map((row) => row.carried.fault)).toEqual([
    "duplicate-key",
    "not-an-object",
    "not-an-object",
    "not-an-object",
    null,
  ]);
  expect(rows[1]?.carried.text).toBe("7");
});
