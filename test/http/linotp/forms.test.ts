import fc from 'fast-check';
import { envelopeOf, inLinotpsHand } from '../../../src/http/linotp/envelope.js';
import { failure, httpStatusOf, missing } from '../../../src/http/linotp/errors.js';
import { write, type Told } from '../../../src/http/linotp/outcomes.js';
import { result } from '../../../src/http/linotp/reply.js';
import { idFor, transactionOf } from '../../../src/http/linotp/transactions.js';
import { linotpTransactionIds } from '../../../src/http/transactionIds.js';

const challenge = {
  transactionid: '88291066960766913', message: 'sms submitted', state: '88291066960766913',
  linotp_tokenserial: 'S1', linotp_tokentype: 'sms', linotp_tokendescription: 'my phone',
} as const;
const several = { challenges: { S1: { ...challenge, transactionid: '88205895435466.01', state: '88205895435466.01' } }, transactionid: '88205895435466', message: 'Multiple challenges submitted.' };
const accepted: Told = { kind: 'accepted', attributes: undefined, lengths: undefined };
const challenged: Told = { kind: 'challenged', detail: challenge };
const refused: Told = { kind: 'refused', reason: 'wrong-pin' };

describe('the envelope', () => {
  it('is written byte by byte as scripts expect it', () => {
    expect(inLinotpsHand(envelopeOf(result(true, { id: 0, detail: { message: 'für' } }), '9.9'))).toBe([
      '{', '   "jsonrpc": "2.0802",', '   "result": {', '      "status": true,', '      "value": true', '   },',
      '   "version": "Tanager 9.9",', '   "versionNumber": "9.9",', '   "id": 0,', '   "detail": {', '      "message": "f\\u00fcr"', '   }', '}',
    ].join('\n'));
  });

  it('has no detail where there is nothing to tell', () => {
    expect(envelopeOf(result(false, { detail: {} }), '1')).not.toHaveProperty('detail');
    expect(envelopeOf(result(false), '1')).not.toHaveProperty('detail');
  });

  it('is ASCII and stays what it was', () =>
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
      const written = inLinotpsHand({ text });
      expect(written).toMatch(/^[\x20-\x7e\n]*$/);
      expect(JSON.parse(written)).toEqual({ text });
    })));

  it('puts the code before the text of an error that has one', () => {
    expect(envelopeOf(missing('phone'), '1')).toMatchObject({ result: { status: false, error: { code: 905, message: "ERR905: Missing parameter: 'phone'" } }, id: 1 });
    expect(envelopeOf(failure(-311, 'Not authenticated'), '1')).toMatchObject({ result: { error: { code: -311, message: 'Not authenticated' } } });
  });
});

describe('httperror', () => {
  it.each([[undefined, [], undefined], ['400', [], 400], ['499', [], 499], ['', [], 500], ['many', [], 500], ['100', [], 500], ['600', [], 500], ['400', [905], 400], ['400', [77, 344], undefined]] as const)(
    '%s, limited to %j, is %s', (wanted, only, status) => expect(httpStatusOf(wanted, { code: 905 }, only)).toBe(status));
});

describe('simplecheck', () => {
  it.each<[string, Told]>([
    [':-)', accepted],
    [':-(', refused],
    [':-(', { kind: 'refused', reason: 'missing-parameter' }],
    [':-(', { kind: 'refused', reason: 'not-sent' }],
    [':-( 88291066960766913 sms submitted', challenged],
    [':-( 88291066960766913 sms with otp already submitted', { kind: 'challenged', detail: { ...challenge, message: 'sms with otp already submitted' } }],
    [':-( 88205895435466 Multiple challenges submitted.', { kind: 'challenged', detail: several }],
    [':-( 88291066960766913 Enter it', { kind: 'challenged', detail: { ...challenge, message: 'Enter it' } }],
    [':-( 88291066960766913', { kind: 'challenged', detail: { ...challenge, message: '' } }],
  ])('says %j', (text, told) => expect(write('simplecheck', told)).toEqual({ kind: 'text', text }));
});

describe('the other actions', () => {
  it('check tells the challenge and no reason', () => {
    expect(write('check', challenged)).toMatchObject({ value: false, id: 0, detail: challenge });
    expect(write('check', refused)).toEqual(write('check', { kind: 'refused', reason: 'unknown-user' }));
  });

  it('smspin is content with a challenge alone, and says so where clients look for it', () => {
    expect(write('smspin', challenged)).toMatchObject({ value: true, id: challenge, detail: challenge });
    expect(write('smspin', { kind: 'challenged', detail: several })).toMatchObject({ value: true, id: { ...several, state: '88205895435466' } });
    expect(write('smspin', accepted)).toMatchObject({ value: false, id: 0 });
    expect(write('smspin', refused)).toMatchObject({ value: false, id: 0 });
  });

  it('check_s alone tells a rejection from what it could not deal with', () => {
    expect(write('check_s', refused)).toMatchObject({ value: false });
    expect(write('check_s', refused)).not.toHaveProperty('status');
    for (const reason of ['missing-parameter', 'not-sent', 'no-gateway', 'unknown-user', 'no-token'] as const) expect(write('check_s', { kind: 'refused', reason })).toMatchObject({ status: false, value: false });
  });

  it('samlcheck gives attributes to those who were let in', () => {
    const attributes = { username: 'alice', surname: 'Smith', mobile: null, phone: null, givenname: 'Alice', email: null };
    expect(write('samlcheck', { ...accepted, attributes })).toMatchObject({ value: { auth: true, attributes } });
    expect(write('samlcheck', accepted)).toMatchObject({ value: { auth: true, attributes: {} } });
    expect(write('samlcheck', refused)).toMatchObject({ value: { auth: false, attributes: {} } });
  });
});

describe('the ids of a transaction', () => {
  it('lead every token back to its root', () =>
    fc.assert(fc.property(fc.uniqueArray(fc.stringMatching(/^[A-Z0-9]{1,8}$/), { minLength: 1, maxLength: 12 }), (serials) => {
      const root = linotpTransactionIds(17)(serials.length);
      const ids = serials.map((serial) => idFor(serial, root, serials));
      expect(new Set(ids).size).toBe(serials.length);
      for (const id of ids) {
        expect(id).toMatch(serials.length > 1 ? /^[1-9]\d{13}\.\d\d$/ : /^[1-9]\d{16}$/);
        expect(transactionOf(id)).toBe(root);
      }
    })));

  it('leaves alone what is none of its own', () => {
    for (const id of ['', 'abc.01', '12.3', '12.345', '1.02.03']) expect(transactionOf(id)).toBe(id);
  });
});
