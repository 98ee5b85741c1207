import fc from 'fast-check';
import type { Pieces } from './wire.js';
import type { Target } from './targets.js';

/** One request, as bytes: each character is one. */
export interface Shot {
  readonly target: string;
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly caller: Caller;
  readonly type: string;
  readonly body: string;
  readonly framing: Framing;
}

const callers = ['administrator', 'administrator', 'nobody', 'forged'] as const;
type Caller = (typeof callers)[number];

/** How the body goes over the wire. */
const framings = [
  'whole', 'whole', 'whole', 'whole', 'whole', 'whole', 'whole', 'whole', 'chunked', 'chunked', 'slow',
  'stops', 'cut-off', 'hangs-up', 'says-less', 'says-both', 'says-nonsense', 'says-twice', 'chunks-broken', 'chunks-endless', 'no-length', 'head-stops', 'head-broken',
] as const;
type Framing = (typeof framings)[number];
/** These are whole requests, which have to be answered. */
export const isWhole = ({ framing, method }: Shot): boolean => ['whole', 'chunked', 'slow'].includes(framing) && method !== 'CONNECT';

// ---- what is in it

const bytesOf = (text: string): string => Buffer.from(text).toString('latin1');
const nasty = [
  '', ' ', '0', '1', '-1', '1e400', '99999999999999999999', 'true', 'null', 'FUZZ', 'alice', 'admin', 'sms', 'main', '*', '%', '%_', '%00', '%zz', '%C0%80', '+', '\0', '\r\nX: 1', '../..', "' OR 1=1 --", '<b>',
  '${otp}', '{otp}', '{{', '{{}}', '__proto__', 'constructor', '\ud83d\udca5', '\ufeff', '\u202e', '2026-01-01T00:00:00Z', '0000-00-00', '+491701234567', 'alice@realm1', 'realm1\\alice', '(a+)+$', '/(((/',
  'http://127.0.0.1:1/', 'http://[::1', '{"URL":"http://127.0.0.1:1/"}', '{', 'development', 'sms.text', 'sms.wait', '12345678901234567.01', 'x'.repeat(300), 'x'.repeat(9000), 'a,'.repeat(3000),
];
const text = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...nasty) }, fc.string({ unit: 'binary', maxLength: 20 }));
const bytes = fc.uint8Array({ maxLength: 60 }).map((each) => Buffer.from(each).toString('latin1'));

const deep = (open: string, close: string) => fc.constantFrom(10, 1000, 9000, 60_000).map((depth) => (open.repeat(depth) + close.repeat(depth)).slice(0, 130_000));
const json = fc.oneof(
  { weight: 5, arbitrary: text.map((each) => JSON.stringify(each)) }, { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 2 }).map((each) => JSON.stringify(each)) },
  deep('[', ']'), deep('{"a":', '}').map((each) => each.replace(':}', ':1}')),
  fc.constantFrom('[]', '{}', 'null', '1e999', '-0', '[0,'.repeat(5) + '0' + ']'.repeat(5), `[${'0,'.repeat(30_000)}0]`, `[${'"a",'.repeat(20_000)}"a"]`, `"${'\\u0000'.repeat(5000)}"`, '"\\ud800"', '123456789012345678901234567890'),
);
const named = <T>(names: readonly string[], value: fc.Arbitrary<T>) =>
  fc.array(fc.tuple(fc.oneof({ weight: 8, arbitrary: fc.constantFrom('user', 'pass', 'serial', ...names) }, text), value), { maxLength: 6 });
const asObject = (all: readonly (readonly [string, string])[]): string => `{${all.map(([its, value]) => `${JSON.stringify(its)}:${value}`).join()}}`;
/** Names that mean something, at two levels. */
const object = (names: readonly string[]) => named(names, fc.oneof({ weight: 3, arbitrary: json }, named(names, json).map(asObject))).map(asObject);
const pairs = (names: readonly string[]) => named(names, text);
const encoded = (all: readonly (readonly [string, string])[]): string => all.map(([its, value]) => `${encodeURIComponent(its)}=${encodeURIComponent(value)}`).join('&');

const part = ([its, value]: readonly [string, string]): string => `--x\r\nContent-Disposition: form-data; name="${its}"\r\n\r\n${value}\r\n`;
const multipart = (names: readonly string[]) => fc.tuple(pairs(names), fc.constantFrom(
  '--x--\r\n', '', '--x', '--', '--y--', '--x\r\n', '--x\r\n\r\n--x--', '--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--', '--x\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--x--',
  '--x\r\nContent-Disposition: form-data; name="f"; filename="../../etc/passwd"\r\nContent-Type: image/png\r\n\r\n1\r\n--x--', `--x\r\n${'A: b\r\n'.repeat(3000)}\r\n1\r\n--x--`, `--x\r\nA: ${'b'.repeat(90_000)}`,
  '--x\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: text/plain; charset=utf-16\r\n\r\n\xff\xfe\r\n--x--', '--x\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: form-data; name=a\r\n\r\n!!\r\n--x--', part(['a', '1']).repeat(400),
)).map(([all, end]) => bytesOf(all.map(part).join('')) + end);

const jsonTypes = fc.constantFrom('application/json', 'application/json', 'application/json; charset=utf-16', 'application/problem+json', 'text/plain', 'application/x-www-form-urlencoded', '');
const multipartTypes = fc.constantFrom('multipart/form-data; boundary=x', 'multipart/form-data; boundary=x', 'multipart/form-data; boundary="x"', 'multipart/form-data', 'multipart/form-data; boundary=', `multipart/form-data; boundary=${'x'.repeat(300)}`, 'multipart/form-data; boundary=\xff');
const allTypes = fc.oneof(jsonTypes, multipartTypes, fc.constantFrom('application/xml', 'a/b', '/', ';', 'multipart/mixed; boundary=x'));

const bodies = (names: readonly string[]): fc.Arbitrary<{ type: string; body: string }> => fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: jsonTypes, body: object(names).map(bytesOf) }) },
  { weight: 1, arbitrary: fc.record({ type: jsonTypes, body: json.map(bytesOf) }) },
  // cut off, or one byte changed
  { weight: 2, arbitrary: fc.tuple(object(names).map(bytesOf), fc.nat(300), bytes).map(([body, at, what]) => ({ type: 'application/json', body: body.slice(0, at) + what })) },
  { weight: 4, arbitrary: fc.record({ type: fc.constantFrom('application/x-www-form-urlencoded', 'APPLICATION/X-WWW-FORM-URLENCODED;charset=latin1'), body: pairs(names).map(encoded) }) },
  { weight: 1, arbitrary: fc.constantFrom('a=1&'.repeat(300), '&'.repeat(100_000), '=', '%', '%zz=%zz', 'a='.repeat(50_000), 'x'.repeat(140_000)).map((body) => ({ type: 'application/x-www-form-urlencoded', body })) },
  { weight: 3, arbitrary: fc.record({ type: multipartTypes, body: multipart(names) }) },
  { weight: 2, arbitrary: fc.record({ type: allTypes, body: bytes }) },
  { weight: 2, arbitrary: fc.constant({ type: '', body: '' }) },
);

// ---- where it goes

const safe = (each: string): string => encodeURIComponent(each).slice(0, 2000);
const inPath = fc.oneof({ weight: 3, arbitrary: fc.constantFrom('FUZZ', 'main', 'sms.text', 'development', 'admin', '1') }, text.map(safe), fc.constantFrom('%zz', '%E0%A4%A', '%2F', '%00', '.', '..', ';a=1'));
const twists = fc.oneof({ weight: 12, arbitrary: fc.constant((path: string) => path) }, fc.constantFrom<((path: string) => string)[]>(
  (path) => `${path}/`, (path) => `/${path}`, (path) => path.toUpperCase(), (path) => `http://elsewhere.example${path}`, (path) => path.replaceAll('/', '//'), (path) => `/.${path}`, (path) => `${path}%00`, (path) => `${path}#a`,
  () => '*', () => '//', () => '//[', () => '/%', (path) => `${path}/${'a/'.repeat(2000)}`, (path) => path.replace('/v1', '/v1/.').replace('/linotp', '/linotp/..'),
));
const queries = (names: readonly string[]) => fc.oneof({ weight: 3, arbitrary: fc.constant('') }, { weight: 3, arbitrary: pairs(names).map((all) => `?${encoded(all).slice(0, 6000)}`) },
  fc.constantFrom('?', '??', '?&&==', '?%zz=%', '?a[b][c]=1&a=2', '?__proto__[x]=1', `?${'a=1&'.repeat(1500)}`, `?${'a[]=1&'.repeat(1000)}`, '?a=\xff', `?${'['.repeat(2000)}`));
const headers = fc.array(fc.oneof(
  fc.constantFrom<[string, string][]>(
    ['Origin', 'null'], ['Origin', 'http://['], ['Sec-Fetch-Site', 'cross-site'], ['X-Forwarded-Host', '['], ['X-Forwarded-For', 'x'.repeat(3000)], ['Cookie', '='], ['Cookie', ';'.repeat(2000)], ['Cookie', 'access_token_cookie=x.y.z; csrf_access_token=1'],
    ['X-CSRF-TOKEN', '\xff'], ['PI-Authorization', 'x.y.z'], ['User-Agent', 'privacyidea-cp/3'], ['User-Agent', ''], ['Content-Encoding', 'gzip'], ['Accept-Encoding', 'x'], ['Accept', '\0'], ['Range', 'bytes=0-1,5-'], ['If-None-Match', '*'],
    ['Upgrade', 'websocket'], ['Last-Event-ID', '999999999999999'], ['Last-Event-ID', '-1'], ['Forwarded', 'for='], ['Accept-Language', 'de;q=x'], ['Expect', '100-continue'], ['Expect', 'nonsense'], ['X', 'x'.repeat(17_000)], ['Host', ''], ['X-HTTP-Method-Override', 'DELETE'],
  ),
  fc.constantFrom('X-Twilio-Signature', 'MessageBird-Signature', 'X-Request-Id').chain((its) => fc.constantFrom<[string, string][]>([its, ''], [its, 'e30.e30.e30'], [its, '\xff\xfe'])),
), { maxLength: 3 });

/** Any request to one of these. */
export const shotsAt = (targets: readonly Target[]): fc.Arbitrary<Shot> => fc.constantFrom(...targets).chain((target) => fc.record({
  target: fc.constant(`${target.front} ${target.path}`),
  method: fc.oneof({ weight: 10, arbitrary: fc.constantFrom(...target.methods) }, fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'CONNECT', 'PROPFIND', 'M-SEARCH')),
  url: fc.tuple(fc.array(inPath, { minLength: 4, maxLength: 4 }), twists, queries(target.names)).map(([parts, twist, query]) => {
    const left = [...parts];
    return `${twist(target.path.replace(/\{\w+\}/g, () => left.pop()!))}${query}`;
  }),
  headers, caller: fc.constantFrom(...callers), framing: fc.constantFrom(...framings), given: bodies(target.names),
}).map(({ given, ...shot }) => ({ ...shot, ...given })));

// ---- how it is written

const crlf = '\r\n';

/** @param own headers of the one who calls */
export const written = ({ method, url, headers: more, type, body, framing }: Shot, own: readonly (readonly [string, string])[]): { pieces: Pieces; ending: 'wait' | 'end' | 'hang-up' } => {
  const all = [['Host', '127.0.0.1'], ...own, ...more, ...(type === '' ? [] : [['Content-Type', type]])];
  const head = (...framed: string[]): string => [`${method} ${url} HTTP/1.1`, ...all.map(([its, value]) => `${its}: ${value}`), ...framed, 'Connection: close'].join(crlf) + crlf + crlf;
  const long = `Content-Length: ${body.length}`;
  const half = Math.ceil(body.length / 2);
  const chunk = (piece: string): string => (piece === '' ? '' : `${piece.length.toString(16)}${crlf}${piece}${crlf}`);
  switch (framing) {
    case 'whole': return { pieces: [head(long) + body], ending: 'wait' };
    case 'chunked': return { pieces: [head('Transfer-Encoding: chunked'), chunk(body.slice(0, half)), chunk(body.slice(half)), `0${crlf}${crlf}`], ending: 'wait' };
    case 'slow': return { pieces: [head(long).slice(0, 10), 20, head(long).slice(10), 20, body.slice(0, 1), 20, body.slice(1)], ending: 'wait' };
    case 'stops': return { pieces: [head(`Content-Length: ${body.length + 10}`), body], ending: 'wait' };
    case 'cut-off': return { pieces: [head(`Content-Length: ${body.length + 10}`), body], ending: 'end' };
    case 'hangs-up': return { pieces: [head(`Content-Length: ${body.length + 10}`), body], ending: 'hang-up' };
    case 'says-less': return { pieces: [head(`Content-Length: ${half}`) + body], ending: 'wait' };
    case 'says-both': return { pieces: [head(long, 'Transfer-Encoding: chunked') + body], ending: 'end' };
    case 'says-nonsense': return { pieces: [head('Content-Length: -1') + body], ending: 'end' };
    case 'says-twice': return { pieces: [head(long, 'Content-Length: 3') + body], ending: 'end' };
    case 'chunks-broken': return { pieces: [head('Transfer-Encoding: chunked'), chunk(body), `zz${crlf}`], ending: 'end' };
    case 'chunks-endless': return { pieces: [head('Transfer-Encoding: chunked'), chunk(body), chunk('x'.repeat(200_000))], ending: 'wait' };
    case 'no-length': return { pieces: [head() + body], ending: 'end' };
    case 'head-stops': return { pieces: [head(long).slice(0, -2)], ending: 'wait' };
    case 'head-broken': return { pieces: [head(long, 'no colon', ': no name', 'a\0b: c') + body], ending: 'end' };
  }
};
