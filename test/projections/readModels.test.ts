import Database from 'better-sqlite3';
import type { Indexed } from '../../src/projections/projected.js';
import { openReadModels, ProjectionFailed } from '../../src/projections/readModels.js';
import { readModelsView } from '../../src/projections/readModelsView.js';
import { record } from '../fixtures/record.js';
import { allTallies, tally, type Tally } from '../fixtures/tally.js';

const event = (position: number, stream = 'token-1', type = 'TokenEnabled'): Indexed => ({
  record: { ...record({ type, data: '{}' }), stream, revision: 0, position, recordedAt: '2024-05-06T07:08:09.000Z' },
  index: { mark: String(position) },
});

const tables = (db: Database.Database): string[] =>
  db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB '*_g[0-9]*' ORDER BY name").pluck().all() as string[];

describe('read models', () => {
  let db: Database.Database;
  beforeEach(() => {
    db = new Database(':memory:');
  });
  afterEach(() => db.close());

  /** Shows events as a writer does. */
  const shown = (readModels: ReturnType<typeof openReadModels>, ...events: Indexed[]): void => {
    db.transaction(() => {
      for (const one of events) readModels.apply(one);
      readModels.moveTo(events.at(-1)!.record.position);
    })();
  };
  const tallies = (): Tally[] => readModelsView(db).all<Tally>(allTallies);

  test('show what the projections made of the events that they want', () => {
    const readModels = openReadModels(db, [tally()], 0);
    shown(readModels, event(1), event(2, 'token-2'), event(3, 'token-1', 'TokenDeleted'), event(4, 'token-1', 'NobodyKnows'), event(5));
    expect(tallies()).toEqual([{ stream: 'token-1', events: 2, marks: '15' }, { stream: 'token-2', events: 1, marks: '2' }]);
    expect(readModels.wants('TokenEnabled')).toBe(true);
    expect(readModels.wants('TokenDeleted')).toBe(false);
  });

  test('an event comes as the projection contract says', () => {
    const seen: unknown[] = [];
    const readModels = openReadModels(db, [tally({ apply: (one) => void seen.push(one) })], 0);
    const shownEvent = event(7, 'token-9');
    shown(readModels, shownEvent);
    const { data: _data, meta, ...envelope } = shownEvent.record;
    expect(seen).toEqual([{ ...(JSON.parse(meta) as object), ...envelope, data: {}, index: { mark: '7' } }]);
  });

  test('take true, false and undefined as parameters', () => {
    openReadModels(db, [tally()], 0);
    expect(readModelsView(db).get('SELECT ? AS a, ? AS b, ? AS c', true, false, undefined)).toEqual({ a: 1, b: 0, c: null });
  });

  test('are fed from where they stand when they are opened again', () => {
    shown(openReadModels(db, [tally()], 0), event(1));
    const again = openReadModels(db, [tally()], 1);
    expect(again.stale()).toEqual([]);
    shown(again, event(2));
    expect(tallies()).toEqual([{ stream: 'token-1', events: 2, marks: '12' }]);
  });

  describe('are stale, and not fed,', () => {
    const stale = (readModels: ReturnType<typeof openReadModels>): void => {
      expect(readModels.stale()).toEqual(['tally']);
      expect(readModels.wants('TokenEnabled')).toBe(false);
    };

    test('when the version is another', () => {
      shown(openReadModels(db, [tally()], 0), event(1));
      stale(openReadModels(db, [tally({ version: 2 })], 1));
      expect(tallies()).toHaveLength(1);
    });

    test('when they are new to a log that has events', () => stale(openReadModels(db, [tally()], 5)));

    test('when they were left behind', () => {
      shown(openReadModels(db, [tally()], 0), event(1));
      stale(openReadModels(db, [tally()], 2));
    });

    test('when they are ahead of the log', () => {
      shown(openReadModels(db, [tally()], 0), event(9));
      stale(openReadModels(db, [tally()], 2));
    });

    test('when a table is missing', () => {
      shown(openReadModels(db, [tally()], 0), event(1));
      db.exec('DROP TABLE tally_g1');
      stale(openReadModels(db, [tally()], 1));
      expect(tallies()).toEqual([]);
    });
  });

  describe('are rebuilt', () => {
    test('beside the old, which serve until the switch', () => {
      const readModels = openReadModels(db, [tally()], 0);
      shown(readModels, event(1), event(2));
      const view = readModelsView(db);
      expect(view.all(allTallies)).toHaveLength(1);

      expect(readModels.beginRebuild(['tally'])).toEqual(['TokenEnabled', 'TokenDisabled', 'TokenRevoked']);
      readModels.rebuild([event(1, 'rebuilt')]);
      shown(readModels, event(3));
      expect(view.all(allTallies)).toEqual([{ stream: 'token-1', events: 3, marks: '123' }]);
      readModels.rebuild([event(2, 'rebuilt'), event(3, 'rebuilt')]);
      readModels.finishRebuild(3);

      expect(view.all(allTallies)).toEqual([{ stream: 'rebuilt', events: 3, marks: '123' }]);
      expect(tables(db)).toEqual(['tally_g2']);
      shown(readModels, event(4, 'rebuilt'));
      expect(view.get('SELECT events FROM {tally}')).toEqual({ events: 4 });
      expect(openReadModels(db, [tally()], 4).stale()).toEqual([]);
    });

    test('in another shape, which the new version reads and writes', () => {
      shown(openReadModels(db, [tally()], 0), event(1));
      const sums = tally({
        version: 2,
        tables: ['CREATE TABLE {sums} (total INTEGER NOT NULL)'],
        apply: (_, sql) => sql.run('INSERT INTO {sums} VALUES (1)'),
      });
      const readModels = openReadModels(db, [sums], 1);
      readModels.beginRebuild(readModels.stale());
      readModels.rebuild([event(1)]);
      readModels.finishRebuild(1);
      shown(readModels, event(2));
      expect(readModels.stale()).toEqual([]);
      expect(readModelsView(db).get('SELECT sum(total) AS total FROM {sums}')).toEqual({ total: 2 });
      expect(tables(db)).toEqual(['sums_g2']);
    });

    test('one of several, while the others are left alone', () => {
      const other = tally({ name: 'other', tables: ['CREATE TABLE {other} (position INTEGER)'], apply: ({ position }, sql) => sql.run('INSERT INTO {other} VALUES (?)', position) });
      const readModels = openReadModels(db, [tally(), other], 0);
      shown(readModels, event(1));
      readModels.beginRebuild(['tally']);
      readModels.rebuild([event(1)]);
      readModels.finishRebuild(1);
      shown(readModels, event(2));
      expect(tables(db)).toEqual(['other_g1', 'tally_g2']);
      expect(readModelsView(db).all('SELECT position FROM {other}')).toEqual([{ position: 1 }, { position: 2 }]);
      expect(tallies()).toEqual([{ stream: 'token-1', events: 2, marks: '12' }]);
    });

    test('anew when a rebuild was given up, or cut off by a crash', () => {
      shown(openReadModels(db, [tally()], 0), event(1));
      const readModels = openReadModels(db, [tally()], 1);
      readModels.beginRebuild(['tally']);
      readModels.rebuild([event(1)]);
      readModels.abandonRebuild();
      expect(tables(db)).toEqual(['tally_g1']);
      readModels.beginRebuild(['tally']);
      readModels.rebuild([event(1)]);
      expect(tables(db)).toEqual(['tally_g1', 'tally_g2']);

      const afterCrash = openReadModels(db, [tally()], 1);
      expect(tables(db)).toEqual(['tally_g1']);
      afterCrash.beginRebuild(['tally']);
      afterCrash.rebuild([event(1)]);
      afterCrash.beginRebuild(['tally']);
      afterCrash.rebuild([event(1)]);
      afterCrash.finishRebuild(1);
      expect(tallies()).toEqual([{ stream: 'token-1', events: 1, marks: '1' }]);
    });
  });

  test('of a projection that is no more are dropped', () => {
    shown(openReadModels(db, [tally()], 0), event(1));
    openReadModels(db, [], 1);
    expect(tables(db)).toEqual([]);
    expect(openReadModels(db, [tally()], 1).stale()).toEqual(['tally']);
  });

  test('a projection that throws is named, the page of a rebuild is undone, faults of the disk pass through', () => {
    let fault: Error = new Error('no idea what to do with it');
    const readModels = openReadModels(db, [tally({ apply: (one, sql) => {
      sql.run('INSERT INTO {tally} VALUES (?, 1, ?)', one.stream, '');
      if (one.position === 2) throw fault;
    } })], 0);
    expect(() => shown(readModels, event(1), event(2, 'token-2'))).toThrow(new ProjectionFailed('tally', event(2, 'token-2'), fault));
    expect(tallies()).toEqual([]);
    readModels.beginRebuild(['tally']);
    expect(() => readModels.rebuild([event(1), event(2, 'token-2')])).toThrow(/projection tally cannot take TokenEnabled \(token-2, revision 0\): no idea/);
    readModels.rebuild([event(1)]);
    fault = Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
    expect(() => readModels.rebuild([event(2, 'token-2')])).toThrow(fault);
  });

  test('of two projections never share a name', () => {
    expect(() => openReadModels(db, [tally(), tally({ name: 'other' })], 0)).toThrow('table tally is defined twice');
    expect(() => openReadModels(db, [tally(), tally()], 0)).toThrow('projection tally is defined twice');
  });

  test('a reader that asks for a table that is not there hears its name', () => {
    openReadModels(db, [tally()], 0);
    expect(() => readModelsView(db).get('SELECT * FROM {talley}')).toThrow('talley');
  });
});
