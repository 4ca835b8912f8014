import Crypto
import Decryption
import TestSupport
import Testing
import Wire

@Suite("Records of TLS 1.3, RFC 8446 section 5")
struct RecordOpenerTests {
  private static let suite = CipherSuite(rawValue: 0x1301)
  private static let secret = [UInt8](repeating: 0x5A, count: 32)

  /// A record that `content` and what follows it are sealed in.
  private static func seal(
    _ inner: [UInt8], number: UInt64 = 0, secret: [UInt8] = secret, contentType: UInt8 = 23
  ) throws -> [UInt8] {
    let key = hkdfExpandLabel(secret: secret, label: "key", length: 16, hash: .sha256)
    var nonce = hkdfExpandLabel(secret: secret, label: "iv", length: 12, hash: .sha256)
    for offset in 0..<8 { nonce[11 - offset] ^= UInt8(truncatingIfNeeded: number >> (8 * UInt64(offset))) }
    let length = inner.count + 16
    let box = try AES.GCM.seal(
      inner, using: SymmetricKey(data: key), nonce: AES.GCM.Nonce(data: nonce),
      authenticating: [contentType, 3, 3, UInt8(length >> 8), UInt8(length & 0xFF)])
    return [UInt8](box.ciphertext) + [UInt8](box.tag)
  }

  private static func opener() throws -> RecordOpener {
    try #require(RecordOpener(suite: suite, trafficSecret: secret))
  }

  private static func open(_ opener: RecordOpener, _ record: [UInt8], type: UInt8 = 23) throws -> (UInt8, [UInt8]) {
    var output: [UInt8] = [9, 9]
    let inner = try opener.open(contentType: type, version: 0x0303, fragment: record.rawSpan, into: &output)
    return (inner, output)
  }

  @Test("padding of any length is removed", arguments: [0, 1, 2, 255, 1_000, 16_379])
  func padding(count: Int) throws {
    let record = try Self.seal([1, 2, 0, 3, 0, 22] + [UInt8](repeating: 0, count: count))
    let (type, plaintext) = try Self.open(Self.opener(), record)
    #expect(type == 22)
    #expect(plaintext == [1, 2, 0, 3, 0])
  }

  @Test("no content is content", arguments: [0, 1, 300])
  func noContent(padding: Int) throws {
    let (type, plaintext) = try Self.open(
      Self.opener(), Self.seal([23] + [UInt8](repeating: 0, count: padding)))
    #expect(type == 23)
    #expect(plaintext.isEmpty)
  }

  @Test("padding alone, without a content type, is malformed", arguments: [0, 1, 16, 1_000])
  func paddingOnly(count: Int) throws {
    let opener = try Self.opener()
    let record = try Self.seal([UInt8](repeating: 0, count: count))
    #expect(throws: DecryptionError.malformed) { _ = try Self.open(opener, record) }
    #expect(opener.sequenceNumber == 0)
    #expect(try Self.open(opener, Self.seal([7, 23])).1 == [7])
  }

  @Test("the largest record opens, larger ones are malformed")
  func sizes() throws {
    let opener = try Self.opener()
    let largest = [UInt8](repeating: 7, count: 16_384) + [23]
    #expect(try Self.open(opener, Self.seal(largest)).1.count == 16_384)
    #expect(throws: DecryptionError.malformed) { _ = try Self.open(opener, Self.seal([7] + largest, number: 1)) }
    let tooLong = [UInt8](repeating: 0, count: 16_641)
    #expect(throws: DecryptionError.malformed) { _ = try Self.open(opener, tooLong) }
    #expect(opener.sequenceNumber == 1)
  }

  @Test("only application data is encrypted", arguments: [0, 20, 21, 22, 24, 255] as [UInt8])
  func outerTypes(type: UInt8) throws {
    let record = try Self.seal([1, 23], contentType: type)
    #expect(throws: DecryptionError.malformed) { _ = try Self.open(Self.opener(), record, type: type) }
  }

  @Test("records open in their order, and after a skipped one")
  func order() throws {
    let opener = try Self.opener()
    for number in 0..<300 as Range<UInt64> where number != 256 {
      if number == 257 { opener.skipRecord() }
      #expect(try Self.open(opener, Self.seal([UInt8(number & 0xFF), 23], number: number)).1.count == 1)
    }
    #expect(throws: DecryptionError.authenticationFailed) {
      _ = try Self.open(opener, Self.seal([1, 23], number: 299))
    }
    #expect(opener.sequenceNumber == 300)
  }

  @Test("each key update leads to the next key, and counts from zero")
  func keyUpdates() throws {
    let opener = try Self.opener()
    var secret = Self.secret
    for _ in 0..<5 {
      #expect(try Self.open(opener, Self.seal([1, 23], secret: secret)).0 == 23)
      opener.updateTrafficSecret()
      secret = hkdfExpandLabel(secret: secret, label: "traffic upd", length: 32, hash: .sha256)
      #expect(opener.sequenceNumber == 0)
    }
  }

  @Test("noise is refused and changes nothing")
  func noise() throws {
    let opener = try Self.opener()
    var generator = SeededGenerator(seed: 8_446)
    for _ in 0..<500 {
      let noise = generator.bytes(Int(generator.next() % 200))
      #expect(throws: DecryptionError.self) { _ = try Self.open(opener, noise) }
    }
    #expect(try Self.open(opener, Self.seal([5, 23])).1 == [5])
  }

  @Test("there is no opener for a suite or secret that does not fit")
  func refusals() {
    #expect(RecordOpener(suite: Self.suite, trafficSecret: []) == nil)
    #expect(RecordOpener(suite: Self.suite, trafficSecret: [UInt8](repeating: 0, count: 48)) == nil)
    #expect(RecordOpener(suite: CipherSuite(rawValue: 0xC02F), trafficSecret: Self.secret) == nil)
    #expect(RecordOpener(suite: CipherSuite(rawValue: 0xC0B4), trafficSecret: Self.secret) == nil)
    #expect(RecordOpener(suite: CipherSuite(rawValue: 0x1A1A), trafficSecret: Self.secret) == nil)
  }

  @Test(
    "there are no keys for a suite that does not exist in a version",
    arguments: [
      (0x1301, 0x0303), (0xC02F, 0x0302), (0xCCA8, 0x0301), (0x003C, 0x0302), (0x003C, 0x0300), (0xC014, 0x0304),
      (0x0003, 0x0303), (0x0006, 0x0301), (0x0008, 0x0301), (0x00BA, 0x0302), (0xC077, 0x0302), (0xC03C, 0x0303),
      (0xC07A, 0x0303), (0xFFFF, 0x0303),
    ] as [(UInt16, UInt16)])
  func refusedSuites(suite: UInt16, version: UInt16) {
    let random = [UInt8](repeating: 0, count: 32)
    let keys = TLS12Keys(
      suite: CipherSuite(rawValue: suite), version: version, masterSecret: [UInt8](repeating: 0, count: 48),
      clientRandom: random.rawSpan, serverRandom: random.rawSpan, encryptThenMAC: false)
    #expect(keys == nil)
  }
}
