import { sqlString } from "../../core/sql-engine.ts";
import { type Place, unsupported } from "./refuse.ts";

/** More positions in one path would need too many spellings. */
const MAX_POSITIONS = 3;

const STEP = /\.([A-Za-z0-9_][A-Za-z0-9_-]*)|\["([^"\\\]*?]+)"\]|\[([0-9]{1,9})\]/y;

/** A path in DuckDB's spellings. */
export interface JsonPaths {
  readonly isOne: boolean;
  /** SQL: a text, or a list of texts. */
  readonly paths: string;
  readonly mark: string;
}

/**
 * A JSON path of Athena as DuckDB's SQL: one path, or a list of paths of which at most one leads anywhere, since `[0]` is
 * for Trino also an object's field "0". `mark` is a text that a document must hold for the path to lead anywhere. Throws
 * `dialect.unsupported` for other paths.
 */
export function jsonPaths(path: string, place: Place): JsonPaths {
  const refused = unsupported("this JSON path", place, 'write $.name, $["name with blanks"] and $.list[0]');
  if (!path.startsWith("$")) throw refused;
  let spellings = ["$"];
  let mark = "";
  let positions = 0;
  let at = 1;
  while (at < path.length) {
    STEP.lastIndex = at;
    const step = STEP.exec(path);
    if (step === null) throw refused;
    const [whole, plain, quoted, position] = step;
    const name = plain ?? quoted ?? position ?? "";
    const isPosition = /^[0-9]+$/.test(name);
    positions += isPosition ? 1 : 0;
    if (positions > MAX_POSITIONS) throw refused;
    const ways = isPosition ? [`[${Number(name)}]`, `."${name}"`] : [`."${name}"`];
    spellings = spellings.flatMap((each) => ways.map((way) => each + way));
    mark = isPosition ? mark : `"${name}"`;
    at += whole.length;
  }
  const [only = "$"] = spellings;
  const isOne = spellings.length === 1;
  return { isOne, paths: isOne ? sqlString(only) : `[${spellings.map(sqlString).join(", ")}]`, mark: sqlString(mark) };
}
