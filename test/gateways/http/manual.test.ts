import { parseConfigJson } from '../../../src/gateways/configJson.js';
import { startGatewayServer } from '../../fixtures/gatewayServer.js';
import { startProxyServer } from '../../fixtures/proxyServer.js';
import { linotp, message, openHttp } from './openHttp.js';

/** The examples of LinOTP's manual as they stand there, but for the addresses, which are put in by the tests. */
const examples = {
  HttpSMSProvider: `{ "URL":"http://sms.example/sms_send_api.cgi",
    "PARAMETER": {
       "from":"0170111111",
       "password":"yoursecret",
       "sender":"name",
       "account":"company_ltd"
    },
    "SMS_TEXT_KEY":"text",
    "SMS_PHONENUMBER_KEY":"destination",
    "HTTP_Method":"GET",
    "PROXY" : "http://user:pass@proxy.example:3128" ,
    "RETURN_SUCCESS" : "ID"
  }`,
  Clickatell: `{"URL":"http://api.sms.example/http/sendmsg",
    "PARAMETER":{
      "user":"username",
      "password":"askme",
      "api_id":"12980436"
    },
    "SMS_TEXT_KEY":"text",
    "SMS_PHONENUMBER_KEY":"to",
    "HTTP_Method":"GET",
    "PROXY":"http://user:pass@proxy.example:3128",
    "RETURN_SUCCESS":"ID"
  }`,
};

it.each([
  ['HttpSMSProvider', 'sms.example', '/sms_send_api.cgi', { destination: '+491701000701', text: '287082', from: '0170111111', password: 'yoursecret', sender: 'name', account: 'company_ltd' }],
  ['Clickatell', 'api.sms.example', '/http/sendmsg', { to: '+491701000701', text: '287082', user: 'username', password: 'askme', api_id: '12980436' }],
] as const)('the example of %s works as it is, proxy and all', async (name, host, path, fields) => {
  const server = await startGatewayServer();
  const proxy = await startProxyServer({ credentials: 'user:pass', hosts: { [host]: server.port } });
  const config = parseConfigJson(examples[name].replace('proxy.example:3128', `127.0.0.1:${proxy.port}`));
  if (config.kind !== 'read') throw new Error(config.problem);
  const gateway = openHttp(linotp(config.value));
  expect(await gateway.send(message({ to: '+491701000701' }))).toEqual({ kind: 'sent', messageId: '12345' });
  expect(await server.next()).toMatchObject({ method: 'GET', path, fields, headers: { host } });
  expect(proxy.requests).toHaveLength(1);
  server.answer({ body: 'ERR: 114, cannot route message' });
  expect(await gateway.send(message())).toEqual({ kind: 'rejected', reason: 'the reply does not say success (HTTP 200): ERR: 114, cannot route message' });
  await gateway.close();
  await proxy.close();
  await server.close();
});

it.each(['“', '”', '„', '»', '’', '″'])('typographic quotes such as %s are refused, and the message says what to write instead', (quote) => {
  for (const example of Object.values(examples)) {
    const pasted = parseConfigJson(example.replace('"SMS_TEXT_KEY"', `${quote}SMS_TEXT_KEY${quote}`));
    expect(pasted).toMatchObject({ kind: 'wrong', line: expect.any(Number), problem: expect.stringContaining('JSON wants the plain " (U+0022)') });
    expect(pasted.kind === 'wrong' && pasted.problem).toContain(quote);
    expect(JSON.stringify(pasted)).not.toMatch(/yoursecret|askme/);
  }
});
