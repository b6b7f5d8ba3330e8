import { spawnSync } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { icebergRead } from "icebird";

/** Rows as plain JSON: instants (microseconds since 1970) and longs are decimal strings, absent values null. */
export type PlainRow = Readonly<Record<string, unknown>>;

/** Reads a table with icebird, which fetches by URL: `file:` URLs are served from the disk meanwhile. */
export async function readWithIcebird(tableUrl: string, metadataFileName: string): Promise<readonly PlainRow[]> {
  const original = globalThis.fetch;
  globalThis.fetch = fetchFile;
  try {
    const rows: readonly Record<string, unknown>[] = await icebergRead({ tableUrl, metadataFileName });
    return rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, plain(value)])));
  } finally {
    globalThis.fetch = original;
  }
}

/** Why pyiceberg cannot be used here, or null when it can. */
export function pyicebergMissing(): string | null {
  const probe = spawnSync("python3", ["-c", "import pyiceberg, pyarrow"], { encoding: "utf8" });
  if (probe.error !== undefined) return "python3 is not installed";
  return probe.status === 0 ? null : "python3 has no pyiceberg with pyarrow (pip install 'pyiceberg[pyarrow]')";
}

/** Reads a table with pyiceberg from its metadata file, with a row filter in pyiceberg's own syntax. */
export function readWithPyiceberg(metadataFile: string, filter: string | null, snapshotId: number | null) {
  const run = spawnSync("python3", ["-c", PYTHON, metadataFile, filter ?? "", String(snapshotId ?? "")], {
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  if (run.status !== 0) throw new Error(`pyiceberg failed: ${run.stderr}`);
  // The script below prints exactly this.
  return JSON.parse(run.stdout) as { readonly rows: readonly PlainRow[]; readonly filesPlanned: number };
}

const PYTHON = `
import datetime, json, sys
import pyarrow as pa
from pyiceberg.table import StaticTable

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
MICROSECOND = datetime.timedelta(microseconds=1)
path, row_filter, snapshot = sys.argv[1:4]
table = StaticTable.from_metadata(path)
options = {}
if row_filter: options["row_filter"] = row_filter
if snapshot: options["snapshot_id"] = int(snapshot)
scan = table.scan(**options)
arrow = scan.to_arrow()

def plain(value, kind):
    if value is None: return None
    if pa.types.is_timestamp(kind): return str((value - EPOCH) // MICROSECOND)
    if pa.types.is_int64(kind): return str(value)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind): return [plain(item, kind.value_type) for item in value]
    if pa.types.is_struct(kind): return {field.name: plain(value[field.name], field.type) for field in kind}
    return value

columns = {}
for name in arrow.column_names:
    column = arrow[name]
    # Python's own dates end in the year 9999, so instants at the top level never become one.
    if pa.types.is_timestamp(column.type): column = column.cast(pa.int64())
    columns[name] = [plain(value, column.type) for value in column.to_pylist()]
rows = [dict(zip(columns, values)) for values in zip(*columns.values())]
print(json.dumps({"rows": rows, "filesPlanned": len(list(scan.plan_files()))}))
`;

function plain(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Date) return String(BigInt(value.getTime()) * 1000n);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  }
  return value;
}

/** As much of fetch as icebird uses: whole bodies, HEAD, and byte ranges. */
async function fetchFile(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const file = fileURLToPath(String(input));
  const { size } = await stat(file);
  if (init?.method === "HEAD") return new Response(null, { headers: { "Content-Length": String(size) } });
  const range = /^bytes=(\d*)-(\d*)$/.exec(new Headers(init?.headers).get("Range") ?? "");
  const bytes = await readFile(file);
  if (range === null) return new Response(bytes);
  const [from, to] = [range[1] ?? "", range[2] ?? ""];
  const part = from === "" ? bytes.subarray(size - Number(to)) : bytes.subarray(Number(from), Number(to || size) + 1);
  return new Response(part, { status: 206 });
}
