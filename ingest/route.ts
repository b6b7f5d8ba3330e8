/**
 * An object's key -> which source it belongs to, or why it is not read. Pure. A key is only a claim: the content
 * confirms it, and an unknown key is decided by the content alone.
 */
import type { KeyRoute, Source } from "../core/source.ts";

/** What a key says. `day` (`2026-01-05`) is the delivery day in it: objects are visited day by day. */
export interface Route {
  readonly source: Source | null;
  readonly variant: string;
  /** The rule by which the object is not read, or null. */
  readonly skipRule: string | null;
  readonly account: string | null;
  readonly region: string | null;
  readonly day: string | null;
}

/** Files that lie beside logs and are none, by the end of their key. */
const SIDE_FILES: readonly { readonly pattern: RegExp; readonly rule: string }[] = [
  { pattern: /(?:^|\/)(?:truth\.jsonl|logkeep\.yaml)$/, rule: "simulation.side-file" },
  { pattern: /(?:^|\/)\.[^/]*$/, rule: "folder.hidden-file" },
  { pattern: /\/$/, rule: "folder.marker" },
];

/** Routes a key; the last match decides, so that a prefix cannot mislead. */
export function routeKey(key: string, sources: readonly Source[]): Route {
  const day = dayOf(key);
  for (const source of sources) {
    for (const route of source.routes) {
      const match = route.pattern.exec(key);
      if (match !== null) return routed(source, route, match, day);
    }
  }
  const side = SIDE_FILES.find((each) => each.pattern.test(key));
  return { source: null, variant: "", skipRule: side?.rule ?? null, account: null, region: null, day };
}

function routed(source: Source, route: KeyRoute, match: RegExpExecArray, day: string | null): Route {
  const { outcome } = route;
  return {
    source,
    variant: outcome.kind === "records" ? outcome.variant : "",
    skipRule: outcome.kind === "skip" ? outcome.rule : null,
    account: match.groups?.["account"] ?? null,
    region: match.groups?.["region"] ?? null,
    day,
  };
}

/** The last date-like folders of a key: `2026/01/05`, `2026/1/5` or `year=2026/month=01/day=05`. */
function dayOf(key: string): string | null {
  const matches = [...key.matchAll(/(?:^|\/)(?:year=)?(20\d\d)\/(?:month=)?(\d{1,2})\/(?:day=)?(\d{1,2})(?=\/)/g)];
  const last = matches.at(-1);
  if (last === undefined) return null;
  const [, year = "", month = "", day = ""] = last;
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}
