import Wire

/// Opens the records of one direction, in their order.
///
/// A class, so that a flow holds it in one word. One worker at a time may use it.
package final class RecordOpener {
  // One of the two is set; apart, they change in place.
  private var aead: AEADRecords?
  private var mac: MACRecords?
  /// Of TLS 1.3, for the next key; otherwise empty.
  private var trafficSecret: [UInt8] = []
  private let suite: CipherSuite

  /// Records opened and skipped under this key: RFC 8446 section 5.3.
  package private(set) var sequenceNumber: UInt64 = 0

  /// Opens records of TLS 1.3: RFC 8446 sections 5.2 and 7.3.
  ///
  /// - Returns: `nil` when `suite` is none of TLS 1.3 that can be opened, or the secret has not the length of its hash.
  package init?(suite: CipherSuite, trafficSecret: [UInt8]) {
    guard let records = Self.records(suite: suite, trafficSecret: trafficSecret) else { return nil }
    (aead, self.suite, self.trafficSecret) = (records, suite, trafficSecret)
  }

  /// Opens records of TLS 1.2.
  init(suite: CipherSuite, _ records: AEADRecords) { (self.suite, aead) = (suite, records) }

  /// Opens records of TLS 1.0 to 1.2.
  init(suite: CipherSuite, _ records: MACRecords) { (self.suite, mac) = (suite, records) }

  private var isTLS13: Bool { !trafficSecret.isEmpty }

  /// Opens one record.
  ///
  /// - Parameters:
  ///   - contentType: of the record's header, as is `version`.
  ///   - fragment: what follows the header.
  ///   - output: replaced by the plaintext; after an error empty.
  /// - Returns: the true content type, which in TLS 1.3 stands inside.
  /// - Throws: `authenticationFailed`, `malformed` for what no peer sends, `sequenceExhausted`. After an error the next
  ///   record is opened as if this one had not been.
  package func open(
    contentType: UInt8, version: UInt16, fragment: RawSpan, into output: inout [UInt8]
  ) throws(DecryptionError) -> UInt8 {
    output.removeAll(keepingCapacity: true)
    guard sequenceNumber < .max else { throw .sequenceExhausted }
    let header = RecordHeader(contentType: contentType, version: version, sequence: sequenceNumber)
    do throws(DecryptionError) {
      let innerType = try open(header, fragment, into: &output)
      sequenceNumber += 1
      return innerType
    } catch {
      output.removeAll(keepingCapacity: true)
      throw error
    }
  }

  private func open(
    _ header: RecordHeader, _ fragment: RawSpan, into output: inout [UInt8]
  ) throws(DecryptionError) -> UInt8 {
    guard isTLS13 else {
      try aead?.openOfTLS12(header, fragment, into: &output)
      try mac?.open(header, fragment, into: &output)
      return header.contentType
    }
    // RFC 8446 section 5.2: everything encrypted goes as application data.
    guard header.contentType == 23, let type = try aead?.openOfTLS13(header, fragment, into: &output) else {
      throw .malformed
    }
    return type
  }

  /// The sender changed to its next key: KeyUpdate, RFC 8446 sections 4.6.3 and 7.2. Of no effect below TLS 1.3.
  package func updateTrafficSecret() {
    guard isTLS13 else { return }
    let next = hkdfExpandLabel(
      secret: trafficSecret, label: "traffic upd", length: suite.hash.byteCount, hash: suite.hash)
    guard let updated = Self.records(suite: suite, trafficSecret: next) else { return }
    (aead, trafficSecret, sequenceNumber) = (updated, next, 0)
  }

  /// A record was lost in a gap: the sequence number moves on.
  ///
  /// In TLS 1.0, where each record is chained to the one before, the next one then does not open. Offer it, skip it
  /// when it is refused, and the one after it opens again.
  package func skipRecord() {
    if sequenceNumber < .max { sequenceNumber += 1 }
    mac?.skip()
  }

  /// RFC 8446 section 7.3.
  private static func records(suite: CipherSuite, trafficSecret: [UInt8]) -> AEADRecords? {
    guard suite.isTLS13, case .aead(let algorithm)? = suite.protection, trafficSecret.count == suite.hash.byteCount
    else { return nil }
    let (keyLength, ivLength) = (algorithm.keyByteCount, AEADKey.nonceByteCount)
    let key = hkdfExpandLabel(secret: trafficSecret, label: "key", length: keyLength, hash: suite.hash)
    let iv = hkdfExpandLabel(secret: trafficSecret, label: "iv", length: ivLength, hash: suite.hash)
    return AEADKey(algorithm, key: key).map { AEADRecords(key: $0, iv: iv, form: .sequence) }
  }
}
