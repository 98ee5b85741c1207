import type { Database, Statement } from 'better-sqlite3';
import { afterPrefix, matches } from '../filter.js';
import type { Filter, StoredRecord } from '../port.js';
import { columns } from './schema.js';

export type Way = 'forwards' | 'backwards';

/**
 * Two ways to find the events that a filter wants. Looking through a stretch of the log serves whoever wants much, or stands near
 * the head; the indexes serve whoever wants little of a long log. Together they look at a bounded number of rows in one call.
 */
export const openSearch = (db: Database) => {
  const statements = new Map<string, Statement<unknown[], StoredRecord>>();
  /** One statement for every shape of filter; values are bound. */
  const stretchStatement = (way: Way, { types, streamPrefixes }: Filter): Statement<unknown[], StoredRecord> => {
    const shape = `${way} ${types?.length} ${streamPrefixes?.length}`;
    let statement = statements.get(shape);
    if (!statement) {
      const conditions = [
        'position BETWEEN ? AND ?',
        ...(types ? [`type IN (${types.map(() => '?').join()})`] : []),
        ...(streamPrefixes ? [`(${['0', ...streamPrefixes.map(() => 'stream >= ? AND stream < ?')].join(' OR ')})`] : []),
      ];
      const order = way === 'forwards' ? 'ASC' : 'DESC';
      // NOT INDEXED: in order of position, whatever the planner thinks of the other conditions
      statement = db.prepare(`SELECT ${columns} FROM events NOT INDEXED WHERE ${conditions.join(' AND ')} ORDER BY position ${order} LIMIT ?`);
      statements.set(shape, statement);
    }
    return statement;
  };

  const at = db.prepare<[number], StoredRecord>(`SELECT ${columns} FROM events WHERE position = ?`);
  const ofType = {
    forwards: db.prepare<[string, number, number], number>('SELECT position FROM events INDEXED BY events_by_type WHERE type = ? AND position > ? ORDER BY position LIMIT ?').pluck(),
    backwards: db.prepare<[string, number, number], number>('SELECT position FROM events INDEXED BY events_by_type WHERE type = ? AND position < ? ORDER BY position DESC LIMIT ?').pluck(),
  };
  const ofPrefix = db.prepare<[unknown, unknown, number], number>('SELECT position FROM events WHERE stream >= ? AND stream < ? LIMIT ?').pluck();

  const candidates = (way: Way, beyond: number, limit: number, { types = [], streamPrefixes }: Filter): number[] | undefined => {
    if (!streamPrefixes) return [...new Set(types)].flatMap((type) => ofType[way].all(type, beyond, limit));
    const positions = new Set<number>();
    for (const prefix of streamPrefixes) {
      const few = ofPrefix.all(...rangeOf(prefix), fewEnough + 1);
      if (few.length > fewEnough) return undefined;
      for (const position of few) if (way === 'forwards' ? position > beyond : position < beyond) positions.add(position);
    }
    return [...positions];
  };

  return {
    /** What is wanted between two positions, or as far as one call looks. */
    stretch(way: Way, start: number, end: number, limit: number, filter: Filter): { records: StoredRecord[]; looked: number } {
      const length = filter.types || filter.streamPrefixes ? Math.max(limit, stretchLength) : limit;
      const looked = way === 'forwards' ? Math.min(start + length - 1, end) : Math.max(start - length + 1, end);
      const parameters = [Math.min(start, looked), Math.max(start, looked), ...(filter.types ?? []), ...(filter.streamPrefixes ?? []).flatMap(rangeOf), limit];
      const records = stretchStatement(way, filter).all(...parameters);
      return { records, looked: records.length === limit ? records.at(-1)!.position : looked };
    },
    /** The next of what is wanted beyond a position; undefined when the index would have to look at too much. */
    index(way: Way, beyond: number, limit: number, filter: Filter): StoredRecord[] | undefined {
      const positions = candidates(way, beyond, limit, filter)?.sort((a, b) => (way === 'forwards' ? a - b : b - a));
      if (!positions) return undefined;
      const records: StoredRecord[] = [];
      for (const position of positions) {
        if (records.length === limit) break;
        const record = at.get(position)!;
        if (matches(filter, record)) records.push(record);
      }
      return records;
    },
  };
};

/** Names that begin with a prefix; any BLOB comes after every TEXT, so that one stands for "no end". */
const rangeOf = (prefix: string): [string, string | Buffer] => [prefix, afterPrefix(prefix) ?? Buffer.of(0xff)];

/** Rows that are looked at without an index, and entries of an index that are collected, in one call: a few milliseconds. */
const stretchLength = 4096;
const fewEnough = 4096;
