import fc from 'fast-check';
import type { Connection } from '../../../src/gateways/smpp/connection.js';
import { keptSession } from '../../../src/gateways/smpp/session.js';
import { adaptiveWindow } from '../../../src/gateways/smpp/window.js';

const connection = (): Connection & { drop: (cause: string) => void } => {
  let drop: (cause: string) => void = () => undefined;
  let open = true;
  const ended = new Promise<string>((resolve) => { drop = (cause) => { open = false; resolve(cause); }; });
  return { request: async () => ({ kind: 'not sent' }), ended, get open() { return open; }, end: drop, drop };
};

describe('a session', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('tries again after longer and longer pauses, and says so once', async () => {
    const tries: number[] = [];
    const warnings: string[] = [];
    const session = keptSession(async () => { tries.push(performance.now()); return { problem: 'nobody there' }; }, { pace: { first: 1_000, longest: 60_000 }, warn: (problem) => warnings.push(problem) });
    session.start();
    await jest.advanceTimersByTimeAsync(400_000);
    const pauses = tries.slice(1).map((at, index) => at - tries[index]!);
    pauses.forEach((pause, index) => {
      const most = Math.min(60_000, 1_000 * 2 ** index);
      expect(pause).toBeGreaterThanOrEqual(most / 2 - 1);
      expect(pause).toBeLessThanOrEqual(most + 1);
    });
    expect(pauses.length).toBeGreaterThan(9);
    expect(warnings).toEqual(['nobody there']);
    await session.stop();
    const count = tries.length;
    await jest.advanceTimersByTimeAsync(400_000);
    expect(tries).toHaveLength(count);
  });

  it('is tried by a message at once, but not by every one of many', async () => {
    // pauses of their full length: after 1, 3, 7 and 15 seconds it is tried by itself
    const spread = jest.spyOn(Math, 'random').mockReturnValue(1);
    let tries = 0;
    const session = keptSession(async () => { tries += 1; return { problem: 'nobody there' }; }, { pace: { first: 1_000, longest: 60_000 }, warn: () => undefined });
    for (let messages = 0; messages < 20; messages += 1) expect(await session.bound()).toEqual({ problem: 'nobody there' });
    expect(tries).toBe(1);
    await jest.advanceTimersByTimeAsync(10_000);
    tries = 0;
    await jest.advanceTimersByTimeAsync(1_500);
    await session.bound();
    expect(tries).toBe(1);
    await session.stop();
    spread.mockRestore();
  });

  it('shares one attempt among all who wait, and holds pauses also where the line drops as soon as it is there', async () => {
    const made: ReturnType<typeof connection>[] = [];
    const session = keptSession(async () => { made.push(connection()); return made.at(-1)!; }, { pace: { first: 1_000, longest: 60_000 }, warn: () => undefined });
    const [one, two] = await Promise.all([session.bound(), session.bound()]);
    expect(one).toBe(two);
    expect(session.standing).toMatchObject({ bound: true });
    for (let drops = 0; drops < 20; drops += 1) {
      made.at(-1)!.drop('dropped');
      await jest.advanceTimersByTimeAsync(5_000);
    }
    expect(made.length).toBeLessThan(9);
    await session.stop();
  });
});

describe('the window', () => {
  it('is never overdrawn, never less than one, and lets everybody in at last', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 20 }), fc.array(fc.constantFrom('taken', 'throttled', 'none'), { minLength: 1, maxLength: 60 }), async (most, answers) => {
      const window = adaptiveWindow(most);
      const entered = await Promise.all(answers.map(async (answer) => {
        const inside = await window.enter(5_000);
        expect(window.inUse).toBeLessThanOrEqual(most);
        await Promise.resolve();
        window.leave(answer);
        expect(window.size).toBeGreaterThanOrEqual(1);
        expect(window.size).toBeLessThanOrEqual(most);
        return inside;
      }));
      expect(entered.every(Boolean)).toBe(true);
      expect(window.inUse).toBe(0);
    }));
  });

  it('is not waited for longer than one may', async () => {
    const window = adaptiveWindow(1);
    expect(await window.enter(10)).toBe(true);
    expect(await window.enter(10)).toBe(false);
    window.leave('taken');
    expect(await window.enter(10)).toBe(true);
  });
});
