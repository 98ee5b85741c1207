import type { Preset } from './preset.js';

export const awsSns: Preset = {
  kind: 'aws-sns',
  title: 'Amazon SNS',
  parameters: {
    region: { meaning: 'region', example: 'eu-central-1', pattern: /^[a-z0-9-]+$/ },
    accessKeyId: { meaning: 'id of the access key', example: 'AKIAIOSFODNN7EXAMPLE', pattern: /^\w+$/ },
    secretAccessKey: { meaning: 'secret access key; it needs `sns:Publish`', example: 'your-secret-access-key', secret: true },
    senderId: { meaning: 'sender, a name of up to 11 letters and digits', example: 'Example', optional: true },
  },
  server: 'https://sns.{region}.amazonaws.com',
  path: '/',
  request: {
    aws: { region: '{region}', service: 'sns', accessKeyId: '{accessKeyId}', secretAccessKey: '{secretAccessKey}' },
    form: {
      Action: 'Publish', Version: '2010-03-31', PhoneNumber: '{phone}', Message: '{text}',
      'MessageAttributes.entry.1.Name': 'AWS.SNS.SMS.SMSType',
      'MessageAttributes.entry.1.Value.DataType': 'String',
      'MessageAttributes.entry.1.Value.StringValue': 'Transactional',
    },
    number: { format: 'plus' },
    success: { status: [200], contains: '<MessageId>' },
    unavailable: { matches: '<Code>(Throttl|RequestThrottled|ServiceUnavailable)' },
    messageId: { matches: '<MessageId>([0-9a-f-]+)</MessageId>' },
  },
  whenGiven: {
    senderId: {
      form: {
        'MessageAttributes.entry.2.Name': 'AWS.SNS.SMS.SenderID',
        'MessageAttributes.entry.2.Value.DataType': 'String',
        'MessageAttributes.entry.2.Value.StringValue': '{senderId}',
      },
    },
  },
  success: 'HTTP 200 with a `MessageId`. Throttling, which comes with HTTP 400, is *unavailable*. Amazon gives no receipts but in CloudWatch',
};
