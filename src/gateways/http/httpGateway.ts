import type { Gateway, GatewayKind, SendOutcome } from '../gateway.js';
import { isSecretName } from '../secretNames.js';
import { sentAs } from '../sentAs.js';
import { decoded, readAddress } from './address.js';
import { connect } from './connection.js';
import { excerpt } from '../excerpt.js';
import { outcomeOfFailure } from './failure.js';
import { linotpForm } from './linotpForm.js';
import { httpOptions, type HttpOptions } from './options.js';
import { privacyideaForm } from './privacyideaForm.js';
import { mostRedirects, redirected } from './redirect.js';
import { requestWriter, type Request } from './request.js';
import { judge } from './verdict.js';

/** A gateway that is called by HTTP. */
export const httpGateway: GatewayKind<HttpOptions> = {
  kind: 'http',
  description: 'Calls a gateway by HTTP or HTTPS',
  schema: httpOptions,
  forms: [linotpForm, privacyideaForm],
  timeout: ({ connectTimeout, timeout }) => (connectTimeout + timeout) * 1000,
  concurrency: ({ connections }) => connections,
  open: (_, options) => open(options),
};

const open = (options: HttpOptions): Gateway => {
  const write = requestWriter(options);
  const verdict = judge(options);
  const connection = connect(options);
  const longest = httpGateway.timeout(options);
  const passwords = secretsOf(options);

  const follow = async (first: Request): Promise<SendOutcome & { readonly body?: string }> => {
    const deadline = performance.now() + longest;
    let request = first;
    for (let hop = 0; ; hop += 1) {
      const result = await connection.exchange(request, Math.max(1, deadline - performance.now()));
      if (result.kind === 'failed') {
        // the first server had the message already when a later step fails
        const failed = hop === 0 ? result : { ...result, written: true };
        return outcomeOfFailure(failed, new URL(request.origin).host);
      }
      const next = redirected(request, result.reply);
      if (next === undefined) return { ...verdict(result.reply), body: result.reply.body };
      if ('problem' in next) return { kind: 'rejected', reason: `the gateway answered with ${next.problem}` };
      if (hop === mostRedirects) return { kind: 'rejected', reason: 'the gateway redirects too often' };
      request = next;
    }
  };

  return {
    send: async (message) => {
      const request = write(message);
      if ('problem' in request) return { kind: 'unavailable', reason: request.problem };
      const { body, ...outcome } = await follow(request);
      return outcome.kind === 'sent' ? sentAs(outcome.messageId, message) : withExcerpt(outcome, body, [message.text.reveal(), message.to, ...passwords]);
    },
    close: () => connection.close(),
  };
};

const withExcerpt = <T extends { readonly reason: string }>(outcome: T, body: string | undefined, hidden: readonly string[]): T => {
  const shown = body === undefined ? '' : excerpt(body, hidden);
  return shown === '' ? outcome : { ...outcome, reason: `${outcome.reason}: ${shown}` };
};

/** Every password of the options, wherever it stands, so that none is shown when a reply echoes it. */
const secretsOf = (options: HttpOptions): string[] => {
  const address = readAddress(options.url);
  const proxies = typeof options.proxy === 'string' ? [options.proxy] : Object.values(options.proxy ?? {}).filter((proxy) => proxy !== undefined);
  const named = [options.query, options.form, options.headers, options.json].flatMap((part) => secretTexts(part, false));
  const { username, password } = options;
  const { credentials } = { credentials: undefined, ...address };
  return [
    ...named.flatMap((value) => [value, value.replace(/^\w+ /, '')]),
    // with the name too, since that is how the header holds it in base64
    ...(password ? [password.reveal(), `${username}:${password.reveal()}`] : []),
    ...(credentials ? [credentials.password, `${credentials.username}:${credentials.password}`] : []),
    ...proxies.map((proxy) => decoded(new URL(proxy).password)),
    ...[...new URL(options.url).searchParams].filter(([name]) => isSecretName(name)).map(([, value]) => value),
  ].filter((secret) => secret !== '');
};

const secretTexts = (value: unknown, secret: boolean): string[] => {
  if (typeof value === 'string') return secret ? [value] : [];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, item]) => secretTexts(item, secret || isSecretName(name)));
};
