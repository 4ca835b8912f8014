package import Wire

/// A DNS message, secrets in it masked: of DNS over UDP, TCP or HTTPS, of multicast DNS or LLMNR.
///
/// Names are as `DNSName` writes them, in the case in which they were sent. At most `DNSPacket.recordLimit` questions
/// and records are kept.
package struct DNSMessage: Equatable, Sendable {
  package var id: UInt16
  package var flags: DNSFlags
  package var queries: [DNSQuestion]
  package var answers: [DNSRecord]
  package var authorities: [DNSRecord]
  package var additionals: [DNSRecord]
  /// Position among the messages of its flow, from 0.
  package var index: UInt64
  /// What the message's counts promise is not all there, or malformed.
  package var isCut: Bool

  package init(
    id: UInt16, flags: DNSFlags, queries: [DNSQuestion], answers: [DNSRecord] = [], authorities: [DNSRecord] = [],
    additionals: [DNSRecord] = [], index: UInt64 = 0, isCut: Bool = false
  ) {
    (self.id, self.flags, self.queries, self.answers) = (id, flags, queries, answers)
    (self.authorities, self.additionals, self.index, self.isCut) = (authorities, additionals, index, isCut)
  }

  package var isResponse: Bool { flags.isResponse }

  /// With the eight bits that EDNS puts above those of the header: RFC 6891 section 6.1.3.
  package var responseCode: Int {
    let options = additionals.first { $0.type == .opt }
    return Int((options?.timeToLive ?? 0) >> 24) << 4 | flags.responseCode
  }

  /// What a person calls the message by: the first name asked for, or the first one told.
  package var subject: String? { queries.first?.name ?? answers.first?.name }
}
