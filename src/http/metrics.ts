import type { Request } from 'express';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Observable, Subscription } from 'rxjs';
import type { Application } from '../application.js';
import type { Outcome } from '../commands/outcome.js';
import type { CountedNotification, CountedSend } from './dependencies.js';

type Login = Application['authenticate'];

/** Labels are route templates, outcomes and names of gateways: nothing that a client can make up, nothing of a person. */
export interface Metrics {
  /** @param seconds until the answer was out */
  answered(request: Request, status: number, seconds: number): void;
  /** The same authentication, with its outcomes counted. */
  counted(authenticate: Login): Login;
  /** In the text format of Prometheus. */
  text(): Promise<{ readonly type: string; readonly body: string }>;
  stop(): void;
}

export const makeMetrics = (
  { head, sends, notifications, version }: { readonly head: Observable<number>; readonly sends?: Observable<CountedSend>; readonly notifications?: Observable<CountedNotification>; readonly version: string },
): Metrics => {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({ name: 'tanager_http_requests_total', help: 'Answered requests', labelNames: ['method', 'route', 'status'], registers });
  const durations = new Histogram({ name: 'tanager_http_request_seconds', help: 'Time until the answer was out', labelNames: ['route'], buckets: [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30], registers });
  const outcomes = new Counter({ name: 'tanager_outcomes_total', help: 'What attempts to log in came to', labelNames: ['kind', 'reason'], registers });
  const sent = new Counter({ name: 'tanager_sms_sends_total', help: 'How sends through a gateway ended', labelNames: ['gateway', 'outcome'], registers });
  const told = new Counter({ name: 'tanager_notifications_total', help: 'What notifications came to: sent, failed and to be attempted again, parked, suppressed by a limit', labelNames: ['rule', 'outcome'], registers });
  const position = new Gauge({ name: 'tanager_store_head', help: 'Position of the last event', registers });
  new Gauge({ name: 'tanager_info', help: 'Version of the program', labelNames: ['version'], registers }).set({ version }, 1);

  const subscriptions: Subscription[] = [head.subscribe((value) => position.set(value))];
  if (sends) subscriptions.push(sends.subscribe(({ gateway, outcome }) => sent.inc({ gateway, outcome })));
  if (notifications) subscriptions.push(notifications.subscribe(({ rule, outcome }) => told.inc({ rule, outcome })));
  const count = (outcome: Outcome): Outcome => {
    outcomes.inc({ kind: outcome.kind, reason: outcome.kind === 'refused' ? outcome.reason : '' });
    return outcome;
  };

  return {
    answered: (request, status, seconds) => {
      const route = routeOf(request);
      requests.inc({ method: methods.has(request.method) ? request.method : 'other', route, status });
      durations.observe({ route }, seconds);
    },
    counted: (authenticate) => ({
      check: async (...call) => count(await authenticate.check(...call)),
      trigger: async (...call) => count(await authenticate.trigger(...call)),
      watch: (...call) => authenticate.watch(...call),
    }),
    text: async () => {
      const all = Registry.merge([registry, ofTheProcess()]);
      return { type: all.contentType, body: await all.metrics() };
    },
    stop: () => subscriptions.forEach((subscription) => subscription.unsubscribe()),
  };
};

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const mounts = /^\/(v1|privacyidea|linotp)(?=\/|$)/i;

/** The template that answered, such as `/v1/tokens/:serial`; never the path itself, of which there is no end. */
const routeOf = (request: Request): string => {
  const path = (request.route as { path?: unknown } | undefined)?.path;
  if (typeof path !== 'string') return 'none';
  const mount = request.baseUrl || mounts.exec(request.originalUrl)?.[0] || '';
  return `${mount}${path}`.toLowerCase();
};

let process_: Registry | undefined;
/** Memory, file handles, lag of the event loop: the process has them once, however many servers run in it. */
const ofTheProcess = (): Registry => {
  if (!process_) {
    process_ = new Registry();
    collectDefaultMetrics({ register: process_ });
  }
  return process_;
};
