import TestSupport
import Wire

// DNS, SOCKS and the PROXY protocol.
extension MadeSeeds {
  static var messages: [[UInt8]] {
    let response = DNSBuilder.response(to: "a.example").answering("a.example", "192.0.2.1").answering(
      "b.a.example", alias: "a.example")
    let long = key.utf8.count > 120 ? String(key.prefix(60)) + "." + String(key.dropFirst(60).prefix(60)) : key
    return [
      DNSBuilder.query("a.example").bytes, response.bytes, DNSBuilder.query("\(long).b.example", .txt).bytes,
      response.answering("t", .txt, [UInt8(min(255, key.utf8.count))] + text(key).prefix(255)).bytes,
      DNSBuilder.response(to: "c.example", .mx).adding(
        [0xC0, 12, 0, 15, 0, 1, 0, 0, 0, 1, 0, 4, 0, 1, 0xC0, 12], to: 1
      ).bytes,
    ]
  }

  static var dns: [[UInt8]] {
    messages.enumerated().map { [UInt8($0 & 1)] + Script.step(UInt8($0 & 1), $1) } + [
      [0] + messages.flatMap { Script.step(1, $0) }
    ]
  }

  static var dnsStream: [[UInt8]] {
    let framed = messages.map { Handshake.vector($0, 2) }
    return framed.map { [9] + $0 } + [[100] + framed.flatMap { $0 }]
  }

  static var proxies: [[UInt8]] {
    typealias Build = ProxyBuilder
    let request = text("GET / HTTP/1.1\r\nHost: a\r\nx-api-key: \(key)\r\n\r\n")
    return [
      steps(
        (0, Build.greeting([0, 2])), (1, [5, 2]), (0, Build.credentials("u", key)), (1, [1, 0]),
        (0, Build.request("a.example", port: 80)), (1, Build.reply()), (0, request)),
      steps((0, Build.request4(port: 80, name: "a.example")), (1, Build.reply4()), (0, request)),
      steps((0, Build.proxyV2(from: client, to: server, fields: [(2, text("a.example")), (1, text("h2"))]) + request)),
      steps((0, text("PROXY TCP4 192.0.2.1 192.0.2.2 1000 80\r\n") + request)),
      steps((0, text("PROXY UNKNOWN\r\n") + request)),
      steps((0, Build.greeting() + Build.request("a.example", port: 80) + request)),
    ]
  }
}
