import { token, word, type Preset } from './preset.js';

export const twilio: Preset = {
  kind: 'twilio',
  title: 'Twilio, Programmable Messaging',
  parameters: {
    accountSid: { meaning: 'SID of the account', example: 'AC00000000000000000000000000000000', pattern: word },
    authToken: { meaning: 'auth token of the account, or the secret of an API key', example: 'your-auth-token', secret: true, pattern: token },
    apiKeySid: { meaning: 'SID of the API key, where `authToken` is the secret of one', example: 'SK00000000000000000000000000000000', default: '{accountSid}', pattern: word },
    from: { meaning: 'sender: a number, or a name', example: '+12025550100', optional: true },
    messagingServiceSid: { meaning: 'SID of the messaging service that chooses the sender', example: 'MG00000000000000000000000000000000', optional: true, pattern: word },
  },
  oneOf: ['from', 'messagingServiceSid'],
  server: 'https://api.twilio.com',
  path: '/2010-04-01/Accounts/{accountSid}/Messages.json',
  request: {
    username: '{apiKeySid}',
    password: '{authToken}',
    form: { To: '{phone}', Body: '{text}', From: '{from}', MessagingServiceSid: '{messagingServiceSid}', ValidityPeriod: '{validity}' },
    validity: { least: 6, most: 36_000 },
    number: { format: 'plus' },
    success: { status: [200, 201], json: [{ pointer: '/sid', matches: '^[A-Z]{2}' }, { pointer: '/status', in: ['queued', 'accepted', 'sending', 'sent', 'delivered'] }] },
    // too many requests; too many messages wait for this sender
    unavailable: { json: [{ pointer: '/code', in: [20429, 21611] }] },
    messageId: { pointer: '/sid' },
  },
  success: 'HTTP 201 with a `sid`, and a `status` that is no failure. The codes 20429 (too many requests) and 21611 (queue full) are *unavailable*',
  receipts: {
    mapping: { messageId: 'MessageSid', state: 'MessageStatus', detail: 'ErrorCode', delivered: ['delivered', 'read'], undelivered: ['undelivered', 'failed', 'canceled'] },
    signature: 'twilio',
    request: { form: { StatusCallback: '{receiptUrl}' } },
    setup: 'nothing, the address goes along with every message. `signature.key` is the auth token of the account, also where an API key is used',
  },
};
