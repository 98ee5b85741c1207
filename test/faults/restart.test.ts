import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { filter, firstValueFrom, from, mergeMap } from 'rxjs';
import type { Tanager } from '../../src/app.js';
import { temporaryFolder } from '../fixtures/folder.js';
import { startGatewayServer } from '../fixtures/gatewayServer.js';
import { contextOf, hotp, newTransactionId, secret, startService } from '../fixtures/service.js';

const events = async (service: Tanager, ...types: string[]) =>
  (await service.application.trail.page({ stream: 'token-KILLED', types }, { limit: 100, order: 'asc' })).events;

/** Waits until the token's stream has an event of this type. */
const happens = (service: Tanager, type: string) =>
  firstValueFrom(service.application.head.pipe(mergeMap(() => from(events(service, type))), filter((found) => found.length > 0)));

describe('a process that is killed between the issue of a challenge and its send', () => {
  const folder = temporaryFolder();

  // three starts, one of them of a process, take their time beside other tests
  jest.setTimeout(60_000);

  it('leaves a challenge whose SMS goes out once after the restart, with the same code', async () => {
    const gateway = await startGatewayServer();
    const child = fork(join(__dirname, 'killedAtIssue.mjs'), [folder, gateway.url], { stdio: 'inherit' });
    const [, signal] = await once(child, 'exit');
    expect(signal).toBe('SIGKILL');
    expect(gateway.requests).toHaveLength(0);

    const env = { TANAGER_STORE: 'sqlite', TANAGER_DATA_DIR: folder };
    const service = await startService(env);
    await happens(service, 'SmsDispatched');
    expect(gateway.requests.map(({ fields }) => fields['text'])).toEqual([hotp(1)]);
    expect((await events(service, 'ChallengeIssued', 'SendClaimed', 'SmsDispatched')).map(({ type }) => type)).toEqual(['ChallengeIssued', 'SendClaimed', 'SmsDispatched']);
    await service.close();

    // a second restart finds it done, and the code is good
    const again = await startService(env);
    expect(await again.application.authenticate.check(
      { login: 'alice', transactionId: '00000000000000000001', pass: secret(hotp(1)), newTransactionId }, contextOf())).toMatchObject({ kind: 'accepted' });
    expect(gateway.requests).toHaveLength(1);
    await again.close();
    await gateway.close();
  });
});
