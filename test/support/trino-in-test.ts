import { inject, type TestContext } from "vitest";
import type { TrinoAddress } from "./trino-client.ts";
import type {} from "./trino-setup.ts";

/** The run's server; where there is none the test is skipped, and the reason is printed. */
export function trinoInTest(context: Pick<TestContext, "skip">): TrinoAddress {
  const trino = inject("trino");
  return "missing" in trino ? context.skip(`no Trino server: ${trino.missing}`) : trino;
}
