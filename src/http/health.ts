import { Router } from 'express';
import type { Application } from '../application.js';
import type { Metrics } from './metrics.js';

/** Whether the process lives, whether it takes work, and how much it did. For machines; nothing in it is secret or personal. */
export const healthRouter = ({ ready, version }: Pick<Application, 'ready' | 'version'>, metrics: Metrics, isStopping: () => boolean): Router => {
  const router = Router({ caseSensitive: true });
  router.get('/health/live', (_, response) => void response.json({ status: 'alive', version }));
  router.get('/health/ready', async (_, response) => {
    const state = isStopping() ? { ready: false, problems: ['the service is being stopped'] } : await ready();
    response.status(state.ready ? 200 : 503).json({ status: state.ready ? 'ready' : 'not-ready', problems: state.problems });
  });
  router.get('/metrics', async (_, response) => {
    const { type, body } = await metrics.text();
    response.set('Content-Type', type).send(body);
  });
  return router;
};
