// HTTP/2 by Node. usage: node http2.mjs ORIGIN WAY CA_FILE…   API_KEY, where it is set, goes along as x-api-key.
// WAY: "parallel" (four requests at a time on one connection), "grpc" (a gRPC-shaped call with its message in two
// pieces), "large" (a head beyond one frame, so with CONTINUATION), "padded" (frames filled up).
import { readFileSync } from "node:fs";
import http2 from "node:http2";

const [origin, way, ca] = process.argv.slice(2);
const session = http2.connect(origin, {
  ...(ca ? { ca: readFileSync(ca) } : {}),
  maxSendHeaderBlockLength: 1 << 20,
  paddingStrategy: way === "padded" ? http2.constants.PADDING_STRATEGY_MAX : http2.constants.PADDING_STRATEGY_NONE,
});
const key = process.env.API_KEY ? { "x-api-key": process.env.API_KEY } : {};

function call(headers, ...pieces) {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ...key, ...headers }, { endStream: pieces.length === 0 });
    stream.on("error", reject);
    stream.on("end", resolve);
    stream.resume();
    const send = () => pieces.length > 1
      ? (stream.write(pieces.shift()), setTimeout(send, 20))
      : stream.end(pieces.shift());
    if (pieces.length > 0) send();
  });
}

const message = (text) => JSON.stringify({ model: "claude-sonnet-4-5", messages: [{ role: "user", content: text }] });
const post = (path) => ({ ":method": "POST", ":path": path, "content-type": "application/json" });

if (way === "grpc") {
  const framed = Buffer.from("\0\0\0\0\x0c\x0a\x0aSay hello.", "latin1");
  await call(
    { ":method": "POST", ":path": "/inference.Generator/Generate", "content-type": "application/grpc", te: "trailers" },
    framed.subarray(0, 9), framed.subarray(9));
} else if (way === "large") {
  const filler = Object.fromEntries([...Array(40).keys()].map((n) => [`x-filler-${n}`, "{~}".repeat(160)]));
  await call({ ...post("/v1/messages"), ...filler }, message("large"));
  await call({ ":path": "/v1/models" });
} else {
  await Promise.all([
    call(post("/v1/messages"), message("one")), call({ ":path": "/v1/models" }),
    call(post("/v1/messages"), message("two"), message("three")), call({ ":method": "HEAD", ":path": "/v1/models" }),
  ]);
}
session.close();
