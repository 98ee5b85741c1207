import { randomUUID } from 'node:crypto';
import type { StorePlace } from '../../src/openStore.js';
import { projections } from '../../src/projections/index.js';
import { openEventStoreDb, type EventStoreDbOptions } from '../../src/store/eventstoredb/eventStoreDbStore.js';
import { startApi, type Api, type Reply } from '../fixtures/api.js';
import { temporaryFolder } from '../fixtures/folder.js';
import { startGatewayServer, type GatewayServer } from '../fixtures/gatewayServer.js';
import { asAdmin, rfcKey, secret } from '../fixtures/service.js';

type Options = Parameters<typeof startApi>[1];

/** What an instance is started with; `patience` and the like are those of its store. */
export interface InstanceOptions extends NonNullable<Options> {
  readonly folder?: string;
  readonly env?: Record<string, string>;
  readonly eventStoreDb?: Partial<EventStoreDbOptions>;
}

/** Several instances of the service over one log, each with a folder and an HTTP server of its own, and the gateway that they send through. */
export interface Stage {
  readonly instances: readonly Api[];
  readonly prefix: string;
  readonly gateway: GatewayServer;
  /** What every instance has in common. */
  readonly env: Readonly<Record<string, string>>;
  start(options?: InstanceOptions): Promise<Api>;
  /** Stops one that is not to be stopped with the stage. */
  stop(instance: Api): Promise<void>;
  close(): Promise<void>;
}

export const masterKey = '07'.repeat(32);

/** @param connectionString of the server; left out, the one of the run */
export const openStage = async (count: number, each: InstanceOptions = {}, connectionString = process.env['TANAGER_TEST_CLUSTER']!): Promise<Stage> => {
  const prefix = `stage-${randomUUID()}-`;
  const gateway = await startGatewayServer();
  const running = new Set<Api>();
  const common = { TANAGER_STORE: connectionString, TANAGER_STREAM_PREFIX: prefix, TANAGER_MASTER_KEY: masterKey, TANAGER_DEVELOPMENT: 'false' };
  const start = async (options: InstanceOptions = {}): Promise<Api> => {
    const { folder = temporaryFolder(), env, eventStoreDb, ...open } = { ...each, ...options };
    const store = eventStoreDb && (await placeWith({ connectionString, prefix, folder, ...eventStoreDb }));
    const api = await startApi({ ...common, TANAGER_DATA_DIR: folder, ...env }, { ...open, ...(store ? { store } : {}) });
    running.add(api);
    return api;
  };
  const instances: Api[] = [];
  for (let n = 0; n < count; n++) instances.push(await start());
  const { gateways, settings } = instances[0]!.tanager.application;
  await gateways.define({
    name: 'g', kind: 'http', written: { options: { url: `${gateway.url}/send`, method: 'POST', form: { to: '{phone}', text: '{text}', ref: '{reference}' }, messageId: { after: 'ID: ' }, timeout: 5 } },
  }, asAdmin());
  await settings.change([{ key: 'sms.identifier', value: 'g' }], asAdmin());
  const stop = async (instance: Api): Promise<void> => {
    running.delete(instance);
    await instance.stop();
  };
  return {
    instances, prefix, gateway, env: common, start, stop,
    async close() {
      // what hangs at the gateway would hold up the closing
      await gateway.close();
      await Promise.all([...running].map(stop));
    },
  };
};

/** The cluster as src/openStore.ts opens it, with a patience that suits a test. */
const placeWith = async (options: Omit<EventStoreDbOptions, 'projections'>): Promise<StorePlace> => {
  const opened = await openEventStoreDb({ projections, ...options });
  return { isNew: await opened.keys.isEmpty(), open: async () => opened, keys: () => opened.keys, abandon: () => opened.store.close() };
};

let users = 0;
/** A new user with a token whose PIN is `pin`; the token's serial is `K-` and the login. */
export const enrol = async ({ tanager }: Api, more: { readonly seed?: string; readonly maxFail?: number } = {}): Promise<string> => {
  const login = `user${++users}`;
  const { seed = rfcKey, ...rest } = more;
  expect(await tanager.application.tokens.enrol({ serial: `K-${login}`, login, phone: phoneOf(login), pin: secret('pin'), seed: secret(seed), ...rest }, asAdmin())).toMatchObject({ kind: 'done' });
  return login;
};

/** The number of a user of `enrol`. */
export const phoneOf = (login: string): string => `+49170${login.slice('user'.length).padStart(7, '0')}`;

export const check = (api: Api, form: Record<string, string>, path = '/privacyidea/validate/check'): Promise<Reply> => api.call('POST', path, new URLSearchParams(form));

/** @returns the transaction id */
export const challenge = async (api: Api, login: string, pin = 'pin'): Promise<string> => {
  const { status, body } = await check(api, { user: login, pass: pin });
  if (status !== 200 || !body.detail?.transaction_id) throw new Error(`not challenged: ${status} ${JSON.stringify(body)}`);
  return body.detail.transaction_id;
};

export const answer = (api: Api, login: string, code: string, transactionId: string): Promise<Reply> => check(api, { user: login, pass: code, transaction_id: transactionId });

export const accepted = (replies: readonly Reply[]): number => replies.filter(({ body }) => body.result?.value === true).length;

/** Events of the token of a user, as one instance sees them: the types, and of rejections the reason. */
export const happened = async (api: Api, login: string, types = ['AttemptRejected', 'ChallengeAnswered', 'TokenLocked']): Promise<string[]> => {
  await api.tanager.application.caughtUp();
  const { events } = await api.tanager.application.trail.page({ stream: `token-K-${login}`, types }, { limit: 1000, order: 'asc' });
  return events.map(({ type, data }) => (type === 'AttemptRejected' ? String(data['reason']) : type));
};

/** Guesses that are no code of the counter. */
export const wrongCode = (right: string, n: number): string => String((Number(right) + 1 + n) % 1_000_000).padStart(6, '0');
