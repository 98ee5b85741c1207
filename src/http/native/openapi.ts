import { z } from 'zod';
import type { Endpoint } from './endpoint.js';
import { problemDetails } from './problem.js';

/**
 * The API as an OpenAPI 3.1 document, made from the very schemas that check the requests.
 * @param version of the program
 */
export const openApi = (endpoints: readonly Endpoint[], version: string): Readonly<Record<string, unknown>> => {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const endpoint of endpoints) (paths[`/v1${endpoint.path}`] ??= {})[endpoint.method] = operation(endpoint);
  return {
    openapi: '3.1.0',
    info: { title: 'Tanager', version, description: 'One-time passwords by SMS. docs/api.md shows the way.', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'The token of POST /v1/sessions, or an API key' } },
      responses: { Problem: { description: 'What is wrong (RFC 9457)', content: { 'application/problem+json': { schema: schemaOf(problemDetails, 'output') } } } },
    },
  };
};

const operation = ({ method, path, tag, summary, description, access, parameters, query, body, status, result }: Endpoint) => ({
  operationId: operationId(method, path),
  tags: [tag],
  summary,
  ...(description === undefined ? {} : { description }),
  // where nobody has to sign in, administrators may say who they are all the same
  security: access === 'anyone' ? [{}, { bearer: [] }] : [{ bearer: [] }],
  ...(parameters || query ? { parameters: [...parametersOf('path', parameters), ...parametersOf('query', query)] } : {}),
  ...(body ? { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } } } : {}),
  responses: {
    [status]: { description: status === 204 ? 'Done' : status === 201 ? 'Made' : 'The answer', ...(result ? { content: { 'application/json': { schema: schemaOf(result, 'output') } } } : {}) },
    default: { $ref: '#/components/responses/Problem' },
  },
});

const operationId = (method: string, path: string): string =>
  [method, ...path.split('/').filter(Boolean).map((part) => part.replace(/^\{(.*)\}$/, 'by-$1'))].join('-').replace(/-+([a-zA-Z])/g, (_, letter: string) => letter.toUpperCase());

const parametersOf = (place: 'path' | 'query', schema: z.ZodType | undefined) => {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as { properties?: Record<string, Record<string, unknown>>; required?: string[] };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name, in: place, required: place === 'path' || required.includes(name), ...(description === undefined ? {} : { description }), schema: rest,
  }));
};

/** Without `$schema` and `id`: every schema stands where it is used. */
const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> => {
  const { $schema: _schema, id: _id, ...rest } = z.toJSONSchema(schema, {
    io, reused: 'inline', unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      delete jsonSchema.id;
      // the pattern of a time is a page long and says what the format says already
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
    },
  }) as Record<string, unknown>;
  return rest;
};
