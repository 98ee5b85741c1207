import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../fixtures/folder.js';
import { selfSigned } from '../fixtures/selfSigned.js';
import { message, native, openSmtp } from '../gateways/smtp/openSmtp.js';
import { describeWith, freePort, listening, startProgram, whereIs, type Program } from './program.js';

/** Takes mail for sms.example from who has logged in, over TLS only, and keeps it in its queue. */
const configuration = (folder: string, port: number): string => `
spool_directory = ${folder}/spool
log_file_path = ${folder}/log/%slog
pid_file_path = ${folder}/spool/pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${port}
primary_hostname = mail.example
queue_only = true
tls_advertise_hosts = *
tls_certificate = ${folder}/cert.pem
tls_privatekey = ${folder}/key.pem
auth_advertise_hosts = \${if def:tls_in_cipher {*}{}}
acl_smtp_rcpt = rcpt
acl_smtp_data = data
begin acl
rcpt:
  deny message = <$local_part@$domain> has no such number
       condition = \${if eq{$local_part}{+490000}}
  defer message = come back later
       condition = \${if eq{$local_part}{+491111}}
  accept authenticated = *
         domains = sms.example
  deny message = relay not permitted
data:
  deny message = we do not like $h_subject:
       condition = \${if match{$h_subject:}{spam}}
  accept
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if and{{eq{$auth2}{tanager}}{eq{$auth3}{s3cr3t}}}}
  server_set_id = $auth2
`;

/** Exim lets nobody else start a server. */
const describeForRoot: typeof describeWith = process.getuid?.() === 0
  ? describeWith
  : (_, name, body) => describe.skip(`${name}: not run, since Exim starts a server for root only`, body);

describeForRoot({ exim4: 'exim4-daemon-light' }, 'the SMTP gateway with Exim', () => {
  let exim: Program;
  let port: number;
  const folder = temporaryFolder();
  beforeAll(async () => {
    const { cert, key } = selfSigned();
    // started by root it becomes a user of its own
    chmodSync(folder, 0o755);
    for (const each of ['spool', 'log']) {
      mkdirSync(join(folder, each));
      chmodSync(join(folder, each), 0o777);
    }
    writeFileSync(join(folder, 'cert.pem'), cert, { mode: 0o644 });
    writeFileSync(join(folder, 'key.pem'), key, { mode: 0o644 });
    port = await freePort();
    writeFileSync(join(folder, 'exim.conf'), configuration(folder, port), { mode: 0o644 });
    exim = startProgram(whereIs('exim4')!, ['-C', join(folder, 'exim.conf'), '-bdf']);
    await listening(port);
  });
  afterAll(() => exim.stop());

  const open = (more: Record<string, unknown> = {}) =>
    openSmtp(native({ port, security: 'starttls', username: 'tanager', password: 's3cr3t', tls: { ca: join(folder, 'cert.pem') }, ...more }));
  const send = async (more: Record<string, unknown>, given: Parameters<typeof message>[0] = {}) => {
    const gateway = open(more);
    const outcome = await gateway.send(message(given));
    await gateway.close();
    return outcome;
  };
  /** Header and body files of the queue. */
  const queue = (): { header: string; body: string }[] => {
    const input = join(folder, 'spool', 'input');
    return readdirSync(input).filter((file) => file.endsWith('-H')).map((file) => ({
      header: readFileSync(join(input, file), 'utf8'), body: readFileSync(join(input, file.replace(/-H$/, '-D')), 'utf8'),
    }));
  };

  it('is taken over TLS, from who has logged in', async () => {
    expect(await send({ subject: 'SMS für {phone}' }, { text: 'Ihr Code: 287082 €', reference: 'exim-1' })).toEqual({ kind: 'sent', messageId: 'exim-1@mail.example' });
    const [mail] = queue();
    expect(mail!.header).toMatch(/^--?auth_id tanager$/m);
    expect(mail!.header).toMatch(/^--?tls_cipher /m);
    expect(mail!.header).toMatch(/^\+491701000701@sms\.example$/m);
    expect(mail!.header).toContain('Message-ID: <exim-1@mail.example>');
    expect(mail!.body).toContain('Ihr Code: 287082 =E2=82=AC');
  });

  it('uses one connection for several messages, and several at a time', async () => {
    const before = queue().length;
    const gateway = open({ connections: 2 });
    const outcomes = await Promise.all(Array.from({ length: 6 }, (_, index) => gateway.send(message({ reference: `many-${index}` }))));
    expect(outcomes.map(({ kind }) => kind)).toEqual(Array.from({ length: 6 }, () => 'sent'));
    await gateway.close();
    expect(queue()).toHaveLength(before + 6);
  });

  it.each([
    ['a password that is wrong', { password: 'n0t-it' }, {}, 'unavailable', /did not take the login \(535/],
    ['a number that it does not know', {}, { to: '+490000' }, 'rejected', /did not take the recipient \(550\)/],
    ['a number that it does not take now', {}, { to: '+491111' }, 'unavailable', /did not take the recipient \(451\): come back later/],
    ['a message that it does not like', { subject: 'spam {text}' }, {}, 'rejected', /did not take the message \(550\)/],
    ['another domain', { to: '{phone}@elsewhere.example' }, {}, 'rejected', /relay not permitted/],
    ['a certificate that is not trusted', { tls: {} }, {}, 'unavailable', /the certificate is self-signed/],
    ['no TLS, and so no login', { security: 'none' }, {}, 'unavailable', /offers no login/],
  ] as const)('%s', async (_, more, given, kind, reason) => {
    const before = queue().length;
    const outcome = await send(more, given);
    expect(outcome).toEqual({ kind, reason: expect.stringMatching(reason) });
    expect(JSON.stringify(outcome)).not.toMatch(/287082|s3cr3t|n0t-it|490000/);
    expect(queue()).toHaveLength(before);
  });
});
