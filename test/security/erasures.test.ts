import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openErasures } from '../../src/security/erasures.js';
import { temporaryFolder } from '../fixtures/folder.js';

describe('erasures that outlive the log', () => {
  const [first, second] = [{ id: 'e1', stream: 'token-A' }, { id: 'e2', stream: 'token-B' }];
  let file: string;
  beforeEach(() => {
    file = join(temporaryFolder(), 'erased');
    const erasures = openErasures(file, 'log-1');
    for (const one of [first, second]) erasures.remember(one);
  });

  it('are lost when the log does not have them any more, and only then', () => {
    const again = openErasures(file, 'log-1');
    again.remember(first);
    expect(again.lost()).toEqual(['token-B']);
    again.remember(second);
    // a file that was made anew over the same log: whoever was enrolled on the stream since is somebody else
    expect(again.lost()).toEqual([]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('are asked for once', () => {
    const again = openErasures(file, 'log-1');
    again.remember(first);
    again.remember({ id: 'e3', stream: 'token-B' });
    again.settle();
    const later = openErasures(file, 'log-1');
    for (const one of [first, { id: 'e3', stream: 'token-B' }]) later.remember(one);
    expect(later.lost()).toEqual([]);
    expect(readFileSync(file, 'utf8')).not.toContain('e2');
  });

  it('are not lost when another instance has repeated them', () => {
    const again = openErasures(file, 'log-1');
    again.remember(first);
    again.remember({ id: 'e3', stream: 'token-B' });
    expect(again.lost()).toEqual([]);
  });

  it('say nothing about another log, which keeps them', () => {
    const other = openErasures(file, 'log-2');
    expect(other.lost()).toEqual([]);
    other.remember({ id: 'e9', stream: 'token-A' });
    other.settle();
    expect(openErasures(file, 'log-1').lost()).toEqual(['token-A', 'token-B']);
  });
});
