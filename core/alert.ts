/** Findings of one rule about one entity, for as long as they keep coming within the quiet period. Never stored. */
export interface Alert {
  /** Hash of rule, entity and first finding: 64 hex digits. */
  readonly id: string;
  readonly ruleId: string;
  readonly title: string;
  /** Whom it is about: written by the log, so hostile. */
  readonly entity: string;
  /** 1 informational to 5 critical: the highest among its findings. */
  readonly severityId: number;
  readonly severity: string;
  /** Event times, milliseconds since 1970; null when no finding has one. */
  readonly firstAt: number | null;
  readonly lastAt: number | null;
  readonly findingCount: number;
  readonly accounts: readonly string[];
  /** Its first findings, at most 20. */
  readonly findingUids: readonly string[];
  /** Whoever wrote the rule, where its licence asks to name them. */
  readonly ruleAuthor: string | null;
}
