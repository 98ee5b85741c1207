import fc from 'fast-check';
import { firstFactorFault, firstFactorOf } from '../../../src/commands/firstFactor.js';
import { passwordMatch } from '../../../src/commands/login/passwordMatch.js';
import { cutPass } from '../../../src/commands/login/pinMatch.js';
import { Secret } from '../../../src/security/secret.js';

/** What a pass is, where this is the password; and what was tried in the name of the user, and in nobody's. */
const read = async (pass: string, password: string, { awaited = false, prependPin = true, whole = false }: { awaited?: boolean | 'only'; prependPin?: boolean; whole?: boolean } = {}) => {
  const tried: string[] = [];
  const vain: string[] = [];
  const match = await passwordMatch(new Secret(pass), whole ? undefined : cutPass(new Secret(pass), 6, prependPin), awaited, {
    isPassword: async (text) => (tried.push(text.reveal()), text.reveal() === password),
    inVain: async (text) => void vain.push(text.reveal()),
  });
  return { is: match.wholeIsPin ? 'password' : match.code ? `code ${match.code.reveal()}` : 'wrong', tried, vain };
};

it.each<[string, Parameters<typeof read>, Awaited<ReturnType<typeof read>>]>([
  ['the password asks for an SMS', ['secret', 'secret'], { is: 'password', tried: ['secret'], vain: [] }],
  ['a wrong one is tried once', ['wrong', 'secret'], { is: 'wrong', tried: ['wrong'], vain: [] }],
  ['what ends in no code is never cut', ['secret12345x', 'secret', { awaited: true }], { is: 'wrong', tried: ['secret12345x'], vain: [] }],
  ['with an SMS out, password and code are one try', ['secret123456', 'secret', { awaited: true }], { is: 'code 123456', tried: ['secret'], vain: [] }],
  ['the code may stand in front', ['123456secret', 'secret', { awaited: true, prependPin: false }], { is: 'code 123456', tried: ['secret'], vain: [] }],
  ['without one, there is no code that could be right', ['secret123456', 'secret'], { is: 'wrong', tried: ['secret123456'], vain: ['secret'] }],
  ['a password that ends in digits asks for an SMS', ['secret123456', 'secret123456'], { is: 'password', tried: ['secret123456'], vain: [] }],
  ['and for another, while one is out', ['secret123456', 'secret123456', { awaited: true }], { is: 'password', tried: ['secret', 'secret123456'], vain: [] }],
  ['a wrong one is tried as both', ['wrong123456', 'secret', { awaited: true }], { is: 'wrong', tried: ['wrong', 'wrong123456'], vain: [] }],
  ['an answer is nothing but an answer', ['secret123456', 'secret', { awaited: 'only' }], { is: 'code 123456', tried: ['secret'], vain: [] }],
  ['and is tried once when it is wrong', ['wrong123456', 'secret', { awaited: 'only' }], { is: 'wrong', tried: ['wrong'], vain: [] }],
  ['whoever may only ask for an SMS is not cut', ['secret123456', 'secret', { awaited: true, whole: true }], { is: 'wrong', tried: ['secret123456'], vain: [] }],
])('%s', async (_, given, then) => expect(await read(...given)).toEqual(then));

it('a wrong password costs the same whether an SMS is out or not, and never more than two tries', async () => {
  const pass = fc.oneof(fc.string(), fc.tuple(fc.string(), fc.stringMatching(/^\d{6}$/)).map((parts) => parts.join('')));
  await fc.assert(fc.asyncProperty(pass, async (text) => {
    const [awaited, not] = [await read(text, 'no such password', { awaited: true }), await read(text, 'no such password')];
    expect(awaited.tried.length + awaited.vain.length).toBe(not.tried.length + not.vain.length);
    expect(awaited.tried.length).toBeLessThanOrEqual(2);
    expect(not.tried).toHaveLength(1);
  }));
});

it.each([
  ['tokenpin', 'pin'], ['token_pin', 'pin'], ['0', 'pin'], ['userstore', 'password'], [' Password ', 'password'], ['1', 'password'], ['none', 'none'], ['only_otp', 'none'], ['2', 'none'],
])('otppin=%s is the first factor %s', (value, factor) => {
  expect(firstFactorFault(value)).toBeUndefined();
  expect(firstFactorOf(value)).toBe(factor);
});

it.each(['3', 'ignore_pin', 'pin', '', 'toString', '4'])('otppin=%s is refused', (value) => expect(firstFactorFault(value)).toMatch(/^must be tokenpin, userstore or none/));
