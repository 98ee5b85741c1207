import { awaitedReports } from '../../../src/gateways/modem/awaitedReports.js';
import type { StatusReport } from '../../../src/sms/statusReport.js';

const report = (messageNumber: number, to: string, state: StatusReport['state'] = 'delivered'): StatusReport => ({ messageNumber, to, state, detail: '' });
const sent = { messageNumber: 5, to: '+491701234567', validity: 300 };

it('gives every message an id of its own, also those with the same number', () => {
  const awaited = awaitedReports();
  const ids = Array.from({ length: 600 }, (_, index) => awaited.expect({ ...sent, messageNumber: index % 256 }));
  expect(new Set([...ids, awaitedReports().expect(sent)]).size).toBe(601);
});

it('takes a report for the newest message of its number and receiver, then for the one before', () => {
  const awaited = awaitedReports();
  const [older, newer] = [awaited.expect(sent), awaited.expect(sent)];
  const other = awaited.expect({ ...sent, to: '+491709999999' });
  expect([1, 2, 3].map(() => awaited.find(report(5, '01701234567')))).toEqual([newer, older, undefined]);
  expect(awaited.find(report(5, '+491709999999', 'pending'))).toBe(other);
  expect(awaited.find(report(5, '+491709999999'))).toBe(other);
});

it('remembers no longer than a report may come, and no more than so many', () => {
  let now = 0;
  const awaited = awaitedReports({ most: 2, now: () => now });
  awaited.expect(sent);
  const [second, third] = [awaited.expect({ ...sent, messageNumber: 6 }), awaited.expect({ ...sent, messageNumber: 7, validity: 7_200 })];
  expect(awaited.find(report(5, sent.to))).toBeUndefined();
  expect(awaited.find(report(6, sent.to, 'pending'))).toBe(second);
  now = (300 + 3_600) * 1_000;
  expect(awaited.find(report(6, sent.to))).toBeUndefined();
  expect(awaited.find(report(7, sent.to))).toBe(third);
});
