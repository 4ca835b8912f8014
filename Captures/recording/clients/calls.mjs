// A GET and a POST with Node's fetch. usage: node calls.mjs ORIGIN   (NODE_EXTRA_CA_CERTS and --tls-keylog are heeded)
const origin = process.argv[2];
await (await fetch(`${origin}/v1/models`)).text();
const answer = await fetch(`${origin}/v1/messages`, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ model: "claude-sonnet-4-5", messages: [] }),
});
if (!answer.ok) throw new Error(`status ${answer.status}`);
await answer.text();
