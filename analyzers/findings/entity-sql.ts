import type { SourceDefinition } from "../../core/source.ts";
import type { FieldPath, SigmaRule } from "../sigma/ir.ts";
import { fieldAccess, valuesSql } from "../sql/field-sql.ts";

/** Longer values are cut: an entity is a name to group by, and a hostile name may be long. */
const MAX_ENTITY_CHARACTERS = 512;

/** Account and principal: whom a finding is about where its rule does not say. */
const DEFAULT_ENTITY: SigmaRule["extras"]["entity"] = [
  [["recipientAccountId"], ["userIdentity", "accountId"]],
  [
    ["userIdentity", "arn"],
    ["userIdentity", "principalId"],
    ["userIdentity", "invokedBy"],
  ],
];

/** SQL of the text that names whom a finding is about: its places joined by a blank, `null` where nothing is known. */
export function entitySql(rule: SigmaRule, source: SourceDefinition): string {
  const places = rule.extras.entity.length > 0 ? rule.extras.entity : DEFAULT_ENTITY;
  return `array_to_string([${places.map((fields) => placeSql(fields, source)).join(", ")}], ' ')`;
}

function placeSql(fields: readonly FieldPath[], source: SourceDefinition): string {
  const values = fields.map(
    (field) => `list_filter(${valuesSql(fieldAccess(source, field))}, lambda logkeep_v: logkeep_v <> '')[1]`,
  );
  return `left(coalesce(${[...values, "'null'"].join(", ")}), ${MAX_ENTITY_CHARACTERS})`;
}
