import Wire

/// Recognises TLS by content, as early as it can be told: what is said is read by `TLSConnection`.
enum TLSRecognition {
  enum Result {
    /// The side that sent this is the client.
    case client
    /// The side that sent this is the server.
    case server
    /// Records of a connection whose start is not here.
    case records
    case waiting
    case no
  }

  /// - Parameter bytes: what one side sent first.
  static func probe(_ bytes: RawSpan) -> Result {
    let octets = bytes.octets
    guard bytes.byteCount > 0 else { return .no }
    if octets[0] & 0x80 != 0 { return probeSSL2(bytes) }
    guard (20...23).contains(octets[0]) else { return .no }
    guard bytes.byteCount < 3 || (octets[1] == 3 && octets[2] <= 4) else { return .no }
    guard bytes.byteCount >= TLSRecordHeader.byteCount else {
      return bytes.byteCount < 2 || octets[1] == 3 ? .waiting : .no
    }
    guard let first = try? TLSRecordHeader(bytes), first.length > 0 else { return .no }
    guard first.contentType == .handshake else { return .records }
    guard bytes.byteCount > TLSRecordHeader.byteCount else { return .waiting }
    switch TLSHandshakeType(rawValue: octets[TLSRecordHeader.byteCount]) {
    case .clientHello: return .client
    case .serverHello: return .server
    default: return .records
    }
  }

  /// Whether `bytes`, which follow others, are worth a probe: for the TLS behind STARTTLS or a proxy's greeting.
  static func mayStart(_ bytes: RawSpan) -> Bool {
    bytes.byteCount > TLSRecordHeader.byteCount && bytes.bigEndian(at: 0, as: UInt16.self) == 0x1603
  }

  private static func probeSSL2(_ bytes: RawSpan) -> Result {
    do throws(ParseError) {
      _ = try SSL2ClientHello(bytes).byteCount
      return .client
    } catch {
      guard case .incomplete = error else { return .no }
      return bytes.byteCount >= SSL2ClientHello.headerByteCount ? .client : .waiting
    }
  }
}
