/** What a raw relation says about each row's object, as SQL over the `filename` that the engine's readers give. */
import { sqlString } from "../core/sql-engine.ts";
import type { SpooledObject } from "./raw-relation.ts";

/** SQL: the object's place in the batch. The name ends in six digits, a dot and three letters. */
export function objectIndex(): string {
  return "CAST(substring(filename, -10, 6) AS INTEGER)";
}

/** An object's place in its batch, from its spooled name. */
export function placeOf(path: string): number {
  return Number(path.slice(-10, -4));
}

/** SQL columns `object_account`, `object_region`, `variant` and `envelope`; the last may be read from the document. */
export function objectColumns(objects: readonly SpooledObject[], envelope?: string): string {
  const pick = (values: readonly (string | null)[]): string => {
    const distinct = [...new Set(values)];
    if (distinct.length === 1) return literal(distinct[0] ?? null);
    const byPlace: (string | null)[] = [];
    for (const [index, object] of objects.entries()) byPlace[placeOf(object.path)] = values[index] ?? null;
    // A place without an object is a hole, which `Array.from` fills.
    return `[${Array.from(byPlace, (value) => literal(value ?? null)).join(",")}][${objectIndex()} + 1]`;
  };
  return [
    `${pick(objects.map((object) => object.account))} AS object_account`,
    `${pick(objects.map((object) => object.region))} AS object_region`,
    `${pick(objects.map((object) => object.variant))} AS variant`,
    `${envelope ?? pick(objects.map((object) => object.envelope))} AS envelope`,
  ].join(", ");
}

function literal(value: string | null): string {
  return value === null ? "NULL::VARCHAR" : sqlString(value);
}
