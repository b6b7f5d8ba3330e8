import type { EventContext, EventPayload } from "../record.ts";
import { type EventTemplate, writes } from "./template.ts";

/** What a console sign-in holds. `mfa` is the second factor as the console saw it. */
export function signIn(context: EventContext, outcome: "Success" | "Failure", mfa: "Yes" | "No"): EventPayload {
  const { account, region, session } = context;
  return {
    request: null,
    response: { ConsoleLogin: outcome },
    extra: {
      LoginTo: `https://${region}.console.aws.amazon.com/console/home?region=${region}&state=hashArgs%23&isauthcode=true`,
      MobileVersion: "No",
      MFAIdentifier:
        mfa === "Yes" ? `arn:aws:iam::${account.id}:mfa/${session.userName ?? "root-account-mfa-device"}` : undefined,
      MFAUsed: mfa,
    },
  };
}

/** Sign-ins of users, all with a second factor. */
export const SIGN_IN_TEMPLATES: readonly EventTemplate[] = [
  writes("signin", "ConsoleLogin", 3, ["user"], (c) => signIn(c, "Success", "Yes"), { type: "AwsConsoleSignIn" }),
];
