import { CopyStopped, openCopy, prefixPattern, prefixRule, storeNamed, type Copied, type NamedStore, type StoreCopy, type Tally } from '../copyStores.js';
import type { Config } from '../config.js';
import { printable } from './audit/printable.js';
import { command, exitCodes, Misuse } from './command.js';
import { configOf } from './configuration.js';
import { progressLine } from './store/progressLine.js';

export const storeCopy = command({
  description: `Copies every event and every data key from one store to another, in the order of the log, and compares both logs
to their ends. Goes on where an earlier copy stopped.`,
  options: {
    from: { type: 'string', value: 'STORE', meaning: 'the store to copy, which is only read' },
    to: { type: 'string', value: 'STORE', meaning: 'the store that gets the events; empty, or the beginning of the other one' },
    prefix: { type: 'string', value: 'PREFIX', meaning: 'begins the names of streams on a cluster (default: TANAGER_STREAM_PREFIX)' },
    'verify-only': { type: 'boolean', meaning: 'write nothing: compare both stores' },
    json: { type: 'boolean', meaning: 'print JSON' },
  },
  details: `STORE is sqlite (the folder TANAGER_DATA_DIR), sqlite:FOLDER, a connection string esdb://... of a cluster, or store:
what TANAGER_STORE says, so that no password stands in the command line. The master key is that of the
configuration, else the file in the folder that is copied, or in TANAGER_DATA_DIR for a cluster.
Stop the service before its store is moved; no service may run on the target. More: docs/stores.md.
Exit code 0 only when the target has every event that the source had at the start, with the same data keys.`,
  async run({ from, to, json, ...given }, terminal) {
    const config = withPrefix(configOf(terminal).config, given.prefix);
    const places = { from: placeOf(from, '--from', config), to: placeOf(to, '--to', config) };
    const verifyOnly = given['verify-only'] === true;
    const line = progressLine(terminal);
    let copy: StoreCopy | undefined;
    try {
      copy = await openCopy(config, places.from, places.to, { verifyOnly });
      for (const notice of copy.notices) await terminal.err(`tanager: ${notice}\n`);
      const watching = { progress: line.show, signal: terminal.stopped() };
      const answer = answerOf(places, verifyOnly ? { tally: await copy.verify(watching) } : await copy.copy(watching));
      await line.end();
      await terminal.out(json ? `${JSON.stringify(answer, undefined, 2)}\n` : inWords(answer));
      return exitCodes.done;
    } catch (error) {
      // what was damaged or tampered with is a finding, not a crash
      const { message, stack } = error as Error;
      const found = error instanceof CopyStopped ? message : `the copy stopped: ${message}`;
      await line.end();
      await terminal.err(`tanager: ${printable(found)}\n${['debug', 'trace'].includes(config.logLevel) ? `${stack ?? ''}\n` : ''}`);
      return exitCodes.failed;
    } finally {
      await copy?.close();
    }
  },
});

const placeOf = (text: string | undefined, option: string, config: Config): NamedStore => {
  if (text === undefined) throw new Misuse(`${option} is missing: which store?`);
  const place = storeNamed(text, config);
  if (!place) throw new Misuse(`${option} is no store: give sqlite, sqlite:FOLDER, esdb://... or store`);
  return place;
};

const withPrefix = (config: Config, prefix: string | undefined): Config => {
  if (prefix !== undefined && !prefixPattern.test(prefix)) throw new Misuse(`--prefix must be ${prefixRule}`);
  return prefix === undefined ? config : { ...config, streamPrefix: prefix };
};

type Found = { readonly tally: Tally } & Partial<Copied>;

const answerOf = ({ from, to }: { readonly from: NamedStore; readonly to: NamedStore }, { tally, before, copied, later }: Found) => ({
  from: from.name, to: to.name, events: tally.events,
  ...(copied === undefined ? {} : { before, copied, later }),
  expired: tally.expired, keys: tally.keys, destroyedKeys: tally.destroyedKeys, sha256: tally.digests(),
});

const inWords = ({ from, to, events, before, copied, later, expired, keys, destroyedKeys, sha256 }: ReturnType<typeof answerOf>): string => [
  copied === undefined ? `${to} has the events of ${from}` : `Copied ${copied} events from ${from} to ${to}${before ? `; ${before} were there before` : ''}`,
  `  events   ${events}, the same in both`,
  ...(expired > 0 ? [`           ${expired} more in one of them, of streams that have expired in the source`] : []),
  `  keys     ${keys}, of which ${destroyedKeys} are destroyed`,
  `  SHA-256  ${sha256.source} source`,
  `           ${sha256.target} target`,
  ...(later ? [`${later} events came to the source meanwhile: the same command copies them too`] : []),
].map((text) => `${text}\n`).join('');
