import { z } from 'zod';
import type { HttpDependencies } from '../dependencies.js';
import { answer, endpoint, type Endpoint } from './endpoint.js';
import * as field from './fields.js';

const optionalText = z.string().optional();

export const userEndpoints = ({ application: { users } }: HttpDependencies): Endpoint[] => [
  endpoint({
    method: 'get', path: '/users', tag: 'Users', access: 'administrator', status: 200,
    summary: 'Find a user in the directory',
    query: z.strictObject({ user: field.user, realm: field.realm.optional() }),
    result: z.strictObject({
      users: z.array(z.strictObject({
        user: z.string(), realm: z.string(), resolver: z.string(), userId: z.string(),
        mobile: optionalText, phone: optionalText, email: optionalText, givenName: optionalText, surname: optionalText,
      })),
    }),
    handle: async ({ query }) => {
      const found = await users.find(query.user, query.realm);
      if (!found) return answer({ users: [] });
      const { login, realm, resolver, userId, mobile, phone, email, givenName, surname } = found;
      return answer({ users: [{ user: login, realm, resolver, userId, mobile, phone, email, givenName, surname }] });
    },
  }),
];
