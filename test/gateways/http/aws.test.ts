import { createHash, createHmac } from 'node:crypto';
import { authenticationOf } from '../../../src/gateways/http/authentication.js';
import { httpOptions } from '../../../src/gateways/http/options.js';
import { requestWriter, type Request } from '../../../src/gateways/http/request.js';
import { startGatewayServer } from '../../fixtures/gatewayServer.js';
import { faultsOf, message, native, openHttp } from './openHttp.js';

const aws = { region: 'us-east-1', service: 'iam', accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };

it('signs the example of the manual as the manual does', () => {
  const authentication = authenticationOf(httpOptions.parse({ url: 'https://iam.amazonaws.com/', query: { t: '{text}' }, aws }), () => new Date('2015-08-30T12:36:00Z'));
  const request: Request = { origin: 'https://iam.amazonaws.com', path: '/?Action=ListUsers&Version=2010-05-08', method: 'GET', headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' } };
  const proven = authentication.prove(request);
  expect(proven.headers['authorization']).toBe('AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7');
  expect(proven).toMatchObject({ path: request.path, headers: { 'x-amz-date': '20150830T123600Z', host: 'iam.amazonaws.com' } });
});

it('sends what a server can check: body, host and headers', async () => {
  const server = await startGatewayServer();
  const gateway = openHttp(native({ url: `${server.url}/`, form: { Action: 'Publish', PhoneNumber: '{phone}', Message: '{text}' }, aws: { ...aws, service: 'sns', sessionToken: 'session-1' } }));
  expect(await gateway.send(message({ text: 'Ihr Code: 287082 & mehr €' }))).toEqual({ kind: 'sent' });
  const { headers, body } = await server.next();
  await gateway.close();
  await server.close();
  const [, scope, signedHeaders, signature] = /Credential=AKIDEXAMPLE\/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)/.exec(headers.authorization!)!;
  const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
  const canonical = ['POST', '/', '', ...signedHeaders!.split(';').map((name) => `${name}:${String(headers[name])}`), '', signedHeaders, hash(body)].join('\n');
  const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
  const key = scope!.split('/').reduce<string | Buffer>((so, part) => hmac(so, part), `AWS4${aws.secretAccessKey}`);
  expect(hmac(key, ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, hash(canonical)].join('\n')).toString('hex')).toBe(signature);
  expect(signedHeaders!.split(';')).toEqual(expect.arrayContaining(['host', 'content-type', 'x-amz-date', 'x-amz-security-token']));
  expect(headers).toMatchObject({ 'x-amz-security-token': 'session-1', host: new URL(server.url).host });
});

it('signs a path and a query that hold anything', () => {
  const options = httpOptions.parse({ url: 'https://sns.example/{reference}/x', query: { m: '{text}' }, aws });
  const request = requestWriter(options)(message({ text: "a b*c'd(e)~ä+&=/%", reference: 'r 1' }));
  const { path } = authenticationOf(options, () => new Date()).prove(request as Request);
  expect(new URL(path, 'https://sns.example').searchParams.get('m')).toBe("a b*c'd(e)~ä+&=/%");
  expect(decodeURIComponent(path.split('?')[0]!)).toBe('/r 1/x');
});

it('goes without a password', () => {
  expect(faultsOf(native({ url: 'https://sns.example/', aws, username: 'u', password: 'p' }))).toEqual({ aws: expect.stringContaining('username') });
  expect(faultsOf(native({ url: 'https://sns.example/', aws: { region: 'x', service: 'sns' } }))).toEqual({ 'aws.accessKeyId': 'is missing', 'aws.secretAccessKey': 'is missing' });
});
