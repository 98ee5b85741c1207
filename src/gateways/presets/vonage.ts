import { token, type Preset } from './preset.js';

/** Every SMS of a long message has an id of its own; the last one is kept, so receipts are known by it and not by our reference. */
export const vonage: Preset = {
  kind: 'vonage',
  title: 'Vonage (Nexmo), SMS API',
  parameters: {
    apiKey: { meaning: 'API key', example: 'abcd1234', secret: true, pattern: token },
    apiSecret: { meaning: 'API secret', example: 'your-api-secret', secret: true },
    from: { meaning: 'sender: a number, or a name', example: 'Example' },
  },
  server: 'https://rest.nexmo.com',
  path: '/sms/json',
  request: {
    form: { api_key: '{apiKey}', api_secret: '{apiSecret}', to: '{phone}', from: '{from}', text: '{text}', ttl: '{validityMilliseconds}', 'client-ref': '{reference}' },
    unicode: { form: { type: 'unicode' } },
    validity: { least: 20, most: 604_800 },
    number: { format: 'digits' },
    success: { json: [{ pointer: '/messages/*/status', equals: '0' }] },
    // throttled
    unavailable: { json: [{ pointer: '/messages/*/status', equals: '1' }] },
    messageId: { pointer: '/messages/*/message-id' },
  },
  success: '`status` 0 for every SMS of the message; the HTTP status is 200 whatever happened. `status` 1 (throttled) is *unavailable*',
  receipts: {
    mapping: { messageId: 'messageId', state: 'status', detail: 'err-code', delivered: ['delivered'], undelivered: ['failed', 'rejected', 'expired'] },
    signature: 'vonage',
    request: { form: { callback: '{receiptUrl}', 'status-report-req': '1' } },
    setup: 'nothing, the address goes along with every message. For `signature`, switch on signed webhooks; `key` is the signature secret, `method` the signature method of the account (`md5hash`, `md5`, `sha1`, `sha256` or `sha512`)',
  },
};
