import { expect, test } from "vitest";
import { executionFailed, wrapAthenaError } from "../../../adapters/athena-errors.ts";

const EXECUTION = { executionId: "e-1", workgroup: "analysts", isRetryable: false };

test.each([
  ["CANCELLED", "Bytes scanned limit was exceeded", null, "athena.cut-off", "never"],
  ["FAILED", "Query cancelled! : Bytes scanned limit was exceeded", 1009, "athena.cut-off", "never"],
  ["CANCELLED", "Query cancelled by user", null, "athena.cancelled", "later"],
  ["FAILED", "", 1014, "athena.cancelled", "later"],
  ["FAILED", "Query exhausted resources at this scale factor", 7, "athena.exhausted", "never"],
  ["FAILED", "Query timeout", 210, "athena.timed-out", "never"],
  ["FAILED", "GENERIC_INTERNAL_ERROR: x", 200, "athena.unavailable", "later"],
  ["FAILED", "ICEBERG_CANNOT_OPEN_SPLIT: x", 233, "athena.unavailable", "later"],
  ["FAILED", "Insufficient permissions", 234, "athena.denied", "never"],
  ["FAILED", "Access denied", 1501, "athena.denied", "never"],
  ["FAILED", "could not write", 401, "athena.no-result-place", "never"],
  ["FAILED", "SlowDown", 1403, "athena.throttled", "later"],
  ["FAILED", "no capacity", 1602, "athena.no-capacity", "later"],
  ["FAILED", "COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot be resolved", 1006, "sql.failed", "never"],
  ["FAILED", "TABLE_NOT_FOUND: x", 1110, "sql.failed", "never"],
  ["FAILED", "something new", 7777, "sql.failed", "never"],
] as const)("error: %s, %s (%s) is %s, %s", (state, reason, errorType, code, retry) => {
  const error = executionFailed({ ...EXECUTION, state, reason, errorType });
  expect(error).toMatchObject({ code, retry, facts: expect.objectContaining({ executionId: "e-1", state }) });
  expect(error.hint).not.toBeNull();
});

test("behavior: what a reason quotes from rows is in the cause alone", () => {
  const reason = "INVALID_CAST_ARGUMENT: Cannot cast 'SECRET_OF_A_ROW: x' to BIGINT";
  const error = executionFailed({ ...EXECUTION, state: "FAILED", reason, errorType: 1001 });
  expect(JSON.stringify([error.message, error.facts, error.hint])).not.toContain("SECRET");
  expect(error.facts["kind"]).toBe("INVALID_CAST_ARGUMENT");
  expect(error.cause).toMatchObject({ message: reason });
  const hidden = executionFailed({ ...EXECUTION, state: "FAILED", reason: "x SECRET_OF_A_ROW: y", errorType: 1001 });
  expect(hidden.facts["kind"]).toBeNull();
});

test("behavior: an error that the service says may pass is worth another try", () => {
  const unknown = { ...EXECUTION, state: "FAILED", reason: "x", errorType: 7777, isRetryable: true } as const;
  expect(executionFailed(unknown)).toMatchObject({ code: "athena.unavailable", retry: "later" });
});

test.each([
  [{ name: "InvalidRequestException", AthenaErrorCode: "MALFORMED_QUERY" }, 400, "sql.failed"],
  [
    { name: "InvalidRequestException", message: "No output location provided. An output location is required" },
    400,
    "athena.no-result-place",
  ],
  [{ name: "InvalidRequestException", message: "WorkGroup is not found." }, 400, "athena.missing"],
  [{ name: "InvalidRequestException", message: "other" }, 400, "athena.refused"],
  [{ name: "SomethingNew" }, 400, "athena.refused"],
  [{ name: "SomethingNew" }, 503, "athena.unavailable"],
  [{ name: "SomethingNew" }, 429, "athena.throttled"],
  [{ name: "TimeoutError" }, undefined, "athena.unreachable"],
])("error: a request that is refused with %j (%s) is %s", (parts, httpStatusCode, code) => {
  const cause = Object.assign(new Error("quotes a 'value'"), parts, { $metadata: { httpStatusCode } });
  const error = wrapAthenaError("StartQueryExecution", cause);
  expect(error.code).toBe(code);
  expect(JSON.stringify([error.message, error.facts])).not.toContain("value");
  expect(error.cause).toBe(cause);
});
