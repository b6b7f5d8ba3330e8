import { expect, test } from "vitest";
import { type OcsfSchema, validateOcsf } from "../../support/ocsf-validator.ts";

const SCHEMA: OcsfSchema = {
  classes: {
    sample: {
      uid: 6003,
      caption: "Sample",
      constraints: { at_least_one: ["ip", "name"] },
      attributes: {
        class_uid: { type: "integer_t" },
        activity_id: {
          type: "integer_t",
          sibling: "activity_name",
          enum: { "1": { caption: "Create" }, "99": { caption: "Other" } },
        },
        activity_name: { type: "string_t" },
        type_uid: { type: "long_t", requirement: "required" },
        metadata: { type: "object_t", object_type: "metadata", requirement: "required" },
        cloud: { type: "string_t", requirement: "required", profiles: ["cloud"] },
        ip: { type: "ip_t" },
        name: { type: "string_t" },
        port: { type: "port_t" },
        parts: { type: "object_t", object_type: "part", is_array: true },
        unmapped: { type: "object_t", object_type: "object" },
      },
    },
  },
  objects: {
    metadata: { attributes: { profiles: { type: "string_t", is_array: true } } },
    part: { attributes: { uid: { type: "integer_t", requirement: "required" } } },
    object: { attributes: {} },
  },
  dictionary: {
    types: {
      attributes: {
        ip_t: { type: "string_t", regex: "^[0-9.]+$", max_len: 15 },
        port_t: { type: "integer_t", range: [0, 65535] },
      },
    },
  },
};

const ROW = {
  class_uid: 6003,
  activity_id: 1,
  activity_name: "Create",
  type_uid: 600301,
  metadata: { profiles: ["cloud"] },
  cloud: "AWS",
  ip: "192.0.2.1",
};

const faults = (change: object) =>
  validateOcsf({ ...ROW, ...change }, SCHEMA, ["own"]).map(({ path, rule }) => `${path} ${rule}`);

test("default: a valid row has no faults", () => {
  expect(faults({})).toEqual([]);
  expect(faults({ own: 1, name: null, parts: null, unmapped: '{"a":1}' })).toEqual([]);
  expect(faults({ activity_id: 99, activity_name: "Anything", type_uid: 600399 })).toEqual([]);
});

test("behavior: each kind of fault is found", () => {
  expect(faults({ surprise: 1 })).toEqual(["surprise unknown"]);
  expect(faults({ metadata: { profiles: null } })).toEqual(["metadata required", "cloud profile"]);
  expect(faults({ cloud: null })).toEqual(["cloud required"]);
  expect(faults({ cloud: null, metadata: { profiles: ["other"] } })).toEqual([]);
  expect(faults({ ip: null })).toEqual([" constraint"]);
  expect(faults({ ip: "example.com" })).toEqual(["ip type"]);
  expect(faults({ ip: "1".repeat(16) })).toEqual(["ip type"]);
  expect(faults({ port: 65536 })).toEqual(["port type"]);
  expect(faults({ port: "80" })).toEqual(["port type"]);
  expect(faults({ activity_id: 7, type_uid: 600307 })).toEqual(["activity_id enum"]);
  expect(faults({ activity_name: "Delete" })).toEqual(["activity_id caption"]);
  expect(faults({ type_uid: 600302 })).toEqual(["type_uid type-uid"]);
  expect(faults({ parts: [{ uid: 1 }, { uid: null, x: 1 }] })).toEqual(["parts[].uid required", "parts[].x unknown"]);
  expect(faults({ unmapped: "no JSON" })).toEqual(["unmapped type"]);
  expect(faults({ class_uid: 1 })).toEqual(["class_uid class"]);
});
