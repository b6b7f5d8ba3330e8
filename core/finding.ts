import { column, list, struct, type TableDefinition } from "./table.ts";

/**
 * Findings: OCSF 1.8.0 Detection Finding (class 2004), one row per event and rule.
 * `finding_info.uid` is a hash of the rule's id and the event's identity, so a replay gives the same one.
 */
export const FINDINGS_TABLE: TableDefinition = {
  id: "findings",
  doc: "Detection findings (OCSF 2004): one row per matched event and rule",
  timeColumn: "time_dt",
  accountColumn: "accountid",
  sortColumns: ["finding_uid"],
  columns: [
    column("time", "long", "Time of the matched event, milliseconds since 1970"),
    column("time_dt", "timestamptz", "Time of the matched event"),
    column("accountid", "string", "Account of the matched event"),
    column("region", "string", "Region of the matched event"),
    column("finding_uid", "string", "Same event and rule, same id"),
    column("rule_id", "string", "Folder name of the detection"),
    column("rule_version", "string", "Hash of the rule's text"),
    column("entity", "string", "Whom the finding is about: findings group into alerts by rule and entity"),
    column("class_uid", "int", "2004"),
    column("class_name", "string", "Detection Finding"),
    column("category_uid", "int", "2"),
    column("category_name", "string", "Findings"),
    column("activity_id", "int", "1 Create"),
    column("activity_name", "string", "Create"),
    column("type_uid", "long", "200401"),
    column("type_name", "string", "Detection Finding: Create"),
    column("severity_id", "int", "1 informational to 5 critical"),
    column("severity", "string", "Caption of severity_id"),
    column("status_id", "int", "1 New"),
    column("status", "string", "New"),
    column("message", "string", "One line for people"),
    column(
      "metadata",
      struct(
        column("uid", "string", "Same as finding_uid"),
        column("version", "string", "OCSF version"),
        column(
          "product",
          struct(column("name", "string", "Logkeep"), column("vendor_name", "string", "Logkeep")),
          "Who found it",
        ),
      ),
      "OCSF metadata",
    ),
    column(
      "finding_info",
      struct(
        column("uid", "string", "Same as finding_uid"),
        column("title", "string", "Title of the rule"),
        column("desc", "string", "Description of the rule"),
        column("types", list("string"), "Log source that the rule reads"),
        column("created_time", "long", "Time of the matched event, milliseconds since 1970"),
        column(
          "analytic",
          struct(
            column("uid", "string", "Rule id"),
            column("name", "string", "Rule title"),
            column("version", "string", "Rule version"),
            column("type_id", "int", "1 Rule"),
            column("type", "string", "Rule"),
          ),
          "The rule",
        ),
        column(
          "attacks",
          list(
            struct(
              column("version", "string", "ATT&CK version"),
              column("technique", struct(column("uid", "string", "Technique id")), "ATT&CK technique"),
            ),
          ),
          "ATT&CK techniques of the rule",
        ),
      ),
      "What was found",
    ),
    column(
      "evidences",
      list(struct(column("data", "string", "JSON: which selection items matched on which values"))),
      "Why the rule matched",
    ),
    column("table_name", "string", "Table of the matched row"),
    column(
      "rows",
      list(
        struct(
          column("object", "string", "Object of the matched row"),
          column("ordinal", "long", "Place of its record in the object, from 0"),
          column("record_uid", "string", "The record's own id, where it has one"),
        ),
      ),
      "Addresses of the matched rows",
    ),
    column("rule_author", "string", "Author of the rule, where its licence asks for it"),
    column("batch", "string", "Batch of the matched row"),
  ],
};
