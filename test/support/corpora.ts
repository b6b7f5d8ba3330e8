import { existsSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(import.meta.dirname, "../../../shared/corpora");

/**
 * The folder of a corpus beside the repository, or null, with the reason printed, where it is absent: a fresh clone
 * has none.
 */
export function corpusFolder(name: string): string | null {
  const folder = join(FOLDER, name);
  if (existsSync(folder)) return folder;
  console.log(`skipped: no corpus ${name} beside the repository`);
  return null;
}
