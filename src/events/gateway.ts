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
} as const;

export type GatewayEvent = Recorded<typeof gatewayEvents>;
