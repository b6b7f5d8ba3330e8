import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { createFetchHttp } from "../../../adapters/fetch-http.ts";

async function withServer<T>(listener: RequestListener, use: (url: string) => Promise<T>): Promise<T> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  try {
    // A TCP server's address is one.
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const http = createFetchHttp();
const post = (url: string, more: { timeoutMs?: number; signal?: AbortSignal } = {}) =>
  http.post({ url, headers: { "x-a": "b" }, body: '{"é":1}', timeoutMs: 5000, ...more });

test("default: the body and headers arrive, the status comes back", async () => {
  let got = "";
  const answer = await withServer(
    (request, response) => {
      got = `${request.method} ${request.headers["x-a"]} `;
      request.setEncoding("utf8").on("data", (text) => {
        got += text;
      });
      request.on("end", () => response.writeHead(429, { "retry-after": "7" }).end("wait"));
    },
    (url) => post(url),
  );
  expect(got).toBe('POST b {"é":1}');
  expect(answer).toEqual({ status: 429, retryAfterMs: 7000 });
});

test("behavior: a redirect is an answer, never followed", async () => {
  let requests = 0;
  const answer = await withServer(
    (_request, response) => {
      requests++;
      response.writeHead(307, { location: "/elsewhere" }).end();
    },
    (url) => post(url),
  );
  expect({ answer, requests }).toEqual({ answer: { status: 307, retryAfterMs: null }, requests: 1 });
});

test("error: silence, a refused connection and a stop", async () => {
  await withServer(
    () => {},
    async (url) => {
      await expect(post(url, { timeoutMs: 50 })).rejects.toMatchObject({ code: "http.no-answer", retry: "later" });
      const stop = new AbortController();
      const pending = post(url, { signal: stop.signal });
      stop.abort(new Error("stopped"));
      await expect(pending).rejects.toThrow("stopped");
    },
  );
  const gone = await withServer(
    () => {},
    async (url) => url,
  );
  await expect(post(gone)).rejects.toMatchObject({ code: "http.no-answer", retry: "later" });
});
