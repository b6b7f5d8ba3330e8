import { type Account, GLOBAL_REGION } from "./organization.ts";
import { type Random, startRandom } from "./random.ts";
import { type CloudTrailRecord, composeRecord, denyAccess, type EventContext } from "./record.ts";
import { type ActorKind, openSessions, SESSION_HOURS, type Session } from "./sessions.ts";
import { COMPUTE_TEMPLATES } from "./templates/compute.ts";
import { EC2_TEMPLATES } from "./templates/ec2.ts";
import { IDENTITY_TEMPLATES } from "./templates/identity.ts";
import { PLATFORM_TEMPLATES } from "./templates/platform.ts";
import { SIGN_IN_TEMPLATES } from "./templates/sign-in.ts";
import { STORAGE_TEMPLATES } from "./templates/storage.ts";
import type { EventTemplate } from "./templates/template.ts";
import { HOUR_MS } from "./time.ts";

/** Every ordinary call. None of them may match a shipped detection: the truth file lists all that does. */
export const TEMPLATES: readonly EventTemplate[] = [
  ...EC2_TEMPLATES,
  ...IDENTITY_TEMPLATES,
  ...STORAGE_TEMPLATES,
  ...COMPUTE_TEMPLATES,
  ...PLATFORM_TEMPLATES,
  ...SIGN_IN_TEMPLATES,
];

/** Shares of the actors, in events of 1,000. */
const ACTOR_SHARES: Readonly<Record<ActorKind, number>> = {
  person: 110,
  automation: 330,
  instance: 230,
  function: 150,
  user: 50,
  "service-role": 80,
  service: 70,
  untyped: 10,
  root: 2,
};
const FAILURE_SHARE = 0.035;
const CAN_BE_DENIED: readonly ActorKind[] = ["person", "automation", "function", "user", "instance"];

interface Choice<T> {
  readonly upTo: number;
  readonly value: T;
}

/** Makes ordinary records of one account. The generator keeps the sessions that are open while it is used. */
export function startNoise(
  account: Account,
  seed: number,
): (atMs: number, region: string, random: Random) => CloudTrailRecord {
  const actors = cumulate(Object.entries(ACTOR_SHARES).map(([kind, share]) => ({ value: kind as ActorKind, share }))); // keys of ACTOR_SHARES are ActorKinds
  const home = templatesByActor(() => true);
  const abroad = templatesByActor((template) => template.isGlobal !== true);
  let openSince = Number.NaN;
  let open: Readonly<Record<ActorKind, readonly Session[]>> | null = null;
  return (atMs, region, random) => {
    const since = atMs - (atMs % (SESSION_HOURS * HOUR_MS));
    if (open === null || since !== openSince) {
      openSince = since;
      open = openSessions(account, since, sessionRandom(seed, account, since));
    }
    let kind = draw(actors, random);
    const available = region === GLOBAL_REGION ? home : abroad;
    if ((available[kind].at(-1)?.upTo ?? 0) === 0) kind = "automation";
    const session = random.pick(open[kind]);
    return composeNoise({ random, account, region, atMs, session }, draw(available[kind], random));
  };
}

function composeNoise(context: EventContext, template: EventTemplate): CloudTrailRecord {
  const { random, account, session } = context;
  const canFail = CAN_BE_DENIED.includes(session.kind) && template.type === undefined;
  const isInVpc = session.address.startsWith("10.");
  return composeRecord(context, template, template.draw(context), {
    failure: canFail && random.chance(FAILURE_SHARE) ? failure(context, template) : undefined,
    vpcEndpointId: isInVpc ? account.vpcEndpoint : undefined,
  });
}

function failure(context: EventContext, template: EventTemplate): { readonly code: string; readonly message: string } {
  if (context.random.chance(0.6)) return denyAccess(context, template);
  return context.random.pick([
    { code: "ThrottlingException", message: "Rate exceeded" },
    { code: "ResourceNotFoundException", message: "The requested resource was not found." },
    { code: "ValidationException", message: "1 validation error detected: value failed to satisfy constraint" },
  ]);
}

function templatesByActor(
  keep: (template: EventTemplate) => boolean,
): Readonly<Record<ActorKind, readonly Choice<EventTemplate>[]>> {
  const of = (kind: ActorKind): readonly Choice<EventTemplate>[] =>
    cumulate(
      TEMPLATES.filter((one) => one.by.includes(kind) && keep(one)).map((value) => ({ value, share: value.weight })),
    );
  return {
    person: of("person"),
    automation: of("automation"),
    instance: of("instance"),
    function: of("function"),
    user: of("user"),
    "service-role": of("service-role"),
    service: of("service"),
    untyped: of("untyped"),
    root: of("root"),
  };
}

function cumulate<T>(weighted: readonly { readonly value: T; readonly share: number }[]): readonly Choice<T>[] {
  let upTo = 0;
  return weighted.map(({ value, share }) => {
    upTo += share;
    return { value, upTo };
  });
}

function draw<T>(choices: readonly Choice<T>[], random: Random): T {
  const mark = random.float() * (choices.at(-1)?.upTo ?? 0);
  const choice = choices.find(({ upTo }) => mark < upTo);
  if (choice === undefined) throw new RangeError("cannot draw from nothing");
  return choice.value;
}

function sessionRandom(seed: number, account: Account, since: number): Random {
  return startRandom(seed, "sessions", account.index, since);
}
