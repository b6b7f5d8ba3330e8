import type { Source } from "../../core/source.ts";
import { sqlName } from "../../core/sql-engine.ts";
import { LAKE_VIEW, lakeView } from "./lake-view.ts";
import { readSecurityLakeName, securityLakeView } from "./security-lake-view.ts";
import type { ViewEngine } from "./spelling.ts";

/** A source's rows under a name and in columns that people know from elsewhere. */
export interface NameView {
  /** In lower case. */
  readonly name: string;
  /** The table that it is a view of; it reads a relation of that name. */
  readonly table: string;
  sql(engine: ViewEngine): string;
}

/** The views among `names`, which are in lower case: what a text may name. */
export function nameViews(sources: readonly Source[], names: Iterable<string>): readonly NameView[] {
  const byTable = new Map(sources.map((source) => [source.table.id, source]));
  return [...new Set(names)].flatMap((name): readonly NameView[] => {
    const security = name === LAKE_VIEW ? null : readSecurityLakeName(name);
    const table = name === LAKE_VIEW ? "cloudtrail" : security?.table;
    const source = table === undefined ? undefined : byTable.get(table);
    if (table === undefined || source === undefined) return [];
    const from = sqlName(table);
    const sql = (engine: ViewEngine) =>
      security === null ? lakeView(source, engine, from) : securityLakeView(security, source, engine, from);
    return [{ name, table, sql }];
  });
}
