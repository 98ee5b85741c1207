import { z } from 'zod';
import { openGateways, type OpenGateways, type StoredDefinition } from '../../src/gateways/openGateways.js';
import { gatewayRegistry } from '../../src/gateways/registry.js';
import type { GatewayKind, Message, SendOutcome } from '../../src/gateways/gateway.js';
import { httpGateway } from '../../src/gateways/http/httpGateway.js';
import { Secret } from '../../src/security/secret.js';
import { startGatewayServer } from '../fixtures/gatewayServer.js';

const message: Message = { to: '+491701', text: new Secret('287082'), reference: 'r', validity: 60 };

/** A kind whose gateways hold every message until they are told to let it go. */
const holding = () => {
  const log: string[] = [];
  const held: ((outcome: SendOutcome) => void)[] = [];
  const kind: GatewayKind<{ word: string; timeout: number }> = {
    kind: 'holding', description: 'for tests', forms: [],
    schema: z.strictObject({ word: z.string(), timeout: z.number().default(1_000) }),
    timeout: ({ timeout }) => timeout,
    concurrency: () => 2,
    open: (name, { word }) => {
      log.push(`open ${name} ${word}`);
      return {
        send: () => {
          if (word === 'throw') throw new Error('bug');
          log.push(`send ${word}`);
          return new Promise((resolve) => held.push(resolve));
        },
        close: async () => void log.push(`close ${word}`),
      };
    },
  };
  return { kind, log, held, release: () => held.splice(0).forEach((resolve) => resolve({ kind: 'sent' })) };
};

const definition = (word: string, revision: number, options = {}, limits = {}): StoredDefinition => ({ name: 'gw', kind: 'holding', options: { word, ...options }, revision, limits });
const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let pool: OpenGateways;
let hold: ReturnType<typeof holding>;
let reported: unknown[];
beforeEach(() => {
  hold = holding();
  reported = [];
  pool = openGateways(gatewayRegistry([hold.kind, httpGateway]), { mostWaiting: 2, report: (_, error) => reported.push(error) });
});
afterEach(async () => {
  hold.release();
  await pool.close();
});

it('opens a gateway with its first message, once, and anew when its definition changes', async () => {
  const first = pool.send(definition('a', 0), message);
  const second = pool.send(definition('a', 0), message);
  await tick();
  expect(hold.log).toEqual(['open gw a', 'send a', 'send a']);
  const third = pool.send(definition('b', 1), message);
  const late = pool.send(definition('a', 0), message);
  await tick();
  expect(hold.log.slice(3).sort()).toEqual(['close a', 'open gw b', 'send b', 'send b']);
  hold.release();
  expect(await Promise.all([first, second, third, late])).toEqual(Array(4).fill({ kind: 'sent' }));
});

it('takes as many at once as the kind says, lets a bounded number wait in order, and refuses the rest', async () => {
  const sends = Array.from({ length: 5 }, () => pool.send(definition('a', 0), message));
  await tick();
  expect(hold.held).toHaveLength(2);
  expect(await sends[4]).toEqual({ kind: 'unavailable', reason: 'too many messages wait for this gateway' });
  hold.release();
  await tick();
  expect(hold.held).toHaveLength(2);
  hold.release();
  expect(await Promise.all(sends.slice(0, 4))).toEqual(Array(4).fill({ kind: 'sent' }));
});

it('lets nobody wait longer than a send may take', async () => {
  const slow = definition('a', 0, { timeout: 50 });
  expect(pool.timeout(slow)).toBe(100);
  const sends = [1, 2, 3].map(() => pool.send(slow, message));
  expect(await sends[2]).toEqual({ kind: 'unavailable', reason: 'the gateway was busy for too long' });
  hold.release();
  expect(await Promise.all(sends.slice(0, 2))).toEqual([{ kind: 'sent' }, { kind: 'sent' }]);
});

it('moves those who wait to the new definition', async () => {
  const sends = [1, 2, 3, 4].map(() => pool.send(definition('a', 0), message));
  await tick();
  const other = pool.send(definition('b', 1), message);
  await tick();
  expect(hold.log.filter((line) => line === 'send b')).toHaveLength(2);
  hold.release();
  await tick();
  hold.release();
  expect(await Promise.all([...sends, other])).toEqual(Array(5).fill({ kind: 'sent' }));
});

it('closes a removed gateway, and opens it again only for a newer definition', async () => {
  const first = pool.send(definition('a', 3), message);
  await tick();
  await pool.forget('gw');
  await pool.forget('nobody');
  expect(hold.log).toContain('close a');
  expect(await pool.send(definition('a', 3), message)).toEqual({ kind: 'unavailable', reason: 'the gateway was removed' });
  const again = pool.send(definition('c', 5), message);
  await tick();
  hold.release();
  expect([await first, await again]).toEqual([{ kind: 'sent' }, { kind: 'sent' }]);
});

it('says by key why a definition cannot be used, until it is mended', async () => {
  const broken: StoredDefinition = { name: 'gw', module: 'HttpSMSProvider', options: { HTTP_Method: 'PUT' }, revision: 0 };
  expect(await pool.send(broken, message)).toEqual({ kind: 'unavailable', reason: 'the definition is not usable: HTTP_Method must be GET or POST; URL is missing' });
  expect(pool.timeout(broken)).toBe(1_000);
  expect(await pool.send({ ...broken, module: 'smsprovider.NixSMSProvider.NixSMSProvider', revision: 1 }, message)).toEqual({ kind: 'unavailable', reason: expect.stringContaining('module is not the class of any kind of gateway') });
  const server = await startGatewayServer();
  expect(await pool.send({ ...broken, options: { URL: server.url }, revision: 2 }, message)).toEqual({ kind: 'sent', messageId: '12345' });
  await server.close();
});

it('survives a gateway that throws, and reports it', async () => {
  expect(await pool.send(definition('throw', 0), message)).toEqual({ kind: 'unknown', reason: expect.any(String) });
  expect(reported).toEqual([new Error('bug')]);
});

it('takes nothing more when it is closed', async () => {
  const sends = [1, 2, 3].map(() => pool.send(definition('a', 0), message));
  await tick();
  const closed = pool.close();
  expect(await sends[2]).toEqual({ kind: 'unavailable', reason: 'the service is being stopped' });
  expect(await pool.send(definition('a', 0), message)).toEqual({ kind: 'unavailable', reason: 'the service is being stopped' });
  hold.release();
  await closed;
  expect(hold.log).toContain('close a');
});

it('keeps the memory bounded when a gateway hangs and everybody sends', async () => {
  const server = await startGatewayServer();
  server.answer({ hang: true });
  const wide = openGateways(gatewayRegistry([httpGateway]), { mostWaiting: 50 });
  const sends = Array.from({ length: 500 }, () => wide.send({ name: 'gw', kind: 'http', options: { url: server.url, query: { t: '{text}' }, timeout: 1 }, revision: 0 }, message));
  await server.next();
  const refused = await Promise.all(sends.slice(70));
  expect(refused).toEqual(Array(430).fill({ kind: 'unavailable', reason: 'too many messages wait for this gateway' }));
  while (server.hanging < 20) await server.next();
  expect(server.connections).toBe(20);
  server.answer({});
  server.release();
  expect((await Promise.all(sends.slice(0, 70))).map(({ kind }) => kind)).toEqual(Array(70).fill('sent'));
  await wide.close();
  await server.close();
});

describe('limits', () => {
  it('of concurrency hold for every kind', async () => {
    const sends = [1, 2].map(() => pool.send(definition('a', 0, {}, { concurrency: 1 }), message));
    await tick();
    expect(hold.held).toHaveLength(1);
    hold.release();
    await tick();
    hold.release();
    expect(await Promise.all(sends)).toEqual([{ kind: 'sent' }, { kind: 'sent' }]);
  });

  it('of the rate let messages wait for their turn, and turn away at once who would wait too long', async () => {
    const slow = definition('a', 0, { timeout: 500 }, { rate: { perSecond: 10 / 4, burst: 1 } });
    const began = performance.now();
    const sends = [1, 2, 3].map(() => pool.send(slow, message));
    expect(await sends[2]).toEqual({ kind: 'unavailable', reason: 'more messages come than may leave in a second through this gateway' });
    await tick();
    expect(hold.held).toHaveLength(1);
    hold.release();
    expect(await sends[0]).toEqual({ kind: 'sent' });
    while (hold.held.length === 0) await tick();
    expect(performance.now() - began).toBeGreaterThanOrEqual(399);
    hold.release();
    expect(await sends[1]).toEqual({ kind: 'sent' });
  });
});

describe('a gateway that fails again and again', () => {
  let time: number;
  let outcome: SendOutcome;
  let asked: number;
  const failing: GatewayKind<object> = {
    kind: 'failing', description: 'for tests', forms: [], schema: z.strictObject({}), timeout: () => 1_000,
    open: () => ({ send: async () => { asked += 1; return outcome; }, close: async () => undefined }),
  };
  const failed: StoredDefinition = { name: 'gw', kind: 'failing', options: {}, revision: 0, limits: { breaker: { failures: 2, pause: 10, longestPause: 15 } } };
  beforeEach(() => {
    time = 0;
    asked = 0;
    outcome = { kind: 'unavailable', reason: 'down' };
    pool = openGateways(gatewayRegistry([failing, hold.kind]), { clock: { elapsed: () => time, now: () => new Date(Date.UTC(2026, 0, 1) + time) } });
  });
  const send = (definition = failed) => pool.send(definition, message);

  it('is passed over until the pause is over, which the reason says', async () => {
    expect([await send(), await send()]).toEqual([outcome, outcome]);
    expect(await send()).toEqual({ kind: 'unavailable', reason: 'after 2 failures in a row the gateway is passed over until 2026-01-01T00:00:10.000Z' });
    expect(asked).toBe(2);
    expect(await pool.status(failed)).toEqual({ state: 'passed-over', failures: 2, until: '2026-01-01T00:00:10.000Z', busy: 0, waiting: 0 });
    time = 10_000;
    await send();
    expect(await send()).toMatchObject({ reason: expect.stringContaining('until 2026-01-01T00:00:25.000Z') });
    time = 25_000;
    outcome = { kind: 'rejected', reason: 'no credit' };
    expect(await send()).toEqual(outcome);
    expect(await pool.status(failed)).toEqual({ state: 'in-use', failures: 0, busy: 0, waiting: 0 });
  });

  it('is tried by an operator at any time, and is well again when it answers', async () => {
    await send();
    await send();
    expect(await pool.try(failed, message)).toEqual(outcome);
    expect((await send()).kind).toBe('unavailable');
    outcome = { kind: 'sent' };
    expect(await pool.try(failed, message)).toEqual(outcome);
    expect(await send()).toEqual(outcome);
  });

  it('is judged anew when it is defined anew', async () => {
    await send();
    await send();
    outcome = { kind: 'sent' };
    expect(await send({ ...failed, revision: 1 })).toEqual(outcome);
  });

  it('lets one message try it while others are turned away', async () => {
    const held: StoredDefinition = { ...definition('a', 0), limits: { breaker: { failures: 1, pause: 10 } } };
    const first = pool.send(held, message);
    await tick();
    hold.held.shift()!({ kind: 'unknown', reason: 'time-out' });
    await first;
    time = 10_000;
    const trial = pool.send(held, message);
    await tick();
    expect(await pool.send(held, message)).toEqual({ kind: 'unavailable', reason: 'after a failure the gateway is passed over; another message is trying it' });
    expect(await pool.status(held)).toMatchObject({ state: 'on-trial', busy: 1 });
    hold.release();
    expect(await trial).toEqual({ kind: 'sent' });
  });
});

describe('a gateway that listens', () => {
  const listening = (): { kind: GatewayKind<{ listens: boolean; word: string }>; log: string[] } => {
    const log: string[] = [];
    return {
      log,
      kind: {
        kind: 'listening', description: 'for tests', forms: [], schema: z.strictObject({ listens: z.boolean(), word: z.string() }), timeout: () => 1_000, listens: ({ listens }) => listens,
        open: (_, { word }, { receipt }) => {
          log.push(`open ${word}`);
          void receipt({ messageId: word, state: 'delivered' }).then((known) => log.push(`${word} ${known ? 'known' : 'unknown'}`));
          return {
            send: async () => ({ kind: 'sent' }),
            receive: ({ body }) => { if (body.length > 0) throw new Error('bug'); return { kind: 'receipts', receipts: [{ messageId: word, state: 'pending' }] }; },
            status: async () => { if (word === 'broken') throw new Error('bug'); return { state: 'up', details: { signal: 7 } }; },
            close: async () => void log.push(`close ${word}`),
          };
        },
      },
    };
  };
  const of = (word: string, revision: number, listens = true): StoredDefinition => ({ name: 'gw', kind: 'listening', options: { listens, word }, revision });
  const callback = { method: 'GET', target: '/', headers: {}, query: [], body: Buffer.alloc(0), now: new Date(0) };
  let log: string[];
  beforeEach(() => {
    const made = listening();
    ({ log } = made);
    pool = openGateways(gatewayRegistry([made.kind]), {
      report: (_, error) => reported.push(error), surroundings: (name) => ({ receipt: async ({ messageId }) => name === 'gw' && messageId === 'a', warn: () => undefined }),
    });
  });

  it('is open from its announcement on, once, and may tell of receipts', async () => {
    pool.announce(of('a', 0));
    pool.announce(of('a', 0));
    await tick();
    expect(log).toEqual(['open a', 'a known']);
  });

  it('is opened anew when its definition changes, and closed when it listens no more or is removed', async () => {
    pool.announce(of('a', 0));
    pool.announce(of('b', 1));
    await tick();
    expect(log).toEqual(['open a', 'close a', 'open b', 'a known', 'b unknown']);
    pool.announce(of('c', 2, false));
    expect(log.at(-1)).toBe('close b');
    pool.announce(of('d', 3));
    await pool.forget('gw');
    expect(log).toContain('close d');
    pool.announce(of('d', 3));
    expect(log.filter((line) => line === 'open d')).toHaveLength(1);
  });

  it('that does not listen is opened with its first message', async () => {
    pool.announce(of('a', 0, false));
    expect(log).toEqual([]);
    await pool.send(of('a', 0, false), message);
    expect(log[0]).toBe('open a');
  });

  it('says how its line stands, whatever happens to it', async () => {
    expect(await pool.status(of('a', 0))).toMatchObject({ state: 'in-use', line: { state: 'up', details: { signal: 7 } } });
    expect(await pool.status(of('broken', 1))).toMatchObject({ state: 'in-use', line: { state: 'down', details: {} } });
    expect(await pool.status({ ...of('x', 2), options: {} })).toEqual({ state: 'unusable', problem: 'the definition is not usable: listens is missing; word is missing' });
  });

  it('is told what a provider says, and survives what it cannot read', () => {
    expect(pool.receive(of('a', 0), callback)).toEqual({ kind: 'receipts', receipts: [{ messageId: 'a', state: 'pending' }] });
    expect(pool.receive(of('a', 0), { ...callback, body: Buffer.from('x') })).toEqual({ kind: 'malformed', problem: expect.any(String) });
    expect(reported).toEqual([new Error('bug')]);
    expect(pool.receive({ ...of('a', 1), options: {} }, callback)).toBeUndefined();
  });
});
