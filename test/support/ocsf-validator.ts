/**
 * An OCSF row -> what is wrong with it, by a schema compiled with OCSF's own compiler. Rows come as JSON values; JSON
 * text where the schema wants an object or JSON is parsed, nulls and empty structs are dropped first. Checked: unknown
 * attributes, types with their patterns, lengths and ranges, enums with their captions, required attributes (those of a
 * profile only where the row applies it), attributes of profiles that the row does not name, constraints, and
 * `type_uid`.
 */

/** A fault: where (array places as `[]`), against which rule, and the value or what is missing. */
export interface OcsfFault {
  readonly path: string;
  readonly rule: "unknown" | "required" | "constraint" | "type" | "enum" | "caption" | "profile" | "type-uid" | "class";
  readonly detail: string;
}

interface OcsfAttribute {
  readonly type: string;
  readonly object_type?: string;
  readonly is_array?: boolean;
  readonly requirement?: string;
  readonly profiles?: readonly string[] | null;
  readonly sibling?: string;
  readonly enum?: Readonly<Record<string, { readonly caption: string }>>;
}

interface OcsfShape {
  readonly attributes: Readonly<Record<string, OcsfAttribute>>;
  readonly constraints?: { readonly at_least_one?: readonly string[]; readonly just_one?: readonly string[] };
}

interface OcsfType {
  readonly type?: string;
  readonly regex?: string;
  readonly max_len?: number;
  readonly range?: readonly [number, number];
}

/** As much of a compiled schema as validation needs. */
export interface OcsfSchema {
  readonly classes: Readonly<Record<string, OcsfShape & { readonly uid: number; readonly caption: string }>>;
  readonly objects: Readonly<Record<string, OcsfShape>>;
  readonly dictionary: { readonly types: { readonly attributes: Readonly<Record<string, OcsfType>> } };
}

type JsonObject = Readonly<Record<string, unknown>>;

interface Run {
  readonly schema: OcsfSchema;
  readonly profiles: ReadonlySet<string>;
  readonly faults: OcsfFault[];
}

/** All faults of a row, in the order of its attributes. `ownColumns` are top-level columns that are not OCSF's. */
export function validateOcsf(row: JsonObject, schema: OcsfSchema, ownColumns: readonly string[]): OcsfFault[] {
  const event = withoutNulls(Object.fromEntries(Object.entries(row).filter(([name]) => !ownColumns.includes(name))));
  if (!isObject(event)) return [{ path: "", rule: "class", detail: "the row is empty" }];
  const found = Object.values(schema.classes).find(({ uid }) => uid === event.class_uid);
  if (found === undefined) return [{ path: "class_uid", rule: "class", detail: String(event.class_uid) }];
  const metadata = isObject(event.metadata) ? event.metadata : {};
  const profiles = Array.isArray(metadata.profiles) ? metadata.profiles.map(String) : [];
  const run: Run = { schema, profiles: new Set(profiles), faults: [] };
  checkShape(event, found, "", run);
  const typeUid = Number(event.class_uid) * 100 + Number(event.activity_id);
  if (Number(event.type_uid) !== typeUid) {
    run.faults.push({ path: "type_uid", rule: "type-uid", detail: `${event.type_uid}, not ${typeUid}` });
  }
  return run.faults;
}

function checkShape(value: JsonObject, shape: OcsfShape, path: string, run: Run): void {
  for (const [name, attribute] of Object.entries(shape.attributes)) {
    const applies = (attribute.profiles ?? []).length === 0 || attribute.profiles?.some((one) => run.profiles.has(one));
    const place = path === "" ? name : `${path}.${name}`;
    if (value[name] === undefined) {
      if (attribute.requirement === "required" && applies) {
        run.faults.push({ path: place, rule: "required", detail: "absent" });
      }
      continue;
    }
    if (!applies) run.faults.push({ path: place, rule: "profile", detail: String(attribute.profiles) });
    checkAttribute(value[name], attribute, place, run);
    checkCaption(value, name, attribute, place, run);
  }
  for (const name of Object.keys(value)) {
    if (!(name in shape.attributes)) {
      run.faults.push({ path: path === "" ? name : `${path}.${name}`, rule: "unknown", detail: show(value[name]) });
    }
  }
  const { at_least_one: some, just_one: one } = shape.constraints ?? {};
  const count = (names: readonly string[]) => names.filter((name) => value[name] !== undefined).length;
  if (some !== undefined && count(some) === 0) {
    run.faults.push({ path, rule: "constraint", detail: `at least one of ${some}` });
  }
  if (one !== undefined && count(one) !== 1) run.faults.push({ path, rule: "constraint", detail: `one of ${one}` });
}

function checkAttribute(value: unknown, attribute: OcsfAttribute, path: string, run: Run): void {
  if (attribute.is_array === true) {
    if (!Array.isArray(value)) run.faults.push({ path, rule: "type", detail: `no array: ${show(value)}` });
    else for (const element of value) checkAttribute(element, { ...attribute, is_array: false }, `${path}[]`, run);
    return;
  }
  if (attribute.object_type !== undefined) {
    const object = typeof value === "string" ? parseJson(value) : value;
    const shape = run.schema.objects[attribute.object_type];
    if (!isObject(object)) run.faults.push({ path, rule: "type", detail: `no object: ${show(value)}` });
    else if (shape !== undefined && attribute.object_type !== "object") checkShape(object, shape, path, run);
    return;
  }
  const fault = scalarFault(value, attribute.type, run.schema);
  if (fault !== null) run.faults.push({ path, rule: "type", detail: fault });
  else if (attribute.enum !== undefined && !(String(value) in attribute.enum)) {
    run.faults.push({ path, rule: "enum", detail: show(value) });
  }
}

/** 99 is "Other": its sibling holds the source's own word. */
function checkCaption(value: JsonObject, name: string, attribute: OcsfAttribute, path: string, run: Run): void {
  const { sibling, enum: captions } = attribute;
  if (sibling === undefined || captions === undefined || value[sibling] === undefined) return;
  const caption = captions[String(value[name])]?.caption;
  if (caption === undefined || Number(value[name]) === 99 || caption === value[sibling]) return;
  run.faults.push({ path, rule: "caption", detail: `${show(value[sibling])}, not ${show(caption)}` });
}

function scalarFault(value: unknown, type: string, schema: OcsfSchema): string | null {
  const rule = schema.dictionary.types.attributes[type] ?? {};
  switch (rule.type ?? type) {
    case "boolean_t":
      return typeof value === "boolean" ? null : `no boolean: ${show(value)}`;
    case "integer_t":
    case "long_t": {
      if (typeof value !== "number" && typeof value !== "bigint") return `no number: ${show(value)}`;
      if (typeof value === "number" && !Number.isInteger(value)) return `not whole: ${value}`;
      const [least, most] = rule.range ?? [null, null];
      if (least !== null && (value < least || value > most)) return `out of range: ${value}`;
      const isWide = (rule.type ?? type) === "long_t";
      return isWide || (value >= -2147483648 && value <= 2147483647) ? null : `wider than 32 bits: ${value}`;
    }
    case "float_t":
      return typeof value === "number" ? null : `no number: ${show(value)}`;
    case "json_t":
      return typeof value !== "string" || parseJson(value) !== undefined ? null : `no JSON: ${show(value)}`;
    default:
      if (typeof value !== "string") return `no text: ${show(value)}`;
      if (rule.max_len !== undefined && value.length > rule.max_len) return `too long: ${show(value)}`;
      return rule.regex === undefined || new RegExp(rule.regex).test(value) ? null : `no ${type}: ${show(value)}`;
  }
}

/** A value without nulls, and without structs and lists in which nothing is left. */
function withoutNulls(value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) return value.map(withoutNulls).filter((element) => element !== undefined);
  if (!isObject(value)) return value;
  const kept = Object.entries(value)
    .map(([name, inner]) => [name, withoutNulls(inner)] as const)
    .filter(([, inner]) => inner !== undefined);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  const text = typeof value === "bigint" ? String(value) : (JSON.stringify(value) ?? "nothing");
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
