import { progressLine } from '../../../src/cli/store/progressLine.js';

const shown = (live: boolean) => {
  let now = 0;
  let text = '';
  const line = progressLine({ live, err: async (more) => void (text += more) }, () => now);
  return { line, text: () => text, pass: (milliseconds: number) => { now += milliseconds; } };
};

test('on a terminal one line is written over, and cleared at the end', async () => {
  const { line, text, pass } = shown(true);
  line.show({ phase: 'copying', events: 1, share: 0 });
  pass(1000);
  line.show({ phase: 'copying', events: 500, share: 0.256 });
  pass(10);
  line.show({ phase: 'copying', events: 600, share: 0.3 });
  expect(text()).toBe('\rCopying: 500 events, 500/s, 25 %\x1b[K');
  await line.end();
  expect(text()).toBe('\rCopying: 500 events, 500/s, 25 %\x1b[K\r\x1b[K');
});

test('elsewhere there is a line every few seconds, and each phase counts its own', async () => {
  const { line, text, pass } = shown(false);
  line.show({ phase: 'comparing', events: 1000, share: 0.5 });
  pass(5000);
  line.show({ phase: 'comparing', events: 10_000, share: 0.9 });
  line.show({ phase: 'copying', events: 100, share: 0.9 });
  pass(4999);
  line.show({ phase: 'copying', events: 900, share: 0.95 });
  pass(1);
  line.show({ phase: 'copying', events: 1000, share: 1 });
  await line.end();
  expect(text()).toBe('Comparing what is there: 10000 events, 2000/s, 90 %\nCopying: 1000 events, 200/s, 100 %\n');
});
