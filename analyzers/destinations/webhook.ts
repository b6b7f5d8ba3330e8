import { createHmac } from "node:crypto";
import { z } from "zod";
import type { Alert } from "../../core/alert.ts";
import { alertJson } from "../../core/alert-json.ts";
import type { DestinationDefinition, DestinationPorts } from "../../core/destination.ts";
import { isLogkeepError, LogkeepError } from "../../core/errors.ts";
import type { HttpAnswer } from "../../core/http-client.ts";

interface WebhookConfig {
  readonly url: string;
  readonly secret: string;
  readonly timeoutMs: number;
}

/** With the waits between them (1, 2, 4, 8 s) a receiver may be away for a quarter of a minute. */
const MAX_ATTEMPTS = 5;
const FIRST_WAIT_MS = 1000;
/** A receiver that asks for a longer pause gets the alert with the next run. */
const MAX_WAIT_MS = 60_000;

const webhook: DestinationDefinition<WebhookConfig> = {
  id: "webhook",
  doc: "Posts alerts as JSON, signed, to an HTTPS address",
  config: z.strictObject({
    url: z
      .url({ protocol: /^https?$/, error: "must be an http or https address" })
      .refine(isConfidential, "must be https, unless it is this machine's own")
      .describe("Address that alerts are posted to; https, except on this machine"),
    secret: z.string().min(16).describe("Key of the signature header, at least 16 characters"),
    timeoutMs: z.int().min(100).max(120_000).default(10_000).describe("Milliseconds to wait for an answer"),
  }),
  render: alertJson,
  open: (config, ports) => ({ id: "webhook", send: (alert, signal) => send(alert, config, signal, ports) }),
};

export default webhook;

/**
 * The value of `X-Logkeep-Signature`: the time in seconds, and the HMAC-SHA256 of time, a dot and the body. A receiver
 * computes the same over the bytes it got, and refuses times that are minutes away.
 */
export function signature(body: string, secret: string, nowMs: number): string {
  const at = Math.floor(nowMs / 1000);
  return `t=${at},v1=${createHmac("sha256", secret).update(`${at}.${body}`).digest("hex")}`;
}

async function send(
  alert: Alert,
  config: WebhookConfig,
  signal: AbortSignal | undefined,
  ports: DestinationPorts,
): Promise<void> {
  const body = alertJson(alert);
  for (let attempt = 1; ; attempt++) {
    const answer = await post(alert, body, config, signal, ports);
    if (answer.status !== null && answer.status >= 200 && answer.status < 300) return;
    const facts = { status: answer.status, attempts: attempt, host: new URL(config.url).host };
    if (answer.status !== null && answer.status !== 429 && answer.status !== 408 && answer.status < 500) {
      throw new LogkeepError({
        code: "delivery.refused",
        message: "the webhook refused an alert",
        facts,
        hint: "check the address and the secret; a redirect is not followed",
      });
    }
    const waitMs = answer.retryAfterMs ?? FIRST_WAIT_MS * 2 ** (attempt - 1);
    if (attempt === MAX_ATTEMPTS || waitMs > MAX_WAIT_MS) {
      throw new LogkeepError({
        code: "delivery.failed",
        message: "the webhook did not take an alert",
        facts,
        cause: answer.cause,
        retry: "later",
        hint: "the alert is sent again with the next run",
      });
    }
    await ports.clock.sleep(waitMs, signal);
  }
}

interface Attempt {
  /** Null when there was no answer. */
  readonly status: number | null;
  readonly retryAfterMs: number | null;
  readonly cause: unknown;
}

async function post(
  alert: Alert,
  body: string,
  config: WebhookConfig,
  signal: AbortSignal | undefined,
  ports: DestinationPorts,
): Promise<Attempt> {
  try {
    const answer: HttpAnswer = await ports.http.post({
      url: config.url,
      body,
      timeoutMs: config.timeoutMs,
      headers: {
        "content-type": "application/json",
        "user-agent": "logkeep",
        "idempotency-key": alert.id,
        "x-logkeep-signature": signature(body, config.secret, ports.clock.now()),
      },
      ...(signal === undefined ? {} : { signal }),
    });
    return { ...answer, cause: null };
  } catch (cause) {
    if (isLogkeepError(cause, "http.no-answer")) return { status: null, retryAfterMs: null, cause };
    throw cause;
  }
}

/** An alert names people and machines, so it does not travel in the clear. */
function isConfidential(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return (
    protocol === "https:" || hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname)
  );
}
