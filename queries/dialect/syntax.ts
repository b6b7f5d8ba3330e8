/**
 * Athena's SELECT as a tree: what `parse*` gives and `print*` takes. Names are as written; Trino compares them without
 * regard to case, and so does DuckDB.
 */

/** A place in the text, carried for error messages. */
interface Placed {
  readonly offset: number;
}

/** A type as written in CAST and before literals: `varchar`, `decimal(10, 2)`, `array(row(a varchar))`. */
export interface TypeName extends Placed {
  /** Lower case; `timestamp with time zone` is one name. */
  readonly name: string;
  /** Precision, scale, length. */
  readonly numbers: readonly number[];
  /** Of arrays, maps and rows. */
  readonly types: readonly TypeName[];
  /** Of rows: the fields' names; null where a field has none. */
  readonly fields: readonly (string | null)[];
}

/** ORDER BY's items. `nullsFirst` is Trino's default where nothing is written: last, in both directions. */
export interface SortItem extends Placed {
  readonly value: Expression;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** The bounds of a frame. */
export type FrameBound =
  | { readonly kind: "unbounded-preceding" | "current-row" | "unbounded-following" }
  | { readonly kind: "preceding" | "following"; readonly value: Expression };

/** OVER (...), or the name of a window. */
export type Window =
  | { readonly kind: "name"; readonly name: string }
  | {
      readonly kind: "definition";
      readonly partitionBy: readonly Expression[];
      readonly orderBy: readonly SortItem[];
      readonly frame: { readonly unit: "rows" | "range"; readonly start: FrameBound; readonly end: FrameBound } | null;
    };

/** A call, with all that may stand around one. */
export interface Call extends Placed {
  readonly kind: "call";
  /** Lower case. */
  readonly name: string;
  readonly args: readonly Expression[];
  /** `count(*)`. */
  readonly star: boolean;
  readonly distinct: boolean;
  readonly orderBy: readonly SortItem[];
  /** `WITHIN GROUP (ORDER BY ...)`. */
  readonly withinGroup: readonly SortItem[];
  readonly filter: Expression | null;
  readonly nulls: "respect" | "ignore" | null;
  readonly over: Window | null;
}

/** A comparison's operator. */
export type Comparison = "=" | "<>" | "<" | "<=" | ">" | ">=";

/** A whole number as written. */
export interface IntegerLiteral extends Placed {
  readonly kind: "integer";
  readonly value: string;
}

/** Any expression. */
export type Expression =
  | IntegerLiteral
  | (Placed & { readonly kind: "null" })
  | (Placed & { readonly kind: "boolean"; readonly value: boolean })
  | (Placed & { readonly kind: "decimal" | "double" | "string" | "binary"; readonly value: string })
  | (Placed & { readonly kind: "typed"; readonly type: TypeName; readonly value: string })
  | (Placed & { readonly kind: "interval"; readonly negative: boolean; readonly value: string; readonly unit: string })
  | (Placed & { readonly kind: "parameter"; readonly name: string })
  | (Placed & { readonly kind: "name"; readonly name: string })
  | (Placed & { readonly kind: "field"; readonly base: Expression; readonly name: string })
  | Call
  | (Placed & { readonly kind: "cast"; readonly isTry: boolean; readonly value: Expression; readonly type: TypeName })
  | (Placed & {
      readonly kind: "case";
      readonly operand: Expression | null;
      readonly whens: readonly { readonly when: Expression; readonly value: Expression }[];
      readonly otherwise: Expression | null;
    })
  | (Placed & { readonly kind: "negate" | "not"; readonly value: Expression })
  | (Placed & {
      readonly kind: "arithmetic";
      readonly operator: "+" | "-" | "*" | "/" | "%" | "||";
      readonly left: Expression;
      readonly right: Expression;
    })
  | (Placed & {
      readonly kind: "comparison";
      readonly operator: Comparison;
      readonly left: Expression;
      readonly right: Expression;
    })
  | (Placed & {
      readonly kind: "quantified";
      readonly operator: Comparison;
      readonly all: boolean;
      readonly left: Expression;
      readonly query: Query;
    })
  | (Placed & {
      readonly kind: "distinct-from";
      readonly negated: boolean;
      readonly left: Expression;
      readonly right: Expression;
    })
  | (Placed & { readonly kind: "logical"; readonly operator: "and" | "or"; readonly terms: readonly Expression[] })
  | (Placed & {
      readonly kind: "between";
      readonly negated: boolean;
      readonly value: Expression;
      readonly low: Expression;
      readonly high: Expression;
    })
  | (Placed & {
      readonly kind: "in";
      readonly negated: boolean;
      readonly value: Expression;
      readonly items: readonly Expression[];
    })
  | (Placed & {
      readonly kind: "in-query";
      readonly negated: boolean;
      readonly value: Expression;
      readonly query: Query;
    })
  | (Placed & {
      readonly kind: "like";
      readonly negated: boolean;
      readonly value: Expression;
      readonly pattern: Expression;
      readonly escaped: Expression | null;
    })
  | (Placed & { readonly kind: "is-null"; readonly negated: boolean; readonly value: Expression })
  | (Placed & { readonly kind: "exists" | "scalar-query"; readonly query: Query })
  | (Placed & { readonly kind: "row" | "array"; readonly items: readonly Expression[] })
  | (Placed & { readonly kind: "subscript"; readonly base: Expression; readonly index: Expression })
  | (Placed & { readonly kind: "lambda"; readonly parameters: readonly string[]; readonly body: Expression })
  | (Placed & { readonly kind: "at-time-zone"; readonly value: Expression; readonly zone: Expression })
  | (Placed & { readonly kind: "extract"; readonly field: string; readonly value: Expression });

/** An item of SELECT. */
export type SelectItem =
  | (Placed & { readonly kind: "value"; readonly value: Expression; readonly alias: string | null })
  | (Placed & { readonly kind: "star"; readonly relation: string | null });

/** What GROUP BY lists. */
export type GroupingElement =
  | { readonly kind: "simple"; readonly values: readonly Expression[] }
  | { readonly kind: "rollup" | "cube"; readonly values: readonly Expression[] }
  | { readonly kind: "sets"; readonly sets: readonly (readonly Expression[])[] };

/** What FROM lists. */
export type Relation =
  | (Placed & { readonly kind: "table"; readonly name: readonly string[]; readonly alias: Alias | null })
  | (Placed & { readonly kind: "derived"; readonly query: Query; readonly alias: Alias | null })
  | (Placed & {
      readonly kind: "unnest";
      readonly values: readonly Expression[];
      readonly ordinality: boolean;
      readonly alias: Alias | null;
    })
  | (Placed & {
      readonly kind: "join";
      readonly type: "inner" | "left" | "right" | "full" | "cross";
      readonly left: Relation;
      readonly right: Relation;
      readonly on: Expression | null;
      readonly using: readonly string[];
    });

/** `AS u (a, b)`. */
export interface Alias {
  readonly name: string;
  readonly columns: readonly string[];
}

/** One SELECT. */
export interface Select extends Placed {
  readonly kind: "select";
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly from: readonly Relation[];
  readonly where: Expression | null;
  readonly groupBy: readonly GroupingElement[] | null;
  readonly having: Expression | null;
  readonly windows: readonly { readonly name: string; readonly window: Window }[];
}

/** What a query's rows come from. */
export type QueryBody =
  | Select
  | (Placed & { readonly kind: "values"; readonly rows: readonly (readonly Expression[])[] })
  | (Placed & {
      readonly kind: "set";
      readonly operator: "union" | "except" | "intersect";
      readonly all: boolean;
      readonly left: QueryBody;
      readonly right: QueryBody;
    })
  | (Placed & { readonly kind: "nested"; readonly query: Query });

/** WITH ... body ORDER BY ... OFFSET ... LIMIT ... */
export interface Query extends Placed {
  readonly with: readonly { readonly name: string; readonly columns: readonly string[]; readonly query: Query }[];
  readonly body: QueryBody;
  readonly orderBy: readonly SortItem[];
  /** OFFSET: rows left out. */
  readonly skipped: Expression | null;
  readonly limit: Expression | null;
}
