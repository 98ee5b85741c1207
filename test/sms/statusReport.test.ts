import fc from 'fast-check';
import { decodeStatusReport } from '../../src/sms/statusReport.js';

/** A report with this TP-ST, as a modem gives it. */
const report = (status: number): string => `07911326040011F006D60B911326880736F41110117195514011101171957140${status.toString(16).padStart(2, '0')}`;

it('says which message came to whom', () => {
  expect(decodeStatusReport(report(0))).toEqual({ messageNumber: 0xd6, to: '+31628870634', state: 'delivered', detail: 'status 0, received by the phone' });
});

it.each([
  [0x01, 'pending', 'status 1, handed on, delivery cannot be confirmed'],
  [0x02, 'undelivered', 'status 2, replaced by the service centre'],
  [0x03, 'delivered', 'status 3'],
  [0x22, 'pending', 'status 34, no response from the phone'],
  [0x30, 'pending', 'status 48'],
  [0x46, 'undelivered', 'status 70, validity period expired'],
  [0x61, 'undelivered', 'status 97, phone busy'],
  [0x80, 'pending', 'status 128'],
])('reads status %d as %s', (status, state, detail) => {
  expect(decodeStatusReport(report(status))).toMatchObject({ state, detail });
});

it('takes nothing else for a report', () => {
  expect(decodeStatusReport(report(0).slice(0, -2))).toBeUndefined();
  expect(decodeStatusReport('0011000B916407281553F80000AA0AE8329BFD4697D9EC37')).toBeUndefined();
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'0123456789ABCDEFx\r') }), (text) => void decodeStatusReport(text)));
});
