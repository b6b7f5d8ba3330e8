import { randomUUID } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { LogkeepError } from "../core/errors.ts";
import { codeOf } from "./lake-file-errors.ts";

const ID_FILE = "writer-id";

/**
 * Names a data folder of this machine to others. The id tells two folders of one path apart (containers); the host tells
 * two machines apart that were copied together with the folder. Only for the holder of the data folder.
 */
export async function readWriterIdentity(
  dataFolder: string,
): Promise<{ readonly host: string; readonly folder: string; readonly id: string }> {
  return { host: hostname(), folder: resolve(dataFolder), id: await readId(join(dataFolder, ID_FILE)) };
}

async function readId(file: string): Promise<string> {
  try {
    const id = await readFile(file, "utf8").catch((cause: unknown) =>
      codeOf(cause) === "ENOENT" ? "" : Promise.reject(cause),
    );
    // Killed between making and writing it: then nothing was ever held under it.
    if (/^[0-9a-f-]{36}$/.test(id)) return id;
    const made = randomUUID();
    const handle = await open(file, "w", 0o640);
    try {
      await handle.writeFile(made);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return made;
  } catch (cause) {
    throw new LogkeepError({
      code: "data.unwritable",
      message: "the data folder cannot be made or written",
      facts: { folder: dataFolderOf(file) },
      cause,
      hint: "check the path, its owner and its permissions, and the space on its disk",
    });
  }
}

function dataFolderOf(file: string): string {
  return file.slice(0, -ID_FILE.length - 1);
}
