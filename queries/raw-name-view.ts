import type { Source } from "../core/source.ts";
import { sqlName } from "../core/sql-engine.ts";

interface Branch {
  readonly children: Map<string, Branch>;
  sql: string | null;
}

/**
 * A SELECT over a source's table that gives the same rows under the source's own field names: `eventName`,
 * `userIdentity.arn` (dotted names become structs), payloads as JSON text. `time_dt`, `accountid`, `unmapped` and
 * `logkeep` stand at the end, so that every row can still be found and dated.
 */
export function rawNameView(source: Source): string {
  const root: Branch = { children: new Map(), sql: null };
  for (const [name, sql] of Object.entries({ ...source.fields, ...source.jsonFields }))
    plant(root, name.split("."), sql);
  const columns = [...root.children].map(([name, branch]) => `${render(branch)} AS ${sqlName(name)}`);
  const given = new Set([...root.children.keys()].map((name) => name.toLowerCase()));
  const own = [source.table.timeColumn, source.table.accountColumn, "unmapped", "logkeep"].filter(
    (name) =>
      name !== null && source.table.columns.some((each) => each.name === name) && !given.has(name.toLowerCase()),
  );
  return `SELECT ${[...columns, ...own.map((name) => sqlName(name ?? ""))].join(", ")} FROM ${sqlName(source.table.id)}`;
}

function plant(root: Branch, path: readonly string[], sql: string): void {
  let at = root;
  for (const name of path) {
    const next = at.children.get(name) ?? { children: new Map(), sql: null };
    at.children.set(name, next);
    at = next;
  }
  at.sql = sql;
}

/** A name that has fields below it is a struct, even where it is also a value of its own. */
function render(branch: Branch): string {
  if (branch.children.size === 0) return branch.sql ?? "NULL";
  const fields = [...branch.children].map(([name, child]) => `${sqlName(name)} := ${render(child)}`);
  return `struct_pack(${fields.join(", ")})`;
}
