import { z } from 'zod';
import { censor, uncensor } from '../../gateways/censoring.js';
import type { Definition } from '../../gateways/definition.js';
import type { GatewayDetails } from '../../projections/queries.js';
import type { Context } from '../../commands/context.js';
import type { HttpDependencies } from '../dependencies.js';
import { refusalOf } from './changes.js';
import { value, type Answer } from './envelope.js';
import { missing, notFound, parameterError } from './errors.js';
import { flag, name, scalar, text } from './parameters.js';
import { route, type Call } from './route.js';

const unknownGateway = notFound('The requested SMSGateway could not be found.');
const unknownOption = notFound('The requested SMSGatewayOption could not be found.');

/** A definition in privacyIDEA's words, secrets covered. One that was made in other words is shown by its kind. */
const recordOf = ({ number, name: gateway, description, kind, module, ...written }: GatewayDetails) => {
  const { options, headers, secretOptions, secretHeaders } = censor(written);
  return {
    id: number, name: gateway, description: description ?? null, providermodule: module ?? kind, options, headers, secret_options: secretOptions, secret_headers: secretHeaders,
  };
};

const byIdOrName = async (wanted: string, { application: { queries } }: HttpDependencies): Promise<GatewayDetails | undefined> =>
  (await queries.gateways()).find((gateway) => gateway.name === wanted || String(gateway.number) === wanted);

const list = async (_: Call<unknown>, { application: { queries } }: HttpDependencies): Promise<Answer> => value((await queries.gateways()).map(recordOf));

const placeParameters = z.object({ id: z.string().max(100) });

const one = async ({ parameters: { id } }: Call<z.infer<typeof placeParameters>>, deps: HttpDependencies): Promise<Answer> => {
  const found = await byIdOrName(id, deps);
  return value(found ? [recordOf(found)] : []);
};

const providers = async (_: Call<unknown>, { gatewayKinds }: HttpDependencies): Promise<Answer> => {
  const modules = gatewayKinds.kinds.flatMap(({ modules: each, description }) => each.filter((module) => module.startsWith('privacyidea.')).map((module) => [module, description] as const));
  return value(Object.fromEntries(modules.map(([module, description]) => [module, { options_allowed: true, headers_allowed: true, description, parameters: {} }])));
};

const defineParameters = z.looseObject({ name: name.optional(), module: name.optional(), description: text.optional() });

/** Defines, or replaces what was defined; a value that comes back covered stays as it is. */
const define = async ({ parameters, context }: Call<z.infer<typeof defineParameters>>, deps: HttpDependencies): Promise<Answer> => {
  const { name: gateway, module, description, ...rest } = parameters;
  if (gateway === undefined) return missing('name');
  if (module === undefined) return missing('module');
  const stored = await deps.application.queries.gateway(gateway);
  const options = withPrefix(rest, 'option.');
  const headers = withPrefix(rest, 'header.');
  const marked = (prefix: string): string[] => Object.entries(rest).filter(([key, on]) => key.startsWith(prefix) && flag.parse(on)).map(([key]) => key.slice(prefix.length));
  const posted: Definition = { module, options, headers, secrets: { options: marked('secret.option.'), headers: marked('secret.header.') } };
  return write(gateway, description, uncensor(posted, stored), context(), deps);
};

const withPrefix = (parameters: Readonly<Record<string, unknown>>, prefix: string): Record<string, string> =>
  Object.fromEntries(Object.entries(parameters).flatMap(([key, given]) => {
    const read = key.startsWith(prefix) ? scalar.safeParse(given) : undefined;
    return read?.success ? [[key.slice(prefix.length), read.data] as const] : [];
  }));

/** What is wrong is refused. What is missing is not: scripts put a gateway together step by step, and the answer says what keeps it from sending. */
const write = async (gateway: string, description: string | undefined, definition: Definition, context: Context, deps: HttpDependencies): Promise<Answer> => {
  const { application, gatewayKinds } = deps;
  const read = gatewayKinds.parseDefinition(definition);
  const { module, options, headers, secrets } = definition;
  const problem = 'faults' in read ? read.faults.map(({ key, problem: what }) => `${key} ${what}`).join('; ') : '';
  const kind = 'faults' in read ? read.incomplete : read.kind;
  if (kind === undefined) return parameterError(problem);
  const refused = refusalOf(await application.gateways.define({ name: gateway, kind, module, description, written: { options, headers, secrets } }, context));
  return refused ?? value((await application.queries.gateway(gateway))?.number, problem === '' ? undefined : { message: `Nothing can be sent through this gateway yet: ${problem}` });
};

const remove = async ({ parameters: { id }, context }: Call<z.infer<typeof placeParameters>>, deps: HttpDependencies): Promise<Answer> => {
  const found = await deps.application.queries.gateway(id);
  if (!found) return unknownGateway;
  return refusalOf(await deps.application.gateways.remove(id, context())) ?? value(found.number);
};

const optionParameters = z.object({ id: z.string().max(100), key: z.string().max(200) });

const removeOption = async ({ parameters: { id, key }, context }: Call<z.infer<typeof optionParameters>>, deps: HttpDependencies): Promise<Answer> => {
  const found = await byIdOrName(id, deps);
  if (!found) return unknownGateway;
  const [, place, option] = /^(option|header)\.(.+)$/s.exec(key) ?? [];
  const from = place === 'option' ? found.options : (found.headers ?? {});
  if (option === undefined || !Object.hasOwn(from, option)) return unknownOption;
  const rest = Object.fromEntries(Object.entries(from).filter(([each]) => each !== option));
  const { kind, module, secrets } = found;
  const definition: Definition = {
    ...(module === null ? { kind } : { module }), secrets,
    options: place === 'option' ? rest : found.options,
    headers: place === 'header' ? (rest as Record<string, string>) : (found.headers ?? {}),
  };
  return write(found.name, found.description ?? undefined, definition, context(), deps);
};

const administrator = { access: 'administrator' } as const;
export const smsgatewayRoutes = [
  ...['/smsgateway', '/smsgateway/'].flatMap((path) => [
    route({ ...administrator, methods: ['GET'], path, parameters: z.unknown(), answer: list }),
    route({ ...administrator, methods: ['POST'], path, parameters: defineParameters, answer: define }),
  ]),
  route({ ...administrator, methods: ['GET'], path: '/smsgateway/providers', parameters: z.unknown(), answer: providers }),
  route({ ...administrator, methods: ['DELETE'], path: '/smsgateway/option/:id/:key', parameters: optionParameters, answer: removeOption }),
  route({ ...administrator, methods: ['GET'], path: '/smsgateway/:id', parameters: placeParameters, answer: one }),
  route({ ...administrator, methods: ['DELETE'], path: '/smsgateway/:id', parameters: placeParameters, answer: remove }),
];
