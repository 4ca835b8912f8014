/// Recognises DNS by content. On a port of DNS damaged messages are believed too; elsewhere nothing may be amiss, for
/// twelve bytes of header say little.
package enum DNSRecognition {
  /// The longest message that TCP's two bytes of length allow (RFC 1035 section 4.2.2); a datagram is shorter.
  private static let messageByteLimit = 65_535

  /// DNS, multicast DNS and LLMNR.
  package static func isUsual(port: UInt16) -> Bool { port == 53 || port == 5353 || port == 5355 }

  /// A datagram, or a message without its length.
  package static func datagram(_ bytes: RawSpan, isUsualPort: Bool) -> Recognition {
    guard let header = try? DNSHeader(bytes), isPlausible(header, byteCount: bytes.byteCount, isUsualPort: isUsualPort),
      let packet = try? DNSPacket(bytes)
    else { return .no }
    return judge(packet, isUsualPort: isUsualPort)
  }

  /// Asked of the header alone, before anything is allocated.
  package static func isPlausible(_ header: DNSHeader, byteCount: Int, isUsualPort: Bool) -> Bool {
    switch header.flags.opcode {
    case 0, 4, 5: break
    case 1, 2, 6: guard isUsualPort else { return false }
    default: return false
    }
    // The capture may have cut the message, but no message could be as long as wild counts make it.
    if isUsualPort { return header.leastByteCount <= messageByteLimit }
    guard !header.flags.isReservedBitSet, header.leastByteCount <= byteCount else { return false }
    guard header.questionCount <= 1, header.questionCount + header.recordCount > 0 else { return false }
    if header.flags.isResponse { return header.flags.responseCode <= 10 }
    // A question alone, or with what EDNS and TSIG add to it; an update has more.
    guard header.flags.opcode == 0 else { return true }
    return header.questionCount == 1 && header.answerCount == 0 && header.authorityCount == 0
      && header.additionalCount <= 2 && header.flags.responseCode == 0 && !header.flags.isTruncated
  }

  /// - Returns: `certain` for a message that is DNS, `possible` for one that would be on a port of DNS.
  package static func judge(_ packet: DNSPacket, isUsualPort: Bool) -> Recognition {
    guard !isNetBIOS(packet) else { return .no }
    if isUsualPort {
      guard packet.isEmpty else { return hasPlausibleStart(packet) ? .certain : .no }
      // A refusal may be a header alone.
      let isBare = packet.header.leastByteCount == DNSHeader.byteCount && packet.trailingByteCount == 0
      return isBare && packet.header.flags.isResponse ? .certain : .no
    }
    guard !packet.isCut, packet.trailingByteCount == 0, !packet.isEmpty, hasPlausibleStart(packet) else {
      return packet.isEmpty ? .no : .possible
    }
    let records = packet.answers + packet.authorities + packet.additionals
    let areSound = records.allSatisfy { $0.type == .opt || ($0.type.isPlausible && $0.recordClass.isPlausible) }
    return areSound && !packet.questions.contains { $0.name == "." && $0.type != .ns } ? .certain : .possible
  }

  private static func hasPlausibleStart(_ packet: DNSPacket) -> Bool {
    if let question = packet.questions.first { return question.type.isPlausible && question.recordClass.isPlausible }
    guard let record = packet.answers.first ?? packet.authorities.first ?? packet.additionals.first else {
      return false
    }
    return record.type == .opt || (record.type.isPlausible && record.recordClass.isPlausible)
  }

  /// The NetBIOS name service has the same layout (RFC 1002 section 4.2) and names of 32 letters from A to P.
  private static func isNetBIOS(_ packet: DNSPacket) -> Bool {
    guard let name = packet.questions.first?.name ?? packet.answers.first?.name else { return false }
    let type = packet.questions.first?.type ?? packet.answers.first?.type
    guard type == .netBIOSName || type == .srv else { return false }
    let label = name.utf8.prefix { $0 != UInt8(ascii: ".") }
    return label.count == 32 && label.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "P")).contains($0) }
  }
}

// TCP: RFC 1035 section 4.2.2, two bytes of length before each message.
extension DNSRecognition {
  package static let lengthByteCount = 2
  /// A message that is waited for before its header is there may be no longer than this, in bytes: first messages are
  /// questions, and no text begins with bytes this small.
  private static let undecidedLengthLimit = 767
  /// Where the first question ends at the latest.
  private static let questionEnd = DNSHeader.byteCount + DNSName.byteLimit + 4

  /// Looks at what one side of a TCP connection may have sent first.
  ///
  /// `certain` needs the first question or, without one, the whole message; `possible` waits for more.
  package static func stream(_ bytes: RawSpan) -> Recognition {
    guard bytes.byteCount >= lengthByteCount else { return bytes.byteCount == 1 && isSmall(bytes) ? .possible : .no }
    let length = Int(bytes.bigEndian(at: 0, as: UInt16.self))
    guard length >= DNSHeader.byteCount + 5 else { return .no }
    let rest = bytes.extracting(lengthByteCount...)
    let message = rest.extracting(..<min(length, rest.byteCount))
    guard let header = try? DNSHeader(message) else {
      return length <= undecidedLengthLimit && mayBeHeader(message) ? .possible : .no
    }
    guard isPlausible(header, byteCount: length, isUsualPort: false), let packet = try? DNSPacket(message) else {
      return .no
    }
    if message.byteCount == length { return judge(packet, isUsualPort: false) == .certain ? .certain : .no }
    if packet.isEmpty { return message.byteCount < questionEnd ? .possible : .no }
    return hasPlausibleStart(packet) && !isNetBIOS(packet) ? .certain : .no
  }

  private static func isSmall(_ bytes: RawSpan) -> Bool {
    bytes.bigEndian(at: 0, as: UInt8.self) <= UInt8(undecidedLengthLimit >> 8)
  }

  /// Whether the first bytes of a header fit a query, as far as they are there.
  private static func mayBeHeader(_ bytes: RawSpan) -> Bool {
    let octets = bytes.octets
    if bytes.byteCount > 2, octets[2] & 0xF8 != 0 { return false }
    if bytes.byteCount > 3, octets[3] & 0x4F != 0 { return false }
    if bytes.byteCount > 5, octets[4] != 0 || octets[5] != 1 { return false }
    return true
  }
}
