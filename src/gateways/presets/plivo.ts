import { token, word, type Preset } from './preset.js';

/** `log` false: Plivo keeps neither text nor number. */
export const plivo: Preset = {
  kind: 'plivo',
  title: 'Plivo, Message API',
  parameters: {
    authId: { meaning: 'auth id of the account', example: 'MAXXXXXXXXXXXXXXXXXX', pattern: word },
    authToken: { meaning: 'auth token of the account', example: 'your-auth-token', secret: true, pattern: token },
    from: { meaning: 'sender: a number, or a name', example: '12025550100', optional: true },
    powerpackId: { meaning: 'UUID of the powerpack that chooses the sender', example: '5ec4c8c9-cd74-42b5-9e41-0d7670d6bb46', optional: true, pattern: word },
  },
  oneOf: ['from', 'powerpackId'],
  server: 'https://api.plivo.com',
  path: '/v1/Account/{authId}/Message/',
  request: {
    username: '{authId}',
    password: '{authToken}',
    json: { src: '{from}', powerpack_uuid: '{powerpackId}', dst: '{phone}', text: '{text}', log: false, message_expiry: '{validity:number}' },
    validity: { least: 5, most: 10_800 },
    number: { format: 'digits' },
    success: { status: [200, 202], json: [{ pointer: '/message_uuid/*', matches: '.' }] },
    messageId: { pointer: '/message_uuid/0' },
  },
  success: 'HTTP 202 with a `message_uuid`: without one the number was not taken. `log` is false, so that Plivo keeps neither text nor number',
  receipts: {
    mapping: { messageId: 'MessageUUID', state: 'Status', detail: 'ErrorCode', delivered: ['delivered', 'read'], undelivered: ['undelivered', 'failed', 'rejected'] },
    signature: 'plivo',
    request: { json: { url: '{receiptUrl}', method: 'POST' } },
    setup: 'nothing, the address goes along with every message. `signature.key` is the auth token. The signature that comes with messages covers the address alone, so give a `secret` beside it',
  },
};
