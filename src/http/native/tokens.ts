import { z } from 'zod';
import type { HttpDependencies } from '../dependencies.js';
import { refusalOf, unknownToken } from './changes.js';
import { answer, endpoint, nothing, type Endpoint } from './endpoint.js';
import { invalid } from './faults.js';
import * as field from './fields.js';
import { tokenForm, tokenFormOf } from './tokenForm.js';
import { problem } from './problem.js';

const tag = 'Tokens';
const parameters = z.strictObject({ serial: field.serial });
const clearable = <T extends z.ZodType>(type: T) => z.union([type, z.null()], { error: 'must have the form that is documented, or be null to clear it' }).optional();

/** Tokens as a collection: enrol, list, read, change, delete. What one does with a single token otherwise is in tokenActions.ts. */
export const tokenEndpoints = ({ application: { tokens, queries, users, unknownGateways, now } }: HttpDependencies): Endpoint[] => {
  const asItIs = async (serial: string, headers?: Readonly<Record<string, string>>) => {
    const token = await queries.token(serial);
    return token ? answer(tokenFormOf(token, now()), headers) : unknownToken;
  };
  /** A name that nobody has would be found out by a user who gets no SMS. */
  const gatewayFault = async (list: string | null | undefined) => {
    const unknown = list ? await unknownGateways(list) : [];
    return unknown.length === 0 ? undefined : invalid([{ field: 'gateway', problem: `names what is no gateway: ${unknown.join(', ')}` }], 'body');
  };
  return [
    endpoint({
      method: 'post', path: '/tokens', tag, access: 'administrator', status: 201,
      summary: 'Enrol a token',
      description: 'What is left out gets the configured default; seed and serial are made. The seed is never shown.',
      body: z.strictObject({
        serial: field.serial.optional(),
        prefix: field.longText(20).optional().describe('First letters of a serial that is made'),
        user: field.user.optional(),
        realm: field.realm.optional(),
        realms: field.realms.optional(),
        phone: field.phone.optional(),
        dynamicPhone: z.boolean().optional().describe("The owner's number in the user directory is read at each send"),
        pin: field.pin.optional(),
        seed: field.secret(256, 'HOTP key in hexadecimal digits, 10 to 128 bytes (RFC 4226)').optional(),
        description: field.description.optional(),
        gateway: field.gatewayNames.optional(),
        ...field.limits,
        renew: z.boolean().optional().describe('Whether a serial that exists gets the new seed; else it is refused'),
      }),
      result: tokenForm,
      handle: async ({ body: { user, ...wish }, context }) => {
        const fault = await gatewayFault(wish.gateway);
        if (fault) return fault;
        const enrolled = await tokens.enrol({ ...wish, ...(user === undefined ? {} : { login: user }) }, context);
        if (enrolled.kind === 'refused') return refusalOf(enrolled)!;
        const { serial } = enrolled.value;
        return asItIs(serial, { Location: `/v1/tokens/${encodeURIComponent(serial)}` });
      },
    }),
    endpoint({
      method: 'get', path: '/tokens', tag, access: 'administrator', status: 200,
      summary: 'List tokens',
      description: 'In order of enrolment. `next` is the offset of the following page; it is absent on the last one.',
      query: z.strictObject({
        serial: z.string().regex(/^[0-9A-Za-z_.*-]{1,80}$/, { error: 'must have letters, digits, dots, dashes, underscores and * only' }).optional().describe('`*` stands for any text'),
        user: field.user.optional(),
        realm: field.realm.optional(),
        enabled: field.truth,
        assigned: field.truth,
        limit: field.count(1, 500, 50),
        offset: field.count(0, 1_000_000_000, 0),
      }),
      result: z.strictObject({ tokens: z.array(tokenForm), count: z.int().describe('How many match in all'), next: z.int().optional() }),
      handle: async ({ query: { user, realm, serial, enabled, assigned, limit, offset } }) => {
        const owner = user === undefined ? undefined : await users.find(user, realm);
        if (user !== undefined && !owner) return problem(400, 'unknown-user', 'There is no such user.', { field: 'user' });
        const narrowed = owner ? { owner: { login: owner.login, realm: owner.realm } } : { realm };
        const { count, tokens: found } = await queries.tokens({ ...narrowed, serial, active: enabled, assigned }, limit, offset);
        const next = offset + found.length;
        return answer({ tokens: found.map((token) => tokenFormOf(token, now())), count, ...(found.length > 0 && next < count ? { next } : {}) });
      },
    }),
    endpoint({
      method: 'get', path: '/tokens/{serial}', tag, access: 'administrator', status: 200,
      summary: 'Read a token', parameters, result: tokenForm,
      handle: ({ path: { serial } }) => asItIs(serial),
    }),
    endpoint({
      method: 'patch', path: '/tokens/{serial}', tag, access: 'administrator', status: 200,
      summary: 'Change limits and texts of a token',
      description: 'Only what is given is changed; null clears (RFC 7396). PIN, number and owner have paths of their own.',
      parameters,
      body: z.strictObject({
        description: clearable(field.description),
        gateway: clearable(field.gatewayNames),
        realms: field.realms.optional(),
        validFrom: clearable(field.instant),
        validUntil: clearable(field.instant),
        ...field.limits,
        ...field.furtherLimits,
        info: field.info.optional().describe('Free attributes; null removes one'),
      }),
      result: tokenForm,
      handle: async ({ path: { serial }, body: { description, gateway, validFrom, validUntil, ...rest }, context }) => {
        const cleared = { description: orEmpty(description), gateway: orEmpty(gateway), validFrom: orEmpty(validFrom), validUntil: orEmpty(validUntil) };
        return (await gatewayFault(gateway)) ?? refusalOf(await tokens.adjust(serial, { ...rest, ...cleared }, context)) ?? asItIs(serial);
      },
    }),
    endpoint({
      method: 'delete', path: '/tokens/{serial}', tag, access: 'administrator', status: 204,
      summary: 'Delete a token', description: 'Its past stays in the trail. To make a person unreadable there too, erase it.', parameters,
      handle: async ({ path: { serial }, context }) => refusalOf(await tokens.remove(serial, context)) ?? nothing,
    }),
  ];
};

/** The commands clear a field by an empty text. */
const orEmpty = (value: string | null | undefined): string | undefined => (value === null ? '' : value);
