/** How far a long run is: a live line on a terminal, a plain line now and then elsewhere. */
import type { Clock } from "../core/clock.ts";
import type { Progress } from "../ingest/run.ts";
import type { Output } from "./output.ts";

/** Elsewhere than on a terminal a line comes at most this often. */
const PLAIN_LINE_EVERY_MS = 10_000;

/** Shows progress on standard error. */
export class ProgressDisplay {
  readonly #output: Output;
  readonly #clock: Clock;
  readonly #startedAt: number;
  #shownAt: number;
  #isShowing = false;
  #writes: Promise<void> = Promise.resolve();

  constructor(output: Output, clock: Clock) {
    this.#output = output;
    this.#clock = clock;
    this.#startedAt = clock.now();
    this.#shownAt = this.#startedAt;
  }

  /** How far a run of ingest is. */
  show(progress: Progress): void {
    this.showLine((elapsedMs) => progressLine(progress, elapsedMs));
  }

  /** Any line of text without control characters, made from the time since the start. */
  showLine(render: (elapsedMs: number) => string): void {
    const now = this.#clock.now();
    const line = render(now - this.#startedAt);
    if (this.#output.isTerminal) {
      const width = Math.max(20, (this.#output.columns ?? 80) - 1);
      this.#write(`\r\x1b[2K${line.slice(0, width)}`);
      this.#isShowing = true;
    } else if (now - this.#shownAt >= PLAIN_LINE_EVERY_MS) {
      this.#shownAt = now;
      this.#write(`${line}\n`);
    }
  }

  /** Takes the live line away; resolves when all is written. */
  async end(): Promise<void> {
    if (this.#isShowing) this.#write("\r\x1b[2K");
    this.#isShowing = false;
    await this.#writes;
  }

  #write(text: string): void {
    // A reader that has gone is no reason to stop the work.
    this.#writes = this.#writes.then(() => this.#output.write(text)).catch(() => undefined);
  }
}

/** `60/100 objects  120,000 rows  41,000 rows/s  70 MB/s  ETA 0:02`. MB are inflated megabytes. Pure. */
export function progressLine(progress: Progress, elapsedMs: number): string {
  const { totals, objectsToDo, bytesToDo } = progress;
  const seconds = Math.max(elapsedMs, 1) / 1000;
  const share = bytesToDo === 0 ? 1 : totals.sizeBytes / bytesToDo;
  const restSeconds = share === 0 ? 0 : Math.round((seconds / share) * (1 - share));
  const eta = `${Math.floor(restSeconds / 60)}:${String(restSeconds % 60).padStart(2, "0")}`;
  const count = (value: number): string => Math.round(value).toLocaleString("en-US");
  return [
    `${count(totals.objects)}/${count(objectsToDo)} objects`,
    `${count(totals.rowsKept)} rows`,
    `${count(totals.rowsKept / seconds)} rows/s`,
    `${count(totals.inflatedBytes / seconds / 1e6)} MB/s`,
    `ETA ${eta}`,
  ].join("  ");
}
