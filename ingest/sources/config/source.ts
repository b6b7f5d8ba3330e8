import type { SourceDefinition } from "../../../core/source.ts";
import { CONFIG_FIELDS, CONFIG_JSON_FIELDS } from "./fields.ts";
import { frameConfig } from "./frame.ts";
import { CONFIG_RAW } from "./raw.ts";
import { CONFIG_ROUTES } from "./routes.ts";
import { CONFIG_TABLE } from "./table.ts";

const source: SourceDefinition = {
  id: "config",
  title: "AWS Config",
  doc: "Configuration items: what each resource looked like, from history files, snapshots and change notifications",
  table: CONFIG_TABLE,
  routes: CONFIG_ROUTES,
  // History files come every six hours where something changed, snapshots at least every day where they are switched on.
  // Either repeats states of any age. Source: AWS, "Delivering configuration items".
  delivery: { delayMs: 21_600_000, cadenceMs: 93_600_000, reachMs: null, isFromEveryAccount: false },
  frame: frameConfig,
  gzipMembers: "one",
  raw: CONFIG_RAW,
  oftenNull: ["resourceName", "resourceCreationTime"],
  // A snapshot repeats what a history file told. Both stay, so that the rows do not depend on which came first.
  recordKey: ["metadata.uid", "activity_id"],
  deliveryOf: () => "",
  fields: CONFIG_FIELDS,
  jsonFields: CONFIG_JSON_FIELDS,
  normalizerVersion: 1,
  logsource: { product: "aws", service: "config" },
};

export default source;
