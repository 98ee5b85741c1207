import type { Outcome, Refusal } from '../../../src/commands/outcome.js';
import { checked, triggered, type Asked } from '../../../src/http/privacyidea/outcomes.js';

const asked: Asked = {
  user: { login: 'alice', realm: 'realm1' }, prompts: { bySerial: new Map([['A', 'Enter it:'], ['B', 'Enter it:']]), header: '', footer: '' }, hidesReasons: false,
  token: async (serial) => ({ serial, type: 'sms', otplen: 6 }),
};
const refused = (reason: Refusal, via: 'pin' | 'transaction' | 'otp' | 'trigger', ...serials: string[]): Outcome =>
  ({ kind: 'refused', reason, via, tokens: serials.map((serial) => ({ serial, reason })) });
const detail = async (outcome: Outcome, more: Partial<Asked> = {}): Promise<unknown> => {
  const answer = await checked(outcome, { ...asked, ...more });
  return answer.kind === 'value' ? answer.detail : answer;
};

const one = { serial: 'A', type: 'sms' };
const oneCode = { ...one, otplen: 6 };

it.each<[Refusal, 'pin' | 'transaction' | 'otp' | 'trigger', string[], unknown]>([
  ['wrong-pin', 'pin', ['A'], { message: 'wrong otp pin' }],
  ['wrong-pin', 'trigger', ['A', 'B'], { message: 'wrong otp pin' }],
  ['no-token', 'pin', [], { message: 'The user has no tokens assigned' }],
  ['unknown-transaction', 'transaction', ['A'], { message: 'wrong otp pin' }],
  // what is over is as good as invented
  ['answered', 'transaction', ['A'], { message: 'wrong otp pin' }],
  ['cancelled', 'transaction', ['A', 'B'], { message: 'wrong otp pin' }],
  ['not-sent', 'transaction', ['A'], { message: 'wrong otp pin' }],
  ['wrong-code', 'transaction', ['A'], { message: 'Response did not match the challenge.', ...one }],
  ['wrong-code', 'transaction', ['A', 'B'], { message: 'Response did not match for 2 tokens.' }],
  ['expired', 'transaction', ['A'], { message: 'Response did not match the challenge.', ...one }],
  ['superseded', 'transaction', ['A'], { message: 'Response did not match the challenge.', ...one }],
  ['wrong-code', 'pin', ['A'], { message: 'wrong otp value', ...oneCode }],
  ['wrong-code', 'pin', ['A', 'B'], { message: 'wrong otp value' }],
  ['not-sent', 'pin', ['A'], { message: 'wrong otp value', ...oneCode }],
  ['expired', 'pin', ['A'], { message: 'wrong otp value', ...oneCode }],
  ['replayed', 'pin', ['A'], { message: 'wrong otp value. previous otp used again', ...oneCode }],
  ['disabled', 'pin', ['A'], { message: 'Token is disabled' }],
  ['locked', 'transaction', ['A'], { message: 'Failcounter exceeded' }],
  ['locked', 'trigger', ['A', 'B'], { message: 'Failcounter exceeded, Failcounter exceeded' }],
  ['used-up', 'pin', ['A'], { message: 'Authentication counter exceeded' }],
  ['not-valid-now', 'pin', ['A'], { message: 'Outside validity period' }],
  ['wrong-code', 'otp', ['A'], { message: 'OTP verification failed.' }],
  ['disabled', 'otp', ['A'], { message: 'OTP verification failed.' }],
  ...(['not-sent', 'no-phone', 'no-gateway'] as const).map((reason) => [reason, 'trigger', ['A'], {
    message: 'The PIN was correct, but the SMS could not be sent!', messages: ['The PIN was correct, but the SMS could not be sent!'], multi_challenge: [], transaction_ids: [],
  }] as [Refusal, 'trigger', string[], unknown]),
])('%s by %s of %j', async (reason, via, serials, expected) => expect(await detail(refused(reason, via, ...serials))).toEqual(expected));

it.each<[Refusal, string | undefined, number, number, string]>([
  ['unknown-user', undefined, 400, 904, 'ERR904: User <alice@realm1> does not exist.'],
  ['unknown-user', 'A', 400, 904, 'ERR904: The user can not be found in any resolver in this realm!'],
  ['unknown-token', 'A', 404, 601, 'The requested token could not be found.'],
  ['not-owner', 'A', 400, 905, 'ERR905: Given serial does not belong to given user!'],
  ['revoked', undefined, 400, 1007, 'ERR1007: This action is not possible, since the token is locked'],
  ['busy', undefined, 503, -503, 'The server takes no more requests for the moment.'],
  ['overloaded', undefined, 503, -503, 'The server takes no more requests for the moment.'],
])('%s is an error', async (reason, serial, status, code, message) =>
  expect(await checked(refused(reason, 'pin'), { ...asked, ...(serial ? { serial } : {}) })).toMatchObject({ kind: 'error', status, code, message }));

it('names each of several faults', async () => {
  const outcome: Outcome = { kind: 'refused', reason: 'disabled', via: 'pin', tokens: [{ serial: 'A', reason: 'disabled' }, { serial: 'B', reason: 'locked' }] };
  expect(await detail(outcome)).toEqual({ message: 'Token is disabled, Failcounter exceeded' });
});

it('tells nobody why, where that is hidden', async () => {
  for (const reason of ['wrong-pin', 'locked', 'no-token', 'wrong-code'] as const) expect(await detail(refused(reason, 'pin', 'A'), { hidesReasons: true })).toEqual({ message: 'Authentication failed.' });
  expect(await detail(refused('unknown-user', 'pin'), { hidesReasons: true })).toMatchObject({ status: 401, code: 403, message: 'Authentication failed.', detail: {} });
});

const challenge = (serial: string) => ({ serial, transactionId: '01234567890123456789', expiresAt: '2026-11-22T10:05:00.120Z', delivery: 'sent' as const, recalled: false });
const challenged: Outcome = { kind: 'challenged', transactionId: '01234567890123456789', challenges: [challenge('A'), challenge('B')], without: [] };

it('lists a challenge for each token, and repeats the last one on top', async () => {
  const answer = await checked(challenged, asked);
  expect(answer).toMatchObject({
    kind: 'value', value: false, authentication: 'CHALLENGE',
    detail: {
      serial: 'B', type: 'sms', client_mode: 'interactive', preferred_client_mode: 'interactive', message: 'Enter it:', messages: ['Enter it:', 'Enter it:'],
      transaction_id: '01234567890123456789', transaction_ids: ['01234567890123456789', '01234567890123456789'],
      multi_challenge: [{ serial: 'A', attributes: { state: null } }, { serial: 'B', attributes: { state: '01234567890123456789' } }],
    },
  });
  const { attributes } = (answer as unknown as { detail: { attributes: { valid_until: string } } }).detail;
  expect(new Date(`${attributes.valid_until.replace(' ', 'T').slice(0, 23)}`).toISOString()).toBe('2026-11-22T10:05:00.120Z');
});

it.each([
  ['Choose: ', '.', 'Choose: first, second.'],
  ['Choose:<ul>', '</ul>', 'Choose:<ul><li>first</li><li>second</li></ul>'],
])('puts the texts between %j and %j', async (header, footer, message) => {
  const prompts = { bySerial: new Map([['A', 'first'], ['B', 'second']]), header, footer };
  expect(await detail(challenged, { prompts })).toMatchObject({ message, messages: ['first', 'second'], multi_challenge: [{ message: 'first' }, { message: 'second' }] });
});

it('says of tokens without an SMS why they have none', async () => {
  const without = (['locked', 'disabled', 'not-sent'] as const).map((reason, index) => ({ serial: `C${index}`, reason }));
  expect(await detail({ ...challenged, without })).toMatchObject({
    message: 'Enter it:, Failcounter exceeded, The PIN was correct, but the SMS could not be sent!',
    messages: ['Enter it:', 'Enter it:', 'Failcounter exceeded', 'The PIN was correct, but the SMS could not be sent!'],
    multi_challenge: [{ serial: 'A' }, { serial: 'B' }],
  });
});

it('accepts in three forms', async () => {
  const accepted = (via: 'transaction' | 'pin' | 'otp'): Outcome => ({ kind: 'accepted', serial: 'A', via, transactionId: 't' });
  expect(await checked(accepted('transaction'), asked)).toEqual({ kind: 'value', value: true, authentication: 'ACCEPT', detail: { message: 'Found matching challenge', serial: 'A' } });
  expect(await checked(accepted('pin'), asked)).toEqual({ kind: 'value', value: true, authentication: 'ACCEPT', detail: { message: 'matching 1 tokens', ...oneCode } });
  expect(await checked(accepted('otp'), asked)).toEqual({ kind: 'value', value: true, authentication: 'ACCEPT' });
});

describe('a trigger', () => {
  const nothing = { messages: [], multi_challenge: [], transaction_ids: [] };
  it('counts the challenges', () => expect(triggered(challenged, asked)).toMatchObject({ value: 2, authentication: 'CHALLENGE' }));
  it.each(['no-token', 'unknown-token', 'disabled', 'revoked'] as const)('without anything to trigger is no error: %s', (reason) =>
    expect(triggered(refused(reason, 'trigger', 'A'), asked)).toEqual({ kind: 'value', value: 0, authentication: 'REJECT', detail: nothing }));
  it.each([['locked', 'Failcounter exceeded'], ['used-up', 'Authentication counter exceeded'], ['not-valid-now', 'Outside validity period']] as const)('says of a token that it is %s', (reason, message) =>
    expect(triggered(refused(reason, 'trigger', 'A', 'B'), asked)).toMatchObject({ value: 0, detail: { message, messages: [message, message] } }));
  it('of an unknown user is one', () => expect(triggered(refused('unknown-user', 'trigger'), asked)).toMatchObject({ status: 400, code: 904 }));
  it('can find the service busy', () => expect(triggered(refused('overloaded', 'trigger'), asked)).toMatchObject({ status: 503 }));
});
