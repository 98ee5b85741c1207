import { transactionStream } from '../../src/events/transaction.js';
import type { Tanager } from '../../src/app.js';
import type { Journal } from '../../src/store/journal.js';
import { asAdmin, contextOf, hotp, newTransactionId, rfcKey, secret, startService } from '../fixtures/service.js';

/** A transaction over two tokens, won by one of them, whose own answer was never written: a crash came in between. */
describe('a transaction that was won, but not answered', () => {
  let service: Tanager;
  beforeAll(async () => { service = await startService(); });
  afterAll(() => service.close());

  const other = '71727374757677787970717273747576777879ff';
  const wonBy = async (login: string, winner: string): Promise<string> => {
    const { tokens, authenticate } = service.application;
    await tokens.enrol({ serial: `${login}-1`, login, phone: '+491701234567', pin: secret('pin'), seed: secret(rfcKey) }, asAdmin());
    await tokens.enrol({ serial: `${login}-2`, login, phone: '+491701234568', pin: secret('pin'), seed: secret(other) }, asAdmin());
    const outcome = await authenticate.check({ login, pass: secret('pin'), newTransactionId }, contextOf());
    if (outcome.kind !== 'challenged') throw new Error('no challenge');
    const { journal } = service.application.trail as unknown as { readonly journal: Journal };
    await journal.append(transactionStream(outcome.transactionId), 'none', [{ type: 'TransactionWon', data: { serial: winner } }], contextOf());
    return outcome.transactionId;
  };
  const answer = (transactionId: string, code: string) => service.application.authenticate.check({ transactionId, pass: secret(code), newTransactionId }, contextOf());

  it('can still be answered with the token that won, once, and with no other', async () => {
    const transactionId = await wonBy('ann', 'ann-1');
    expect(await answer(transactionId, hotp(1, other))).toMatchObject({ kind: 'refused', reason: 'answered' });
    expect(await answer(transactionId, hotp(1))).toMatchObject({ kind: 'accepted', serial: 'ann-1' });
    expect(await answer(transactionId, hotp(1))).toMatchObject({ kind: 'refused' });
  });
});
