/** Trino's REST protocol: https://trino.io/docs/current/develop/client-protocol.html */

/** Where statements go. */
export interface TrinoAddress {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
}

/** What a statement may be given. */
export interface TrinoOptions {
  readonly catalog?: string;
  readonly schema?: string;
  readonly session?: Readonly<Record<string, string>>;
  /** Prepared statements by name, for `EXECUTE <name> USING ...`. */
  readonly prepared?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** A type as the server describes it: `bigint`, `row` with named arguments, `varchar` with a length. */
export interface TrinoType {
  readonly rawType: string;
  readonly arguments: readonly TrinoTypeArgument[];
}

/** A parameter of a type; the value's shape follows from the kind. */
export type TrinoTypeArgument =
  | { readonly kind: "TYPE"; readonly value: TrinoType }
  | { readonly kind: "LONG"; readonly value: number }
  | { readonly kind: "VARIABLE"; readonly value: string }
  | {
      readonly kind: "NAMED_TYPE";
      readonly value: { readonly fieldName: { readonly name: string } | null; readonly typeSignature: TrinoType };
    };

/** A column of a result. */
export interface TrinoColumn {
  readonly name: string;
  /** As people write it: `array(row(a bigint))`. */
  readonly type: string;
  readonly typeSignature: TrinoType;
}

/** A result, or a page of one. Integers beyond 2^53 are strings, so that none is rounded. */
export interface TrinoResult {
  readonly columns: readonly TrinoColumn[];
  readonly rows: readonly (readonly unknown[])[];
}

/** A page of a running statement. */
export interface TrinoPage extends TrinoResult {
  readonly id: string;
  readonly state: string;
  readonly bytesScanned: number;
  /** Where to ask on, or null at the end. */
  readonly nextUri: string | null;
}

/** The server's own description of why a statement failed. */
export class TrinoError extends Error {
  /** `SYNTAX_ERROR`, `DIVISION_BY_ZERO`, ... */
  readonly errorName: string;
  /** `USER_ERROR`, `INTERNAL_ERROR`, `INSUFFICIENT_RESOURCES` or `EXTERNAL`. */
  readonly errorType: string;

  constructor(message: string, errorName: string, errorType: string) {
    super(message);
    this.name = "TrinoError";
    this.errorName = errorName;
    this.errorType = errorType;
  }
}

/** Runs a statement to its end. Throws `TrinoError`. */
export async function trinoQuery(server: TrinoAddress, sql: string, options: TrinoOptions = {}): Promise<TrinoResult> {
  let columns: readonly TrinoColumn[] = [];
  const rows: (readonly unknown[])[] = [];
  for await (const page of trinoPages(server, sql, options)) {
    if (page.columns.length > 0) columns = page.columns;
    for (const row of page.rows) rows.push(row);
  }
  return { columns, rows };
}

/** A statement's pages as they come; some are empty. Leaving early cancels the statement. Throws `TrinoError`. */
export async function* trinoPages(
  server: TrinoAddress,
  sql: string,
  options: TrinoOptions = {},
): AsyncGenerator<TrinoPage> {
  const first = { method: "POST", body: sql, headers: headersOf(options), ...signalOf(options) };
  let page = readPage(await ask(`${server.url}/v1/statement`, first));
  try {
    for (;;) {
      yield page;
      const { nextUri } = page;
      if (nextUri === null) return;
      page = readPage(await ask(nextUri, { ...signalOf(options) }));
    }
  } finally {
    if (page.nextUri !== null) await fetch(page.nextUri, { method: "DELETE" }).catch(() => undefined);
  }
}

function headersOf({ catalog, schema, session, prepared }: TrinoOptions): Record<string, string> {
  const pairs = (map: Readonly<Record<string, string>>) =>
    Object.entries(map).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return {
    "X-Trino-User": "logkeep",
    "X-Trino-Time-Zone": "UTC",
    // Else every timestamp is cut to milliseconds.
    "X-Trino-Client-Capabilities": "PATH,PARAMETRIC_DATETIME",
    ...(catalog === undefined ? {} : { "X-Trino-Catalog": catalog }),
    ...(schema === undefined ? {} : { "X-Trino-Schema": schema }),
    ...(session === undefined ? {} : { "X-Trino-Session": pairs(session).join(",") }),
    ...(prepared === undefined ? {} : { "X-Trino-Prepared-Statement": pairs(prepared).join(",") }),
  };
}

function signalOf({ signal }: TrinoOptions): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

/** A busy server answers 502 to 504 and wants to be asked again. */
async function ask(url: string, init: RequestInit): Promise<string> {
  for (;;) {
    const response = await fetch(url, init);
    const text = await response.text();
    if (response.ok) return text;
    if (response.status < 502 || response.status > 504) {
      throw new TrinoError(`the server answered ${response.status}: ${text.slice(0, 300)}`, "HTTP", "EXTERNAL");
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

interface RawPage {
  readonly id: string;
  readonly columns?: readonly TrinoColumn[];
  readonly data?: readonly (readonly unknown[])[];
  readonly nextUri?: string;
  readonly stats: { readonly state: string; readonly physicalInputBytes?: number };
  readonly error?: { readonly message: string; readonly errorName: string; readonly errorType: string };
}

function readPage(text: string): TrinoPage {
  // What the protocol says of every answer.
  const page = JSON.parse(text, exactNumber) as RawPage;
  if (page.error !== undefined) {
    throw new TrinoError(page.error.message, page.error.errorName, page.error.errorType);
  }
  return {
    id: page.id,
    state: page.stats.state,
    bytesScanned: page.stats.physicalInputBytes ?? 0,
    columns: page.columns ?? [],
    rows: page.data ?? [],
    nextUri: page.nextUri ?? null,
  };
}

/** A reviver that keeps an integer which no double holds as its text. */
function exactNumber(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? "";
  return /^-?\d+$/.test(source) ? source : value;
}
