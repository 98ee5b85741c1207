import { z } from 'zod';
import type { Endpoint } from './endpoint.js';
import { problemDetails } from './problem.js';

/** An endpoint, or what is one in all but its form. */
export type Documented = Omit<Endpoint, 'handle'> & { readonly produces?: string };

type Json = Readonly<Record<string, unknown>>;

/**
 * The API as an OpenAPI 3.1 document, made from the very schemas that check the requests.
 * @param version of the program
 */
export const openApi = (endpoints: readonly Documented[], version: string): Json => {
  const schemas: Record<string, Json> = {};
  const paths: Record<string, Record<string, Json>> = {};
  for (const endpoint of endpoints) (paths[`/v1${endpoint.path}`] ??= {})[endpoint.method] = operation(endpoint, schemas);
  const problem = { description: 'What is wrong (RFC 9457)', content: { 'application/problem+json': { schema: schemaOf(problemDetails, 'output', schemas) } } };
  return {
    openapi: '3.1.0',
    info: { title: 'Tanager', version, description: 'One-time passwords by SMS. docs/api.md shows the way.', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'The token of POST /v1/sessions, or an API key' } },
      responses: { Problem: problem },
      schemas,
    },
  };
};

const operation = ({ method, path, tag, summary, description, access, parameters, query, body, status, result, produces = 'application/json' }: Documented, schemas: Record<string, Json>): Json => ({
  operationId: operationId(method, path),
  tags: [tag],
  summary,
  ...(description === undefined ? {} : { description }),
  // where nobody has to sign in, administrators may say who they are all the same
  security: access === 'anyone' ? [{}, { bearer: [] }] : [{ bearer: [] }],
  ...(parameters || query ? { parameters: [...parametersOf('path', parameters), ...parametersOf('query', query)] } : {}),
  ...(body ? { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input', schemas) } } } } : {}),
  responses: {
    [status]: { description: status === 204 ? 'Done' : status === 201 ? 'Made' : 'The answer', ...(result ? { content: { [produces]: { schema: schemaOf(result, 'output', schemas) } } } : {}) },
    default: { $ref: '#/components/responses/Problem' },
  },
});

/** `postTokensBySerialEnable` */
const operationId = (method: string, path: string): string =>
  [method, ...path.split('/').filter(Boolean).map((part) => part.replace(/^\{(.*)\}$/, 'by-$1'))].join('-').replace(/-+([a-zA-Z])/g, (_, letter: string) => letter.toUpperCase());

const parametersOf = (place: 'path' | 'query', schema: z.ZodType | undefined): Json[] => {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input', {}) as { properties?: Record<string, Json>; required?: string[] };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name, in: place, required: place === 'path' || required.includes(name), ...(description === undefined ? {} : { description }), schema: rest,
  }));
};

/** @param schemas takes what has a name of its own; the result refers to it */
const schemaOf = (schema: z.ZodType, io: 'input' | 'output', schemas: Record<string, Json>): Json => {
  const made = z.toJSONSchema(schema, {
    io, unrepresentable: 'any',
    // the pattern of a time is a page long and says what the format says already
    override: ({ jsonSchema }) => { if (jsonSchema.format === 'date-time') delete jsonSchema.pattern; },
  });
  const { $schema: _, $defs = {}, id, ...rest } = JSON.parse(JSON.stringify(made).replaceAll('"#/$defs/', '"#/components/schemas/')) as { $schema?: string; $defs?: Record<string, Json>; id?: string };
  for (const [name, { id: _id, ...named }] of Object.entries($defs)) schemas[name] = named;
  if (id === undefined) return rest;
  schemas[id] = rest;
  return { $ref: `#/components/schemas/${id}` };
};
