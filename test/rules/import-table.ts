/**
 * Who may import what: section 2 of the design as data. Paths are matched by their beginning; the longest `folder` that
 * fits a file decides.
 */
export interface ImportRule {
  readonly folder: string;
  /** Beginnings of our own paths that it may import, besides its own folder where `ownFolder` says so. */
  readonly ours: readonly string[];
  /** May import the files beside and below it. A definition may; it never sees another one. */
  readonly ownFolder: boolean;
  readonly packages: readonly string[];
  /** May touch the world through Node: files, processes, network. All may use what only computes. */
  readonly edges: boolean;
}

/** Packages that compute and hold no connection. */
const PURE = ["avsc", "ipaddr.js", "p-map", "yaml", "zod"];

/** Node's modules that only compute. */
export const PURE_BUILT_INS: readonly string[] = [
  "node:assert",
  "node:buffer",
  "node:crypto",
  "node:events",
  "node:path",
  "node:stream",
  "node:stream/promises",
  "node:string_decoder",
  "node:timers/promises",
  "node:url",
  "node:util",
  "node:zlib",
];

/** Packages that touch the world, each in exactly one file of `adapters`. */
export const SDKS: readonly string[] = [
  "@aws-sdk/client-athena",
  "@aws-sdk/client-glue",
  "@aws-sdk/client-organizations",
  "@aws-sdk/client-s3",
  "@aws-sdk/client-sqs",
  "@duckdb/node-api",
  "ioredis",
  "pino",
  "prom-client",
];

/** Packages that draw the command line. */
const CLI_PACKAGES = ["cli-table3", "commander"];

const CATALOG = "ingest/sources.gen.ts";
const ABOVE_EDGES = ["core/", "ingest/", "lake/", "analyzers/", "queries/"];

/** The table. */
export const IMPORT_RULES: readonly ImportRule[] = [
  { folder: "core/", ours: [], ownFolder: true, packages: PURE, edges: false },
  { folder: "ingest/", ours: ["core/", "lake/"], ownFolder: true, packages: PURE, edges: false },
  { folder: "lake/", ours: ["core/"], ownFolder: true, packages: PURE, edges: false },
  { folder: "analyzers/", ours: ["core/", "lake/", CATALOG], ownFolder: true, packages: PURE, edges: false },
  { folder: "analyzers/destinations/", ours: ["core/"], ownFolder: false, packages: ["zod"], edges: false },
  // Reads the detections' case files: definitions, not logs.
  {
    folder: "analyzers/testing/",
    ours: ["core/", "analyzers/", CATALOG],
    ownFolder: false,
    packages: PURE,
    edges: true,
  },
  { folder: "queries/", ours: ["core/", "lake/", CATALOG], ownFolder: true, packages: PURE, edges: false },
  { folder: "adapters/", ours: ["core/"], ownFolder: true, packages: [...PURE, ...SDKS], edges: true },
  { folder: "console/", ours: ABOVE_EDGES, ownFolder: true, packages: PURE, edges: true },
  {
    folder: "cli/",
    ours: [...ABOVE_EDGES, "console/"],
    ownFolder: true,
    packages: [...PURE, ...CLI_PACKAGES],
    edges: true,
  },
  {
    folder: "cli/wire.ts",
    ours: [...ABOVE_EDGES, "adapters/", "console/", "cli/"],
    ownFolder: false,
    packages: PURE,
    edges: true,
  },
  {
    folder: "deploy/",
    ours: ["core/", CATALOG],
    ownFolder: true,
    packages: ["aws-cdk-lib", "constructs"],
    edges: true,
  },
];

/** Folders whose entries are definitions: each sees `core` and itself, and is seen through its generated catalog alone. */
export const DEFINITION_FOLDERS: readonly { readonly folder: string; readonly catalog: string }[] = [
  { folder: "ingest/sources/", catalog: CATALOG },
  { folder: "analyzers/detections/", catalog: "analyzers/detections.gen.ts" },
];
