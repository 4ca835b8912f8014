import Decryption
import Testing
import Wire

/// A connection between openssl s_client and s_server: its secrets, and its records from the first protected one on.
///
/// The client sent two lines, the server answered each with its letters in reverse.
struct RecordedConnection: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let suite: UInt16
  let version: UInt16
  let encryptThenMAC: Bool
  let clientRandom: String
  let serverRandom: String
  /// Of connections with RSA key exchange, otherwise empty; with it the first 8 bytes of what the client sent.
  let premaster: String
  let encryptedPremaster: String
  /// Empty without the extended master secret.
  let sessionHash: String
  let keyLog: String
  /// A line each: `c` or `s` for the sender, content type, version and fragment in hexadecimal.
  let records: String

  struct Record {
    let contentType: UInt8
    let version: UInt16
    let fragment: [UInt8]
  }

  func records(ofClient: Bool) -> [Record] {
    records.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words[0] == (ofClient ? "c" : "s") else { return nil }
      let header = [UInt8](hexadecimal: "\(words[1])\(words[2])")
      return Record(
        contentType: header[0], version: UInt16(header[1]) << 8 | UInt16(header[2]),
        fragment: words.count > 3 ? [UInt8](hexadecimal: String(words[3])) : [])
    }
  }

  var secrets: TLSSecrets {
    let secrets = TLSSecrets()
    var reader = KeyLogReader()
    reader.read([UInt8](keyLog.utf8).rawSpan, into: secrets)
    reader.finish(into: secrets)
    return secrets
  }

  func secret(_ label: SecretLabel) throws -> [UInt8] {
    let random = ClientRandom([UInt8](hexadecimal: clientRandom).rawSpan)
    return try #require(random.flatMap { secrets.secret(label, for: $0) })
  }

  /// What opens the first protected records of a side.
  func opener(ofClient: Bool) throws -> RecordOpener {
    let suite = CipherSuite(rawValue: suite)
    guard version < 0x0304 else {
      let secret = try secret(ofClient ? .clientHandshakeTraffic : .serverHandshakeTraffic)
      return try #require(RecordOpener(suite: suite, trafficSecret: secret))
    }
    let keys = TLS12Keys(
      suite: suite, version: version, masterSecret: try secret(.clientRandom),
      clientRandom: [UInt8](hexadecimal: clientRandom).rawSpan,
      serverRandom: [UInt8](hexadecimal: serverRandom).rawSpan, encryptThenMAC: encryptThenMAC)
    return try #require(ofClient ? keys?.client : keys?.server)
  }

  /// Opens all records of a side, with new keys where TLS 1.3 has them.
  ///
  /// - Parameter each: is called before each record.
  /// - Returns: the types and plaintexts of the records.
  func open(
    ofClient: Bool, each: (RecordOpener, Record) throws -> Void = { _, _ in }
  ) throws -> [(contentType: UInt8, plaintext: [UInt8])] {
    var opener = try opener(ofClient: ofClient)
    return try records(ofClient: ofClient).map { record in
      try each(opener, record)
      var output: [UInt8] = []
      let type = try opener.open(record, into: &output)
      if version == 0x0304, type == 22 {
        switch output[0] {
        case 20:
          let secret = try secret(ofClient ? .clientTraffic0 : .serverTraffic0)
          opener = try #require(RecordOpener(suite: CipherSuite(rawValue: suite), trafficSecret: secret))
        case 24: opener.updateTrafficSecret()
        default: break
        }
      }
      return (type, output)
    }
  }
}

extension RecordOpener {
  func open(
    _ record: RecordedConnection.Record, into output: inout [UInt8]
  ) throws(DecryptionError) -> UInt8 {
    try open(
      contentType: record.contentType, version: record.version, fragment: record.fragment.rawSpan, into: &output)
  }
}
