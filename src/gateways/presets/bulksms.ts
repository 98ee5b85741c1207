import { token, type Preset } from './preset.js';

export const bulksms: Preset = {
  kind: 'bulksms',
  title: 'BulkSMS, JSON REST API',
  parameters: {
    tokenId: { meaning: 'id of the API token', example: 'your-token-id', pattern: /^[\x21-\x39\x3b-\x7e]+$/ },
    tokenSecret: { meaning: 'secret of the API token', example: 'your-token-secret', secret: true, pattern: token },
    from: { meaning: 'sender: a number, or a name', example: 'Example', optional: true },
    routingGroup: { meaning: '`ECONOMY`, `STANDARD` or `PREMIUM`', example: 'PREMIUM', default: 'PREMIUM', pattern: /^[A-Z]+$/ },
  },
  server: 'https://api.bulksms.com',
  path: '/v1/messages',
  request: {
    username: '{tokenId}',
    password: '{tokenSecret}',
    query: { 'auto-unicode': 'true' },
    json: { to: '{phone}', body: '{text}', from: '{from}', routingGroup: '{routingGroup}', userSuppliedId: '{reference}' },
    number: { format: 'plus' },
    success: { status: [200, 201], json: [{ pointer: '/*/type', equals: 'SENT' }, { pointer: '/*/status/type', in: ['ACCEPTED', 'SENT', 'DELIVERED'] }] },
    messageId: { pointer: '/*/id' },
  },
  success: 'HTTP 201, and for the message the type `SENT` with the status `ACCEPTED`',
  receipts: {
    mapping: { each: '/*', messageId: 'id', reference: 'userSuppliedId', state: '/status/type', detail: '/status/subtype', delivered: ['DELIVERED'], undelivered: ['FAILED'] },
    request: { json: { deliveryReports: 'ALL' } },
    setup: 'under *Settings*, *Developer settings*, *Webhooks*, add the address for sent messages',
  },
};
