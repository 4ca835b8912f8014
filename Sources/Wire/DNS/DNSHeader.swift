/// The first twelve bytes of a DNS message: RFC 1035 section 4.1.1, bits AD and CD of RFC 4035 section 3.2.
///
///     +---------------------+
///     |         id          |
///     |QR opcode AA TC RD RA Z AD CD rcode|
///     | QDCOUNT             |
///     | ANCOUNT             |
///     | NSCOUNT             |
///     | ARCOUNT             |
///     +---------------------+
package struct DNSHeader: Equatable, Sendable, BitwiseCopyable {
  package static let byteCount = 12

  package var id: UInt16
  package var flags: DNSFlags
  package var questionCount: Int
  package var answerCount: Int
  package var authorityCount: Int
  package var additionalCount: Int

  /// - Throws: `incomplete` below twelve bytes.
  package init(_ bytes: RawSpan) throws(ParseError) {
    try bytes.require(Self.byteCount)
    id = bytes.bigEndian(at: 0)
    flags = DNSFlags(rawValue: bytes.bigEndian(at: 2))
    questionCount = Int(bytes.bigEndian(at: 4, as: UInt16.self))
    answerCount = Int(bytes.bigEndian(at: 6, as: UInt16.self))
    authorityCount = Int(bytes.bigEndian(at: 8, as: UInt16.self))
    additionalCount = Int(bytes.bigEndian(at: 10, as: UInt16.self))
  }

  package var recordCount: Int { answerCount + authorityCount + additionalCount }

  /// Bytes of the shortest message with these counts: a root name, type and class make a question, ttl and length
  /// beside them a record.
  package var leastByteCount: Int { Self.byteCount + questionCount * 5 + recordCount * 11 }
}

/// The second 16 bits of a DNS header.
package struct DNSFlags: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }

  package var isResponse: Bool { rawValue & 0x8000 != 0 }
  /// 0 QUERY, 1 IQUERY, 2 STATUS, 4 NOTIFY, 5 UPDATE, 6 DSO.
  package var opcode: Int { Int(rawValue >> 11 & 0xF) }
  package var isAuthoritative: Bool { rawValue & 0x0400 != 0 }
  package var isTruncated: Bool { rawValue & 0x0200 != 0 }
  package var isRecursionDesired: Bool { rawValue & 0x0100 != 0 }
  package var isRecursionAvailable: Bool { rawValue & 0x0080 != 0 }
  /// The bit that must be zero. LLMNR has its T (tentative) bit two places to the left of RA (RFC 4795 section 2.1.1).
  package var isReservedBitSet: Bool { rawValue & 0x0040 != 0 }
  /// The low four bits of the response code; `OPT` may add eight above them (RFC 6891 section 6.1.3).
  package var responseCode: Int { Int(rawValue & 0xF) }
}
