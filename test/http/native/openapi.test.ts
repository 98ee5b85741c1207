import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentedEndpoints } from '../../../src/http/native/router.js';
import { startApi, type Api } from '../../fixtures/api.js';

describe('the documentation of the native API', () => {
  let api: Api;
  beforeAll(async () => { api = await startApi(); });
  afterAll(() => api.stop());

  it('is an OpenAPI document of every endpoint', async () => {
    const { status, body } = await api.call('GET', '/v1/openapi.json');
    expect([status, body.openapi, body.info.version]).toEqual([200, '3.1.0', api.tanager.application.version]);
    const operations = Object.entries(body.paths as Record<string, Record<string, { operationId: string; parameters?: { name: string; in: string }[] }>>)
      .flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })));
    expect(operations).toHaveLength(documentedEndpoints(api.tanager.http).length);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const { path, parameters = [] } of operations) {
      const named = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
      expect([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)).toEqual(named);
    }
    for (const [, ref] of JSON.stringify(body).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      expect(ref!.split('/').reduce((node, key) => node?.[key], body)).toBeDefined();
    }
  });

  it('says what a body must hold', async () => {
    const { body } = await api.call('GET', '/v1/openapi.json');
    const { schema } = body.paths['/v1/sessions'].post.requestBody.content['application/json'];
    expect(schema).toMatchObject({ type: 'object', required: ['account', 'password'], additionalProperties: false, properties: { password: { type: 'string', writeOnly: true } } });
  });

  it('for people names every endpoint', () => {
    const text = readFileSync(join(__dirname, '../../../docs/api.md'), 'utf8');
    const missing = documentedEndpoints(api.tanager.http).map(({ method, path }) => `${method.toUpperCase()} /v1${path}`).filter((line) => !text.includes(line));
    expect(missing).toEqual([]);
  });
});
