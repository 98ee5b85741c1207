import { excerpt } from '../excerpt.js';
import type { Gateway, GatewayKind, SendOutcome } from '../gateway.js';
import { receiptAddress, receiver } from '../receipts/receiver.js';
import { sentAs } from '../sentAs.js';
import { authenticationOf } from './authentication.js';
import { connect } from './connection.js';
import { outcomeOfFailure } from './failure.js';
import { linotpForm } from './linotpForm.js';
import { linotpRestForm } from './linotpRestForm.js';
import { httpOptions, type HttpOptions } from './options.js';
import { privacyideaForm } from './privacyideaForm.js';
import { mostRedirects, redirected } from './redirect.js';
import { requestWriter, type Request } from './request.js';
import { secretsOf } from './secrets.js';
import { judge } from './verdict.js';

/** A gateway that is called by HTTP. */
export const httpGateway: GatewayKind<HttpOptions> = {
  kind: 'http',
  description: 'Calls a gateway by HTTP or HTTPS',
  schema: httpOptions,
  forms: [linotpForm, linotpRestForm, privacyideaForm],
  timeout: ({ connectTimeout, timeout }) => (connectTimeout + timeout) * 1000,
  concurrency: ({ connections }) => connections,
  open: (name, options) => openHttp(name, options),
};

/** How often one request may be proven anew: a first challenge, and a nonce that grew too old meanwhile. */
const mostChallenges = 2;

/** @param verdict what a reply means, where the rules of the options cannot say it */
export const openHttp = (name: string, given: HttpOptions, verdict = judge(given)): Gateway => {
  const { receipts } = given;
  const options = { ...given, receiptUrl: given.receiptUrl ?? (receipts && receiptAddress(name, receipts)) };
  const now = (): Date => new Date();
  const write = requestWriter(options, now);
  const authentication = authenticationOf(options, now);
  const connection = connect(options);
  const longest = httpGateway.timeout(options);
  const secrets = secretsOf(options);

  const follow = async (first: Request): Promise<SendOutcome & { readonly body?: string }> => {
    const deadline = performance.now() + longest;
    let request = first;
    for (let hops = 0, challenges = 0; ;) {
      const proven = authentication.prove(request);
      const result = await connection.exchange(proven, Math.max(1, deadline - performance.now()));
      if (result.kind === 'failed') {
        // the first server had the message already when a later step fails; one that only challenged did not take it
        const failed = hops === 0 ? result : { ...result, written: true };
        return outcomeOfFailure(failed, new URL(request.origin).host);
      }
      if (result.reply.status === 401 && authentication.challenged(result.reply, proven) && challenges < mostChallenges) {
        challenges += 1;
        continue;
      }
      const next = redirected(request, result.reply);
      if (next === undefined) return { ...verdict(result.reply), body: result.reply.body };
      if ('problem' in next) return { kind: 'rejected', reason: `the gateway answered with ${next.problem}` };
      if (hops === mostRedirects) return { kind: 'rejected', reason: 'the gateway redirects too often' };
      hops += 1;
      request = next;
    }
  };

  return {
    send: async (message) => {
      const request = write(message);
      if ('problem' in request) return { kind: 'rejected', reason: request.problem };
      const { body, ...outcome } = await follow(request);
      return outcome.kind === 'sent' ? sentAs(outcome.messageId, message) : withExcerpt(outcome, body, [message.text.reveal(), message.to, ...secrets]);
    },
    ...(receipts ? { receive: receiver(receipts, receipts) } : {}),
    close: () => connection.close(),
  };
};

const withExcerpt = <T extends { readonly reason: string }>(outcome: T, body: string | undefined, hidden: readonly string[]): T => {
  const shown = body === undefined ? '' : excerpt(body, hidden);
  return shown === '' ? outcome : { ...outcome, reason: `${outcome.reason}: ${shown}` };
};
