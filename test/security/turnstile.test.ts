import { Overloaded, Turnstile } from '../../src/security/turnstile.js';

const gate = () => {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
};

it('lets in a few, lets a few wait in order, and turns the rest away', async () => {
  const turnstile = new Turnstile('a test', 2, 2);
  const gates = Array.from({ length: 4 }, gate);
  const entered: number[] = [];
  const visits = gates.map(({ opened }, index) => turnstile.run(async () => {
    entered.push(index);
    await opened;
    return index;
  }));
  await expect(turnstile.run(async () => 'too many')).rejects.toThrow(Overloaded);
  expect(entered).toEqual([0, 1]);
  gates[1]!.open();
  await visits[1];
  expect(entered).toEqual([0, 1, 2]);
  gates.forEach(({ open }) => open());
  expect(await Promise.all(visits)).toEqual([0, 1, 2, 3]);
  expect(await turnstile.run(async () => 'free again')).toBe('free again');
});

it('hands the place on when work fails', async () => {
  const turnstile = new Turnstile('a test', 1, 1);
  const [failed, next] = [turnstile.run(() => Promise.reject(new Error('broken'))), turnstile.run(async () => 'next')];
  await expect(failed).rejects.toThrow('broken');
  expect(await next).toBe('next');
});
