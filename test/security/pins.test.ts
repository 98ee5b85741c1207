import { hash as argon2, parseOptions } from '@node-rs/argon2';
import { randomBytes } from 'node:crypto';
import { argonPins, owaspCost, type PinParts } from '../../src/security/pins.js';
import { Secret } from '../../src/security/secret.js';
import { Overloaded } from '../../src/security/turnstile.js';

const pepper = randomBytes(32);
const cheap = { memory: 64, passes: 1, lanes: 1 };
const pins = (parts: Partial<PinParts> = {}) => argonPins({ pepper, cost: cheap, ...parts });
const pin = new Secret('4711');
const wrong = new Secret('4712');

it('accepts the right PIN and no other', async () => {
  const { hash, verify } = pins();
  const hashed = await hash(pin);
  expect(await verify(hashed, pin)).toBe(true);
  expect(await verify(hashed, wrong)).toBe(false);
  expect(await verify(hashed, new Secret(''))).toBe(false);
  expect(await verify(await hash(new Secret('')), new Secret(''))).toBe(true);
  expect(await hash(pin)).not.toBe(hashed);
});

it('costs what OWASP asks for, unless told otherwise', async () => {
  const hashed = await argonPins({ pepper }).hash(pin);
  expect(hashed).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(parseOptions(hashed)).toMatchObject({ memoryCost: owaspCost.memory, timeCost: 2, parallelism: 1, saltLen: 16, outputLen: 32 });
});

it('needs the pepper', async () => {
  const hashed = await pins().hash(pin);
  expect(await pins({ pepper: randomBytes(32) }).verify(hashed, pin)).toBe(false);
  expect(await pins().verify(await argon2('4711', { memoryCost: 64, timeCost: 1 }), pin)).toBe(false);
});

it('lets nobody in who does not exist, and works for it', async () => {
  const { verify } = pins({ concurrent: 1, queue: 0 });
  const first = verify(undefined, pin);
  // the place is taken: there was a hash to compute
  await expect(verify(undefined, pin)).rejects.toThrow(Overloaded);
  expect(await first).toBe(false);
});

it('takes the same letter in whatever way it is written', async () => {
  const { hash, verify } = pins();
  expect(await verify(await hash(new Secret('gr\u00fcn')), new Secret('gru\u0308n'))).toBe(true);
});

it('takes PINs of any length and cuts none', async () => {
  const { hash, verify } = pins();
  const long = 'x'.repeat(100_000);
  const hashed = await hash(new Secret(`${long}1`));
  expect(await verify(hashed, new Secret(`${long}1`))).toBe(true);
  expect(await verify(hashed, new Secret(`${long}2`))).toBe(false);
  expect(await verify(await hash(new Secret('y'.repeat(512))), new Secret('y'.repeat(513)))).toBe(false);
});

it('turns away whoever comes when too many wait, without a verdict', async () => {
  const { hash, verify } = pins({ concurrent: 1, queue: 2 });
  const hashed = await hash(pin);
  const all = await Promise.allSettled(Array.from({ length: 5 }, () => verify(hashed, wrong)));
  expect(all.map((one) => (one.status === 'fulfilled' ? one.value : (one.reason as Error).name))).toEqual([false, false, false, 'Overloaded', 'Overloaded']);
});

it('throws for a hash that is none', async () => {
  await expect(pins().verify('no hash', pin)).rejects.toThrow();
});

describe('a right PIN', () => {
  /** Whether a check needs no computing: then it is done before anything else can happen. */
  const quick = async (check: Promise<boolean>): Promise<boolean> => {
    let before = false;
    void check.then(() => { before = true; });
    for (let tick = 0; tick < 30; tick++) await Promise.resolve();
    const answer = before;
    await check;
    return answer;
  };

  it('is remembered for a while, for this hash alone', async () => {
    let now = 0;
    const { hash, verify } = pins({ rememberedFor: 1000, clock: () => now });
    const [hashed, anew] = [await hash(pin), await hash(pin)];
    expect([await quick(verify(hashed, wrong)), await quick(verify(hashed, pin)), await quick(verify(hashed, pin))]).toEqual([false, false, true]);
    expect([await quick(verify(hashed, wrong)), await quick(verify(anew, pin))]).toEqual([false, false]);
    now = 1000;
    expect(await quick(verify(hashed, pin))).toBe(false);
  });

  it('is found among several texts, remembered or not', async () => {
    const { hash, find } = pins();
    const hashed = await hash(pin);
    expect([await find(hashed, [wrong, pin]), await find(hashed, [pin, wrong]), await find(hashed, [wrong, wrong]), await find(undefined, [pin])]).toEqual([1, 0, -1, -1]);
    expect(await find(hashed, [wrong, pin])).toBe(1);
  });

  it('is not paid for twice, but a wrong one is', async () => {
    const { hash, verify } = pins({ concurrent: 1, queue: 1 });
    const hashed = await hash(pin);
    await verify(hashed, pin);
    const busy = verify(hashed, wrong);
    expect(await quick(verify(hashed, pin))).toBe(true);
    expect(await busy).toBe(false);
  });

  it('is not told, though remembered, where there is no room to check a wrong one', async () => {
    const { hash, verify, find } = pins({ concurrent: 1, queue: 0 });
    const hashed = await hash(pin);
    await verify(hashed, pin);
    const busy = verify(hashed, wrong);
    await expect(verify(hashed, pin)).rejects.toThrow(Overloaded);
    await expect(find(hashed, [wrong, pin])).rejects.toThrow(Overloaded);
    expect(await busy).toBe(false);
  });

  it('makes way when too many are remembered', async () => {
    const { hash, verify } = pins({ remembered: 2 });
    const hashes = await Promise.all([1, 2, 3].map(() => hash(pin)));
    for (const hashed of hashes) await verify(hashed, pin);
    const still: boolean[] = [];
    for (const hashed of [...hashes].reverse()) still.push(await quick(verify(hashed, pin)));
    expect(still).toEqual([true, true, false]);
  });
});
