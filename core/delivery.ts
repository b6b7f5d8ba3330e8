import { column, list, type TableDefinition } from "./table.ts";

/** Which alert went where, and how far it had grown by then: what keeps deliveries from repeating. */
export const DELIVERIES_TABLE: TableDefinition = {
  id: "deliveries",
  doc: "Alerts that a destination has accepted: one row per delivery",
  timeColumn: "delivered_at",
  accountColumn: null,
  sortColumns: ["destination", "alert_id"],
  columns: [
    column("alert_id", "string", "Alert as it was when delivered; also the idempotency key of the delivery"),
    column("destination", "string", "Where it went"),
    column("rule_id", "string", "Folder name of the detection"),
    column("entity", "string", "Whom the alert is about"),
    column("severity_id", "int", "Severity when delivered, 1 informational to 5 critical"),
    column("first_at", "timestamptz", "Event time of its first finding"),
    column("last_at", "timestamptz", "Event time of its last finding when delivered"),
    column("findings", "long", "How many findings it had when delivered"),
    column("finding_uids", list("string"), "Its first findings"),
    column("delivered_at", "timestamptz", "When the destination had accepted it"),
  ],
};

/** One row of the table. Instants are milliseconds since 1970. */
export interface Delivery {
  readonly alertId: string;
  readonly destination: string;
  readonly ruleId: string;
  readonly entity: string;
  readonly severityId: number;
  readonly firstAt: number | null;
  readonly lastAt: number | null;
  readonly findingCount: number;
  readonly findingUids: readonly string[];
  readonly deliveredAt: number;
}

/**
 * Remembers deliveries. `append` is durable when it resolves and takes the rows whole or not at all; it may fail with
 * retry later. Rows may come twice: a delivery is repeated when the note of it was lost.
 */
export interface DeliveryLog {
  read(destination: string): Promise<readonly Delivery[]>;
  append(deliveries: readonly Delivery[]): Promise<void>;
}
