import { expect, test } from "vitest";
import { describeConfig, listOptions, resolveConfig, unknownVariables } from "../../../core/config.ts";

test("default: nothing given", () => {
  const config = resolveConfig({});
  expect(config).toMatchObject({
    dataFolder: ".logkeep",
    logLevel: null,
    engineSpillFolder: ".logkeep/tmp",
    listsFile: ".logkeep/logkeep.yaml",
    webhookSecret: null,
  });
  expect(Object.isFrozen(config)).toBe(true);
  expect(describeConfig(config).every((line) => line.isDefault)).toBe(true);
});

test("behavior: the data folder decides where other things lie, and --data wins", () => {
  expect(resolveConfig({ LOGKEEP_DATA_FOLDER: "/srv/a" })).toMatchObject({ listsFile: "/srv/a/logkeep.yaml" });
  expect(resolveConfig({ LOGKEEP_DATA_FOLDER: "/srv/a" }, "/srv/b")).toMatchObject({
    dataFolder: "/srv/b",
    engineSpillFolder: "/srv/b/tmp",
  });
});

test("behavior: an empty variable counts as not given", () => {
  expect(resolveConfig({ LOGKEEP_ENGINE_MEMORY_MB: "" }).engineMemoryMb).toBe(768);
});

test("behavior: where announced objects may lie is a list", () => {
  const sources = (text: string) => resolveConfig({ LOGKEEP_SERVICE_SOURCES: text }).serviceSources;
  expect(sources("s3://my-logs")).toEqual(["s3://my-logs"]);
  expect(sources(" s3://my-logs/AWSLogs/  s3://b.c/x,s3://flow ")).toEqual([
    "s3://my-logs/AWSLogs/",
    "s3://b.c/x",
    "s3://flow",
  ]);
  expect(sources("")).toBeNull();
  for (const text of ["my-logs", "s3://", "s3://UPPER", "s3://a", " , ", "s3://good http://bad"]) {
    expect(() => sources(text), text).toThrow(expect.objectContaining({ code: "cli.usage" }));
  }
});

test("error: all faults at once, without the values", () => {
  const environment = {
    LOGKEEP_ENGINE_THREADS: "many",
    LOGKEEP_ENGINE_MEMORY_MB: "1",
    LOGKEEP_LOG_LEVEL: "loud",
    LOGKEEP_ALERTS_WEBHOOK_URL: "ftp://token@example.com",
    LOGKEEP_ALERTS_WEBHOOK_SECRET: "short",
  };
  const faults = {
    LOGKEEP_ENGINE_THREADS: "must be a whole number",
    LOGKEEP_ENGINE_MEMORY_MB: "must be at least 256",
    LOGKEEP_LOG_LEVEL: "must be one of silent, error, warn, info, debug",
    LOGKEEP_ALERTS_WEBHOOK_URL: "must be an http or https address",
    LOGKEEP_ALERTS_WEBHOOK_SECRET: "must have at least 16 characters",
  };
  expect(() => resolveConfig(environment)).toThrow(expect.objectContaining({ code: "cli.usage", facts: faults }));
});

test("behavior: secrets are not shown", () => {
  const secrets = {
    LOGKEEP_ALERTS_WEBHOOK_SECRET: "0123456789abcdef",
    LOGKEEP_ALERTS_WEBHOOK_URL: "https://example.com/token/abc",
  };
  const config = resolveConfig(secrets);
  expect(config.webhookSecret).toBe("0123456789abcdef");
  const shown = JSON.stringify(describeConfig(config));
  for (const secret of Object.values(secrets)) expect(shown).not.toContain(secret);
});

test("behavior: every option has its own variable and a line of help", () => {
  const options = listOptions();
  expect(new Set(options.map((option) => option.env)).size).toBe(options.length);
  for (const { env, help } of options) {
    expect(env).toMatch(/^LOGKEEP_[A-Z]+(_[A-Z]+)+$/);
    expect(help).toMatch(/^[^\n]{10,}$/);
  }
});

test("behavior: a mistyped variable is named", () => {
  expect(unknownVariables({ LOGKEEP_ENGINE_THREAD: "2", LOGKEEP_LOG_LEVEL: "info", PATH: "/bin" })).toEqual([
    "LOGKEEP_ENGINE_THREAD",
  ]);
});

test("behavior: a lake on S3 has an address without a slash at its end", () => {
  expect(resolveConfig({}).lakeUri).toBeNull();
  for (const uri of ["s3://my-lake", "s3://my-lake/org/logs_v=2", "s3://my.lake/a.b/"]) {
    expect(resolveConfig({ LOGKEEP_LAKE_URI: uri }).lakeUri).toBe(uri.replace(/\/$/, ""));
  }
  const bad = [
    "/srv/lake",
    "s3://",
    "s3://UPPER",
    "s3://lake//x",
    "s3://lake/../x",
    "s3://lake/.",
    "s3://lake/a b",
    "s3://lake/a?b",
  ];
  for (const uri of [...bad, "s3://lake/a%20b", "s3://lake/x\n", "https://lake"]) {
    expect(() => resolveConfig({ LOGKEEP_LAKE_URI: uri }), uri).toThrow(expect.objectContaining({ code: "cli.usage" }));
  }
});

test("error: what belongs to a lake on S3 is given without one", () => {
  const given = { LOGKEEP_LAKE_GLUE_DATABASE: "org_logs", LOGKEEP_LAKE_ENDPOINT: "http://127.0.0.1:9000" };
  const needs = "needs LOGKEEP_LAKE_URI or --lake";
  expect(() => resolveConfig(given)).toThrow(
    expect.objectContaining({ facts: { LOGKEEP_LAKE_ENDPOINT: needs, LOGKEEP_LAKE_GLUE_DATABASE: needs } }),
  );
  // For what reads no lake they mean nothing.
  expect(resolveConfig(given, undefined, false).lakeUri).toBeNull();
  expect(resolveConfig({ ...given, LOGKEEP_LAKE_URI: "s3://my-lake" }).lakeGlueDatabase).toBe("org_logs");
});
