/**
 * DuckDB macros that read values as Trino does. `trino_fail` marks where Trino fails as well; `trino_refuse` where this
 * engine would have to guess. Names inside lambdas hold a blank: no column that an analyst writes can be meant by them.
 */
import { ADDRESS_MACROS } from "./macros/addresses.ts";
import { CAST_MACROS } from "./macros/casts.ts";
import { COLLECTION_MACROS } from "./macros/collections.ts";
import { JSON_MACROS } from "./macros/json.ts";
import { NUMBER_MACROS } from "./macros/numbers.ts";
import { TEXT_MACROS } from "./macros/text.ts";
import { TIME_MACROS } from "./macros/times.ts";
import { URL_MACROS } from "./macros/urls.ts";

const MACROS: readonly string[] = [
  ...TEXT_MACROS,
  ...NUMBER_MACROS,
  ...JSON_MACROS,
  ...ADDRESS_MACROS,
  ...COLLECTION_MACROS,
  ...CAST_MACROS,
  ...TIME_MACROS,
  ...URL_MACROS,
];

const NAME = /\btrino_[a-z0-9_]+(?=\()/g;

/** Each macro's text by its name, in an order in which each stands after those that it calls. */
const BY_NAME: ReadonlyMap<string, string> = new Map(
  MACROS.map((macro) => [macro.slice(0, macro.indexOf("(")), macro] as const),
);

/**
 * Statements that give an engine's session the macros that a translated text calls, and those that they call: making
 * all of them takes a third of a second.
 */
export function macroStatements(sql: string): readonly string[] {
  const needed = new Set<string>();
  const visit = (text: string) => {
    for (const [name] of text.matchAll(NAME)) {
      if (needed.has(name)) continue;
      needed.add(name);
      visit(BY_NAME.get(name) ?? "");
    }
  };
  visit(sql);
  return [...BY_NAME].filter(([name]) => needed.has(name)).map(([, macro]) => `CREATE OR REPLACE TEMP MACRO ${macro}`);
}

/** The names of all macros. */
export function macroNames(): readonly string[] {
  return [...BY_NAME.keys()];
}
