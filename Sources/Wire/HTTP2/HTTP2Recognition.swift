/// Recognises HTTP/2 by content, on any port: RFC 9113 section 3.4.
package enum HTTP2Recognition {
  /// What a client sends first.
  package static let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

  /// Looks at bytes that a client may have sent first: `certain` with the whole preface.
  package static func client(_ bytes: RawSpan) -> Recognition {
    let count = min(bytes.byteCount, preface.byteCount)
    var index = 0
    let octets = bytes.octets
    for expected in preface.utf8.prefix(count) {
      guard octets[index] == expected else { return .no }
      index += 1
    }
    return count == preface.byteCount ? .certain : .possible
  }

  /// Looks at bytes that a server sent first, or either side in the middle of a connection.
  ///
  /// One SETTINGS frame with settings that exist is enough; else two frames in a row, one of them of a kind that
  /// leaves little to chance.
  package static func frames(_ bytes: RawSpan) -> Recognition {
    guard let first = try? HTTP2FrameHeader(bytes) else {
      return mayStartSettings(bytes) ? .possible : .no
    }
    guard first.isPlausible else { return .no }
    if first.type == .settings, first.length > 0 {
      let end = HTTP2FrameHeader.byteCount + first.length
      guard hasKnownSettings(bytes, upTo: min(end, bytes.byteCount)) else { return .no }
      return bytes.byteCount >= end ? .certain : .possible
    }
    let chain = self.chain(bytes, from: 0)
    return chain.frameCount >= 2 && chain.hasRigidFrame ? .certain : .no
  }

  /// Where frames follow one another again: two in a row, or one of `DATA` of a stream that is known.
  package static func resynchronise(_ bytes: RawSpan, knows: (UInt32) -> Bool) -> Int? {
    guard bytes.byteCount >= HTTP2FrameHeader.byteCount else { return nil }
    let octets = bytes.octets
    for offset in 0...bytes.byteCount - HTTP2FrameHeader.byteCount where octets[offset + 3] <= highestType {
      guard let header = try? HTTP2FrameHeader(bytes.extracting(offset...)), header.isPlausible else { continue }
      if header.type == .data, header.length <= usualFrameLength, knows(header.streamID) { return offset }
      let chain = self.chain(bytes, from: offset)
      if chain.frameCount >= 2, chain.hasRigidFrame { return offset }
    }
    return nil
  }

  /// A cheap test for the first bytes of a segment in the middle of a stream: do the preface or frames start here?
  package static func mayStartConnection(_ bytes: RawSpan) -> Bool {
    guard bytes.byteCount >= HTTP2FrameHeader.byteCount else { return false }
    let octets = bytes.octets
    if octets[0] == UInt8(ascii: "P") { return client(bytes) == .certain }
    return octets[0] == 0 && octets[3] <= highestType && octets[5] < 0x80 && frames(bytes) == .certain
  }

  private static let highestType: UInt8 = 16
  /// Senders must be told before they may exceed it: RFC 9113 section 4.2.
  private static let usualFrameLength = 16_384
  /// Frames looked at in a row, at most.
  private static let chainLimit = 4

  /// Plausible frame headers in a row from `offset` on; none where one is not.
  private static func chain(_ bytes: RawSpan, from offset: Int) -> (frameCount: Int, hasRigidFrame: Bool) {
    var (position, count, isRigid) = (offset, 0, false)
    while count < chainLimit, position <= bytes.byteCount - HTTP2FrameHeader.byteCount {
      guard let header = try? HTTP2FrameHeader(bytes.extracting(position...)), header.isPlausible else {
        return (0, false)
      }
      // These have a fixed length, or fields that are nearly all fixed.
      isRigid = isRigid || header.type != .data && header.type != .continuation
      count += 1
      position += HTTP2FrameHeader.byteCount + header.length
    }
    return (count, isRigid)
  }

  /// Fewer than nine bytes: `00 00 xx 04 00 00 00 00 00` so far.
  private static func mayStartSettings(_ bytes: RawSpan) -> Bool {
    let octets = bytes.octets
    for index in 0..<bytes.byteCount where index != 2 {
      guard octets[index] == (index == 3 ? HTTP2FrameType.settings.rawValue : 0) else { return false }
    }
    return !bytes.isEmpty
  }

  /// Settings 1 to 9 exist (RFC 9113, 8441, 9218), and GREASE of the form 0x?A?A.
  private static func hasKnownSettings(_ bytes: RawSpan, upTo end: Int) -> Bool {
    var offset = HTTP2FrameHeader.byteCount
    while offset <= end - 6 {
      let identifier = bytes.bigEndian(at: offset, as: UInt16.self)
      guard (1...9).contains(identifier) || identifier & 0x0F0F == 0x0A0A else { return false }
      offset += 6
    }
    return true
  }
}
