import { token, word, type Preset } from './preset.js';

export const sinch: Preset = {
  kind: 'sinch',
  title: 'Sinch, SMS API',
  parameters: {
    servicePlanId: { meaning: 'id of the service plan', example: 'your-service-plan', pattern: word },
    apiToken: { meaning: 'API token of the service plan', example: 'your-api-token', secret: true, pattern: token },
    from: { meaning: 'sender: a number, or a name', example: '12025550100' },
    region: { meaning: 'region of the service plan: `us`, `eu`, `au`, `br` or `ca`', example: 'eu', default: 'us', pattern: /^[a-z]{2}$/ },
  },
  server: 'https://{region}.sms.api.sinch.com',
  path: '/xms/v1/{servicePlanId}/batches',
  request: {
    headers: { Authorization: 'Bearer {apiToken}' },
    json: { to: ['{phone}'], from: '{from}', body: '{text}', expire_at: '{expiresAt}', client_reference: '{reference}' },
    validity: { least: 1, most: 259_200 },
    number: { format: 'digits' },
    success: { status: [200, 201], json: [{ pointer: '/id', matches: '.' }] },
    messageId: { pointer: '/id' },
  },
  success: 'HTTP 201 (or 200) with the `id` of a batch',
  receipts: {
    mapping: { messageId: 'batch_id', reference: 'client_reference', state: 'status', detail: 'code', delivered: ['Delivered'], undelivered: ['Failed', 'Rejected', 'Aborted', 'Cancelled', 'Deleted', 'Expired'] },
    signature: 'sinch',
    request: { json: { delivery_report: 'per_recipient', callback_url: '{receiptUrl}' } },
    setup: 'nothing, the address goes along with every message. Signatures have to be switched on for the account by Sinch; `signature.key` is the secret that Sinch gives for them',
  },
};
