import type { SqlEngine } from "../core/sql-engine.ts";

/**
 * An engine that begins no statement once the signal is aborted: interrupting ends only the statement that runs, and a
 * batch has dozens. What was refused fails with the signal's reason.
 */
export function stoppableEngine(engine: SqlEngine, signal: AbortSignal): SqlEngine {
  const unlessStopped = async <T>(act: () => Promise<T>): Promise<T> => {
    signal.throwIfAborted();
    return act();
  };
  return {
    run: (sql, params) => unlessStopped(() => engine.run(sql, params)),
    all: (sql, params) => unlessStopped(() => engine.all(sql, params)),
    stream: (sql, params) => unlessStopped(() => engine.stream(sql, params)),
    connect: () => unlessStopped(async () => stoppableEngine(await engine.connect(), signal)),
    interrupt: () => engine.interrupt(),
    close: () => engine.close(),
  };
}
