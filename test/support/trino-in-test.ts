import { inject, type TestContext } from "vitest";
import type { TrinoServer } from "./trino.ts";
import type {} from "./trino-setup.ts";

/** The run's server; where there is none the test is skipped, and the reason is printed. */
export function trinoInTest(context: Pick<TestContext, "skip">): Pick<TrinoServer, "url" | "isContainer"> {
  const trino = inject("trino");
  return "missing" in trino ? context.skip(`no Trino server: ${trino.missing}`) : trino;
}
