import { randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createLocalSpool } from "../../../adapters/local-spool.ts";
import { isLogkeepError } from "../../../core/errors.ts";

describe("createLocalSpool", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "logkeep-test-"));
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  test("default: files are written, cut and removed", () => {
    const spool = createLocalSpool({ dataFolder: root, memoryFolder: null });
    const folder = spool.createFolder();
    const file = folder.create("0.json");
    file.write(Buffer.from("[1,2,3]"));
    file.write(Buffer.from("garbage"));
    file.close(7);
    file.close(7);
    expect(readFileSync(file.path, "utf8")).toBe("[1,2,3]");
    expect(folder.path.startsWith(join(root, "spool", `logkeep-${process.pid}-`))).toBe(true);
    const whole = folder.create("1.json");
    whole.write(Buffer.from("abc"));
    whole.close(3);
    expect(readFileSync(whole.path, "utf8")).toBe("abc");
    folder.remove();
    expect(existsSync(folder.path)).toBe(false);
    folder.remove();
  });

  test("default: chooses one of the two places and reports room", () => {
    const spool = createLocalSpool({ dataFolder: root });
    const folder = spool.createFolder();
    try {
      expect(folder.path.startsWith("/dev/shm/logkeep-spool-") || folder.path.startsWith(join(root, "spool"))).toBe(
        true,
      );
      expect(spool.freeBytes()).toBeGreaterThan(0);
    } finally {
      folder.remove();
      spool.clear();
      rmSync(join(folder.path, ".."), { recursive: true, force: true });
    }
  });

  test("behavior: what others cannot read stays so", () => {
    const folder = createLocalSpool({ dataFolder: root, memoryFolder: null }).createFolder();
    const file = folder.create("0.json");
    file.close(0);
    expect(statSync(folder.path).mode & 0o077).toBe(0);
    expect(statSync(file.path).mode & 0o077).toBe(0);
  });

  test("behavior: clear removes this data folder's leftovers and nothing else", () => {
    const memoryFolder = join(root, "memory");
    mkdirSync(memoryFolder);
    const own = createLocalSpool({ dataFolder: join(root, "a"), memoryFolder });
    const other = createLocalSpool({ dataFolder: join(root, "b"), memoryFolder });
    const left = own.createFolder();
    left.create("0.json").write(Buffer.from("x"));
    const onDisk = createLocalSpool({ dataFolder: join(root, "a"), memoryFolder: null }).createFolder();
    const kept = other.createFolder();
    writeFileSync(join(left.path, "..", "notes.txt"), "mine");
    own.clear();
    expect(existsSync(left.path)).toBe(false);
    expect(existsSync(onDisk.path)).toBe(false);
    expect(existsSync(kept.path)).toBe(true);
    expect(readdirSync(join(left.path, ".."))).toEqual(["notes.txt"]);
    own.clear();
  });

  test("behavior: freeBytes falls by what is held and rises when it is removed or cut", () => {
    const memoryFolder = join(root, "memory");
    mkdirSync(memoryFolder);
    const spool = createLocalSpool({ dataFolder: root, memoryFolder });
    const before = spool.freeBytes();
    expect(before).toBeLessThanOrEqual(1024 ** 3);
    const folder = spool.createFolder();
    const file = folder.create("0");
    file.write(Buffer.alloc(1_000_000));
    expect(spool.freeBytes()).toBe(before - 1_000_000);
    file.close(400_000);
    expect(spool.freeBytes()).toBe(before - 400_000);
    folder.remove();
    expect(spool.freeBytes()).toBe(before);
  });

  test("behavior: two spools of one data folder may both stand on its disk", () => {
    const small = createLocalSpool({ dataFolder: root, memoryFolder: null });
    const large = createLocalSpool({ dataFolder: root, memoryFolder: null });
    const folders = [small.createFolder(), large.createFolder(), small.createFolder()];
    expect(new Set(folders.map(({ path }) => path)).size).toBe(3);
  });

  test("behavior: a folder may be removed while a file in it is open", () => {
    const folder = createLocalSpool({ dataFolder: root, memoryFolder: null }).createFolder();
    const file = folder.create("0");
    folder.remove();
    file.close(0);
    expect(existsSync(folder.path)).toBe(false);
  });

  test("error: more than its share is refused, to be tried again", () => {
    const memoryFolder = join(root, "memory");
    mkdirSync(memoryFolder);
    const spool = createLocalSpool({ dataFolder: root, memoryFolder });
    const file = spool.createFolder().create("0");
    // Larger than any share, and never touched: the refusal comes before the write.
    const tooMuch = Buffer.allocUnsafeSlow(1024 ** 3 + 1);
    const thrown = codeOf(() => file.write(tooMuch));
    expect(thrown).toEqual({ code: "spool.full", retry: "later" });
    file.close(0);
  });

  test("behavior: a file is read from front to end", async () => {
    const folder = createLocalSpool({ dataFolder: root, memoryFolder: null }).createFolder();
    const content = randomBytes(2_500_000);
    const file = folder.create("0");
    file.write(content);
    file.close(content.length);
    const pieces: Buffer[] = [];
    // A piece is only valid until the next one.
    for await (const piece of folder.read(file.path)) pieces.push(Buffer.from(piece));
    expect(Buffer.concat(pieces).equals(content)).toBe(true);
    expect(codeOf(() => folder.read(join(root, "elsewhere")))).toEqual({ code: "spool.bad-name", retry: "never" });
    folder.remove();
    const first = folder.read(file.path)[Symbol.asyncIterator]().next();
    await expect(first).rejects.toMatchObject({ code: "spool.failed" });
  });

  test("args: a file's name is a plain name", () => {
    const folder = createLocalSpool({ dataFolder: root, memoryFolder: null }).createFolder();
    for (const name of ["", "..", "../x", "a/b", ".hidden", "a\0b", "a\nb"]) {
      expect(codeOf(() => folder.create(name))).toEqual({ code: "spool.bad-name", retry: "never" });
    }
  });

  test("error: a folder that cannot be made", () => {
    writeFileSync(join(root, "spool"), "a file");
    const spool = createLocalSpool({ dataFolder: root, memoryFolder: null });
    expect(codeOf(() => spool.createFolder())).toEqual({ code: "spool.failed", retry: "later" });
  });
});

function codeOf(action: () => unknown): { readonly code: string; readonly retry: string } | null {
  try {
    action();
    return null;
  } catch (thrown) {
    if (isLogkeepError(thrown)) return { code: thrown.code, retry: thrown.retry };
    throw thrown;
  }
}
