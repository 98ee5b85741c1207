import { token, word, type Preset } from './preset.js';

export const messagebird: Preset = {
  kind: 'messagebird',
  title: 'MessageBird, REST',
  parameters: {
    accessKey: { meaning: 'access key', example: 'your-access-key', secret: true, pattern: token },
    from: { meaning: 'originator: a number, or a name of up to 11 letters and digits', example: 'Example' },
  },
  server: 'https://rest.messagebird.com',
  path: '/messages',
  request: {
    headers: { Authorization: 'AccessKey {accessKey}' },
    json: { originator: '{from}', recipients: ['{phone}'], body: '{text}', datacoding: 'auto', validity: '{validity:number}', reference: '{reference}' },
    validity: { least: 1 },
    number: { format: 'digits' },
    success: { status: [200, 201], json: [{ pointer: '/recipients/items/*/status', in: ['sent', 'buffered', 'delivered'] }] },
    messageId: { pointer: '/id' },
  },
  success: 'HTTP 201, and `sent` or `buffered` for the recipient',
  receipts: {
    mapping: { messageId: 'id', reference: 'reference', state: 'status', detail: 'statusErrorCode', delivered: ['delivered'], undelivered: ['delivery_failed', 'expired'] },
    signature: 'messagebird',
    request: { json: { reportUrl: '{receiptUrl}' } },
    setup: 'nothing, the address goes along with every message. `signature.key` is the signing key of the account',
  },
};

export const bird: Preset = {
  kind: 'bird',
  title: 'Bird, Channels API',
  parameters: {
    workspaceId: { meaning: 'id of the workspace', example: 'a1405560-c8d3-4b1a-877d-3f449ad95352', pattern: word },
    channelId: { meaning: 'id of the SMS channel', example: '5b3e6ae5-2b8e-4d13-9f0b-6a5cc1bd8c6d', pattern: word },
    accessKey: { meaning: 'access key', example: 'your-access-key', secret: true, pattern: token },
  },
  server: 'https://api.bird.com',
  path: '/workspaces/{workspaceId}/channels/{channelId}/messages',
  request: {
    headers: { Authorization: 'AccessKey {accessKey}' },
    json: {
      receiver: { contacts: [{ identifierKey: 'phonenumber', identifierValue: '{phone}' }] },
      body: { type: 'text', text: { text: '{text}' } },
      reference: '{reference}',
    },
    number: { format: 'plus' },
    success: { status: [200, 202], json: [{ pointer: '/status', in: ['accepted', 'processing', 'sent', 'delivered'] }] },
    messageId: { pointer: '/id' },
  },
  success: 'HTTP 202, and a `status` such as `accepted`',
  receipts: {
    mapping: { messageId: '/payload/id', reference: '/payload/reference', state: '/payload/status', detail: '/payload/failure/code', delivered: ['delivered'], undelivered: ['sending_failed', 'delivery_failed', 'rejected', 'skipped', 'deleted'] },
    setup: 'in the workspace, subscribe the address to the event `sms.outbound` of the service `channels`',
  },
};
