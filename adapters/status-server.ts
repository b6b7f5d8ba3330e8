import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { LogkeepError } from "../core/errors.ts";
import type { StatusPage } from "../core/status-page.ts";

/** A running server. */
export interface StatusServer extends AsyncDisposable {
  readonly port: number;
}

/**
 * Answers GET requests for a few pages and nothing else; each is made anew. Throws `status.unavailable` where the address
 * cannot be listened on.
 */
export async function openStatusServer(
  host: string,
  port: number,
  pages: Readonly<Record<string, () => Promise<StatusPage>>>,
): Promise<StatusServer> {
  const server = createServer((request, response) => {
    const path = (request.url ?? "/").replace(/\?.*$/s, "");
    const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (!isRead || page === undefined) {
      response.writeHead(isRead ? 404 : 405).end();
      return;
    }
    page().then(
      ({ status, contentType, text }) => {
        response.writeHead(status, { "content-type": contentType, "cache-control": "no-store" });
        response.end(request.method === "HEAD" ? undefined : text);
      },
      () => response.writeHead(500).end(),
    );
  });
  // Nobody has a reason to be slow here.
  server.requestTimeout = 10_000;
  server.headersTimeout = 10_000;
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (cause) {
    throw new LogkeepError({
      code: "status.unavailable",
      message: "the address of the status pages cannot be listened on",
      facts: { host, port },
      cause,
      hint: "set LOGKEEP_SERVICE_STATUS_ADDRESS to a free one, 127.0.0.1:9464 for example",
    });
  }
  // A server that listens on a port has such an address.
  const { port: bound } = server.address() as AddressInfo;
  return {
    port: bound,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
