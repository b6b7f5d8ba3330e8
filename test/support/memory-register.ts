import type { MetadataRegister, RegisteredTable } from "../../core/metadata-register.ts";

/** A metadata register in memory: the port's contract without a service. */
export function memoryRegister(): MetadataRegister {
  const tables = new Map<string, RegisteredTable>();
  let version = 0;
  const put = (tableId: string, metadataUri: string) => {
    version += 1;
    tables.set(tableId, { tableId, version: String(version), metadataUri });
    return "done" as const;
  };
  return {
    list: async () => [...tables.values()],
    find: async (tableId) => tables.get(tableId) ?? null,
    create: async ({ tableId, metadataUri }) => (tables.has(tableId) ? "refused" : put(tableId, metadataUri)),
    swap: async (expected, { tableId, metadataUri }) => {
      const found = tables.get(tableId);
      const isExpected = found?.version === expected.version && found.metadataUri === expected.metadataUri;
      return isExpected ? put(tableId, metadataUri) : "refused";
    },
  };
}
