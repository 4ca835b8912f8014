import Decryption
import TestSupport
import Testing
import Wire

@Suite("QUIC packet protection, RFC 9001 and RFC 9369")
struct QUICKeysTests {
  static let destinationID: [UInt8] = [0x83, 0x94, 0xC8, 0xF0, 0x3E, 0x51, 0x57, 0x08]

  /// The server's Initial packet of appendix A.3 of RFC 9001, and of appendix A.3 of RFC 9369.
  static let serverInitials: [(family: QUICVersion.Family, packet: String)] = [
    (
      .version1,
      """
      cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c69797554780bb38cc5a99f5ede4cf7\
      3c3ec2493a1839b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84022f8ef4cdd93795d77d06edbb7aaf2f\
      58891850abbdca3d20398c276456cbc42158407dd074ee
      """
    ),
    (
      .version2,
      """
      dc6b3343cf0008f067a5502a4262b5004075d92faaf16f05d8a4398c47089698baeea26b91eb761d9b89237bbf87263017915358230035f7\
      fd3945d88965cf17f9af6e16886c61bfc703106fbaf3cb4cfa52382dd16a393e42757507698075b2c984c707f0a0812d8cd5a6881eaf21ce\
      da98f4bd23f6fe1a3e2c43edd9ce7ca84bed8521e2e140
      """
    ),
  ]

  static let serverPayload = Hex.bytes(
    """
    02000000000600405a020000560303eefce7f7b37ba1d1632e96677825ddf73988cfc79825df566dc5430b9a045a1200130100002e00330024\
    001d00209d3c940d89690b84d08a60993c144eca684d1081287c834d5311bcf32bb9da1a002b00020304
    """)

  struct Opened: Equatable {
    var header: QUICPacketHeader
    var payload: [UInt8]
  }

  static func open(
    _ packet: [UInt8], _ keys: QUICPacketKeys, packetNumberOffset: Int, expected: UInt64 = 0
  ) -> Opened? {
    guard
      let header = keys.header(of: packet.rawSpan, packetNumberOffset: packetNumberOffset, expected: expected),
      let payload = keys.open(packet.rawSpan, header)
    else { return nil }
    return Opened(header: header, payload: payload)
  }

  static func isValid(_ packet: [UInt8], _ family: QUICVersion.Family) -> Bool {
    guard let id = QUICConnectionID(destinationID.rawSpan) else { return false }
    return QUICRetryIntegrity.isValid(packet.rawSpan, originalID: id, family: family)
  }

  @Test("opens the server's Initial packet of the appendices", arguments: serverInitials)
  func serverInitial(_ example: (family: QUICVersion.Family, packet: String)) throws {
    let packet = Hex.bytes(example.packet)
    let header = try QUICLongHeader(packet.rawSpan)
    #expect(header.type == .initial && header.byteCount == packet.count && header.version.family == example.family)
    let secrets = QUICInitialSecrets.derive(destinationID: Self.destinationID, family: example.family)
    let keys = try #require(
      QUICPacketKeys(secret: secrets.server, algorithm: .aes128GCM, family: example.family))
    let opened = Self.open(packet, keys, packetNumberOffset: header.packetNumberOffset)
    #expect(opened?.header.packetNumber == 1)
    #expect(opened?.payload == Self.serverPayload)
  }

  @Test("derives the initial secrets of RFC 9001 appendix A.1")
  func initialSecrets() {
    let secrets = QUICInitialSecrets.derive(destinationID: Self.destinationID, family: .version1)
    #expect(secrets.client == Hex.bytes("c00cf151ca5be075ed0ebfb5c80323c42d6b7db67881289af4008f1f6c357aea"))
    #expect(secrets.server == Hex.bytes("3c199828fd139efd216c155ad844cc81fb82fa8d7446fa7d78be803acdda951b"))
  }

  /// Appendix A.5 of both: a short header, ChaCha20-Poly1305.
  static let shortPackets: [(family: QUICVersion.Family, packet: String)] = [
    (.version1, "4cfe4189655e5cd55c41f69080575d7999c25a5bfb"),
    (.version2, "5558b1c60ae7b6b932bc27d786f4bc2bb20f2162ba"),
  ]

  @Test("opens the ChaCha20-Poly1305 packet of the appendices", arguments: shortPackets)
  func chaCha20(_ example: (family: QUICVersion.Family, packet: String)) throws {
    let secret = Hex.bytes("9ac312a7f877468ebe69422748ad00a15443f18203a07d6060f688f30f21632b")
    let packet = Hex.bytes(example.packet)
    let keys = try #require(
      QUICPacketKeys(secret: secret, algorithm: .chaCha20Poly1305, family: example.family))
    let opened = Self.open(packet, keys, packetNumberOffset: 1, expected: 654_360_564)
    #expect(opened?.header.packetNumber == 654_360_564)
    #expect(opened?.header.keyPhase == false)
    #expect(opened?.payload == [1])
    let updated = try #require(keys.updated())
    let wrong = Self.open(packet, updated, packetNumberOffset: 1, expected: 654_360_564)
    #expect(wrong == nil)
  }

  /// Appendix A.4 of both.
  static let retries: [(family: QUICVersion.Family, packet: String)] = [
    (.version1, "ff000000010008f067a5502a4262b5746f6b656e04a265ba2eff4d829058fb3f0f2496ba"),
    (.version2, "cf6b3343cf0008f067a5502a4262b5746f6b656ec8646ce8bfe33952d955543665dcc7b6"),
  ]

  @Test("believes the Retry packets of the appendices, and no changed one", arguments: retries)
  func retry(_ example: (family: QUICVersion.Family, packet: String)) {
    let packet = Hex.bytes(example.packet)
    #expect(Self.isValid(packet, example.family))
    for index in packet.indices {
      var changed = packet
      changed[index] ^= 1
      #expect(!Self.isValid(changed, example.family))
    }
    for count in 0..<packet.count {
      #expect(!Self.isValid(Array(packet[..<count]), example.family))
    }
  }

  static let numbers: [(truncated: UInt64, byteCount: Int, expected: UInt64, number: UInt64)] = [
    (0x9B32, 2, 0xA82F_30EB, 0xA82F_9B32), (0, 1, 0, 0), (5, 1, 256, 261), (255, 1, 256, 255), (0, 1, 255, 256),
    (0xFFFF_FFFF, 4, 1, 0xFFFF_FFFF), (1, 4, 0xFFFF_FFFF, 0x1_0000_0001),
  ]

  @Test("restores packet numbers as RFC 9000 appendix A.3 does", arguments: numbers)
  func packetNumbers(_ example: (truncated: UInt64, byteCount: Int, expected: UInt64, number: UInt64)) {
    let number = QUICPacketHeader.number(
      example.truncated, byteCount: example.byteCount, expected: example.expected)
    #expect(number == example.number)
  }

  @Test("no number makes the restoring trap", arguments: [0x9A11] as [UInt64])
  func packetNumberNoise(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<2_000 {
      let count = Int(generator.next() % 4) + 1
      let truncated = generator.next() & ((1 << (8 * UInt64(count))) - 1)
      let number = QUICPacketHeader.number(truncated, byteCount: count, expected: generator.next())
      #expect(number & ((1 << (8 * UInt64(count))) - 1) == truncated)
    }
  }

  @Test("no prefix of a packet, and no changed byte, opens it")
  func damage() throws {
    let packet = Hex.bytes(Self.serverInitials[0].packet)
    let secrets = QUICInitialSecrets.derive(destinationID: Self.destinationID, family: .version1)
    let keys = try #require(QUICPacketKeys(secret: secrets.server, algorithm: .aes128GCM, family: .version1))
    for count in 0..<packet.count {
      let cut = Array(packet[..<count])
      #expect(Self.open(cut, keys, packetNumberOffset: 18) == nil)
    }
    for index in packet.indices {
      var changed = packet
      changed[index] ^= 0x10
      #expect(Self.open(changed, keys, packetNumberOffset: 18) == nil)
    }
  }
}

enum Hex {
  static func bytes(_ text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}
