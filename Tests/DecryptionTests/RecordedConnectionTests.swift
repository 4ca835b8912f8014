import Decryption
import TestSupport
import Testing
import Wire

@Suite("Connections of openssl")
struct RecordedConnectionTests {
  @Test("open with the secrets of the key log", arguments: RecordedConnection.all)
  func open(_ connection: RecordedConnection) throws {
    for (isClient, expected) in [(true, "one line\nand another\n"), (false, "enil eno\nrehtona dna\n")] {
      let opened = try connection.open(ofClient: isClient)
      let text = opened.filter { $0.contentType == 23 }.flatMap(\.plaintext)
      #expect(String(decoding: text, as: UTF8.self) == expected)
      let handshake = opened.filter { $0.contentType == 22 }
      #expect(handshake.contains { $0.plaintext[0] == 20 }, "no Finished")
    }
  }

  @Test("a new key is asked for and used", arguments: RecordedConnection.all.filter { $0.version == 0x0304 })
  func keyUpdates(_ connection: RecordedConnection) throws {
    let updates = try connection.open(ofClient: true).filter { $0.contentType == 22 && $0.plaintext[0] == 24 }
    let answers = try connection.open(ofClient: false).filter { $0.contentType == 22 && $0.plaintext[0] == 24 }
    #expect(updates.count == answers.count)
    #expect(updates.count == (connection.records(ofClient: true).count == 5 ? 1 : 0))
  }

  @Test("a damaged record is refused, and the good one after it opens", arguments: RecordedConnection.all)
  func damage(_ connection: RecordedConnection) throws {
    var generator = SeededGenerator(seed: 5)
    for isClient in [true, false] {
      _ = try connection.open(ofClient: isClient) { opener, record in
        let number = opener.sequenceNumber
        var output: [UInt8] = [1]
        for _ in 0..<8 {
          var fragment = record.fragment
          let place = Int.random(in: 0..<fragment.count, using: &generator)
          fragment[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
          let damaged = RecordedConnection.Record(
            contentType: record.contentType, version: record.version, fragment: fragment)
          #expect(throws: DecryptionError.authenticationFailed) { _ = try opener.open(damaged, into: &output) }
          #expect(output.isEmpty)
        }
        let relabelled = RecordedConnection.Record(
          contentType: record.contentType, version: record.version ^ 1, fragment: record.fragment)
        #expect(throws: DecryptionError.authenticationFailed) { _ = try opener.open(relabelled, into: &output) }
        #expect(opener.sequenceNumber == number)
      }
    }
  }

  @Test("no prefix of a record opens", arguments: RecordedConnection.all)
  func prefixes(_ connection: RecordedConnection) throws {
    let opener = try connection.opener(ofClient: true)
    let record = connection.records(ofClient: true)[0]
    var output: [UInt8] = []
    for count in record.fragment.indices {
      let cut = RecordedConnection.Record(
        contentType: record.contentType, version: record.version, fragment: Array(record.fragment[..<count]))
      #expect(throws: DecryptionError.self) { _ = try opener.open(cut, into: &output) }
    }
    _ = try opener.open(record, into: &output)
    #expect(opener.sequenceNumber == 1)
  }

  @Test("noise is refused", arguments: RecordedConnection.all)
  func noise(_ connection: RecordedConnection) throws {
    let opener = try connection.opener(ofClient: false)
    var generator = SeededGenerator(seed: UInt64(connection.suite))
    var output: [UInt8] = []
    for count in [0, 1, 15, 16, 17, 31, 32, 33, 48, 64, 80, 96, 1_024, 16_384, 16_640, 16_641, 18_432, 18_433, 65_535] {
      let fragment = generator.bytes(count)
      #expect(throws: DecryptionError.self) {
        _ = try opener.open(
          contentType: 23, version: 0x0303, fragment: fragment.rawSpan, into: &output)
      }
    }
    _ = try opener.open(connection.records(ofClient: false)[0], into: &output)
  }

  @Test("after a lost record the next ones open", arguments: RecordedConnection.all.filter { $0.version != 0x0304 })
  func gaps(_ connection: RecordedConnection) throws {
    let opener = try connection.opener(ofClient: true)
    let records = connection.records(ofClient: true)
    var output: [UInt8] = []
    opener.skipRecord()
    let isChained = connection.version == 0x0301 && !connection.testDescription.contains("NULL")
    if isChained {
      #expect(throws: DecryptionError.authenticationFailed) { _ = try opener.open(records[1], into: &output) }
      opener.skipRecord()
    }
    for record in records[(isChained ? 2 : 1)...] { _ = try opener.open(record, into: &output) }
    #expect(opener.sequenceNumber == UInt64(records.count))
  }

  @Test("after a damaged record that is skipped the next one opens", arguments: RecordedConnection.all)
  func skippedDamage(_ connection: RecordedConnection) throws {
    let opener = try connection.opener(ofClient: true)
    let records = connection.records(ofClient: true)
    var fragment = records[0].fragment
    fragment[0] ^= 0x80
    var output: [UInt8] = []
    let damaged = RecordedConnection.Record(
      contentType: records[0].contentType, version: records[0].version, fragment: fragment)
    #expect(throws: DecryptionError.authenticationFailed) { _ = try opener.open(damaged, into: &output) }
    opener.skipRecord()
    #expect(opener.sequenceNumber == 1)
    // In TLS 1.3 the client's next record is under its next secret.
    guard connection.version < 0x0304 else { return }
    for record in records[1...] { _ = try opener.open(record, into: &output) }
  }

  @Test("the master secret follows from the premaster secret", arguments: RecordedConnection.all.filter(\.hasPremaster))
  func masterSecrets(_ connection: RecordedConnection) throws {
    let hash = [UInt8](hexadecimal: connection.sessionHash)
    let suite = CipherSuite(rawValue: connection.suite)
    #expect(suite.usesRSAKeyExchange)
    let encrypted = [UInt8](hexadecimal: connection.encryptedPremaster + "ffff")
    let found = connection.secrets.premaster(encrypted: encrypted.rawSpan)
    let premaster = try #require(found)
    #expect(premaster == [UInt8](hexadecimal: connection.premaster))
    let master = masterSecret(
      premaster: premaster, suite: suite, version: connection.version,
      clientRandom: [UInt8](hexadecimal: connection.clientRandom).rawSpan,
      serverRandom: [UInt8](hexadecimal: connection.serverRandom).rawSpan, sessionHash: hash.isEmpty ? nil : hash)
    #expect(try master == connection.secret(.clientRandom))
  }

  @Test("another connection's secrets open nothing", arguments: RecordedConnection.all)
  func otherSecrets(_ connection: RecordedConnection) throws {
    var generator = SeededGenerator(seed: 11)
    let suite = CipherSuite(rawValue: connection.suite)
    let random = generator.bytes(32)
    let other =
      connection.version == 0x0304
      ? RecordOpener(suite: suite, trafficSecret: generator.bytes(suite.hash.byteCount))
      : TLS12Keys(
        suite: suite, version: connection.version, masterSecret: generator.bytes(48), clientRandom: random.rawSpan,
        serverRandom: random.rawSpan, encryptThenMAC: connection.encryptThenMAC)?.client
    let opener = try #require(other)
    var output: [UInt8] = []
    for record in connection.records(ofClient: true) {
      #expect(throws: DecryptionError.authenticationFailed) { _ = try opener.open(record, into: &output) }
    }
  }
}

extension RecordedConnection {
  var hasPremaster: Bool { !premaster.isEmpty }
}
