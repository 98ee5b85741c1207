import fc from 'fast-check';
import express from 'express';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mergeParameters, readParameters } from '../../../src/http/linotp/parameters.js';

/** Names that objects of JavaScript treat in a way of their own are names like any other here. */
const name = fc.oneof(fc.constantFrom('user', 'pass', 'state', 'transactionid', 'constructor', 'toString', 'hasOwnProperty'), fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }))
  .filter((text) => !text.endsWith('[]') && text !== '__proto__' && !/[\r\n"]/.test(text));
const value = fc.string({ maxLength: 30, unit: 'grapheme' }).filter((text) => !/\r|\n/.test(text));
const fields = fc.uniqueArray(fc.tuple(name, value), { maxLength: 6, selector: ([key]) => key });

describe('parameters', () => {
  let server: Server;
  let base: string;
  beforeAll(async () => {
    const app = express().use(async (request, response) => {
      const read = await readParameters(request);
      response.json(read.kind === 'read' ? read.parameters.entries() : read.kind);
    });
    server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(() => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); }));

  const asked = async (init: RequestInit, query = ''): Promise<unknown> => (await fetch(`${base}${query}`, { method: 'POST', ...init })).json();

  it('take the query before the form, and a JSON object for all there is', () =>
    fc.assert(fc.property(fields, fields, (query, form) => {
      const merged = new Map(mergeParameters(query, { kind: 'form', fields: form }).entries());
      expect(merged).toEqual(new Map([...form, ...query]));
      expect(new Map(mergeParameters(query, { kind: 'json', fields: [], json: Object.fromEntries(form) }).entries())).toEqual(new Map(form));
    })));

  it('keep the first of several values, and lists by their name with []', () => {
    const merged = mergeParameters([['serial', 'A'], ['serial', 'B']], { kind: 'form', fields: [['tokens[]', 'X'], ['tokens[]', 'Y']] });
    expect(merged.get('serial')).toBe('A');
    expect(merged.list('serial')).toEqual(['A']);
    expect(merged.list('tokens')).toEqual(['X', 'Y']);
    expect(mergeParameters([], { kind: 'json', fields: [], json: { serial: ['A', 'B'] } }).list('serial')).toEqual(['A', 'B']);
  });

  it('tell an empty value from none', () => {
    const merged = mergeParameters([['state', '']], { kind: 'none', fields: [] });
    expect([merged.has('state'), merged.get('state'), merged.filled('state'), merged.has('pass')]).toEqual([true, '', undefined, false]);
  });

  it.each([['null'], ['[1, 2]'], ['"text"'], ['7']])('are none in a JSON body of %s', async (body) => {
    expect(await asked({ body, headers: { 'content-type': 'application/json' } })).toEqual([]);
  });

  it('of a body that is no JSON, or too large, are not read', async () => {
    expect(await asked({ body: '{"user": ', headers: { 'content-type': 'application/json' } })).toBe('malformed');
    expect(await asked({ body: new URLSearchParams({ data: 'x'.repeat(200_000) }) })).toBe('too-large');
  });
});
