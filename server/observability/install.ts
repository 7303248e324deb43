import type { Express } from 'express';
import { problem } from '../http/problems.ts';
import { admitToMetrics } from './metrics-access.ts';
import type { Metrics } from './metrics.ts';
import { PARTS } from './readiness.ts';
import type { Readiness } from './readiness.ts';

/** Serves `/healthz` (this process), `/readyz` (what it depends on) and `/metrics` (Prometheus). */
export function installObservability(
  app: Express,
  options: { readiness: Readiness; metrics: Metrics; metricsToken: string | null },
): void {
  const { readiness, metrics, metricsToken } = options;

  app.get('/healthz', (_req, res) => {
    res.setHeader('Cache-Control', 'no-store');
    res.json({ status: 'ok' });
  });

  app.get('/readyz', async (_req, res) => {
    const failing = await readiness();
    if (failing.length > 0) {
      const words = failing.map((part) => PARTS[part]).join('; ');
      throw problem('UNAVAILABLE', `Not ready: ${words}.`, { members: { failing } });
    }
    res.setHeader('Cache-Control', 'no-store');
    res.json({ status: 'ready', checked: Object.keys(PARTS) });
  });

  app.get('/metrics', async (req, res) => {
    admitToMetrics(req, metricsToken);
    const text = await metrics.render();
    res.setHeader('Content-Type', metrics.contentType);
    res.setHeader('Cache-Control', 'no-store');
    res.end(text);
  });
}
