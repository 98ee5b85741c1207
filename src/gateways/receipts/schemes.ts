import type { SignatureScheme } from './scheme.js';
import { messagebirdSignature } from './schemes/messagebird.js';
import { plivoSignature } from './schemes/plivo.js';
import { sevenSignature } from './schemes/seven.js';
import { sinchSignature } from './schemes/sinch.js';
import { telnyxSignature } from './schemes/telnyx.js';
import { twilioSignature } from './schemes/twilio.js';
import { vonageSignature } from './schemes/vonage.js';

/** The ways of signing that there are, by the vendor who signs so. */
export const schemes = {
  messagebird: messagebirdSignature, plivo: plivoSignature, seven: sevenSignature, sinch: sinchSignature, telnyx: telnyxSignature, twilio: twilioSignature,
  vonage: vonageSignature,
} as const satisfies Readonly<Record<string, SignatureScheme>>;

export type SchemeName = keyof typeof schemes;
