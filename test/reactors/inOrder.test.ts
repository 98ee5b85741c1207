import { InOrder } from '../../src/reactors/inOrder.js';

const work = () => {
  let end!: () => void;
  let fail!: () => void;
  const done = new Promise<void>((resolve, reject) => { end = resolve; fail = () => reject(new Error('interrupted')); });
  return { run: () => done, end, fail };
};
const settle = () => new Promise<void>((resolve) => { setImmediate(resolve); });

it('keeps the place before the first work that has not ended', async () => {
  const places: number[] = [];
  const inOrder = new InOrder(4, 10, async (position) => void places.push(position));
  const [first, second, third] = [work(), work(), work()];
  for (const [position, { run }] of [[5, first], [8, second], [9, third]] as const) await inOrder.start(position, run);
  second.end();
  third.end();
  await settle();
  expect([inOrder.done, places]).toEqual([4, []]);
  first.end();
  await settle();
  expect([inOrder.done, places]).toEqual([9, [9]]);
});

it('does not take for done what was broken off', async () => {
  const places: number[] = [];
  const inOrder = new InOrder(4, 10, async (position) => void places.push(position));
  const [first, second] = [work(), work()];
  await inOrder.start(5, first.run);
  await inOrder.start(6, second.run);
  first.fail();
  second.end();
  await settle();
  expect([inOrder.done, places]).toEqual([4, []]);
});

it('waits where too many work already, and goes on when one of them has ended, well or not', async () => {
  const inOrder = new InOrder(0, 2, async () => undefined);
  const [first, second] = [work(), work()];
  await inOrder.start(1, first.run);
  let room = false;
  const started = inOrder.start(2, second.run).then(() => { room = true; });
  await settle();
  expect(room).toBe(false);
  second.fail();
  await started;
  expect(room).toBe(true);
});
