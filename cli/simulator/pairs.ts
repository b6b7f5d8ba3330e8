import { describeAccount, GLOBAL_REGION, type Organization } from "./organization.ts";
import { startRandom } from "./random.ts";
import { composeRecord } from "./record.ts";
import { openSessions } from "./sessions.ts";
import type { PlannedEvent } from "./stories/story.ts";
import { assumedRoleResponse } from "./templates/identity.ts";
import { DAY_MS, SECOND_MS } from "./time.ts";

/** Pairs are planned before their objects are written, so their number is bounded. */
const MAX_PAIRS_PER_DAY = 1_000;
const SHARE_OF_EVENTS = 0.002;

/**
 * Ordinary jumps from one account into another's role. Both trails log them: two records with event ids of their own,
 * joined by `sharedEventID`.
 */
export function planPairs(organization: Organization, dayMs: number, eventsPerDay: number): readonly PlannedEvent[] {
  if (organization.accounts.length < 2) return [];
  const random = startRandom(organization.seed, "pairs", dayMs);
  const pairs = Math.min(MAX_PAIRS_PER_DAY, Math.floor(eventsPerDay * SHARE_OF_EVENTS));
  return Array.from({ length: pairs }).flatMap(() => {
    const from = describeAccount(organization, random.below(organization.accounts.length));
    const into = describeAccount(organization, from.index + 1 + random.below(organization.accounts.length - 1));
    const atMs = dayMs + random.below(DAY_MS / SECOND_MS) * SECOND_MS;
    const session = random.pick(openSessions(from, atMs, random).automation);
    const role = random.pick(into.automation);
    const name = `pipeline-${random.below(10_000)}`;
    const roleArn = `arn:aws:iam::${into.id}:role/${role.name}`;
    const sharedEventID = random.uuid();
    const shape = { source: "sts", name: "AssumeRole", readOnly: true };
    const context = { random, account: from, region: GLOBAL_REGION, atMs, session };
    const payload = {
      request: { roleArn, roleSessionName: name, durationSeconds: 3600 },
      response: assumedRoleResponse({ ...context, account: into }, role.name, role.id, name) ?? null,
      resources: [{ accountId: into.id, type: "AWS::IAM::Role", ARN: roleArn }],
    };
    const seen = {
      ...session,
      identity: { type: "AWSAccount", principalId: session.identity.principalId, accountId: from.id },
    };
    const plan = { region: GLOBAL_REGION, atMs, truth: null };
    return [
      { ...plan, account: from.index, record: composeRecord(context, shape, payload, { sharedEventID }) },
      {
        ...plan,
        account: into.index,
        record: composeRecord({ ...context, account: into, session: seen }, shape, payload, { sharedEventID }),
      },
    ];
  });
}
