import { token, type Preset } from './preset.js';

export const infobip: Preset = {
  kind: 'infobip',
  title: 'Infobip, SMS API v3',
  parameters: {
    host: { meaning: 'base URL of the account, without `https://`', example: 'xyz123.api.infobip.com', pattern: /^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.infobip\.com$/ },
    apiKey: { meaning: 'API key with the scope `sms:message:send`', example: 'your-api-key', secret: true, pattern: token },
    from: { meaning: 'sender: a number, or a name', example: 'Example' },
  },
  server: 'https://{host}',
  path: '/sms/3/messages',
  request: {
    headers: { Authorization: 'App {apiKey}', Accept: 'application/json' },
    json: {
      messages: [{
        sender: '{from}',
        destinations: [{ to: '{phone}' }],
        content: { text: '{text}' },
        options: { validityPeriod: { amount: '{validity:number}', timeUnit: 'SECONDS' } },
        webhooks: { callbackData: '{reference}', contentType: 'application/json', delivery: { url: '{receiptUrl}' } },
      }],
    },
    validity: { least: 30, most: 172_800 },
    number: { format: 'digits' },
    success: { status: [200], json: [{ pointer: '/messages/*/status/groupName', in: ['PENDING', 'ACCEPTED', 'DELIVERED'] }] },
    messageId: { pointer: '/messages/*/messageId' },
  },
  success: 'HTTP 200, and the group `PENDING` for the message: a message that is refused comes with 200 and the group `REJECTED`',
  receipts: {
    mapping: { each: '/results/*', messageId: 'messageId', reference: 'callbackData', state: '/status/groupName', detail: '/error/name', delivered: ['DELIVERED'], undelivered: ['UNDELIVERABLE', 'REJECTED', 'EXPIRED'] },
    setup: 'nothing, the address goes along with every message',
  },
};
