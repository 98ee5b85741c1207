import { PDU, type Unit } from 'smpp';
import { overhear } from '../../fixtures/surroundings.js';
import { receiptOf } from '../../fixtures/smsc.js';
import type { Receipt } from '../../../src/gateways/gateway.js';
import { gatewayTo, message, smscWith } from './openSmpp.js';

describe('a receipt', () => {
  it('is told, and acknowledged only when it is written down', async () => {
    const smsc = await smscWith({ onSubmit: () => ({ id: 'a-1' }) });
    const order: string[] = [];
    let writeDown: () => void = () => undefined;
    const heard = overhear(() => new Promise<boolean>((resolve) => { writeDown = () => { order.push('written'); resolve(true); }; }));
    const gateway = gatewayTo(smsc.port, { receipts: true }, heard);
    await gateway.send(message());
    const answered = smsc.deliver(receiptOf('a-1', 'DELIVRD')).then((answer) => { order.push('acknowledged'); return answer; });
    expect(await heard.nextReceipt()).toEqual({ messageId: 'a-1', state: 'delivered', detail: 'DELIVRD' });
    // whatever else goes over the line meanwhile overtakes it
    await gateway.send(message());
    expect(order).toEqual([]);
    writeDown();
    expect(await answered).toMatchObject({ command: 'deliver_sm_resp', command_status: 0 });
    expect(order).toEqual(['written', 'acknowledged']);
  });

  it('may come by parameters, twice, and out of order', async () => {
    const smsc = await smscWith();
    const heard = overhear();
    gatewayTo(smsc.port, { receipts: true }, heard);
    const byParameters = { esm_class: 0x04, short_message: '', receipted_message_id: 'm-9', message_state: 5 };
    for (const parameters of [byParameters, receiptOf('m-9', 'ACCEPTD'), byParameters]) expect(await smsc.deliver(parameters)).toMatchObject({ command_status: 0 });
    expect(heard.receipts).toEqual([
      { messageId: 'm-9', state: 'undelivered', detail: 'UNDELIV' }, { messageId: 'm-9', state: 'pending', detail: 'ACCEPTD' }, { messageId: 'm-9', state: 'undelivered', detail: 'UNDELIV' },
    ]);
  });

  it('is asked for again when it could not be written down', async () => {
    const smsc = await smscWith();
    let fails = true;
    const heard = overhear(() => {
      if (fails) throw new Error('disk full');
      return true;
    });
    gatewayTo(smsc.port, { receipts: true }, heard);
    expect(await smsc.deliver(receiptOf('m-1', 'DELIVRD'))).toMatchObject({ command_status: 0x64 });
    fails = false;
    expect(await smsc.deliver(receiptOf('m-1', 'DELIVRD'))).toMatchObject({ command_status: 0 });
  });

  it('of a message that nobody knows is taken, so that it does not come for ever', async () => {
    const smsc = await smscWith();
    const heard = overhear(() => false);
    gatewayTo(smsc.port, { receipts: true }, heard);
    expect(await smsc.deliver(receiptOf('zz-1', 'DELIVRD'))).toMatchObject({ command_status: 0 });
    expect(heard.receipts).toHaveLength(1);
  });

  it('that is there before the answer to its message waits until the message is known', async () => {
    const known = new Set<string>();
    const heard = overhear(({ messageId }) => known.has(messageId!));
    const early: Promise<Unit>[] = [];
    const smsc = await smscWith({ onSubmit: () => { early.push(smsc.deliver(receiptOf('early-1', 'DELIVRD'))); return { id: 'early-1', after: 20 }; } });
    const gateway = gatewayTo(smsc.port, { receipts: true }, heard);
    expect(await gateway.send(message())).toEqual({ kind: 'sent', messageId: 'early-1' });
    known.add('early-1');
    expect(await early[0]).toMatchObject({ command_status: 0 });
    expect(heard.receipts.length).toBeGreaterThan(1);
    expect(heard.receipts.every(({ messageId }) => messageId === 'early-1')).toBe(true);
  });

  it('that comes in one piece with the answer to its message finds it', async () => {
    const smsc = await smscWith({ onSubmit: () => 'say nothing' });
    const heard = overhear();
    const gateway = gatewayTo(smsc.port, { receipts: true }, heard);
    const outcome = gateway.send(message());
    await smsc.submitted(1);
    const answer = smsc.submits[0]!.response({ message_id: 'ABC1' });
    smsc.sessions[0]!.socket.write(Buffer.concat([answer.toBuffer(), new PDU('deliver_sm', receiptOf('43969', 'DELIVRD')).toBuffer()]));
    expect(await outcome).toEqual({ kind: 'sent', messageId: 'abc1' });
    expect(await heard.nextReceipt()).toMatchObject({ messageId: 'abc1' });
  });

  it.each([
    ['00ABC1', '43969', 'auto'], ['43969', '0000abc1', 'auto'], ['00ABC1', 'abc1', 'auto'], ['00ABC1', '43969', 'hex-decimal'], ['43969', 'ABC1', 'decimal-hex'], ['ABC1', '000abc1', 'same'],
  ])('of the message %s finds it as %s (%s)', async (submitted, reported, idFormat) => {
    const smsc = await smscWith({ onSubmit: () => ({ id: submitted }) });
    const told: Receipt[] = [];
    const heard = overhear((receipt) => told.push(receipt) > 0);
    const gateway = gatewayTo(smsc.port, { receipts: true, idFormat }, heard);
    const outcome = await gateway.send(message());
    const sent = outcome.kind === 'sent' ? outcome.messageId : undefined;
    expect(sent).toBeDefined();
    await smsc.deliver(receiptOf(reported, 'DELIVRD'));
    // a message of ours is known by its id: no other is ever asked about
    expect(told.map(({ messageId }) => messageId)).toEqual([sent]);
  });
});

describe('a gateway that is closed', () => {
  it('answers first what it has been told, and waits for no message that is not known', async () => {
    const smsc = await smscWith({ onSubmit: () => ({ id: 'late-1' }) });
    let writeDown: (known: boolean) => void = () => undefined;
    const heard = overhear(({ messageId }) => messageId === 'slow-1' ? new Promise<boolean>((resolve) => { writeDown = resolve; }) : false);
    const gateway = gatewayTo(smsc.port, { receipts: true }, heard);
    await gateway.send(message());
    const answers = [smsc.deliver(receiptOf('slow-1', 'DELIVRD')), smsc.deliver(receiptOf('late-1', 'DELIVRD'))];
    for (let receipts = 0; receipts < 2; receipts += 1) await heard.nextReceipt();
    const closed = gateway.close();
    writeDown(true);
    expect(await Promise.all(answers)).toMatchObject([{ command_status: 0 }, { command_status: 0 }]);
    await closed;
    expect(smsc.heard.at(-1)).toMatchObject({ command: 'unbind' });
  });
});

describe('what is no receipt', () => {
  it('is taken and passed over: a message from a telephone, however it reads', async () => {
    const smsc = await smscWith();
    const heard = overhear();
    gatewayTo(smsc.port, { receipts: true }, heard);
    expect(await smsc.deliver({ ...receiptOf('m1', 'DELIVRD'), esm_class: 0 })).toMatchObject({ command_status: 0 });
    expect(await smsc.deliver({ esm_class: 0x04, short_message: 'nothing that can be read' })).toMatchObject({ command_status: 0 });
    expect(heard.receipts).toEqual([]);
  });

  it('is refused when it cannot be read, and the line stays', async () => {
    const smsc = await smscWith();
    const heard = overhear();
    const gateway = gatewayTo(smsc.port, { receipts: true }, heard);
    const session = await smsc.bound();
    const torn = Buffer.from('0000001400000005000000000000006300010131', 'hex');
    const strange = Buffer.from('00000010000001030000000000000064', 'hex');
    const answers: Unit[] = [];
    const both = new Promise<void>((resolve) => session.on('pdu', (unit: Unit) => { if (answers.push(unit) === 2) resolve(); }));
    for (const bytes of [torn, strange]) session.socket.write(bytes);
    await both;
    expect(answers.map(({ command, command_status, sequence_number }) => [command, command_status, sequence_number]).sort()).toEqual([['deliver_sm_resp', 2, 0x63], ['generic_nack', 3, 0x64]]);
    expect(await gateway.send(message())).toMatchObject({ kind: 'sent' });
  });

  it('many at once are taken one like the other', async () => {
    const smsc = await smscWith();
    const heard = overhear();
    gatewayTo(smsc.port, { receipts: true }, heard);
    const answers = await Promise.all(Array.from({ length: 500 }, (_, index) => smsc.deliver(receiptOf(`x-${index}`, 'DELIVRD'))));
    expect(answers.every(({ command_status }) => command_status === 0)).toBe(true);
    expect(new Set(heard.receipts.map(({ messageId }) => messageId)).size).toBe(500);
  });
});
