// A call of Anthropic's Messages API with Node's fetch, as an agent does whose base URL was pointed at a gateway.
// usage: API_KEY=… node anthropic.mjs BASE_URL
const answer = await fetch(`${process.argv[2]}/v1/messages`, {
  method: "POST",
  headers: {
    "content-type": "application/json",
    "anthropic-version": "2023-06-01",
    "x-api-key": process.env.API_KEY,
  },
  body: JSON.stringify({
    model: "claude-sonnet-4-5",
    max_tokens: 64,
    messages: [{ role: "user", content: "Say hello." }],
  }),
});
if (!answer.ok) throw new Error(`status ${answer.status}`);
await answer.text();
