import { randomUUID } from 'node:crypto';

/** Seconds that each kind of load goes on; the first of them warm up. */
const seconds = 4;
const warmUp = 1;

const sealed = (length) => `v1.${'c'.repeat(8)}.${'s'.repeat(length)}`;
const meta = (transaction) => JSON.stringify({ actor: { kind: 'user' }, client: sealed(60), correlationId: transaction, causationId: transaction, origin: 'bench' });

/** As the journal makes them: they begin with the time of their command. */
const eventId = () => {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-8${randomUUID().slice(15)}`;
};
const event = (type, data) => ({ id: eventId(), type, version: 1, index: {}, data: JSON.stringify(data), meta: meta(data.transactionId ?? randomUUID()) });

/** The life of a token: enrolled, then three logins; events of about 450 bytes. */
export const life = () => {
  const events = [event('TokenEnrolled', { seed: sealed(90), digits: 6, algorithm: 'sha1', phone: sealed(50), dynamicPhone: false, maxFail: 10, realms: ['realm1'] })];
  for (let counter = 1; counter <= 3; counter++) {
    const transactionId = randomUUID();
    const expiresAt = new Date(Date.now() + 300_000).toISOString();
    events.push(
      event('ChallengeIssued', { transactionId, counter, expiresAt, trigger: 'pin', gateways: ['default'], supersedes: [], siblings: [], leaseUntil: expiresAt }),
      event('SmsDispatched', { transactionId, gateway: 'default', messageId: randomUUID() }),
      event('ChallengeAnswered', { transactionId, counter, via: 'transaction' }),
    );
  }
  return events;
};

/** Callers that each append one event after the other, token by token. */
const appendsPerSecond = async (store, callers) => {
  const end = performance.now() + seconds * 1000;
  const begin = performance.now() + warmUp * 1000;
  const took = [];
  const caller = async () => {
    while (performance.now() < end) {
      const stream = `token-${randomUUID().slice(0, 13)}`;
      for (const [number, one] of life().entries()) {
        const started = performance.now();
        if (started >= end) return;
        const result = await store.append(stream, number === 0 ? 'none' : number - 1, [one]);
        if (result.kind !== 'appended') throw new Error(`not appended: ${JSON.stringify(result)}`);
        if (started >= begin) took.push(performance.now() - started);
      }
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  took.sort((a, b) => a - b);
  return { rate: took.length / (seconds - warmUp), p50: took[Math.floor(took.length / 2)], p99: took[Math.floor(took.length * 0.99)] };
};

export const timed = async (work) => {
  const started = performance.now();
  const count = await work();
  return count / ((performance.now() - started) / 1000);
};

/** Rows for one caller, twenty and a hundred. @param what begins their names */
export const appendRows = async (store, what) => {
  const rows = [];
  for (const callers of [1, 20, 100]) {
    const { rate, p50, p99 } = await appendsPerSecond(store, callers);
    const who = callers === 1 ? '1 caller' : `${callers} callers`;
    rows.push(
      { name: `${what}, ${who}`, value: Math.round(rate), unit: 'appends/s' },
      { name: `${what}, ${who}, median`, value: Number(p50.toFixed(2)), unit: 'ms' },
      { name: `${what}, ${who}, p99`, value: Number(p99.toFixed(2)), unit: 'ms' },
    );
  }
  return rows;
};
