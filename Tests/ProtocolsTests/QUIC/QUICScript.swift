import Decryption
import Matching
import Observations
import Protocols
import TestSupport
import Wire

/// Two endpoints that talk QUIC, and what a `DatagramAnalyzer` makes of it.
struct QUICScript {
  struct Datagram {
    var direction: Direction
    var bytes: [UInt8]
  }

  static let name = "api.example.test"
  var isVersion2 = false
  var algorithm = AEADKey.Algorithm.aes128GCM
  var random = [UInt8](repeating: 0x52, count: 32)
  var clientID: [UInt8] = [1, 2, 3, 4, 5]
  var serverID: [UInt8] = [11, 12, 13, 14, 15, 16, 17, 18]
  var firstID: [UInt8] = [0x83, 0x94, 0xC8, 0xF0, 0x3E, 0x51, 0x57, 0x08]
  var datagrams: [Datagram] = []
  private var numbers: [String: UInt64] = [:]
  private var phases: [Direction: (sealer: QUICSealer, isOdd: Bool)] = [:]

  init(isVersion2: Bool = false, algorithm: AEADKey.Algorithm = .aes128GCM) {
    (self.isVersion2, self.algorithm) = (isVersion2, algorithm)
  }

  private var version: [UInt8] { isVersion2 ? [0x6B, 0x33, 0x43, 0xCF] : [0, 0, 0, 1] }
  private var secretByteCount: Int { algorithm == .aes256GCM ? 48 : 32 }

  /// The secret of a label, as the key log has it.
  func secret(_ label: SecretLabel) -> [UInt8] {
    let seed = UInt8(truncatingIfNeeded: label.rawValue.utf8.reduce(0) { $0 &* 31 &+ Int($1) })
    return (0..<secretByteCount).map { UInt8($0) &* 3 &+ seed }
  }

  var keyLog: [String] {
    let labels: [SecretLabel] = [
      .clientEarlyTraffic, .clientHandshakeTraffic, .serverHandshakeTraffic, .clientTraffic0, .serverTraffic0,
    ]
    return labels.map { "\($0.rawValue) \(Self.hex(random)) \(Self.hex(secret($0)))" }
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  // MARK: Packets

  mutating func add(_ direction: Direction, _ packets: [UInt8]...) {
    datagrams.append(Datagram(direction: direction, bytes: packets.flatMap { $0 }))
  }

  mutating func initial(
    _ direction: Direction, _ payload: [UInt8], to id: [UInt8]? = nil, keys keyID: [UInt8]? = nil,
    token: [UInt8] = []
  ) throws -> [UInt8] {
    let secrets = QUICInitialSecrets.derive(
      destinationID: keyID ?? firstID, family: isVersion2 ? .version2 : .version1)
    let sealer = QUICSealer(
      secret: direction == .toServer ? secrets.client : secrets.server, isVersion2: isVersion2)
    return try long(0, direction, sealer, "initial", id, QUICBytes.integer(token.count) + token, payload)
  }

  mutating func handshake(_ direction: Direction, _ payload: [UInt8]) throws -> [UInt8] {
    let label: SecretLabel = direction == .toServer ? .clientHandshakeTraffic : .serverHandshakeTraffic
    let sealer = QUICSealer(secret: secret(label), algorithm: algorithm, isVersion2: isVersion2)
    return try long(2, direction, sealer, "handshake", nil, [], payload)
  }

  mutating func early(_ payload: [UInt8]) throws -> [UInt8] {
    let sealer = QUICSealer(
      secret: secret(.clientEarlyTraffic), algorithm: algorithm, isVersion2: isVersion2)
    return try long(1, .toServer, sealer, "application", firstID, [], payload)
  }

  private mutating func long(
    _ type: UInt8, _ direction: Direction, _ sealer: QUICSealer, _ space: String, _ id: [UInt8]?, _ token: [UInt8],
    _ payload: [UInt8]
  ) throws -> [UInt8] {
    let number = next(space, direction)
    let padded = payload + [UInt8](repeating: 0, count: max(0, 4 - payload.count))
    let destination = id ?? (direction == .toServer ? (type == 0 ? firstID : serverID) : clientID)
    let source = direction == .toServer ? clientID : serverID
    let bits = isVersion2 ? (type + 1) & 3 : type
    let length = padded.count + 2 + 16
    let header =
      [0xC1 | bits << 4] + version + [UInt8(destination.count)] + destination + [UInt8(source.count)] + source + token
      + [0x40 | UInt8(length >> 8), UInt8(length & 0xFF)]
    return try sealer.seal(header, number: number, padded)
  }

  /// A packet with a short header.
  mutating func short(_ direction: Direction, _ payload: [UInt8]) throws -> [UInt8] {
    let number = next("application", direction)
    let padded = payload + [UInt8](repeating: 0, count: max(0, 4 - payload.count))
    let (sealer, isOdd) = phase(direction)
    let id = direction == .toServer ? serverID : clientID
    return try sealer.seal([0x41 | (isOdd ? 4 : 0)] + id, number: number, padded)
  }

  /// RFC 9001 section 6: the next packets of this side have the next keys.
  mutating func updateKeys(_ direction: Direction) {
    let (sealer, isOdd) = phase(direction)
    phases[direction] = (sealer.updated(), !isOdd)
  }

  private func phase(_ direction: Direction) -> (sealer: QUICSealer, isOdd: Bool) {
    let label: SecretLabel = direction == .toServer ? .clientTraffic0 : .serverTraffic0
    let first = QUICSealer(secret: secret(label), algorithm: algorithm, isVersion2: isVersion2)
    return phases[direction] ?? (first, false)
  }

  private mutating func next(_ space: String, _ direction: Direction) -> UInt64 {
    defer { numbers["\(space)\(direction)", default: 0] += 1 }
    return numbers["\(space)\(direction)", default: 0]
  }

  // MARK: What is usually said

  /// Both sides' handshake.
  mutating func addHandshake(alpn: String = "h3") throws {
    let suite: UInt8 = algorithm == .aes128GCM ? 1 : algorithm == .aes256GCM ? 2 : 3
    let hello = QUICBytes.clientHello(Self.name, random: random, alpn: alpn)
    add(.toServer, try initial(.toServer, QUICBytes.crypto(hello, at: 0) + [UInt8](repeating: 0, count: 900)))
    add(
      .toClient, try initial(.toClient, QUICBytes.crypto(QUICBytes.serverHello(suite: suite), at: 0)),
      try handshake(.toClient, QUICBytes.crypto(QUICBytes.encryptedExtensions(alpn: alpn), at: 0)))
    add(.toServer, try handshake(.toServer, [1, 2, 0, 0, 0, 0]))
  }

  /// A request with its body, in one packet each for head and body, and the answer.
  mutating func addExchange(stream id: Int = 0, key: String) throws {
    let head = QUICBytes.frame(
      1,
      QUICBytes.section([
        (":method", "POST"), (":scheme", "https"), (":authority", Self.name), (":path", "/v1/\(id)"),
        ("authorization", "Bearer \(key)"),
      ]))
    let body = QUICBytes.frame(0, Array("{\"key\": \"\(key)\"}".utf8))
    add(.toServer, try short(.toServer, QUICBytes.stream(id, head)))
    add(.toServer, try short(.toServer, QUICBytes.stream(id, body, at: head.count, isFinal: true)))
    let answer = QUICBytes.frame(1, QUICBytes.section([(":status", "200"), ("content-type", "text/plain")]))
    add(
      .toClient,
      try short(
        .toClient, QUICBytes.stream(id, answer + QUICBytes.frame(0, Array("fine".utf8)), isFinal: true)))
  }

  // MARK: What the sensor sees

  /// - Parameters:
  ///   - lateSecrets: how many datagrams pass before the key log has anything; `nil` for never.
  ///   - memory: bytes that the shard lets QUIC hold; `nil` for the default.
  func facts(secretsAfter lateSecrets: Int? = 0, memory: Int? = nil) throws -> [Fact] {
    let secrets = TLSSecrets()
    var settings = ProtocolSettings()
    settings.secrets = secrets
    if let memory { settings.quicMemoryByteLimit = memory }
    var context = try AnalysisContext(patterns: TestKeys.patterns.get(), settings: settings)
    let endpoint = Endpoint(IPAddress(high: 0, low: 1), port: 443)
    let analyzer = DatagramAnalyzer(
      FlowContext(id: 1, client: endpoint, server: endpoint, transport: .udp))
    var isSwapped = false
    var facts: [Fact] = []
    for (index, datagram) in datagrams.enumerated() {
      if index == lateSecrets { for line in keyLog { secrets.add(line: Array(line.utf8).rawSpan) } }
      let direction = isSwapped ? datagram.direction.opposite : datagram.direction
      if case .swapRoles = analyzer.datagram(datagram.bytes.rawSpan, direction, &context) { isSwapped.toggle() }
      facts += context.facts
      context.removeFacts()
    }
    analyzer.closed(&context)
    return facts + context.facts
  }
}

extension [Fact] {
  var quicHellos: [QUICHello] { compactMap { if case .quicHello(let hello) = $0 { hello } else { nil } } }
  var encryption: EncryptionSummary? {
    compactMap { if case .encryption(let summary) = $0 { summary } else { nil } }.last
  }
  var gapByteCounts: [Int] { compactMap { if case .gap(_, let count) = $0 { count } else { nil } } }
  var transports: Set<TransportSecurity> {
    Set(compactMap { if case .credential(let sighting) = $0 { sighting.transport } else { nil } })
  }
}
