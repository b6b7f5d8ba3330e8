/**
 * Who may write to a lake that several machines reach. Commits of many writers are safe by themselves; intents are not:
 * whoever begins undoes what dead processes left, and cannot tell a dead one of another machine from one that is slow.
 * So a lake has one writer at a time (and one for maintenance), and its name is in the lake. There is no expiry: no clock tells that a process on
 * another machine will never go on.
 */
import type { DataFolderRole } from "../core/data-folder-lock.ts";
import { isLogkeepError, LogkeepError } from "../core/errors.ts";
import type { LakeStore } from "../core/lake-store.ts";

const ROUNDS = 5;

/** A data folder of a machine. Whoever holds that folder's own lock knows that no other process of it is alive. */
export interface WriterIdentity {
  readonly host: string;
  readonly folder: string;
  /** Of the data folder: given once, at random. */
  readonly id: string;
}

/** The hold of this process on a lake. */
export interface HeldLake {
  /** Gives the lake up. Calling it again is no error. */
  release(): Promise<void>;
}

/**
 * Takes the lake for writing; the caller holds its data folder already. What a killed process of the same data folder
 * still holds is taken over. Throws `lake.locked` (retry later) while another data folder has it.
 */
export async function acquireLake(
  store: LakeStore,
  writer: WriterIdentity,
  role: DataFolderRole = "writer",
): Promise<HeldLake> {
  const isWorker = role === "worker";
  const file = `${isWorker ? "writer" : role}.lock.json`;
  // All workers have the same hold on a lake, and none of them knows whether it is the last.
  const holder = isWorker ? { workers: true } : { host: writer.host, folder: writer.folder, id: writer.id };
  const content = Buffer.from(`${JSON.stringify(holder)}\n`);
  for (let round = 1; ; round += 1) {
    if (await store.createExclusive(file, content)) break;
    const found = await readIfThere(store, file);
    if (found?.equals(content) === true) break;
    // Given up since; somebody else may be faster again.
    if (found === null && round < ROUNDS) continue;
    throw locked(store, file, found);
  }
  let held = true;
  return {
    async release() {
      if (!held || isWorker) return;
      held = false;
      // Somebody may have given it to another writer by hand.
      if ((await readIfThere(store, file))?.equals(content) === true) await store.remove(file);
    },
  };
}

async function readIfThere(store: LakeStore, file: string): Promise<Buffer | null> {
  try {
    return Buffer.from(await store.read(file));
  } catch (cause) {
    if (isLogkeepError(cause, "lake.file-missing")) return null;
    throw cause;
  }
}

function locked(store: LakeStore, file: string, found: Buffer | null): LogkeepError {
  return new LogkeepError({
    code: "lake.locked",
    message: "another data folder is writing to this lake",
    facts: { lake: store.rootUri, ...holderOf(found) },
    retry: "later",
    hint: `wait until it ends, or run this command there; if that machine or folder is gone for good, delete ${store.rootUri}/${file}`,
  });
}

function holderOf(found: Buffer | null): { readonly host?: string; readonly folder?: string } {
  try {
    const holder: unknown = JSON.parse(String(found));
    if (typeof holder !== "object" || holder === null || !("host" in holder) || !("folder" in holder)) return {};
    return { host: String(holder.host), folder: String(holder.folder) };
  } catch {
    // The holder's name only makes the message better.
    return {};
  }
}
