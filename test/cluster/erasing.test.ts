import { openDirectly } from '../../src/store/eventstoredb/directStore.js';
import type { Api } from '../fixtures/api.js';
import { startEventStoreDb, type EventStoreDbServer } from '../fixtures/eventstoredb/server.js';
import { temporaryFolder } from '../fixtures/folder.js';
import { asAdmin, hotp } from '../fixtures/service.js';
import { accepted, answer, challenge, check, enrol, openStage, phoneOf, type Stage } from './stage.js';

/** On a stand-in, into whose log one can look. */
describe('a person who is forgotten', () => {
  let server: EventStoreDbServer;
  let stage: Stage;
  let folders: readonly [string, string];
  let here: Api;
  let there: Api;
  beforeEach(async () => {
    server = await startEventStoreDb();
    folders = [temporaryFolder(), temporaryFolder()];
    stage = await openStage(1, { folder: folders[0] }, server.connectionString);
    here = stage.instances[0]!;
    there = await stage.start({ folder: folders[1] });
  });
  afterEach(async () => {
    await stage.close();
    await server.stop();
  });

  const wrappedKey = async (login: string): Promise<Uint8Array | undefined> => {
    const { keys, store } = openDirectly({ connectionString: server.connectionString, prefix: stage.prefix });
    const [key] = await keys.get(`token-K-${login}`);
    await store.close();
    return key?.wrapped;
  };
  const isForgottenAt = async (instance: Api, login: string): Promise<void> => {
    expect((await instance.admin('GET', `/v1/tokens/K-${login}`)).body).not.toHaveProperty('phone');
    expect(await instance.tanager.application.queries.ofOwner(login, 'realm1')).toEqual([]);
    const events = JSON.stringify((await instance.admin('GET', `/v1/events?serial=K-${login}`)).body);
    expect(events).toContain('PersonErased');
    for (const secret of [phoneOf(login), `"${login}"`]) expect(events).not.toContain(secret);
    expect((await check(instance, { serial: `K-${login}`, pass: 'pin' })).body.detail?.transaction_id).toBeUndefined();
  };

  it('is forgotten on both instances at once, and on the server with the next scavenge', async () => {
    const login = await enrol(here);
    expect(accepted([await answer(there, login, hotp(1), await challenge(here, login))])).toBe(1);
    expect((await there.admin('GET', `/v1/tokens/K-${login}`)).body.phone).toBe(phoneOf(login));
    const key = (await wrappedKey(login))!;
    expect(await server.control.contains(key)).toBe(true);
    expect(await here.tanager.application.tokens.erase(`K-${login}`, asAdmin())).toMatchObject({ kind: 'done' });
    for (const instance of [there, here]) await isForgottenAt(instance, login);
    expect(await wrappedKey(login)).toBeUndefined();
    await server.control.scavenge();
    expect(await server.control.contains(key)).toBe(false);
    // the serial begins with K- and the login: it stands alone nowhere
    for (const secret of [phoneOf(login), phoneOf(login).slice(1), `"${login}"`, hotp(1)]) expect([secret, await server.control.contains(secret)]).toEqual([secret, false]);
    // and nobody else with him
    const other = await enrol(there);
    expect(accepted([await answer(here, other, hotp(1), await challenge(there, other))])).toBe(1);
  });

  it('is forgotten again when the log was restored from before, and both instances begin anew', async () => {
    const [login, other] = [await enrol(here), await enrol(there)];
    const key = (await wrappedKey(login))!;
    const backup = await server.control.backup();
    await here.tanager.application.tokens.erase(`K-${login}`, asAdmin());
    await isForgottenAt(there, login);
    await server.control.restore(backup, { downFor: 50 });
    for (const { tanager } of [here, there]) expect(await tanager.failed).toMatch(/restored from a backup/);
    expect(await wrappedKey(login)).toEqual(key);
    await Promise.all([stage.stop(here), stage.stop(there)]);

    // whichever of them starts first
    there = await stage.start({ folder: folders[1] });
    await isForgottenAt(there, login);
    expect(await wrappedKey(login)).toBeUndefined();
    here = await stage.start({ folder: folders[0] });
    await isForgottenAt(here, login);
    await server.control.scavenge();
    expect(await server.control.contains(key)).toBe(false);
    expect(accepted([await answer(here, other, hotp(1), await challenge(there, other))])).toBe(1);
  });

  it('is not taken for whoever has the token since, and one whom the restored log never knew keeps nobody from starting', async () => {
    const [login, late] = [await enrol(here), 'enrolled-late'];
    const tokens = here.tanager.application.tokens;
    await tokens.erase(`K-${login}`, asAdmin());
    await tokens.remove(`K-${login}`, asAdmin());
    expect(await tokens.enrol({ serial: `K-${login}`, login: 'somebody-else', phone: '+491705550009' }, asAdmin())).toMatchObject({ kind: 'done' });
    const backup = await server.control.backup();
    await tokens.enrol({ serial: `K-${late}`, login: late, phone: '+491705550008' }, asAdmin());
    await tokens.erase(`K-${late}`, asAdmin());
    await there.tanager.application.caughtUp();
    await server.control.restore(backup, { downFor: 50 });
    for (const { tanager } of [here, there]) expect(await tanager.failed).toMatch(/restored from a backup/);
    await Promise.all([stage.stop(here), stage.stop(there)]);
    here = await stage.start({ folder: folders[0] });
    expect((await here.admin('GET', `/v1/tokens/K-${login}`)).body).toMatchObject({ phone: '+491705550009' });
    expect((await here.admin('GET', `/v1/tokens/K-${late}`)).status).toBe(404);
  });
});
