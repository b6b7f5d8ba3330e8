import { LogkeepError } from "../core/errors.ts";
import type { HttpAnswer, HttpClient, HttpPost } from "../core/http-client.ts";

/** Makes requests with the `fetch` of Node. */
export function createFetchHttp(): HttpClient {
  return { post };
}

async function post(request: HttpPost): Promise<HttpAnswer> {
  const timeout = AbortSignal.timeout(request.timeoutMs);
  const signal = request.signal === undefined ? timeout : AbortSignal.any([timeout, request.signal]);
  try {
    const response = await fetch(request.url, {
      method: "POST",
      headers: request.headers,
      body: request.body,
      redirect: "manual",
      signal,
    });
    await response.body?.cancel();
    return { status: response.status, retryAfterMs: retryAfterMs(response.headers.get("retry-after")) };
  } catch (cause) {
    if (request.signal?.aborted === true) throw request.signal.reason;
    throw new LogkeepError({
      code: "http.no-answer",
      message: timeout.aborted ? "the server did not answer in time" : "the server could not be reached",
      facts: { host: hostOf(request.url), timeoutMs: request.timeoutMs },
      cause,
      retry: "later",
    });
  }
}

/** Seconds only: the form with a date needs a clock, and senders of webhooks hardly use it. */
function retryAfterMs(header: string | null): number | null {
  return header !== null && /^\d{1,6}$/.test(header.trim()) ? Number(header) * 1000 : null;
}

/** The address without its path: chat services put the credential there. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "";
}
