import Database from 'better-sqlite3';
import { notificationById, notificationsProjection, dueNotifications } from '../../src/projections/notifications.js';
import { openReadModels } from '../../src/projections/readModels.js';
import { readModelsView } from '../../src/projections/readModelsView.js';

const meeting = { rule: 'r', eventId: 'e', eventType: 'TokenLocked', eventPosition: 1, subject: 'token-SMS1', subjectRevision: 0 };

/** Shows events to the projection as they come, each at the day of its place. */
const shown = (...events: (readonly [type: string, stream: string, data: object])[]) => {
  const db = new Database(':memory:');
  const readModels = openReadModels(db, [notificationsProjection], 0);
  events.forEach(([type, stream, data], index) => readModels.apply({
    index: {},
    record: { id: `id-${index}`, type, version: 1, stream, revision: index, position: index + 1, recordedAt: `2026-01-0${index + 1}T00:00:00.000Z`, data: JSON.stringify(data), meta: '{"origin":"i"}' },
  }));
  return readModelsView(db);
};

test('the rest of a stream that has expired is nothing that anybody has to look after', () => {
  const sql = shown(['NotificationSent', 'notification-a', { recipient: 0, via: 'main' }], ['NotificationParked', 'notification-a', { reason: 'x' }]);
  expect(notificationById(sql, 'a')).toBeUndefined();
});

test('what is older than streams that have expired is forgotten, so that no remains of them look as if they were due', () => {
  const expired = { streams: 1, events: 2, olderThan: '2026-01-02T12:00:00.000Z', newest: '2026-01-02T00:00:00.000Z', archive: 'a', digest: '0'.repeat(64) };
  const sql = shown(['NotificationDue', 'notification-a', meeting], ['NotificationDue', 'notification-b', meeting], ['NotificationDue', 'notification-c', meeting], ['StreamsExpired', 'retention', expired]);
  expect(dueNotifications(sql, new Date('2027-01-01'), 10)).toEqual(['c']);
});
