import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { METRICS, type MetricDefinition, type MetricName, type Metrics } from "../core/metrics.ts";

/** Metrics that can be read in Prometheus' text format. */
export interface PrometheusMetrics extends Metrics {
  readonly contentType: string;
  text(): Promise<string>;
}

/** All of `METRICS` and what Node tells of its process, in a registry of its own. */
export function openPrometheus(): PrometheusMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const counters = new Map<MetricName, Counter>();
  const gauges = new Map<MetricName, Gauge>();
  const histograms = new Map<MetricName, Histogram>();
  // The keys of an object literal of that very type.
  for (const name of Object.keys(METRICS) as MetricName[]) {
    const { kind, help, labels, buckets }: MetricDefinition = METRICS[name];
    const options = { name, help, labelNames: [...labels], registers };
    if (kind === "counter") counters.set(name, new Counter(options));
    else if (kind === "gauge") gauges.set(name, new Gauge(options));
    else histograms.set(name, new Histogram({ ...options, ...(buckets && { buckets: [...buckets] }) }));
  }
  return {
    add: (name, by, labels = {}) => counters.get(name)?.inc(labels, by),
    set: (name, value, labels = {}) => gauges.get(name)?.set(labels, value),
    observe: (name, value, labels = {}) => histograms.get(name)?.observe(labels, value),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}
