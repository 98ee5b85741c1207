// What a login costs at the least: the same two requests and the same outgoing call, and nothing else. Prints its port.
import express from 'express';
import { Agent, request } from 'undici';

const gateway = process.argv[2];
const dispatcher = new Agent({ connections: 20 });
const app = express();
app.use(express.urlencoded({ extended: false }));
app.post('/validate/check', async (req, res) => {
  if (req.body.transaction_id) return res.json({ result: { value: true } });
  const { body } = await request(`${gateway}/send`, {
    method: 'POST', dispatcher, headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ to: req.body.user, text: '000000' }).toString(),
  });
  await body.text();
  return res.json({ result: { value: false }, detail: { transaction_id: '1' } });
});
const server = app.listen(0, '127.0.0.1', () => process.send(server.address().port));
process.on('disconnect', () => process.exit());
