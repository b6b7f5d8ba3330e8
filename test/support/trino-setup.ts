import type { TestProject } from "vitest/node";
import { startTrino, type TrinoServer } from "./trino.ts";

/** What the tests of a run are told: where the one server is, or why there is none. */
export type TrinoForTests = Pick<TrinoServer, "url" | "release" | "isContainer"> | { readonly missing: string };

declare module "vitest" {
  interface ProvidedContext {
    readonly trino: TrinoForTests;
  }
}

/** Starts one server for all test files of the project. */
export default async function setUp(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const started = await startTrino();
  if (typeof started === "string") {
    console.log(`skipped: no Trino server: ${started}`);
    project.provide("trino", { missing: started });
    return undefined;
  }
  const { url, release, isContainer, stop } = started;
  console.log(`Trino ${release} answers`);
  project.provide("trino", { url, release, isContainer });
  return stop;
}
