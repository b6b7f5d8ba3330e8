/** Values of a log entry: counts, codes, addresses, milliseconds. Never log content, credentials or signed URLs. */
export type LogFields = Readonly<Record<string, string | number | bigint | boolean | null>>;

/** Our own log. An entry's name is `noun.verb-past`; one wide entry per unit of work, nothing per record. */
export interface Log {
  /** Someone must act. */
  error(name: string, fields?: LogFields): void;
  /** It healed, or will be tried again. */
  warn(name: string, fields?: LogFields): void;
  /** A unit of work ended. */
  info(name: string, fields?: LogFields): void;
  /** Why. */
  debug(name: string, fields?: LogFields): void;
}
