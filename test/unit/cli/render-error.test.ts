import { expect, test } from "vitest";
import { exitCodeOf, renderError } from "../../../cli/render-error.ts";
import { LogkeepError, usageError } from "../../../core/errors.ts";

test("default: message, facts and hint, without a stack", () => {
  const error = new LogkeepError({
    code: "lake.file-missing",
    message: "a file of the lake is missing",
    facts: { path: "cloudtrail/data/x.parquet", size: 3n, nothing: null },
    hint: "restore it",
    cause: new Error("secret content"),
  });
  expect(renderError(error, false)).toBe(
    "error: a file of the lake is missing (path: cloudtrail/data/x.parquet, size: 3)\n  restore it\n",
  );
  expect(renderError(error, true)).toContain("[lake.file-missing]");
  expect(renderError(error, true)).toContain("secret content");
});

test("behavior: an analyst's query is refused in the engine's own words", () => {
  const cause = new LogkeepError({
    code: "sql.failed",
    message: "refused",
    cause: new Error("Binder Error: no \u001b[31mcolumn\nLINE 1"),
  });
  const text = renderError(
    new LogkeepError({ code: "query.failed", message: "the query cannot be answered", cause }),
    false,
  );
  expect(text).toBe("error: the query cannot be answered\n  Binder Error: no \\x1b[31mcolumn\n  LINE 1\n");
});

test("behavior: an error of any other kind says that it was not expected", () => {
  expect(renderError(new TypeError("x is not a function"), false)).toBe(
    "error: unexpected: x is not a function\n  LOGKEEP_LOG_LEVEL=debug shows where it happened\n",
  );
  expect(renderError("a string", true)).toContain("a string");
});

test("behavior: hostile facts stay on their line", () => {
  expect(renderError(usageError("bad", undefined, { given: "a\nerror: fake\u202e" }), false)).toBe(
    "error: bad (given: a\\nerror: fake\\u{202e})\n",
  );
});

test("default: exit codes", () => {
  expect(exitCodeOf(usageError("x"))).toBe(2);
  // As DuckDB's SQL where it is none, or is more than a SELECT.
  expect(exitCodeOf(new LogkeepError({ code: "dialect.syntax", message: "x" }))).toBe(2);
  expect(exitCodeOf(new LogkeepError({ code: "dialect.unsupported", message: "x" }))).toBe(2);
  expect(exitCodeOf(new LogkeepError({ code: "query.failed", message: "x" }))).toBe(1);
  expect(exitCodeOf(new Error("x"))).toBe(1);
});
