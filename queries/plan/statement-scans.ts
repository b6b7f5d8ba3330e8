/**
 * A statement's syntax tree in; which tables it scans, how often, which columns it may read, and which conditions stand
 * over each scan out. What is not understood counts as more, never as less.
 */
import { asNode, asNodes, childNodes, columnNames, isClockName, type Node, textOf } from "./syntax-tree.ts";

/** One place in a text where a table is read. */
export interface StatementScan {
  /** The table or view as the text names it, in lower case. */
  readonly name: string;
  /** How often it is read where each use of a WITH name runs its text again, as Athena does. */
  readonly times: number;
  /** Whether a `*` or the like takes all columns. */
  readonly readsAll: boolean;
  /** Conditions that every row of this scan must fulfil, as they stand in the text. */
  readonly conditions: readonly Node[];
}

/** All scans of a statement. */
export interface StatementScans {
  readonly scans: readonly StatementScan[];
  /** Every column that the text names anywhere: its names from left to right, in lower case. */
  readonly columns: readonly (readonly string[])[];
}

/** Finds the scans of a statement. */
export function findScans(root: Node): StatementScans {
  const walk: Walk = { bodies: [], columns: [] };
  visitBody(root, new Map(), walk);
  const times = countRuns(walk.bodies);
  const scans = walk.bodies.flatMap((body, index) => body.scans.map((scan) => ({ ...scan, times: times[index] ?? 0 })));
  return { scans: scans.filter((scan) => scan.times > 0), columns: walk.columns };
}

/** A query that runs as often as it is named: the statement itself, or a name of WITH. */
interface Body {
  readonly scans: Omit<StatementScan, "times">[];
  readonly uses: Map<number, number>;
}

interface Walk {
  readonly bodies: Body[];
  readonly columns: (readonly string[])[];
}

type Scope = ReadonlyMap<string, number>;

function visitBody(node: Node, scope: Scope, walk: Walk): number {
  const index = walk.bodies.length;
  walk.bodies.push({ scans: [], uses: new Map() });
  visit(node, scope, index, walk);
  return index;
}

function visit(node: Node, outer: Scope, body: number, walk: Walk): void {
  const scope = withNames(node, outer, walk);
  if (node["type"] === "SELECT_NODE") visitSelect(node, scope, body, walk);
  else if (node["type"] === "BASE_TABLE") addTable(node, { readsAll: true, conditions: [] }, scope, body, walk);
  const names = columnNames(node);
  if (names !== null) walk.columns.push(names.map((name) => name.toLowerCase()));
  for (const using of Array.isArray(node["using_columns"]) ? node["using_columns"] : []) {
    walk.columns.push([String(using).toLowerCase()]);
  }
  for (const [key, value] of Object.entries(node)) {
    if (key === "cte_map") continue;
    // The tables of a SELECT were added with what is known of them.
    if (key === "from_table" && node["type"] === "SELECT_NODE") visitFrom(asNode(value), scope, body, walk);
    else for (const child of childNodes({ value })) visit(child, scope, body, walk);
  }
}

/** The names of a WITH, each of which sees those before it. */
function withNames(node: Node, outer: Scope, walk: Walk): Scope {
  const entries = asNodes(asNode(node["cte_map"])["map"]);
  if (entries.length === 0) return outer;
  const scope = new Map(outer);
  for (const entry of entries) {
    const query = asNode(asNode(asNode(entry["value"])["query"])["node"]);
    const name = textOf(entry, "key").toLowerCase();
    // A recursive one names itself: its own scans run an unknown number of times, and count once.
    const isRecursive = query["type"] === "RECURSIVE_CTE_NODE";
    const inner = isRecursive ? new Map([...scope, [name, walk.bodies.length] as const]) : scope;
    scope.set(name, visitBody(query, inner, walk));
  }
  return scope;
}

function visitSelect(node: Node, scope: Scope, body: number, walk: Walk): void {
  const relations = relationsOf(asNode(node["from_table"]));
  const stars = asNodes(node["select_list"]).flatMap(starsIn);
  const conditions = conjuncts(asNode(node["where_clause"]));
  for (const relation of relations) {
    if (relation.node["type"] !== "BASE_TABLE") continue;
    const isStarred = stars.some((star) => star === "" || star === relation.alias);
    // A table's own name in the place of a value is its whole row.
    const isRow = walkColumns(node).some((names) => names.length === 1 && names[0] === relation.alias);
    const own = conditions.filter((each) => belongsTo(each, relation.alias, relations.length));
    addTable(relation.node, { readsAll: isStarred || isRow, conditions: own }, scope, body, walk);
  }
}

/** What stands in a FROM besides its plain tables: subqueries, conditions of joins, functions. */
function visitFrom(node: Node, scope: Scope, body: number, walk: Walk): void {
  if (node["type"] === "BASE_TABLE") return;
  if (node["type"] !== "JOIN") {
    visit(node, scope, body, walk);
    return;
  }
  if (node["ref_type"] === "NATURAL") {
    for (const { node: each } of relationsOf(node)) {
      if (each["type"] === "BASE_TABLE") addTable(each, { readsAll: true, conditions: [] }, scope, body, walk);
    }
  }
  const { left, right, ...rest } = node;
  visitFrom(asNode(left), scope, body, walk);
  visitFrom(asNode(right), scope, body, walk);
  visit({ ...rest, type: "JOIN_CONDITION" }, scope, body, walk);
}

function addTable(
  node: Node,
  what: Pick<StatementScan, "readsAll" | "conditions">,
  scope: Scope,
  body: number,
  walk: Walk,
): void {
  const name = textOf(node, "table_name").toLowerCase();
  const at = walk.bodies[body];
  const named = textOf(node, "schema_name") === "" ? scope.get(name) : undefined;
  if (named === undefined) at?.scans.push({ name, ...what });
  else at?.uses.set(named, (at.uses.get(named) ?? 0) + 1);
}

interface Relation {
  readonly node: Node;
  readonly alias: string;
}

function relationsOf(from: Node): readonly Relation[] {
  if (from["type"] === "JOIN") return [...relationsOf(asNode(from["left"])), ...relationsOf(asNode(from["right"]))];
  if (from["type"] === "EMPTY" || from["type"] === undefined) return [];
  const alias = textOf(from, "alias") || textOf(from, "table_name");
  return [{ node: from, alias: alias.toLowerCase() }];
}

/** The tables of the stars in a SELECT's list, "" for all of them. */
function starsIn(node: Node): readonly string[] {
  if (node["class"] === "STAR") return [textOf(node, "relation_name").toLowerCase()];
  return node["class"] === "SUBQUERY" ? [] : childNodes(node).flatMap(starsIn);
}

function conjuncts(node: Node): readonly Node[] {
  if (node["type"] === "CONJUNCTION_AND") return asNodes(node["children"]).flatMap(conjuncts);
  return node["type"] === undefined ? [] : [node];
}

/** Whether every column of a condition is the table's. Names without a table are, where there is no other table. */
function belongsTo(condition: Node, alias: string, relationCount: number): boolean {
  const columns = walkColumns(condition);
  return columns.length > 0 && columns.every((names) => names[0] === alias || relationCount === 1);
}

function walkColumns(node: Node): readonly (readonly string[])[] {
  if (node["class"] === "SUBQUERY" || node["type"] === "SUBQUERY" || isClockName(node)) return [];
  const names = columnNames(node);
  return names === null ? childNodes(node).flatMap(walkColumns) : [names.map((name) => name.toLowerCase())];
}

/** How often each body runs: the statement once, a name as often as those that use it do. */
function countRuns(bodies: readonly Body[]): readonly number[] {
  const known = new Map<number, number>([[0, 1]]);
  const count = (index: number, open: ReadonlySet<number>): number => {
    const done = known.get(index);
    if (done !== undefined) return done;
    let sum = 0;
    for (const [user, body] of bodies.entries()) {
      const uses = body.uses.get(index) ?? 0;
      if (uses > 0 && user !== index && !open.has(user)) sum += uses * count(user, new Set([...open, index]));
    }
    const times = Math.min(sum, Number.MAX_SAFE_INTEGER);
    known.set(index, times);
    return times;
  };
  return bodies.map((_, index) => count(index, new Set()));
}
