import type { Account } from "./organization.ts";
import type { PlannedFlow } from "./stories/story.ts";
import type { ObjectWriter } from "./writer.ts";
export async function writeFlowDay(
  _day: {
    readonly account: Account;
    readonly seed: number;
    readonly dayMs: number;
    readonly flowCount: number;
    readonly planned: readonly PlannedFlow[];
  },
  _writer: ObjectWriter,
): Promise<number> {
  return 0;
}
