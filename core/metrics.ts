/** A figure that the service publishes. Names and labels are Prometheus' (https://prometheus.io/docs/practices/naming/). */
export interface MetricDefinition {
  readonly kind: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram's buckets, in the metric's unit. */
  readonly buckets?: readonly number[];
}

/** All of them, by name. */
export const METRICS = {
  logkeep_objects_total: { kind: "counter", help: "Objects decided, by the state they ended in", labels: ["state"] },
  logkeep_records_total: {
    kind: "counter",
    help: "Records of decided objects: in = kept + rejected + duplicate",
    labels: ["outcome"],
  },
  logkeep_inflated_bytes_total: { kind: "counter", help: "Bytes of decided objects after decompression", labels: [] },
  logkeep_rounds_total: {
    kind: "counter",
    help: "Rounds of announced objects, by how they ended",
    labels: ["outcome"],
  },
  logkeep_batches_outdated_total: {
    kind: "counter",
    help: "Batches that were staged again, because other workers were faster with their objects or records",
    labels: [],
  },
  logkeep_objects_failed_total: { kind: "counter", help: "Objects that were given back to the queue", labels: [] },
  logkeep_lag_seconds: {
    kind: "histogram",
    help: "From the event of the object's creation to the commit of its records",
    labels: [],
    buckets: [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 900, 3600, 21_600, 86_400],
  },
  logkeep_messages_total: { kind: "counter", help: "Messages, by how they ended here", labels: ["outcome"] },
  logkeep_messages_held: { kind: "gauge", help: "Messages that wait for their objects here", labels: [] },
  logkeep_queue_messages: { kind: "gauge", help: "Messages of the queues, as these tell", labels: ["queue", "state"] },
  logkeep_alerts_total: {
    kind: "counter",
    help: "Alerts, by destination and whether they arrived",
    labels: ["destination", "outcome"],
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

/** The name of one. */
export type MetricName = keyof typeof METRICS;

/** Values of a metric's labels: few and known beforehand, never log content. */
export type MetricLabels = Readonly<Record<string, string>>;

/** Where figures are told. */
export interface Metrics {
  /** Adds to a counter. */
  add(name: MetricName, by: number, labels?: MetricLabels): void;
  /** Sets a gauge. */
  set(name: MetricName, value: number, labels?: MetricLabels): void;
  /** Adds a value to a histogram. */
  observe(name: MetricName, value: number, labels?: MetricLabels): void;
}
