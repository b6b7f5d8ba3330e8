import { lakeStoreConformance } from "../../support/lake-store-conformance.ts";
import { memoryLakeStore } from "../../support/memory-lake-store.ts";

lakeStoreConformance(async () => ({ store: memoryLakeStore(), [Symbol.asyncDispose]: async () => {} }));
