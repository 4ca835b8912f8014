import Wire

/// Recognises QUIC by the first datagram of a flow that has a long header.
enum QUICRecognition {
  /// RFC 9000 section 14.1: datagrams with a client's Initial packet have this many bytes at least.
  private static let smallestClientDatagram = 1_200

  /// Whether `bytes`, a datagram, can only be QUIC. Cheap for what is not: it looks at five bytes.
  static func isQUIC(_ bytes: RawSpan) -> Bool {
    guard bytes.byteCount > 5, QUICLongHeader.isLong(bytes.octets[0]) else { return false }
    let version = QUICVersion(rawValue: bytes.bigEndian(at: 1))
    if version.family != nil { return (try? QUICLongHeader(bytes)) != nil }
    // RFC 9000 section 6.3: a version that no server has, to see whether it says so.
    guard version.isReserved, bytes.byteCount >= smallestClientDatagram,
      let header = try? QUICInvariantHeader(bytes)
    else { return false }
    // Section 7.2: at least eight bytes until the server has named one.
    return header.destinationID.byteCount >= 8
  }
}
