import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { overhear } from '../../fixtures/surroundings.js';
import { message, registry } from '../../gateways/smpp/openSmpp.js';
import { freePort, startProgram, type Program } from '../program.js';

const isThere = spawnSync('perl', ['-MNet::SMPP', '-MJSON::PP', '-e', '1']).status === 0;
const describeIf = isThere ? describe : describe.skip;

describeIf(`the SMPP gateway and the Net::SMPP of Perl${isThere ? '' : ': not run, since this machine does not have it (Debian package libnet-smpp-perl)'}`, () => {
  let smsc: Program;
  let port: number;

  beforeAll(async () => {
    port = await freePort();
    smsc = startProgram('perl', [join(__dirname, 'smsc.pl'), String(port)]);
    await smsc.says(/listening/);
  });
  afterAll(() => smsc.stop());

  const told = (what: string): Record<string, unknown>[] =>
    smsc.output().split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Record<string, Record<string, unknown>>).filter((line) => what in line).map((line) => line[what]!);

  it('bind, send in both alphabets and in parts, hear of the delivery, and part', async () => {
    const read = registry.parseDefinition({ kind: 'smpp', options: { host: '127.0.0.1', port, systemId: 'tanager', password: 'hunter22', source: { address: 'Tanager' }, receipts: true } });
    if ('faults' in read) throw new Error(JSON.stringify(read.faults));
    const heard = overhear();
    const gateway = read.open('perl', heard);
    const delivered: unknown[] = [];
    for (const text of ['Code 918273 {€}', 'Code 918274 – 验证码', `Code 918275 ${'long '.repeat(60)}`]) {
      const outcome = await gateway.send(message({ text, validity: 300 }));
      const receipt = await heard.nextReceipt();
      delivered.push([outcome, receipt.messageId, receipt.state]);
    }
    expect(delivered).toEqual(['abc1', 'abc2', 'abc5'].map((messageId) => [{ kind: 'sent', messageId }, messageId, 'delivered']));
    await gateway.close();
    await smsc.says(/unbind/);

    expect(told('bind')).toEqual([{ system_id: 'tanager', password: 'hunter22', system_type: '' }]);
    const common = { source_addr: 'Tanager', source_addr_ton: 5, destination_addr: '491701234567', dest_addr_ton: 1, validity_period: '000000000500000R' };
    const [plain, wide, ...parts] = told('submit');
    expect(plain).toEqual({ ...common, esm_class: 0, data_coding: 0, registered_delivery: 1, message: `${Buffer.from('Code 918273 ').toString('hex')}1b281b651b29` });
    expect(wide).toMatchObject({ ...common, data_coding: 8 });
    expect(Buffer.from(wide!['message'] as string, 'hex').swap16().toString('utf16le')).toBe('Code 918274 – 验证码');
    expect(parts.map(({ esm_class, registered_delivery }) => [esm_class, registered_delivery])).toEqual([[0x40, 0], [0x40, 0], [0x40, 1]]);
    const bytes = parts.map((part) => Buffer.from(part['message'] as string, 'hex'));
    expect(bytes.map((part) => [...part.subarray(0, 6)])).toEqual([1, 2, 3].map((number) => [5, 0, 3, bytes[0]![3], 3, number]));
    expect(bytes.map((part) => part.subarray(6).toString('latin1')).join('')).toBe(`Code 918275 ${'long '.repeat(60)}`);
    expect(told('acknowledged')).toEqual([0, 0, 0]);
  });
});
