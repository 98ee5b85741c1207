import { z } from 'zod';
import type { GatewayKind } from '../gateway.js';
import type { DevelopmentInbox } from './inbox.js';

/** It has no options. */
const options = z.strictObject({});

const refusal = 'is for development only: it shows codes to whoever looks, and sends no SMS; start the service in development mode to use it';

/**
 * The gateway for development: messages stay in an inbox, where the console and a page show them. It is the one place where a code is
 * ever shown, so outside development mode it can neither be defined nor opened.
 *
 * @param allowed whether the service runs in development mode
 */
export const developmentGateway = (inbox: DevelopmentInbox, { allowed, now = () => new Date() }: { allowed: boolean; now?: () => Date }): GatewayKind<Record<string, never>> => ({
  kind: 'development',
  description: 'NOT FOR PRODUCTION: sends nothing, shows messages on the console and on a page',
  schema: options.superRefine((_, context) => {
    if (!allowed) context.addIssue({ code: 'custom', path: ['kind'], message: refusal });
  }) as z.ZodType<Record<string, never>>,
  forms: [],
  timeout: () => 1_000,
  open: (name) => {
    if (!allowed) throw new Error(`the development gateway ${refusal}`);
    return {
      send: async ({ to, text, reference }) => {
        const { number } = inbox.keep({ at: now().toISOString(), gateway: name, to, text, reference });
        return { kind: 'sent', messageId: `development-${number}` };
      },
      close: async () => undefined,
    };
  },
});
