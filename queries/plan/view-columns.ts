import { DELIVERIES_TABLE } from "../../core/delivery.ts";
import { FINDINGS_TABLE } from "../../core/finding.ts";
import { LEDGER_TABLE, REJECTS_TABLE } from "../../core/ledger.ts";
import type { Source } from "../../core/source.ts";
import { type SqlToken, sqlTokens } from "../../core/sql-tokens.ts";
import type { TableDefinition } from "../../core/table.ts";
import { nameViews } from "../names/name-views.ts";
import { rawNameView } from "../raw-name-view.ts";

/** A name that a text may read from: the table behind it, and which of its columns a name in the text may mean. */
export interface ViewTarget {
  readonly tableId: string;
  /** Dotted paths into the table that a column reference may read; none where it means none of them. Null: all. */
  readonly pathsOf: (names: readonly string[]) => readonly string[] | null;
  /** What the table's columns of time and account are called there, in lower case. */
  readonly timeNames: readonly string[];
  readonly accountNames: readonly string[];
}

/** The table behind a name of a text, in lower case; null for a name that is not of the lake. */
export function findView(name: string, sources: readonly Source[]): ViewTarget | null {
  if (name === "alerts") return { ...plainTarget(FINDINGS_TABLE), pathsOf: () => null, timeNames: [] };
  const other = [FINDINGS_TABLE, LEDGER_TABLE, REJECTS_TABLE, DELIVERIES_TABLE].find(({ id }) => id === name);
  if (other !== undefined) return plainTarget(other);
  for (const source of sources) {
    const { id } = source.table;
    if (name === id || name === `${id}_all`) return plainTarget(source.table);
    if (name === `${id}_events`) return selectTarget(rawNameView(source), source.table);
  }
  const [view] = nameViews(sources, [name]);
  const table = sources.find((source) => source.table.id === view?.table)?.table;
  return view === undefined || table === undefined ? null : selectTarget(view.sql("duckdb"), table);
}

function plainTarget({ id, timeColumn, accountColumn, columns }: TableDefinition): ViewTarget {
  const tops = new Set(columns.map(({ name }) => name.toLowerCase()));
  return {
    tableId: id,
    // What does not begin with a column begins with a table's alias.
    pathsOf: (names) => [tops.has(names[0] ?? "") ? names.join(".") : names.slice(1).join(".")],
    timeNames: [timeColumn],
    accountNames: accountColumn === null ? [] : [accountColumn],
  };
}

/**
 * A view of ours, `SELECT expression AS name, ... FROM table`. An engine may build a whole struct for one field of it, so
 * all that its expression names is read.
 */
function selectTarget(sql: string, { id, timeColumn, accountColumn }: TableDefinition): ViewTarget {
  const items = selectItems(sql);
  const isPlain = (column: string | null) => (item: SelectItem) =>
    item.paths.length === 1 && item.isPlain && item.paths[0] === column;
  return {
    tableId: id,
    pathsOf: (names) => {
      const meant = new Set(names.slice(0, 2));
      return items.filter((item) => meant.has(item.name)).flatMap((item) => item.paths);
    },
    timeNames: items.filter(isPlain(timeColumn)).map((item) => item.name),
    accountNames: items.filter(isPlain(accountColumn)).map((item) => item.name),
  };
}

interface SelectItem {
  readonly name: string;
  readonly paths: readonly string[];
  /** Whether it is a column as it stands. */
  readonly isPlain: boolean;
}

function selectItems(sql: string): readonly SelectItem[] {
  const items: SqlToken[][] = [[]];
  let brackets = 0;
  for (const token of sqlTokens(sql).slice(1)) {
    if ("[{".includes(token.text)) brackets += 1;
    if ("]}".includes(token.text)) brackets -= 1;
    const isTop = token.depth === 0 && brackets === 0;
    const isDistinct = items.at(-1)?.at(-1)?.text.toUpperCase() === "DISTINCT";
    if (isTop && !isDistinct && token.kind === "word" && token.text.toUpperCase() === "FROM") break;
    if (isTop && token.text === ",") items.push([]);
    else items.at(-1)?.push(token);
  }
  return items.map((tokens) => {
    const expression = tokens.at(-2)?.text.toUpperCase() === "AS" ? tokens.slice(0, -2) : tokens;
    return { name: nameOf(tokens.at(-1)), paths: pathsIn(expression), isPlain: expression.length === 1 };
  });
}

/** The dotted names in an expression. */
function pathsIn(tokens: readonly SqlToken[]): readonly string[] {
  const paths: string[][] = [];
  let isOpen = false;
  for (const token of tokens) {
    if (token.kind === "word" || token.kind === "name") {
      if (isOpen) paths.at(-1)?.push(nameOf(token));
      else paths.push([nameOf(token)]);
      isOpen = false;
    } else {
      isOpen = token.text === "." && paths.length > 0;
    }
  }
  return paths.map((path) => path.join("."));
}

function nameOf(token: SqlToken | undefined): string {
  const text = token?.text ?? "";
  return (token?.kind === "name" ? text.slice(1, -1).replaceAll('""', '"') : text).toLowerCase();
}
