import type { Source } from "../../core/source.ts";
import { sqlName } from "../../core/sql-engine.ts";
import { LAKE_VIEW, lakeView } from "./lake-view.ts";
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
  const named = new Set(names);
  return sources.flatMap((source) => viewsOf(source).filter(({ name }) => named.has(name)));
}

function viewsOf(source: Source): readonly NameView[] {
  const { id } = source.table;
  if (id !== "cloudtrail") return [];
  return [{ name: LAKE_VIEW, table: id, sql: (engine) => lakeView(source, engine, sqlName(id)) }];
}
