import { type RawRecord, resolvePath, valueText } from "../../core/raw-record.ts";
import type { FieldPath, SigmaRule } from "../sigma/ir.ts";

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

/** Whom a finding is about: the rule's places joined by a blank, `null` where nothing is known. */
export function entityOf(rule: SigmaRule, record: RawRecord): string {
  const places = rule.extras.entity.length > 0 ? rule.extras.entity : DEFAULT_ENTITY;
  return places.map((fields) => firstText(fields, record).slice(0, MAX_ENTITY_CHARACTERS)).join(" ");
}

function firstText(fields: readonly FieldPath[], record: RawRecord): string {
  const texts = fields.flatMap((field) => resolvePath(record, field).values.flatMap((value) => valueText(value) ?? []));
  return texts.find((text) => text !== "") ?? "null";
}
