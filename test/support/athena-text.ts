import type { TrinoColumn, TrinoType } from "./trino-client.ts";

/** How the service describes a column: of a nested type it names the outermost alone. */
export function columnInfo({ name, typeSignature }: TrinoColumn): object {
  const [precision, scale] = typeSignature.arguments.flatMap((each) => (each.kind === "LONG" ? [each.value] : []));
  const base = typeSignature.rawType === "real" ? "float" : typeSignature.rawType;
  return {
    CatalogName: "hive",
    SchemaName: "",
    TableName: "",
    Name: name,
    Label: name,
    Type: base,
    Precision: precision ?? 0,
    Scale: scale ?? 0,
    Nullable: "UNKNOWN",
    CaseSensitive: base === "varchar",
  };
}

/** How the service writes a value: nested ones as text that cannot be read back. Null for NULL. */
export function athenaText(value: unknown, type: TrinoType): string | null {
  if (value === null || value === undefined) return null;
  const inner = (index: number) => {
    const argument = type.arguments[index];
    return argument?.kind === "TYPE" ? argument.value : type;
  };
  switch (type.rawType) {
    case "array":
      return Array.isArray(value) ? `[${value.map((item) => athenaText(item, inner(0)) ?? "null").join(", ")}]` : "[]";
    case "map":
      return `{${Object.entries(value)
        .map(([key, item]) => `${key}=${athenaText(item, inner(1)) ?? "null"}`)
        .join(", ")}}`;
    case "row": {
      const fields = type.arguments.flatMap((argument, index) => {
        if (argument.kind !== "NAMED_TYPE" || !Array.isArray(value)) return [];
        const { fieldName, typeSignature } = argument.value;
        return [`${fieldName?.name ?? `field${index}`}=${athenaText(value[index], typeSignature) ?? "null"}`];
      });
      return `{${fields.join(", ")}}`;
    }
    case "varbinary":
      return [...Buffer.from(String(value), "base64")].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    default:
      return String(value);
  }
}
