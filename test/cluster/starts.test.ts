import pino from 'pino';
import { CannotStart } from '../../src/app.js';
import { projections } from '../../src/projections/index.js';
import { temporaryFolder } from '../fixtures/folder.js';
import { hotp } from '../fixtures/service.js';
import { accepted, answer, challenge, enrol, openStage, type Stage } from './stage.js';

let stage: Stage;
beforeAll(async () => { stage = await openStage(1); });
afterAll(() => stage.close());

describe('an instance that starts beside another', () => {
  it('is refused with another master key, and the other goes on', async () => {
    const [here] = stage.instances;
    const start = stage.start({ env: { TANAGER_MASTER_KEY: '08'.repeat(32) } });
    await expect(start).rejects.toThrow(CannotStart);
    await expect(start).rejects.toThrow(/the master key is not the one/);
    await challenge(here!, await enrol(here!));
  });

  it('makes no master key of its own where there is a log already', async () => {
    const start = stage.start({ env: { TANAGER_MASTER_KEY: '' } });
    await expect(start).rejects.toThrow(CannotStart);
    await expect(start).rejects.toThrow(/master key/);
  });

  it('reads everything from the beginning with an empty folder, while the other goes on', async () => {
    const here = stage.instances[0]!;
    let started = false;
    const serving = (async () => {
      const open: [string, string][] = [];
      while (!started || open.length < 5) {
        const login = await enrol(here);
        open.push([login, await challenge(here, login)]);
      }
      return open;
    })();
    const there = await stage.start().finally(() => { started = true; });
    const open = await serving;
    const replies = await Promise.all(open.map(([login, id]) => answer(there, login, hotp(1), id)));
    expect(accepted(replies)).toBe(open.length);
    await stage.stop(there);
  });

  it('rebuilds projections of a new version beside the old at its start, and knows everything afterwards', async () => {
    const here = stage.instances[0]!;
    const folder = temporaryFolder();
    const login = await enrol(here);
    await stage.stop(await stage.start({ folder }));
    // written while it was away
    const id = await challenge(here, login);
    const lines: { msg: string; projections?: string[] }[] = [];
    const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line) as (typeof lines)[number]) });
    const there = await stage.start({ folder, log, eventStoreDb: { projections: projections.map((projection) => ({ ...projection, version: projection.version + 1 })) } });
    expect(lines.find(({ msg }) => msg === 'rebuilding read models')?.projections?.toSorted()).toEqual(projections.map(({ name }) => name).sort());
    expect(accepted([await answer(there, login, hotp(1), id)])).toBe(1);
    expect((await there.tanager.application.queries.gateways()).map(({ name }) => name)).toEqual(['g']);
    await stage.stop(there);
  });
});
