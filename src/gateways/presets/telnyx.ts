import { token, word, type Preset } from './preset.js';

export const telnyx: Preset = {
  kind: 'telnyx',
  title: 'Telnyx, Messaging API v2',
  parameters: {
    apiKey: { meaning: 'API key', example: 'your-api-key', secret: true, pattern: token },
    from: { meaning: 'sender: a number, or a name', example: '+12025550100', optional: true },
    messagingProfileId: { meaning: 'id of the messaging profile; needed where the sender is a name, or is chosen by the profile', example: '16fd2706-8baf-433b-82eb-8c7fada847da', optional: true, pattern: word },
  },
  oneOf: ['from', 'messagingProfileId'],
  server: 'https://api.telnyx.com',
  path: '/v2/messages',
  request: {
    headers: { Authorization: 'Bearer {apiKey}' },
    json: { to: '{phone}', text: '{text}', from: '{from}', messaging_profile_id: '{messagingProfileId}', type: 'SMS' },
    number: { format: 'plus' },
    success: { status: [200, 201, 202], json: [{ pointer: '/data/to/*/status', in: ['queued', 'sending', 'sent', 'delivered'] }] },
    messageId: { pointer: '/data/id' },
  },
  success: 'HTTP 200, and `queued` for the recipient',
  receipts: {
    mapping: { messageId: '/data/payload/id', state: '/data/payload/to/0/status', detail: '/data/payload/errors/0/code', delivered: ['delivered'], undelivered: ['sending_failed', 'delivery_failed', 'expired'] },
    signature: 'telnyx',
    request: { json: { webhook_url: '{receiptUrl}', use_profile_webhooks: false } },
    setup: 'nothing, the address goes along with every message. `signature.key` is the public key of the portal (*Keys & Credentials*)',
  },
};
