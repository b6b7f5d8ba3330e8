import { type SqlEngine, type SqlParams, sqlString } from "../../core/sql-engine.ts";
import { parseTree } from "../parse-tree.ts";

/** A node of the engine's syntax tree. Its shape is the engine's own and may change: nothing here relies on more than it asks. */
export type Node = Readonly<Record<string, unknown>>;

/** The tree of a single SELECT; null where the engine's parser does not take the text. */
export async function readTree(sql: string, engine: SqlEngine): Promise<Node | null> {
  const [row] = await engine.all(`SELECT json_serialize_sql(${sqlString(sql)}::VARCHAR)::VARCHAR AS tree`);
  const { error, statements } = asNode(parseTree(row?.["tree"]));
  if (error === true || !Array.isArray(statements) || statements.length !== 1) return null;
  return asNode(asNode(statements[0])["node"]);
}

/** The value as a node; an empty one where it is none. */
export function asNode(value: unknown): Node {
  // Every property is read as unknown.
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Node) : {};
}

/** The value as a list of nodes. */
export function asNodes(value: unknown): readonly Node[] {
  return Array.isArray(value) ? value.map(asNode) : [];
}

/** The text of a property; empty where it has none. */
export function textOf(node: Node, name: string): string {
  const value = node[name];
  return typeof value === "string" ? value : "";
}

/** The nodes right below a node. */
export function childNodes(node: Node): readonly Node[] {
  return Object.values(node).flatMap((value) =>
    Array.isArray(value) ? asNodes(value) : typeof value === "object" && value !== null ? [asNode(value)] : [],
  );
}

/** The names of a column reference, `a.b.c` as three; null for any other node. */
export function columnNames(node: Node): readonly string[] | null {
  const names = node["column_names"];
  return node["class"] === "COLUMN_REF" && Array.isArray(names) ? names.map(String) : null;
}

/** Names without parentheses that are the clock's, and no columns. */
const CLOCK_NAMES: ReadonlySet<string> = new Set(["current_date", "current_timestamp", "localtimestamp"]);

/** Whether a node is one of the clock's names: the parser takes them for columns. */
export function isClockName(node: Node): boolean {
  const names = columnNames(node);
  return names?.length === 1 && CLOCK_NAMES.has(names[0]?.toLowerCase() ?? "");
}

/** An expression as the engine spells it. */
export async function expressionText(expression: Node, engine: SqlEngine): Promise<string> {
  return (await selectText(expression, engine)).replace(/^SELECT\s+/i, "").replace(/\s+AS v$/, "");
}

/**
 * The instant of an expression, milliseconds since 1970 with their fraction; null where it has none. For expressions that were
 * found to be constant: it is run.
 */
export async function instantOf(expression: Node, params: SqlParams, engine: SqlEngine): Promise<number | null> {
  const text = await selectText({ ...expression, alias: "v" }, engine);
  const used = Object.entries(params).filter(([name]) => new RegExp(`\\$${name}\\b`).test(text));
  const [row] = await engine.all(
    `SELECT epoch_us(TRY_CAST(v AS TIMESTAMPTZ))::DOUBLE / 1000 AS at_ms FROM (${text})`,
    Object.fromEntries(used),
  );
  const at = row?.["at_ms"];
  return typeof at === "number" && Number.isFinite(at) ? at : null;
}

async function selectText(expression: Node, engine: SqlEngine): Promise<string> {
  const [made] = await engine.all("SELECT json_serialize_sql('SELECT 1')::VARCHAR AS tree");
  const shell = asNode(parseTree(made?.["tree"]));
  const [statement] = asNodes(shell["statements"]);
  const node = { ...asNode(statement?.["node"]), select_list: [expression] };
  const tree = JSON.stringify({ ...shell, statements: [{ ...statement, node }] });
  const [row] = await engine.all(`SELECT json_deserialize_sql(${sqlString(tree)}) AS text`);
  return String(row?.["text"]);
}
