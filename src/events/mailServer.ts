import { z } from 'zod';
import { event, sealed, type Recorded } from './event.js';

/** Stream of one mail server definition. */
export const mailServerStream = (name: string): string => `mail-server-${name}`;
export const nameOfMailServer = (stream: string): string => stream.slice('mail-server-'.length);

export const mailServerEvents = {
  MailServerDefined: event('A mail server, for gateways and notifications that send e-mail, was defined, or defined anew; what is given replaces what was.', {
    description: z.string().describe('Free text of the administrator').optional(),
    options: sealed('Options as JSON, the password among them'),
  }),
  MailServerRemoved: event('The definition was removed.', {}),
} as const;

export type MailServerEvent = Recorded<typeof mailServerEvents>;
