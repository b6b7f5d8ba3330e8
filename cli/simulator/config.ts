import type { Account } from "./organization.ts";
import type { ResourceChange } from "./stories/story.ts";
import type { ObjectWriter } from "./writer.ts";
export async function writeConfigDay(
  _day: {
    readonly account: Account;
    readonly seed: number;
    readonly dayMs: number;
    readonly changes: readonly ResourceChange[];
  },
  _writer: ObjectWriter,
): Promise<number> {
  return 0;
}
