import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { temporaryFolder } from '../fixtures/folder.js';
import { startGatewayServer } from '../fixtures/gatewayServer.js';
import { asAdmin, startService } from '../fixtures/service.js';
import { define, defineGateway, enrol, lock, notifications, trail, until } from '../reactors/notify/stage.js';

describe.each(['TokenLocked', 'NotificationDue', 'NotificationClaimed'])('a process that is killed when %s is written', (when) => {
  it('leaves a message that goes out after the restart, under the same reference, and not again', async () => {
    const folder = temporaryFolder();
    const gateway = await startGatewayServer();
    // nothing is known of what was sent before the end
    gateway.answer({ hang: true });
    const child = fork(join(__dirname, 'killedAtNotification.mjs'), [folder, gateway.url, when], { stdio: 'inherit' });
    const [, signal] = await once(child, 'exit');
    expect(signal).toBe('SIGKILL');
    gateway.answer({});

    const env = { TANAGER_STORE: 'sqlite', TANAGER_DATA_DIR: folder };
    const service = await startService(env);
    const [sent] = await until(service, 'sent');
    expect(new Set(gateway.requests.map(({ fields }) => fields['ref']))).toEqual(new Set([`${sent!.id}-0`]));
    expect((await trail(service)).filter(({ type }) => type === 'NotificationDue')).toHaveLength(1);
    expect((await trail(service)).at(-1)!.type).toBe('NotificationSent');
    await service.close();

    const seen = gateway.requests.length;
    const again = await startService(env);
    await define(again, 'late', { events: ['TokenLocked'], channel: { kind: 'sms', gateways: ['main'] }, to: 'token', text: 'late' });
    await again.application.tokens.resetFailCounter('KILLED', asAdmin());
    await lock(again, 'KILLED');
    await until(again, 'sent', 3);
    expect(gateway.requests.slice(seen).map(({ fields }) => fields['text']).sort()).toEqual(['KILLED was locked', 'late']);
    expect(await notifications(again)).toHaveLength(3);
    await again.close();
    await gateway.close();
  }, 30_000);
});

it('sends nothing when read models are made anew, and when the place up to which events were looked at is lost', async () => {
  const folder = temporaryFolder();
  const gateway = await startGatewayServer();
  const env = { TANAGER_STORE: 'sqlite', TANAGER_DATA_DIR: folder };
  const service = await startService(env);
  await defineGateway(service, gateway.url);
  await define(service, 'r', { events: ['TokenLocked', 'TokenEnrolled'], channel: { kind: 'sms', gateways: ['main'] }, to: 'token', text: '{event}', limits: { perTokenPerHour: 2 } });
  for (const serial of ['T1', 'T2']) {
    await enrol(service, serial);
    await lock(service, serial);
  }
  await service.application.tokens.resetFailCounter('T2', asAdmin());
  await lock(service, 'T2');
  await until(service, 'sent', 4);
  await until(service, 'suppressed');
  const before = await notifications(service);
  await service.close();

  const db = new Database(join(folder, 'events.db'));
  db.exec("UPDATE read_models SET version = 0; DELETE FROM checkpoints");
  db.close();
  const again = await startService(env);
  expect(await notifications(again)).toEqual(before);
  // what comes now shows that everything before has been looked at
  await enrol(again, 'T3');
  await until(again, 'sent', 5);
  expect(gateway.requests).toHaveLength(5);
  await again.close();
  await gateway.close();
}, 30_000);
