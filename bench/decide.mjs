import { answerChallenge } from '../dist/commands/answerChallenge.js';
import { evolve, initialToken } from '../dist/commands/token.js';
import { triggerChallenge } from '../dist/commands/triggerChallenge.js';
import { hotpCodes } from '../dist/security/codes.js';
import { Secret } from '../dist/security/secret.js';

const seed = new Secret('3132333435363738393031323334353637383930');
const codeAt = (counter) => hotpCodes.code(seed, counter, 6, 'sha1');
const record = (draft, position) => ({ ...draft, id: String(position), version: 1, stream: 'token-B', revision: position, position, recordedAt: new Date().toISOString(), actor: { kind: 'user' }, correlationId: '', causationId: '', origin: 'bench' });

/** Microseconds for one command: half of them triggers, half right answers, on a token with a memory of closed challenges. */
export const rows = async () => {
  let position = 0;
  let token = [{ type: 'TokenEnrolled', data: { seed: 's', digits: 6, algorithm: 'sha1', phone: 'p', dynamicPhone: false, maxFail: 10, realms: [] } }]
    .reduce((state, draft) => evolve(state, record(draft, ++position)), initialToken);
  const command = (decision) => { for (const draft of decision.events) token = evolve(token, record(draft, ++position)); };
  const login = (number) => {
    const now = new Date();
    command(triggerChallenge({ token, now, codeAt }, { transactionId: `t${number}`, trigger: 'pin', gateways: ['a'], life: 300, concurrent: false, resendAfter: 0, siblings: ['B'], lease: 10_000 }));
    command(answerChallenge({ token, now, codeAt }, { via: 'transaction', transactionId: `t${number}`, code: codeAt(token.counter) }));
  };
  for (let n = 0; n < 5000; n++) login(n);
  const logins = 20_000;
  const begin = performance.now();
  for (let n = 0; n < logins; n++) login(5000 + n);
  return [{ name: 'decide + evolve, one command', value: ((performance.now() - begin) * 1000) / (2 * logins), unit: 'µs' }];
};
