import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CannotStart } from '../src/app.js';
import { temporaryFolder } from './fixtures/folder.js';
import { asAdmin, startService } from './fixtures/service.js';

const sqlite = (folder: string, more: Record<string, string> = {}) => ({ TANAGER_STORE: 'sqlite', TANAGER_DATA_DIR: folder, ...more });

describe('putting the service together', () => {
  it('lets go of the data folder when a part cannot be had, so that the next start is not refused', async () => {
    const folder = temporaryFolder();
    await (await startService(sqlite(folder))).close();
    await expect(startService(sqlite(folder, { TANAGER_USERS_FILE: join(folder, 'none') }))).rejects.toThrow(CannotStart);
    const wrongKey = { TANAGER_MASTER_KEY: Buffer.alloc(32, 7).toString('base64') };
    await expect(startService(sqlite(folder, wrongKey))).rejects.toThrow('the master key is not the one');
    const service = await startService(sqlite(folder));
    expect(await service.application.ready()).toEqual({ ready: true, problems: [] });
    await service.close();
  });

  it('makes no new master key for a folder that has events', async () => {
    const folder = temporaryFolder();
    await (await startService(sqlite(folder))).close();
    rmSync(join(folder, 'master.key'));
    await expect(startService(sqlite(folder))).rejects.toThrow(CannotStart);
    rmSync(join(folder, 'keys.db'));
    await expect(startService(sqlite(folder))).rejects.toThrow(CannotStart);
  });

  it('takes logins apart as the settings say, from the first look-up after a change and after a start', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'users');
    writeFileSync(file, 'alice:x:1:1:Alice,,,,:/:/\nalice@realm1:x:2:2:Other,,,,:/:/\n');
    const env = sqlite(join(folder, 'data'), { TANAGER_USERS_FILE: file });
    const first = await startService(env);
    expect(await first.application.users.find('alice@realm1')).toMatchObject({ login: 'alice' });
    await first.application.settings.change([{ key: 'splitAtSign', value: 'false' }], asAdmin());
    expect(await first.application.users.find('alice@realm1')).toMatchObject({ login: 'alice@realm1' });
    await first.close();
    const second = await startService(env);
    expect(await second.application.users.find('alice@realm1')).toMatchObject({ login: 'alice@realm1' });
    await second.close();
  });
});
