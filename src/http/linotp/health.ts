import type { Action } from './call.js';

/** /healthcheck/status: says that the service runs, to whoever asks. */
export const health: Action = async ({ application: { version } }) =>
  ({ kind: 'bare', document: { status: 'alive', uptime: Math.round(process.uptime()), version: `Tanager ${version}` } });
