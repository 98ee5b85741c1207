import { spawn } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { lastCode, startApi, type Api } from '../../fixtures/api.js';
import { temporaryFolder } from '../../fixtures/folder.js';
import { describeWith, freePort, startProgram, whereIs, type Program } from '../program.js';

const secret = 'testing123';

/** A RADIUS server whose one module asks /validate; everything that it needs lies in a folder of its own. */
const startRadius = async (url: string, dialect: string): Promise<{ port: number; program: Program }> => {
  const port = await freePort();
  const folder = temporaryFolder();
  const plugin = join(folder, 'plugin.pl');
  copyFileSync(join(__dirname, 'plugin.pl'), plugin);
  writeFileSync(join(folder, 'dictionary'), '$INCLUDE /usr/share/freeradius/dictionary\n');
  writeFileSync(join(folder, 'radiusd.conf'), `
prefix = /usr
libdir = /usr/lib/freeradius
logdir = ${folder}
run_dir = ${folder}
max_request_time = 30
security {
  max_attributes = 200
  reject_delay = 0
  status_server = no
}
modules {
  perl {
    filename = ${plugin}
    func_authenticate = authenticate
  }
}
client localhost {
  ipaddr = 127.0.0.1
  secret = ${secret}
}
server default {
  listen {
    type = auth
    ipaddr = 127.0.0.1
    port = ${port}
  }
  authorize {
    update control {
      &Auth-Type := perl
    }
  }
  authenticate {
    Auth-Type perl {
      perl
    }
  }
}
`);
  const program = startProgram(whereIs('freeradius')!, ['-f', '-l', 'stdout', '-d', folder], { env: { VALIDATE_URL: url, VALIDATE_DIALECT: dialect } });
  await program.says(/Ready to process requests/);
  return { port, program };
};

interface RadiusAnswer {
  readonly kind: string;
  readonly state?: string;
  readonly message?: string;
}

/** One Access-Request by radclient. */
const ask = async (port: number, attributes: Readonly<Record<string, string>>): Promise<RadiusAnswer> => {
  const client = spawn('radclient', ['-x', '-r', '1', '-t', '10', `127.0.0.1:${port}`, 'auth', secret], { stdio: ['pipe', 'pipe', 'ignore'] });
  client.stdin.end(Object.entries(attributes).map(([name, value]) => `${name} = ${value.startsWith('0x') ? value : JSON.stringify(value)}`).join('\n'));
  const received = (await text(client.stdout)).split(/^Received /m)[1] ?? '';
  const state = /State = (0x[0-9a-f]+)/.exec(received)?.[1];
  const message = /Reply-Message = "(.*)"/.exec(received)?.[1];
  return { kind: /^Access-\w+/.exec(received)?.[0] ?? 'no answer', ...(state === undefined ? {} : { state }), ...(message === undefined ? {} : { message }) };
};

describeWith({ freeradius: 'freeradius', radclient: 'freeradius-utils', perl: 'perl' }, 'logging in by RADIUS', () => {
  describe.each([
    ['privacyidea', 'Enter the OTP from the SMS:'],
    ['linotp', 'sms submitted'],
  ])('with the plugin of %s', (dialect, prompt) => {
    let api: Api;
    let radius: Awaited<ReturnType<typeof startRadius>>;
    const phone = '+491701234567';
    // a PIN whose characters mean something to forms, percent-encoding and RADIUS
    const pin = 'p%41+&= ü';

    beforeAll(async () => {
      const users = join(temporaryFolder(), 'passwd');
      writeFileSync(users, 'alice:x:1001:1001:Alice Example,,,,:/home/alice:/bin/sh\n');
      api = await startApi({ TANAGER_USERS_FILE: users });
      await api.admin('POST', '/v1/tokens', { user: 'alice', pin, phone, serial: 'RADIUS1' });
      radius = await startRadius(`${api.url}/${dialect}`, dialect);
    });
    afterAll(async () => {
      await radius.program.stop();
      await api.stop();
    });
    const login = (pass: string, state?: string) => ask(radius.port, { 'User-Name': 'alice', 'User-Password': pass, ...(state === undefined ? {} : { State: state }) });

    it('challenges for the PIN, and accepts the code with the State of the challenge, once', async () => {
      const challenge = await login(pin);
      expect(challenge).toEqual({ kind: 'Access-Challenge', state: expect.stringMatching(/^0x[0-9a-f]+$/) as string, message: prompt });
      const code = lastCode(api, phone);
      expect(await login(code, challenge.state)).toMatchObject({ kind: 'Access-Accept' });
      expect(await login(code, challenge.state)).toMatchObject({ kind: 'Access-Reject' });
    });

    it('accepts PIN and code in one string', async () => {
      await api.admin('PUT', '/v1/settings/SMSBlockingTimeout', { value: '0' });
      await login(pin);
      expect(await login(`${pin}${lastCode(api, phone)}`)).toMatchObject({ kind: 'Access-Accept' });
    });

    it('rejects a wrong code, a foreign State and a wrong PIN', async () => {
      const challenge = await login(pin);
      const code = lastCode(api, phone);
      const wrong = code === '123456' ? '654321' : '123456';
      expect(await login(wrong, challenge.state)).toMatchObject({ kind: 'Access-Reject' });
      expect(await login(code, '0x3939393939393939')).toMatchObject({ kind: 'Access-Reject' });
      expect(await login('wrong pin')).toMatchObject({ kind: 'Access-Reject' });
      expect(await login(code, challenge.state)).toMatchObject({ kind: 'Access-Accept' });
    });

    it('rejects an unknown user', async () => {
      expect(await ask(radius.port, { 'User-Name': 'nobody', 'User-Password': pin })).toMatchObject({ kind: 'Access-Reject' });
    });
  });
});
