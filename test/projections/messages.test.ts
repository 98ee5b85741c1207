import Database from 'better-sqlite3';
import { catalogue, type TanagerEvent } from '../../src/events/catalogue.js';
import { messageAt, messageEvents, messagesProjection, messageWithId } from '../../src/projections/messages.js';
import { openReadModels } from '../../src/projections/readModels.js';
import { readModelsView } from '../../src/projections/readModelsView.js';
import { record } from '../fixtures/record.js';

describe('the messages that receipts are about', () => {
  let db: Database.Database;
  let position: number;
  beforeEach(() => {
    db = new Database(':memory:');
    position = 0;
    models = openReadModels(db, [messagesProjection], 0);
  });
  afterEach(() => db.close());
  let models: ReturnType<typeof openReadModels>;

  const happened = (type: string, data: object, recordedAt = '2026-01-01T00:00:00.000Z', stream = 'token-T1'): void => {
    position += 1;
    db.transaction(() => {
      models.apply({ record: { ...record({ type, data: JSON.stringify(data) }), stream, revision: position - 1, position, recordedAt }, index: {} });
      models.moveTo(position);
    })();
  };
  const sent = (transactionId: string, messageId?: string, recordedAt?: string) => happened('SmsDispatched', { transactionId, gateway: 'a', messageId }, recordedAt);
  const withId = (id: string, gateway = 'a') => messageWithId(readModelsView(db), gateway, id);
  const count = () => readModelsView(db).get<{ n: number }>('SELECT count(*) AS n FROM {messages}')!.n;

  test('are found by the id of their gateway', () => {
    sent('t1', 'm1');
    sent('t2');
    expect(withId('m1')).toEqual({ stream: 'token-T1', part: 't1', gateway: 'a' });
    expect([withId('m1', 'b'), withId('m2'), count()]).toEqual([undefined, undefined, 1]);
  });

  test('of an id that came twice, the later one is meant', () => {
    sent('t1', '17', '2026-01-01T00:00:00.000Z');
    sent('t2', '17', '2026-01-02T00:00:00.000Z');
    expect(withId('17')).toMatchObject({ part: 't2' });
  });

  test('are forgotten after 30 days, a few with each that comes', () => {
    for (let n = 0; n < 25; n++) sent(`old${n}`, `o${n}`);
    sent('t1', 'm1', '2026-01-30T23:59:59.000Z');
    expect(count()).toBe(26);
    sent('t2', 'm2', '2026-01-31T00:00:01.000Z');
    expect(count()).toBe(17);
    sent('t3', 'm3', '2026-02-01T00:00:00.000Z');
    sent('t4', 'm4', '2026-02-01T00:00:00.000Z');
    expect(count()).toBe(4);
  });
});

describe('the message at a place', () => {
  const event = (type: string, data: object): TanagerEvent => ({ type, data }) as TanagerEvent;
  const dispatched = event('SmsDispatched', { transactionId: 't1', gateway: 'a', messageId: 'm1' });
  const place = { stream: 'token-T1', part: 't1', gateway: 'a' };
  const lastWord = (...events: TanagerEvent[]) => messageAt(events, place)?.receipt;

  test('is one that went, or of which nobody knows whether it did; not one that did not', () => {
    const failed = (outcome: string) => event('SmsDispatchFailed', { transactionId: 't1', gateway: 'a', outcome, reason: 'r', final: true });
    expect([[dispatched], [failed('unknown')], [failed('rejected')], []].map((events) => messageAt(events, place))).toEqual([place, place, undefined, undefined]);
    expect([messageAt([dispatched], { ...place, part: 't2' }), messageAt([dispatched], { ...place, gateway: 'b' })]).toEqual([undefined, undefined]);
  });

  test('has a last word, which may come before the message, and delivered is the last', () => {
    const [delivered, undelivered] = ['SmsDelivered', 'SmsUndelivered'].map((type) => event(type, { transactionId: 't1', gateway: 'a' })) as [TanagerEvent, TanagerEvent];
    expect([lastWord(dispatched), lastWord(undelivered, dispatched), lastWord(delivered, undelivered), lastWord(undelivered, delivered)]).toEqual([undefined, 'undelivered', 'delivered', 'delivered']);
  });

  test('is told of by events that exist', () => {
    for (const type of messageEvents) expect(catalogue).toHaveProperty(type);
  });
});
