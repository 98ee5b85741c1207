import { createServer, type AddressInfo } from 'node:net';
import { startMailServer } from '../../fixtures/mailServer.js';
import { startScriptedMailServer, type Misdeed, type Step } from '../../fixtures/scriptedMailServer.js';
import type { SendOutcome } from '../../../src/gateways/gateway.js';
import { message, native, openSmtp } from './openSmtp.js';

const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of closing.splice(0).reverse()) await each.close();
});
const kept = <T extends { close(): Promise<void> }>(thing: T): T => {
  closing.push(thing);
  return thing;
};
const send = (options: Record<string, unknown>): Promise<SendOutcome> => kept(openSmtp(native(options))).send(message());

/** A port on which nobody listens. */
const deadPort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

describe('a server that is not reached', () => {
  it('refuses the connection', async () => {
    const port = await deadPort();
    expect(await send({ port })).toEqual({ kind: 'unavailable', reason: `127.0.0.1:${port} was not reached: the connection was refused` });
  });

  it('is unknown', async () => {
    expect(await send({ host: 'no-such-host.invalid' })).toEqual({ kind: 'unavailable', reason: expect.stringMatching(/^no-such-host\.invalid:25 was not reached: the host name (is unknown|could not be looked up)$/) });
  });
});

/** What a server does at a step, what it means, and what the reason says. */
const cases: readonly (readonly [Step, Misdeed, SendOutcome['kind'], RegExp])[] = [
  ['connect', 'reset', 'unavailable', /was not reached: the connection was (reset|closed)/],
  ['connect', 'silence', 'unavailable', /no reply from .* in time$/],
  ['connect', 'trickle', 'unavailable', /no reply from .* in time$/],
  ['connect', '554 we do not want you', 'unavailable', /turned us away \(554\): we do not want you$/],
  ['connect', '421 too many connections', 'unavailable', /turned us away \(421\): too many connections$/],
  ['connect', 'SSH-2.0-OpenSSH_9.2', 'unavailable', /does not speak SMTP|turned us away/],
  ['EHLO', 'reset', 'unavailable', /was not reached/],
  ['EHLO', 'silence', 'unavailable', /in time$/],
  ['EHLO', '421 closing', 'unavailable', /turned us away \(421\)/],
  ['AUTH', '535 5.7.8 wrong', 'unavailable', /did not take the login \(535 5\.7\.8\): wrong$/],
  ['AUTH', '454 4.7.0 later', 'unavailable', /did not take the login \(454 4\.7\.0\)/],
  ['AUTH', 'reset', 'unavailable', /lost at the login/],
  ['AUTH', 'silence', 'unavailable', /in time$/],
  ['MAIL', '550 5.7.1 sender not welcome', 'rejected', /did not take the sender \(550 5\.7\.1\): sender not welcome$/],
  ['MAIL', '451 try again', 'unavailable', /did not take the sender \(451\)/],
  ['MAIL', 'reset', 'unavailable', /lost before it had the message/],
  ['MAIL', 'silence', 'unavailable', /in time$/],
  ['RCPT', '550 5.1.1 no such user', 'rejected', /did not take the recipient \(550 5\.1\.1\): no such user$/],
  ['RCPT', '450 4.2.0 greylisted', 'unavailable', /did not take the recipient \(450 4\.2\.0\): greylisted$/],
  ['RCPT', 'reset', 'unavailable', /lost before it had the message/],
  ['RCPT', 'silence', 'unavailable', /in time$/],
  ['DATA', '554 no valid recipients', 'rejected', /did not take the message \(554\)/],
  ['DATA', '451 disk full', 'unavailable', /did not take the message \(451\)/],
  ['DATA', 'reset', 'unavailable', /lost before it had the message/],
  ['DATA', 'silence', 'unavailable', /in time$/],
  ['message', '550 5.7.1 looks like spam', 'rejected', /did not take the message \(550 5\.7\.1\): looks like spam$/],
  ['message', '451 4.3.0 queue broken', 'unavailable', /did not take the message \(451 4\.3\.0\)/],
  ['message', 'reset', 'unknown', /the connection was (reset|closed).* while .* had the message$/],
  ['message', 'silence', 'unknown', /no reply from .* in time while it had the message$/],
  ['message', 'trickle', 'unknown', /no reply from .* in time while it had the message$/],
];

describe.each([['one command after the other', []], ['all commands at once', ['PIPELINING']]])('%s', (_, extensions) => {
  it.each(cases)('at %s a server that does %j: %s', async (step, misdeed, kind, reason) => {
    const server = kept(await startScriptedMailServer({ [step]: misdeed }, { extensions: [...extensions, 'AUTH PLAIN'] }));
    const outcome = await send({ port: server.port, timeout: misdeed === 'silence' || misdeed === 'trickle' ? 0.3 : 10, username: 'u', password: 'passw0rd' });
    expect(outcome).toEqual({ kind, reason: expect.stringMatching(reason) });
    // a server that asks for a message after it has refused everybody gets an empty one
    expect(server.messages.filter((content) => content !== '')).toHaveLength(step === 'message' ? 1 : 0);
  });
});

it('a message that the server may have is not sent again over another connection', async () => {
  const server = kept(await startScriptedMailServer({ message: 'reset' }));
  const gateway = kept(openSmtp(native({ port: server.port })));
  expect(await gateway.send(message())).toMatchObject({ kind: 'unknown' });
  expect(server.messages).toHaveLength(1);
});

it('a server that refuses one message takes the next', async () => {
  const server = kept(await startMailServer());
  const gateway = kept(openSmtp(native({ port: server.port })));
  expect(await gateway.send(message())).toMatchObject({ kind: 'sent' });
  for (const [stage, code, kind] of [['mail', 550, 'rejected'], ['rcpt', 450, 'unavailable'], ['data', 552, 'rejected']] as const) {
    server.refuse(stage, { code, text: 'not now' });
    expect(await gateway.send(message())).toMatchObject({ kind });
    server.refuse(stage, undefined);
    expect(await gateway.send(message())).toMatchObject({ kind: 'sent' });
  }
  expect(server.mails).toHaveLength(4);
});
