import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterPrefix, matches } from '../../src/store/filter.js';
import type { Filter, Page, StoredRecord } from '../../src/store/port.js';
import { openReader } from '../../src/store/sqlite/reader.js';
import { schema } from '../../src/store/sqlite/schema.js';

/** A log so long that neither one look nor one index is enough for everything. */
const length = 20_000;
const db = new Database(':memory:');
db.exec(schema);
const insert = db.prepare("INSERT INTO events (id, stream, revision, type, version, recorded_at, data, meta) VALUES (?, ?, ?, ?, 1, 'now', '{}', '{}')");
const streamAt = (position: number): string => (position % 7_000 === 0 ? 'gateway-rare' : position < 6_000 ? `old-${position % 50}` : `token-${position % 1000}`);
const typeAt = (position: number): string => (position % 3_000 === 1 ? 'Rare' : position > 9_000 && position < 9_010 ? 'Clustered' : position % 2 ? 'Odd' : 'Even');
const all: Pick<StoredRecord, 'stream' | 'type' | 'position'>[] = [];
const revisions = new Map<string, number>();
db.transaction(() => {
  for (let position = 1; position <= length; position++) {
    const stream = streamAt(position);
    const revision = (revisions.get(stream) ?? -1) + 1;
    revisions.set(stream, revision);
    insert.run(`id-${position}`, stream, revision, typeAt(position));
    all.push({ stream, type: typeAt(position), position });
  }
})();
const reader = openReader(db);
afterAll(() => db.close());

const positions = (page: Page): number[] => page.records.map(({ position }) => position);

const forwards = (after: number, limit: number, filter: Filter): { found: number[]; calls: number } => {
  const found: number[] = [];
  for (let calls = 1; ; calls++) {
    const page = reader.readAll(after, limit, filter);
    expect(page.records.length).toBeLessThanOrEqual(limit);
    found.push(...positions(page));
    if (page.next === after) return { found, calls };
    after = page.next;
  }
};

const backwards = (before: number, limit: number, filter: Filter): { found: number[]; calls: number } => {
  const found: number[] = [];
  for (let calls = 1; ; calls++) {
    const page = reader.readAllBackwards(before, limit, filter);
    expect(page.records.length).toBeLessThanOrEqual(limit);
    found.push(...positions(page));
    if (page.next === 0) return { found, calls };
    expect(page.next).toBeLessThan(before);
    before = page.next;
  }
};

const filters = fc.record({
  types: fc.option(fc.subarray(['Rare', 'Clustered', 'Odd', 'Even', 'absent']), { nil: undefined }),
  streamPrefixes: fc.option(fc.subarray(['gateway-', 'old-', 'old-1', 'token-', 'token-99', 'token-999', 'absent', '']), { nil: undefined }),
});

test('a filtered reading finds what a look at every event finds, both ways, from anywhere', () => {
  fc.assert(fc.property(filters, fc.nat(length + 100), fc.integer({ min: 900, max: 9000 }), (filter, from, limit) => {
    const wanted = all.filter((one) => matches(filter, one)).map(({ position }) => position);
    expect(forwards(from, limit, filter).found).toEqual(wanted.filter((position) => position > from));
    expect(backwards(from, limit, filter).found).toEqual(wanted.filter((position) => position < from).reverse());
  }), { numRuns: 20 });
});

test('what is rare in a long log is found at once', () => {
  expect(forwards(0, 100, { types: ['Rare'] })).toMatchObject({ calls: 2 });
  expect(forwards(0, 100, { streamPrefixes: ['gateway-'] })).toMatchObject({ found: [7000, 14000], calls: 2 });
  expect(backwards(length, 100, { streamPrefixes: ['gateway-', 'absent'] })).toMatchObject({ found: [14000, 7000], calls: 1 });
  expect(backwards(length, 100, { types: ['Clustered'], streamPrefixes: ['token-9'] })).toMatchObject({ found: [9009], calls: 1 + Math.floor((length - 9009) / 4096) - 2 });
});

test('the name after all names with a prefix', () => {
  const text = fc.string({ unit: 'binary' }).filter((one) => !/\p{Cs}/u.test(one));
  fc.assert(fc.property(text, text, (prefix, rest) => {
    const end = afterPrefix(prefix);
    const utf8 = (one: string): Buffer => Buffer.from(one);
    if (end !== undefined) {
      expect(Buffer.compare(utf8(prefix + rest), utf8(end))).toBe(-1);
      expect(end.startsWith(prefix)).toBe(false);
    } else expect(Array.from(prefix).every((one) => one === '\u{10ffff}')).toBe(true);
  }));
  expect([afterPrefix('token-'), afterPrefix('\ud7ff'), afterPrefix('a\u{10ffff}'), afterPrefix('')]).toEqual(['token.', '\ue000', 'b', undefined]);
});
