import { token, type Preset } from './preset.js';

export const seven: Preset = {
  kind: 'seven',
  title: 'seven.io (sms77)',
  parameters: {
    apiKey: { meaning: 'API key', example: 'your-api-key', secret: true, pattern: token },
    from: { meaning: 'sender: a number of up to 16 digits, or a name of up to 11 letters and digits', example: 'Example', optional: true },
  },
  server: 'https://gateway.seven.io',
  path: '/api/sms',
  request: {
    headers: { 'X-Api-Key': '{apiKey}', Accept: 'application/json' },
    json: { to: '{phone}', text: '{text}', from: '{from}', ttl: '{validityMinutes:number}', foreign_id: '{reference}' },
    validity: { least: 60, most: 172_800 },
    number: { format: 'digits' },
    success: { json: [{ pointer: '/success', equals: '100' }, { pointer: '/messages/*/success', equals: true }] },
    messageId: { pointer: '/messages/*/id' },
  },
  success: '`success` 100, and true for the message; errors come with HTTP 200, too',
  receipts: {
    mapping: { messageId: '/data/msg_id', state: '/data/status', delivered: ['DELIVERED'], undelivered: ['NOTDELIVERED', 'REJECTED', 'FAILED', 'EXPIRED'] },
    signature: 'seven',
    setup: 'under *Developer*, *Webhooks*, add the address for *Status reports (DLR)* with the method JSON. `signature.key` is the signing key of the account',
  },
};
