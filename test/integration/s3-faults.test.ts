import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openS3ObjectStore } from "../../adapters/s3-object-store.ts";
import { isLogkeepError } from "../../core/errors.ts";
import type { ObjectRef } from "../../core/object-store.ts";
import { faultOf, listAll, readFaults } from "../support/object-store-conformance.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const REF: ObjectRef = { uri: "s3://logs/k", key: "k", sizeBytes: 10, version: "abc" };

/** A server that answers as a store would on a bad day. */
describe("S3: a store that fails", () => {
  let server: Server;
  let answer: Answer;
  let requests: IncomingMessage[];
  let endpoint: string;

  beforeAll(() => {
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: "example",
      AWS_SECRET_ACCESS_KEY: "example",
      AWS_REGION: "us-east-1",
    });
  });
  beforeEach(async () => {
    requests = [];
    server = createServer((request, response) => {
      requests.push(request);
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    endpoint = `http://127.0.0.1:${address.port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const open = (attempts = 1, silenceMs = 300) =>
    openS3ObjectStore({ bucket: "logs", prefix: "", endpoint, attempts, silenceMs });

  test.each([
    [403, "AccessDenied", "object.unreadable", "never"],
    [403, "InvalidObjectState", "object.archived", "never"],
    [403, "ExpiredToken", "object.unreadable", "later"],
    [403, "SignatureDoesNotMatch", "object.unreadable", "later"],
    [404, "NoSuchKey", "object.missing", "later"],
    [404, "NoSuchBucket", "cli.usage", "never"],
    [412, "PreconditionFailed", "object.missing", "later"],
    [503, "SlowDown", "object.unreadable", "later"],
    [500, "InternalError", "object.unreadable", "later"],
  ])("error: %i %s is %s, %s", async (status, code, expected, retry) => {
    answer = (_, response) => fail(response, status, code);
    for (const fault of await readFaults(open(), REF)) expect(fault).toEqual({ code: expected, retry });
  });

  test("behavior: asks for exactly the version that was listed", async () => {
    answer = (_, response) => response.end("0123456789");
    expect(Buffer.from(await open().read(REF)).toString()).toBe("0123456789");
    expect(requests[0]?.headers["if-match"]).toBe('"abc"');
  });

  test("behavior: throttling is tried again by the SDK", async () => {
    answer = (_, response) => (requests.length < 3 ? fail(response, 503, "SlowDown") : response.end("0123456789"));
    expect(await open(3, 5_000).read(REF)).toHaveLength(10);
    expect(requests).toHaveLength(3);
  });

  test.each([
    ["fewer", "012345678"],
    ["more", "0123456789x"],
  ])("error: %s bytes than listed never pass for the object", async (_, body) => {
    answer = (__, response) => response.end(body);
    for (const fault of await readFaults(open(), REF)) {
      expect(fault).toEqual({ code: "object.missing", retry: "later" });
    }
  });

  test("error: a server that is silent, stalls in a body, hangs up, or is not there", async () => {
    const silences: readonly Answer[] = [
      () => undefined,
      (_, response) => void response.writeHead(200, { "content-length": 10 }).write("01234"),
      (_, response) => void response.writeHead(200, { "content-length": 10 }).write("01234", () => response.destroy()),
      (request) => request.socket.destroy(),
    ];
    for (const silence of silences) {
      answer = silence;
      const faults = [...(await readFaults(open(), REF)), await faultOf(listAll(open()))];
      for (const fault of faults) expect(fault).toEqual({ code: "object.unreadable", retry: "later" });
    }
    const nowhere = openS3ObjectStore({ bucket: "logs", prefix: "", endpoint: "http://127.0.0.1:1", attempts: 1 });
    expect(await faultOf(listAll(nowhere))).toEqual({ code: "object.unreadable", retry: "later" });
  });

  test("behavior: a signal ends a request under way, in the head and in the body", async () => {
    const silences: readonly Answer[] = [
      () => undefined,
      (_, response) => void response.writeHead(200, { "content-length": 10 }).write("01234"),
    ];
    for (const silence of silences) {
      const stop = new AbortController();
      const reason = new Error("stop");
      answer = (request, response) => {
        silence(request, response);
        setTimeout(() => stop.abort(reason), 50);
      };
      await expect(open(1, 60_000).read(REF, stop.signal)).rejects.toBe(reason);
    }
  });

  test("behavior: keys of any characters come through a listing", async () => {
    const keys = ["a\n\u0001b", "a b", "a%20b", "a+b", "a\u{1f600}"];
    answer = (_, response) => response.end(listing(keys.map((key) => encodeURIComponent(key).replaceAll("%20", "+"))));
    expect((await listAll(open())).map((ref) => ref.key)).toEqual(keys);
  });

  test("error: a listing that is unordered, repeats itself, or ends without its end", async () => {
    for (const [keys, isTruncated] of [
      [["b", "a"], false],
      [["a", "a"], false],
      [["a"], true],
      [["a", "%ff"], false],
    ] as const) {
      answer = (_, response) => response.end(listing(keys, isTruncated));
      expect(await faultOf(listAll(open()))).toEqual({ code: "object.bad-listing", retry: "never" });
    }
  });

  test("error: an answer that is not S3's is no empty bucket", async () => {
    for (const body of ["<html>login</html>", "", "{}", "<ListBucketResult"]) {
      answer = (_, response) => response.end(body);
      const thrown = await listAll(open()).catch((cause: unknown) => cause);
      expect([body, isLogkeepError(thrown) ? thrown.retry : thrown]).toEqual([body, "later"]);
    }
  });
});

function fail(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { "content-type": "application/xml" });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>said the store</Message></Error>`);
}

function listing(keys: readonly string[], isTruncated = false): string {
  const contents = keys.map((key) => `<Contents><Key>${key}</Key><Size>1</Size><ETag>"e"</ETag></Contents>`).join("");
  return `<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>logs</Name><EncodingType>url</EncodingType><KeyCount>${keys.length}</KeyCount><IsTruncated>${isTruncated}</IsTruncated>${contents}</ListBucketResult>`;
}
