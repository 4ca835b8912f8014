/// A DNS message read whole: RFC 1035 section 4.1, and the same layout of multicast DNS (RFC 6762) and LLMNR (RFC 4795).
///
/// What can be read is kept: after the first flaw nothing further is, and `isCut` says so.
package struct DNSPacket: Equatable, Sendable {
  /// Records and questions kept of one message: a zone transfer must not fill memory. The rest is stepped over.
  package static let recordLimit = 64

  package let header: DNSHeader
  package private(set) var questions: [DNSQuestion] = []
  package private(set) var answers: [DNSRecord] = []
  package private(set) var authorities: [DNSRecord] = []
  package private(set) var additionals: [DNSRecord] = []
  /// Records that were read over, beyond the limit.
  package private(set) var omittedCount = 0
  /// The message is shorter than its counts say, or something in it is malformed.
  package private(set) var isCut = false
  /// Bytes behind the last record.
  package private(set) var trailingByteCount = 0

  /// - Throws: `incomplete` below twelve bytes; nothing else.
  package init(_ message: RawSpan) throws(ParseError) {
    header = try DNSHeader(message)
    var position = DNSHeader.byteCount
    do throws(ParseError) {
      for _ in 0..<header.questionCount { try question(message, &position) }
      try records(message, header.answerCount, &position, \.answers)
      try records(message, header.authorityCount, &position, \.authorities)
      try records(message, header.additionalCount, &position, \.additionals)
      trailingByteCount = message.byteCount - position
    } catch { isCut = true }
  }

  package var isEmpty: Bool { questions.isEmpty && answers.isEmpty && authorities.isEmpty && additionals.isEmpty }

  private var keptCount: Int { questions.count + answers.count + authorities.count + additionals.count }

  private mutating func question(_ message: RawSpan, _ position: inout Int) throws(ParseError) {
    guard keptCount < Self.recordLimit else {
      omittedCount += 1
      position = try Self.fixed(message, after: DNSName.end(message, at: position), byteCount: 4) + 4
      return
    }
    let name = try DNSName.read(message, at: position)
    let fixed = try Self.fixed(message, after: name.end, byteCount: 4)
    questions.append(
      DNSQuestion(
        name: name.text, type: DNSRecordType(rawValue: message.bigEndian(at: fixed)),
        recordClass: DNSClass(rawValue: message.bigEndian(at: fixed + 2))))
    position = fixed + 4
  }

  private mutating func records(
    _ message: RawSpan, _ count: Int, _ position: inout Int, _ section: WritableKeyPath<DNSPacket, [DNSRecord]>
  ) throws(ParseError) {
    for _ in 0..<count {
      let isKept = keptCount < Self.recordLimit
      let name = isKept ? try DNSName.read(message, at: position) : ("", try DNSName.end(message, at: position))
      let fixed = try Self.fixed(message, after: name.1, byteCount: 10)
      let start = fixed + 10
      let end = start + Int(message.bigEndian(at: fixed + 8, as: UInt16.self))
      guard end <= message.byteCount else { throw .malformed(.lengthField, offset: fixed + 8) }
      position = end
      guard isKept else {
        omittedCount += 1
        continue
      }
      let type = DNSRecordType(rawValue: message.bigEndian(at: fixed))
      self[keyPath: section].append(
        DNSRecord(
          name: name.0, type: type, recordClass: DNSClass(rawValue: message.bigEndian(at: fixed + 2)),
          timeToLive: message.bigEndian(at: fixed + 4), data: .read(message, start..<end, type: type)))
    }
  }

  /// The offset of a fixed part, which must lie in the message.
  private static func fixed(_ message: RawSpan, after end: Int, byteCount: Int) throws(ParseError) -> Int {
    guard end <= message.byteCount - byteCount else { throw .malformed(.lengthField, offset: end) }
    return end
  }
}
