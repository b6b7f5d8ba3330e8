/**
 * A local service that speaks Athena's protocol (JSON 1.1 over HTTP) and hands the SQL to an engine: a Trino server, or
 * canned answers. Paging, header rows, texts of values, tokens, states and refusals are as the service documents them.
 */
import { createServer, type IncomingMessage } from "node:http";
import { type AthenaExecution, type EndpointEngine, runExecution } from "./athena-execution.ts";
import { athenaText, columnInfo } from "./athena-text.ts";

/** What the endpoint's one workgroup is like, and which of its requests go wrong. Tests change it while it runs. */
export interface EndpointBehavior {
  workgroup: string;
  /** Scanned bytes at which a query is cancelled; null for no limit. */
  cutoffBytes: number | null;
  /** Refusals to come: operation, error code, and how many. */
  faults: EndpointFault[];
  /** Looks at a query that find it queued before it starts. */
  queuedLooks: number;
}

/** Refusals of an operation. */
export interface EndpointFault {
  readonly operation: string;
  readonly code: string;
  readonly status: number;
  times: number;
  /** Whether what was asked for is done before the answer is lost. */
  readonly isAfter?: boolean;
}

/** A request as it came. */
export interface EndpointRequest {
  readonly operation: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A running endpoint. */
export interface AthenaEndpoint {
  readonly url: string;
  readonly behavior: EndpointBehavior;
  readonly requests: readonly EndpointRequest[];
  readonly executions: ReadonlyMap<string, AthenaExecution>;
  stop(): Promise<void>;
}

class Refusal extends Error {
  readonly code: string;
  readonly status: number;
  readonly more: object;

  constructor(code: string, message: string, more: object = {}, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
    this.more = more;
  }
}

/** Starts it on the loopback interface. */
export async function startAthenaEndpoint(engine: EndpointEngine): Promise<AthenaEndpoint> {
  const behavior: EndpointBehavior = { workgroup: "primary", cutoffBytes: null, faults: [], queuedLooks: 1 };
  const requests: EndpointRequest[] = [];
  const executions = new Map<string, AthenaExecution>();
  const server = createServer((request, response) => {
    const send = (status: number, body: object) => {
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": "request" });
      response.end(JSON.stringify(body));
    };
    handle(request)
      .then((body) => send(200, body))
      .catch((thrown: unknown) => {
        if (!(thrown instanceof Refusal))
          return send(500, { __type: "InternalServerException", Message: String(thrown) });
        return send(thrown.status, {
          __type: thrown.code,
          message: thrown.message,
          Message: thrown.message,
          ...thrown.more,
        });
      });
  });
  async function handle(request: IncomingMessage): Promise<object> {
    const [service, operation = ""] = String(request.headers["x-amz-target"]).split(".");
    if (service !== "AmazonAthena" || request.method !== "POST") throw new Refusal("UnknownOperationException", "no");
    let text = "";
    for await (const chunk of request.setEncoding("utf8")) text += chunk;
    const body: Readonly<Record<string, unknown>> = JSON.parse(text);
    requests.push({ operation, body });
    const fault = behavior.faults.find((each) => each.operation === operation && each.times > 0);
    if (fault === undefined) return answer(operation, body);
    fault.times -= 1;
    if (fault.isAfter === true) await answer(operation, body);
    throw new Refusal(fault.code, "injected", {}, fault.status);
  }
  async function answer(operation: string, body: Readonly<Record<string, unknown>>): Promise<object> {
    switch (operation) {
      case "StartQueryExecution":
        return startExecution(body);
      case "GetQueryExecution":
        return { QueryExecution: describe(find(body)) };
      case "GetQueryResults":
        return results(find(body), body);
      case "StopQueryExecution":
        find(body).cancel("Query cancelled by user");
        return {};
      case "GetWorkGroup":
        return workGroup(String(body["WorkGroup"]));
      default:
        throw new Refusal("UnknownOperationException", operation);
    }
  }
  function find(body: Readonly<Record<string, unknown>>): AthenaExecution {
    const found = executions.get(String(body["QueryExecutionId"]));
    if (found === undefined) throw new Refusal("InvalidRequestException", "QueryExecution was not found");
    return found;
  }
  function workGroup(name: string): object {
    if (name !== behavior.workgroup) throw new Refusal("InvalidRequestException", "WorkGroup is not found.");
    const limit = behavior.cutoffBytes === null ? {} : { BytesScannedCutoffPerQuery: behavior.cutoffBytes };
    return { WorkGroup: { Name: name, Configuration: { EnforceWorkGroupConfiguration: true, ...limit } } };
  }
  async function startExecution(body: Readonly<Record<string, unknown>>): Promise<object> {
    const sql = String(body["QueryString"]);
    const token = String(body["ClientRequestToken"]);
    const parameters = (body["ExecutionParameters"] ?? []) as readonly string[];
    const context = (body["QueryExecutionContext"] ?? {}) as { readonly Database?: string };
    workGroup(String(body["WorkGroup"]));
    if (token.length < 32 || token.length > 128) throw new Refusal("InvalidRequestException", "bad token");
    if (Buffer.byteLength(sql) > 262_144) throw new Refusal("InvalidRequestException", "the query is too long");
    if (parameters.some((each) => each.length < 1 || each.length > 1024)) {
      throw new Refusal("InvalidRequestException", "an execution parameter is too long");
    }
    const before = [...executions.values()].find((each) => each.token === token);
    if (before !== undefined) {
      if (before.sql !== sql) throw new Refusal("InvalidRequestException", "Idempotent parameters do not match");
      return { QueryExecutionId: before.id };
    }
    const fault = await engine.check(sql);
    if (fault !== null) throw new Refusal("InvalidRequestException", fault, { AthenaErrorCode: "MALFORMED_QUERY" });
    const reused = reusable(body, sql, parameters);
    const id = `00000000-0000-4000-8000-${String(executions.size + 1).padStart(12, "0")}`;
    const schema = context.Database ?? null;
    const options = { id, token, sql, parameters, schema, reused, cutoffBytes: behavior.cutoffBytes };
    executions.set(id, runExecution({ ...options, queuedLooks: behavior.queuedLooks }, engine));
    return { QueryExecutionId: id };
  }
  function reusable(body: Readonly<Record<string, unknown>>, sql: string, parameters: readonly string[]) {
    const wish = JSON.stringify(body["ResultReuseConfiguration"] ?? {});
    if (!wish.includes('"Enabled":true')) return null;
    const same = (each: AthenaExecution) =>
      each.sql === sql &&
      JSON.stringify(each.parameters) === JSON.stringify(parameters) &&
      each.state() === "SUCCEEDED";
    return [...executions.values()].findLast(same) ?? null;
  }
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    behavior,
    requests,
    executions,
    stop: async () => {
      for (const execution of executions.values()) execution.cancel("the endpoint stops");
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function describe(execution: AthenaExecution): object {
  const state = execution.look();
  const failure = execution.failure();
  return {
    QueryExecutionId: execution.id,
    Query: execution.sql,
    StatementType: execution.statementType,
    Status: {
      State: state,
      ...(failure === null ? {} : { StateChangeReason: failure.reason }),
      ...(failure?.type === undefined || failure.type === null
        ? {}
        : {
            AthenaError: {
              ErrorCategory: failure.category,
              ErrorType: failure.type,
              Retryable: false,
              ErrorMessage: failure.reason,
            },
          }),
    },
    Statistics: {
      DataScannedInBytes: execution.scannedBytes(),
      TotalExecutionTimeInMillis: 2,
      QueryQueueTimeInMillis: 1,
      ResultReuseInformation: { ReusedPreviousResult: execution.isReused },
    },
  };
}

function results(execution: AthenaExecution, body: Readonly<Record<string, unknown>>): object {
  if (execution.state() !== "SUCCEEDED") {
    throw new Refusal("InvalidRequestException", `Query has not yet finished. Current state: ${execution.state()}`);
  }
  const most = Number(body["MaxResults"] ?? 1000);
  if (!(most >= 1 && most <= 1000)) throw new Refusal("InvalidRequestException", "MaxResults is 1 to 1000");
  const { columns, rows } = execution.result();
  const hasHeader = execution.statementType === "DML";
  const from = body["NextToken"] === undefined ? 0 : Number(String(body["NextToken"]).replace(/^after-/, ""));
  const total = rows.length + (hasHeader ? 1 : 0);
  const to = Math.min(from + most, total);
  const page = Array.from({ length: to - from }, (_, index) => {
    const at = from + index - (hasHeader ? 1 : 0);
    if (at < 0) return { Data: columns.map(({ name }) => ({ VarCharValue: name })) };
    const row = rows[at] ?? [];
    return {
      Data: columns.map(({ typeSignature }, column) => {
        const text = athenaText(row[column] ?? null, typeSignature);
        return text === null ? {} : { VarCharValue: text };
      }),
    };
  });
  return {
    UpdateCount: 0,
    ...(to < total ? { NextToken: `after-${to}` } : {}),
    ResultSet: { Rows: page, ResultSetMetadata: { ColumnInfo: columns.map(columnInfo) } },
  };
}
