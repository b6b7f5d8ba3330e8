import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from "node:http";

/** A request on its way to the server. */
export interface ProxiedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Glue's operation (`UpdateTable`); null for S3. */
  readonly operation: string | null;
}

/**
 * What becomes of a request: `lose-answer` carries it out and hangs up; `unavailable` and `throttle` refuse it. A
 * promise holds it back.
 */
export type Fault = "lose-answer" | "unavailable" | "throttle" | null;

/** What stands between the SDK and moto. */
export interface AwsProxy {
  readonly endpoint: string;
  stop(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * Adds to moto what the services promise and it does not keep: requests about one object or one Glue table are carried
 * out one after the other (a conditional PUT is a check and a write apart), and `UpdateTable` is refused when the
 * table's version is not the expected one.
 */
export async function startAwsProxy(
  target: string,
  fault: (request: ProxiedRequest) => Fault | Promise<Fault> = () => null,
): Promise<AwsProxy> {
  const { hostname, port } = new URL(target);
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const queues = new Map<string, Promise<unknown>>();
  const forward = (what: Omit<ProxiedRequest, "operation">) =>
    new Promise<Answer>((resolve, reject) => {
      const { method, path, headers } = what;
      const outgoing = request({ agent, hostname, port, method, path, headers }, (incoming) => {
        readAll(incoming).then(
          (body) => resolve({ status: incoming.statusCode ?? 500, headers: incoming.headers, body }),
          reject,
        );
      });
      outgoing.on("error", reject);
      outgoing.end(what.body);
    });
  const carryOut = async (what: ProxiedRequest): Promise<Answer> => {
    if (what.operation === "UpdateTable" && !(await isExpectedVersion(what, forward))) {
      return glueError("ConcurrentModificationException", "the table's version is another one");
    }
    return forward(what);
  };
  const inTurn = <T>(key: string, action: () => Promise<T>): Promise<T> => {
    const turn = (queues.get(key) ?? Promise.resolve()).then(action, action);
    queues.set(key, turn);
    return turn;
  };
  const server = createServer((incoming, response) => {
    answer(incoming, response).catch(() => response.destroy());
  });
  const answer = async (incoming: IncomingMessage, response: ServerResponse) => {
    const body = await readAll(incoming);
    const operation = /^AWSGlue\.(\w+)$/.exec(String(incoming.headers["x-amz-target"] ?? ""))?.[1] ?? null;
    const { method = "GET", url: path = "/", headers } = incoming;
    const what: ProxiedRequest = { method, path, headers, body, operation };
    const fate = await fault(what);
    if (fate === "unavailable" || fate === "throttle") {
      const { status, body: text } = refusal(operation, fate);
      response.writeHead(status).end(text);
      return;
    }
    // A poll of SQS waits for up to 20 s, and nothing waits for it.
    const isQueue = String(headers["x-amz-target"] ?? "").startsWith("AmazonSQS.");
    const done = await (isQueue ? forward(what) : inTurn(queueOf(what), () => carryOut(what)));
    if (fate === "lose-answer") response.destroy();
    else response.writeHead(done.status, done.headers).end(done.body);
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    stop: async () => {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function isExpectedVersion(
  update: ProxiedRequest,
  forward: (what: Omit<ProxiedRequest, "operation">) => Promise<Answer>,
): Promise<boolean> {
  const input = tableOf(update.body);
  if (input.VersionId === undefined) return true;
  const body = Buffer.from(JSON.stringify({ DatabaseName: input.DatabaseName, Name: input.Name }));
  const headers = { ...update.headers, "x-amz-target": "AWSGlue.GetTable", "content-length": String(body.length) };
  const found = await forward({ ...update, headers, body });
  // Without the table, the update itself tells.
  if (found.status !== 200) return true;
  const { Table } = JSON.parse(found.body.toString()) as { readonly Table: { readonly VersionId: string } };
  return Table.VersionId === input.VersionId;
}

function queueOf({ operation, path, body }: ProxiedRequest): string {
  if (operation === null) return path.replace(/\?.*$/, "");
  const { DatabaseName, Name } = tableOf(body);
  return `glue ${DatabaseName}.${Name}`;
}

function tableOf(body: Buffer) {
  const input = JSON.parse(body.toString()) as {
    readonly DatabaseName?: string;
    readonly Name?: string;
    readonly VersionId?: string;
    readonly TableInput?: { readonly Name: string };
  };
  return { ...input, Name: input.Name ?? input.TableInput?.Name };
}

function refusal(operation: string | null, fate: "unavailable" | "throttle"): { status: number; body: Buffer } {
  if (operation !== null) {
    return fate === "throttle"
      ? glueError("ThrottlingException", "Rate exceeded")
      : { ...glueError("InternalServiceException", "internal"), status: 500 };
  }
  const code = fate === "throttle" ? "SlowDown" : "InternalError";
  return { status: fate === "throttle" ? 503 : 500, body: Buffer.from(`<Error><Code>${code}</Code></Error>`) };
}

function glueError(type: string, message: string): Answer {
  return { status: 400, headers: {}, body: Buffer.from(JSON.stringify({ __type: type, Message: message })) };
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
