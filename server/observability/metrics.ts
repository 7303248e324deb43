import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { DatabaseStats } from '../../database/lanes.ts';

/** Around the targets of the API: p50 100 ms, p95 200 ms, p99 500 ms (NFR-001). */
const LATENCY_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10];

export interface Metrics {
  /** One answered request. `route` is a template, so that labels stay few. */
  observeRequest(request: { method: string; route: string; status: number; seconds: number; problem: string | null }): void;
  readonly contentType: string;
  render(): Promise<string>;
}

/** Makes the metrics of one server, in a registry of its own. */
export function createMetrics(stats: () => DatabaseStats): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'tenantry_' });

  const requests = new Histogram({
    name: 'tenantry_http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer, by route.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: LATENCY_BUCKETS,
    registers,
  });
  const problems = new Counter({
    name: 'tenantry_http_problems_total',
    help: 'Refusals by their code.',
    labelNames: ['code'] as const,
    registers,
  });
  laneGauges(registry, stats);

  return {
    observeRequest({ method, route, status, seconds, problem }) {
      requests.observe({ method, route, status }, seconds);
      if (problem !== null) problems.inc({ code: problem });
    },
    contentType: registry.contentType,
    render: () => registry.metrics(),
  };
}

/** Pools as they are at the moment of the scrape: nothing is counted in between. */
function laneGauges(registry: Registry, stats: () => DatabaseStats): void {
  const figures = [
    { name: 'open', help: 'Connections of a lane (or of the operators’ pool) that are open.' },
    { name: 'busy', help: 'Connections that are serving a request.' },
    { name: 'waiting', help: 'Requests that wait for a connection.' },
    { name: 'recycled', help: 'Connections replaced since the start because they had served enough.' },
  ] as const;
  for (const { name, help } of figures) {
    new Gauge({
      name: `tenantry_lane_${name}`,
      help,
      labelNames: ['lane'] as const,
      registers: [registry],
      collect() {
        const { operators, lanes } = stats();
        this.set({ lane: 'operators' }, operators[name]);
        for (const [lane, figure] of lanes.entries()) this.set({ lane: String(lane) }, figure[name]);
      },
    });
  }
}
