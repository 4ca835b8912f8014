import Wire

/// Flows that are read as one protocol from their first byte: the script's steps follow what opens it.
enum FlowTargets {
  /// Whatever the first bytes say it is.
  static func any(_ input: RawSpan) { FlowBench.plain.run(Script(input)) }

  /// HTTP/1.1, from a request that waits for its answer on.
  static func http1(_ input: RawSpan) {
    let request = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n"
    FlowBench.plain.run(Script(input), after: [Script.Step(code: 0, bytes: Array(request.utf8))])
  }

  /// HTTP/2, from the client's preface on.
  static func http2(_ input: RawSpan) {
    let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    let settings: [UInt8] = [0, 0, 0, 4, 0, 0, 0, 0, 0]
    FlowBench.plain.run(
      Script(input),
      after: [Script.Step(code: 0, bytes: preface + settings), Script.Step(code: 1, bytes: settings)])
  }

  /// WebSocket, from the handshake on; the first byte says what is granted of compression.
  static func webSocket(_ input: RawSpan) {
    var choices = Choices(input)
    let extensions = [
      "", "Sec-WebSocket-Extensions: permessage-deflate\r\n",
      "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n",
    ]
    let granted = extensions[Int(choices.byte()) % extensions.count]
    let request =
      "GET /ws HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      + "Sec-WebSocket-Version: 13\r\n\(granted)\r\n"
    let response =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\(granted)\r\n"
    FlowBench.plain.run(
      Script(choices.rest),
      after: [
        Script.Step(code: 0, bytes: Array(request.utf8)), Script.Step(code: 1, bytes: Array(response.utf8)),
      ])
  }

  /// TLS without secrets, from its first record on.
  static func tls(_ input: RawSpan) { FlowBench.plain.run(Script(input)) }

  /// The same with the key logs of the captures, which open their records as long as no mutation touched them.
  static func tlsCaptured(_ input: RawSpan) { captured.run(Script(input)) }

  private static let captured = FlowBench(secrets: Bundled.capturedSecrets())

  /// SOCKS and the PROXY protocol. What stands in the first step is also asked of the header's reader alone.
  static func proxies(_ input: RawSpan) {
    let script = Script(input)
    if let first = script.steps.first { checkProxyHeader(first.bytes) }
    FlowBench.plain.run(script)
  }

  /// A header is found at the same place however much of it is there, or waited for.
  private static func checkProxyHeader(_ bytes: [UInt8]) {
    guard case .header(let header) = ProxyProtocolHeader.probe(bytes.rawSpan) else { return }
    require(header.byteCount <= bytes.count, "the header is longer than what it was read from")
    for count in stride(from: 0, to: header.byteCount, by: 7) {
      require(
        ProxyProtocolHeader.probe(bytes.rawSpan.extracting(..<count)) == .waiting,
        "\(count) bytes of a header of \(header.byteCount) are not waited with")
    }
  }
}
