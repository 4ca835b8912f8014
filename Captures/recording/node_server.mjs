// HTTP/2 and HTTP/1.1 by Node, over TLS or without. usage: node node_server.mjs SETTINGS (a JSON object):
// log: FILE for the requests; certificate: NAME of NAME.pem and NAME.key, none for plain HTTP/2; port; keylog: FILE;
// tls: options of tls.createServer. Prints `listening` when ready.
import { createHash } from "node:crypto";
import { appendFileSync, readFileSync } from "node:fs";
import http2 from "node:http2";

const settings = JSON.parse(process.argv[2]);

function tell(request, status, body, response) {
  const host = request.headers[":authority"] ?? request.headers.host ?? "";
  appendFileSync(settings.log, JSON.stringify({
    method: request.method, host: host.replace(/:\d+$/, "").toLowerCase(), path: request.url, status,
    body_sha256: createHash("sha256").update(body).digest("hex"), body_length: body.length,
    response_length: response.length, proto: request.httpVersionMajor === 2 ? "h2" : "http/1.1",
  }) + "\n");
}

const completion = JSON.stringify({
  id: "msg_synthetic", type: "message", role: "assistant", content: [{ type: "text", text: "Hello." }],
});

function answer(request, response, body) {
  const grpc = request.headers["content-type"] === "application/grpc";
  const found = grpc || /^\/v1\/(messages|chat\/completions)$/.test(request.url) || request.url === "/collect";
  // A gRPC message: not compressed, four bytes of length, and a protobuf field 1 with a text.
  const whole = grpc ? Buffer.from("\0\0\0\0\x08\x0a\x06Hello.", "latin1") : Buffer.from(found ? completion : "{}");
  const content = request.method === "HEAD" ? Buffer.alloc(0) : whole;
  tell(request, found ? 200 : 404, body, content);
  response.writeHead(found ? 200 : 404, {
    "content-type": grpc ? "application/grpc" : "application/json",
    ...(grpc ? { trailer: "grpc-status" } : { "content-length": whole.length }),
  });
  if (grpc) response.addTrailers({ "grpc-status": "0" });
  response.end(content);
}

function listener(request, response) {
  const pieces = [];
  request.on("data", (piece) => pieces.push(piece));
  request.on("end", () => answer(request, response, Buffer.concat(pieces)));
}

let server;
const limits = { maxHeaderListPairs: 256, settings: { maxHeaderListSize: 1 << 18 } };
if (settings.certificate) {
  server = http2.createSecureServer({
    cert: readFileSync(`${settings.certificate}.pem`), key: readFileSync(`${settings.certificate}.key`),
    allowHTTP1: true, ...limits, ...settings.tls,
  }, listener);
  if (settings.keylog) server.on("keylog", (line) => appendFileSync(settings.keylog, line));
} else {
  server = http2.createServer(limits, listener);
}
process.on("SIGTERM", () => process.exit(0));
server.listen(settings.port ?? 443, "0.0.0.0", () => console.log("listening"));
