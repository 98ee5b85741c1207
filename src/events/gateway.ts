import { z } from 'zod';
import { event, sealed, type Recorded } from './event.js';

/** Stream of one gateway definition. */
export const gatewayStream = (name: string): string => `gateway-${name}`;
export const nameOfGateway = (stream: string): string => stream.slice('gateway-'.length);

export const gatewayEvents = {
  GatewayDefined: event('A way for messages to leave was defined, or defined anew; what is given replaces what was.', {
    kind: z.string().describe('Kind of gateway: http, development, …'),
    module: z.string().describe("The old servers' class name, where one was given").optional(),
    description: z.string().describe('Free text of the administrator').optional(),
    options: sealed('Options, headers and limits as JSON; sealed as a whole, since passwords hide in URLs too'),
  }),
  GatewayRemoved: event('The definition was removed.', {}),
  GatewayTested: event('An administrator sent a message through this gateway alone, to see whether it works.', {
    to: sealed('Number that it went to'),
    outcome: z.enum(['sent', 'rejected', 'unavailable', 'unknown']).describe('It took it; it said no; it was not reached; it may have sent'),
    reason: z.string().describe('Why it was not sent, in words, without number or secret').optional(),
    messageId: z.string().describe("The gateway's id of the message").optional(),
    encoding: z.enum(['gsm-7', 'ucs-2']).describe('How the text travels'),
    segments: z.int().min(1).describe('How many SMS it takes'),
    milliseconds: z.int().min(0).describe('Time until the gateway answered'),
  }),
} as const;

export type GatewayEvent = Recorded<typeof gatewayEvents>;
