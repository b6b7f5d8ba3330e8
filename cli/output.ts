import { LogkeepError } from "../core/errors.ts";

/** A stream that text and bytes go to. */
export interface Output {
  readonly isTerminal: boolean;
  /** Width in columns; null where it is no terminal. */
  readonly columns: number | null;
  /**
   * Resolves when the stream takes more, so that a slow reader slows the writer down. Fails with `cli.output-closed`
   * when the reader has gone (`| head`), and with `cli.output-failed` for any other fault.
   */
  write(chunk: string | Uint8Array): Promise<void>;
}

/** An output over a stream of Node's. Sets the stream's error listener: one output for a stream. */
export function streamOutput(stream: NodeJS.WriteStream): Output {
  let failure: LogkeepError | null = null;
  stream.on("error", (cause: NodeJS.ErrnoException) => {
    failure ??= wrapWriteError(cause);
  });
  return {
    isTerminal: stream.isTTY === true,
    get columns() {
      return stream.isTTY === true ? stream.columns : null;
    },
    write: (chunk) =>
      new Promise((resolve, reject) => {
        if (failure !== null) return reject(failure);
        stream.write(chunk, (cause) => {
          if (cause === null || cause === undefined) return resolve();
          failure ??= wrapWriteError(cause);
          reject(failure);
        });
      }),
  };
}

function wrapWriteError(cause: NodeJS.ErrnoException): LogkeepError {
  const gone = cause.code === "EPIPE" || cause.code === "ERR_STREAM_DESTROYED" || cause.code === "ECONNRESET";
  return gone
    ? new LogkeepError({ code: "cli.output-closed", message: "the reader of the output has gone", cause })
    : new LogkeepError({
        code: "cli.output-failed",
        message: "the output cannot be written",
        facts: { reason: cause.code ?? null },
        cause,
        retry: "later",
        hint: "check the space on the disk that the output goes to",
      });
}
