import type { TokenHandler } from '../../src/commands/tokenHandler.js';
import { expiringChallenges } from '../../src/reactors/expireChallenges.js';

it('goes on with the others when one token cannot be read, and says so', async () => {
  const said: object[] = [];
  const asked: string[] = [];
  const handle = async (serial: string) => {
    asked.push(serial);
    if (serial === 'BROKEN') throw new Error('cannot be read');
    return { kind: 'done' };
  };
  const serials = ['BROKEN', ...Array.from({ length: 60 }, (_, n) => `S${n}`)];
  await new Promise<void>((resolve) => {
    const expiring = expiringChallenges({
      handler: { handle } as unknown as TokenHandler, clock: { now: () => new Date() }, overdue: async () => serials, instance: 'test', alone: true, warn: (_, detail) => said.push(detail),
    }).subscribe(() => { if (asked.length === serials.length) { resolve(); setImmediate(() => expiring.unsubscribe()); } });
  });
  expect([asked.length, said.length]).toEqual([61, 1]);
}, 5000);
