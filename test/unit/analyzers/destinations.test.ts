import { createHmac } from "node:crypto";
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createLineFiles } from "../../../adapters/line-files.ts";
import terminal from "../../../analyzers/destinations/terminal.ts";
import { signature } from "../../../analyzers/destinations/webhook.ts";
import { DESTINATIONS } from "../../../analyzers/destinations.gen.ts";
import type { Alert } from "../../../core/alert.ts";
import type { DestinationPorts } from "../../../core/destination.ts";
import { LogkeepError } from "../../../core/errors.ts";
import type { HttpAnswer, HttpPost } from "../../../core/http-client.ts";
import { fakeClock } from "../../support/fake-clock.ts";

const ALERT: Alert = {
  id: "f".repeat(64),
  ruleId: "root-console-login",
  title: "Root user signed in to the console",
  entity: "111122223333 arn:aws:iam::111122223333:root",
  severityId: 4,
  severity: "High",
  firstAt: Date.UTC(2026, 2, 2, 10, 15),
  lastAt: Date.UTC(2026, 2, 2, 10, 16),
  findingCount: 2,
  accounts: ["111122223333"],
  findingUids: ["f1", "f2"],
  ruleAuthor: "Jo Example",
};

const HOSTILE: Alert = {
  ...ALERT,
  entity: "x\u001b[2J\u202e\r\n\u0000\"'</script>=cmd|' /C calc'!A0",
  firstAt: null,
  lastAt: 9e15,
};

const CONFIGS: Readonly<Record<string, unknown>> = {
  terminal: {},
  file: { path: "alerts.jsonl" },
  webhook: { url: "https://hooks.example.com/services/T0", secret: "0123456789abcdef" },
};

interface FakePorts extends DestinationPorts {
  readonly written: string[];
  readonly posts: HttpPost[];
  readonly slept: number[];
}

function fakePorts(answers: readonly (HttpAnswer | LogkeepError)[] = []): FakePorts {
  const [written, posts, slept]: [string[], HttpPost[], number[]] = [[], [], []];
  const clock = fakeClock();
  return {
    written,
    posts,
    slept,
    terminal: { write: async (text) => void written.push(text) },
    files: { appendLines: async (_path, lines) => void written.push(...lines.map((line) => `${line}\n`)) },
    http: {
      post: async (request) => {
        const answer = answers[posts.length] ?? { status: 200, retryAfterMs: null };
        posts.push(request);
        written.push(`${request.body}\n`);
        if (answer instanceof LogkeepError) throw answer;
        return answer;
      },
    },
    clock: { now: clock.now, sleep: async (waitMs) => void slept.push(waitMs) },
  };
}

describe.each(DESTINATIONS.map((entry) => [entry.id, entry] as const))("%s", (id, entry) => {
  test("default: sends an alert once, on lines of its own, the same each time", async () => {
    const ports = fakePorts();
    const destination = entry.open(CONFIGS[id], ports);
    expect(destination.id).toBe(id);
    await destination.send(ALERT);
    await destination.send(ALERT);
    expect(ports.written).toHaveLength(2);
    expect(ports.written[1]).toBe(ports.written[0]);
    expect(ports.written[0]?.endsWith("\n")).toBe(true);
    for (const part of [ALERT.entity, ALERT.ruleId, "Jo Example"]) expect(ports.written[0]).toContain(part);
  });

  test("behavior: nothing that a log wrote comes out raw", async () => {
    const ports = fakePorts();
    await entry.open(CONFIGS[id], ports).send(HOSTILE);
    expect(ports.written.join("").replaceAll("\n", "")).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  });

  test("error: faulty configurations are refused by name, without their values", () => {
    for (const config of [null, 7, { url: "ftp://x", secret: "short-secret", path: "", width: -1, surprise: 1 }]) {
      expect(() => entry.open(config, fakePorts())).toThrow(expect.objectContaining({ code: "cli.usage" }));
      try {
        entry.open(config, fakePorts());
      } catch (thrown) {
        expect(JSON.stringify((thrown as LogkeepError).facts)).not.toContain("short-secret");
      }
    }
  });
});

test("behavior: terminal, two lines, never wider than asked", async () => {
  expect(terminal.render(ALERT, { width: 200 })).toBe(
    "HIGH          2026-03-02T10:16:00Z  Root user signed in to the console\n" +
      "  111122223333 arn:aws:iam::111122223333:root  (2 findings, 111122223333, root-console-login, rule by Jo Example, ffffffffffff)\n",
  );
  const narrow = terminal.render({ ...ALERT, entity: "e".repeat(100_000) }, { width: 60 });
  expect(narrow.split("\n").map((line) => line.length)).toEqual([60, 60, 0]);
});

test("behavior: webhook, the signature is the HMAC of time, dot and body", async () => {
  const ports = fakePorts();
  await DESTINATIONS.find(({ id }) => id === "webhook")
    ?.open(CONFIGS.webhook, ports)
    .send(ALERT);
  const [post] = ports.posts;
  const [, at = "", given = ""] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(post?.headers["x-logkeep-signature"] ?? "") ?? [];
  expect(given).toBe(createHmac("sha256", "0123456789abcdef").update(`${at}.${post?.body}`).digest("hex"));
  expect(post?.headers["idempotency-key"]).toBe(ALERT.id);
  expect(signature("{}", "k".repeat(16), 1_700_000_000_999)).toMatch(/^t=1700000000,v1=/);
});

const noAnswer = new LogkeepError({ code: "http.no-answer", message: "no answer", retry: "later" });
const busy = (retryAfterMs: number | null = null): HttpAnswer => ({ status: 429, retryAfterMs });
const status = (code: number): HttpAnswer => ({ status: code, retryAfterMs: null });

test("behavior: webhook, tries again while the receiver is away or busy", async () => {
  const open = (ports: FakePorts) => DESTINATIONS.find(({ id }) => id === "webhook")?.open(CONFIGS.webhook, ports);
  const recovered = fakePorts([status(503), noAnswer, busy(7000)]);
  await open(recovered)?.send(ALERT);
  expect(recovered.slept).toEqual([1000, 2000, 7000]);
  expect(new Set(recovered.posts.map(({ body }) => body)).size).toBe(1);

  const away = fakePorts(Array.from({ length: 9 }, () => status(500)));
  await expect(open(away)?.send(ALERT)).rejects.toMatchObject({
    code: "delivery.failed",
    retry: "later",
    facts: { status: 500, attempts: 5 },
  });
  expect(away.slept).toEqual([1000, 2000, 4000, 8000]);

  const patient = fakePorts([busy(3_600_000)]);
  await expect(open(patient)?.send(ALERT)).rejects.toMatchObject({ code: "delivery.failed", retry: "later" });
  expect(patient.slept).toEqual([]);

  for (const code of [301, 400, 401, 404]) {
    const refused = fakePorts([status(code)]);
    await expect(open(refused)?.send(ALERT)).rejects.toMatchObject({
      code: "delivery.refused",
      retry: "never",
      facts: { host: "hooks.example.com" },
    });
    expect(refused.posts).toHaveLength(1);
  }
});

test("behavior: webhook, plain http is for this machine only", () => {
  const open = (url: string) =>
    DESTINATIONS.find(({ id }) => id === "webhook")?.open({ url, secret: "0123456789abcdef" }, fakePorts());
  for (const url of ["http://127.0.0.1:8080/x", "http://localhost/x", "http://[::1]:9/x", "https://example.com"])
    expect(() => open(url)).not.toThrow();
  for (const url of [
    "http://example.com",
    "http://localhost.example.com",
    "http://127.0.0.1.example.com",
    "file:///etc/passwd",
    "x",
  ]) {
    expect(() => open(url), url).toThrow();
  }
});

test("behavior: file, whole lines only, what a crash cut off is dropped", async () => {
  const folder = await mkdtemp(join(tmpdir(), "line-files-"));
  try {
    const path = join(folder, "new", "alerts.jsonl");
    const files = createLineFiles();
    await files.appendLines(path, ["one", "two"]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await appendFile(path, '{"half":');
    await files.appendLines(path, ["three"]);
    expect(await readFile(path, "utf8")).toBe("one\ntwo\nthree\n");
    await appendFile(path, "x".repeat(200_000));
    await files.appendLines(path, ["four"]);
    expect(await readFile(path, "utf8")).toBe("one\ntwo\nthree\nfour\n");
    await writeFile(path, "never ended");
    await files.appendLines(path, ["five"]);
    expect(await readFile(path, "utf8")).toBe("five\n");
    await expect(files.appendLines(join(folder, "new"), ["x"])).rejects.toMatchObject({
      code: "file.append-failed",
      retry: "later",
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
