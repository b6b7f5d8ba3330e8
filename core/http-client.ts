/** One POST. */
export interface HttpPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** What came back; its body is not kept. */
export interface HttpAnswer {
  readonly status: number;
  /** Milliseconds that the server asked to wait (`Retry-After`); null when it did not. */
  readonly retryAfterMs: number | null;
}

/**
 * Makes requests. An answer of any status is an answer; no answer is `http.no-answer` (retry later), an answer that
 * sends elsewhere is returned as it is, never followed: a signed body must not travel on. Bodies of answers are thrown
 * away.
 */
export interface HttpClient {
  post(request: HttpPost): Promise<HttpAnswer>;
}
