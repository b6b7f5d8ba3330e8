/** A type of DuckDB's in Trino's spelling, with every field's name in quotes that has to stand in some. */
export function duckDbTypeText(type: string): string {
  if (type.endsWith("[]")) return `array(${duckDbTypeText(type.slice(0, -2))})`;
  const [, kind, inside = ""] = /^(MAP|STRUCT)\(([\s\S]*)\)$/.exec(type) ?? [];
  if (kind === "MAP") return `map(${partsOf(inside).map(duckDbTypeText).join(", ")})`;
  if (kind === "STRUCT") {
    const fields = partsOf(inside).map((part) => {
      const [, name = "", rest = ""] = /^("(?:[^"]|"")*"|\w+) ([\s\S]+)$/.exec(part) ?? [];
      const plain = name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
      const isPlain = /^[a-z_][a-z0-9_]*$/i.test(plain);
      return `${isPlain ? plain : `"${plain.replaceAll('"', '""')}"`} ${duckDbTypeText(rest)}`;
    });
    return `row(${fields.join(", ")})`;
  }
  const simple: Readonly<Record<string, string>> = {
    BLOB: "varbinary",
    JSON: "varchar",
    "TIMESTAMP WITH TIME ZONE": "timestamp(6) with time zone",
    TIMESTAMP: "timestamp(6)",
  };
  return simple[type] ?? type.toLowerCase();
}

/** Splits at commas outside parentheses and quotes. */
function partsOf(text: string): readonly string[] {
  const parts = [""];
  let depth = 0;
  let isQuoted = false;
  for (const character of text) {
    if (character === '"') isQuoted = !isQuoted;
    if (!isQuoted && character === "(") depth += 1;
    if (!isQuoted && character === ")") depth -= 1;
    if (!isQuoted && depth === 0 && character === ",") parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => part.trim());
}
