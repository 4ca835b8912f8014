/// The header of an HTTP/2 frame in place: RFC 9113 section 4.1.
///
///     +-----------------+--------+---------+---+---------------------+
///     |    length 24    | type 8 | flags 8 | R | stream identifier 31 |
///     +-----------------+--------+---------+---+---------------------+
package struct HTTP2FrameHeader: Equatable, Sendable, BitwiseCopyable {
  package static let byteCount = 9

  /// Bytes of payload that follow this header: below 2^24.
  package let length: Int
  package let type: HTTP2FrameType
  package let flags: HTTP2Flags
  package let streamID: UInt32

  /// Reads the header that `bytes` start with; every nine bytes are one, `isPlausible` says more.
  ///
  /// - Throws: `incomplete` below nine bytes.
  package init(_ bytes: RawSpan) throws(ParseError) {
    try bytes.require(Self.byteCount)
    let word = bytes.bigEndian(at: 0, as: UInt64.self)
    length = Int(word >> 40)
    type = HTTP2FrameType(rawValue: UInt8(truncatingIfNeeded: word >> 32))
    flags = HTTP2Flags(rawValue: UInt8(truncatingIfNeeded: word >> 24))
    streamID = bytes.bigEndian(at: 5, as: UInt32.self) & 0x7FFF_FFFF
  }

  package init(length: Int, type: HTTP2FrameType, flags: HTTP2Flags = [], streamID: UInt32 = 0) {
    (self.length, self.type, self.flags, self.streamID) = (length, type, flags, streamID)
  }

  /// Whether a frame of this kind may have this length and this stream: RFC 9113 sections 6.1 to 6.10.
  package var isPlausible: Bool {
    let isOfStream = streamID != 0
    switch type {
    case .data: return isOfStream && flags.isSubset(of: [.endStream, .padded])
    case .headers: return isOfStream && length > 0 && flags.isSubset(of: [.endStream, .endHeaders, .padded, .priority])
    case .priority: return isOfStream && length == 5
    case .rstStream: return isOfStream && length == 4
    case .settings:
      return !isOfStream && length % 6 == 0 && length <= Self.plausibleSettingsLength
        && (flags == [] || flags == .ack && length == 0)
    case .pushPromise: return isOfStream && length > 4 && flags.isSubset(of: [.endHeaders, .padded])
    case .ping: return !isOfStream && length == 8 && flags.isSubset(of: .ack)
    case .goAway: return !isOfStream && length >= 8 && length <= Self.plausibleControlLength
    case .windowUpdate: return length == 4 && flags == []
    case .continuation: return isOfStream && flags.isSubset(of: .endHeaders)
    case .alternativeService, .origin: return length <= Self.plausibleControlLength
    case .priorityUpdate: return !isOfStream && length >= 4 && length <= Self.plausibleControlLength
    default: return false
    }
  }

  /// 32 settings: there are fewer than ten, and room for GREASE (RFC 8701).
  private static let plausibleSettingsLength = 192
  private static let plausibleControlLength = 16_384
}

/// RFC 9113 section 6, RFC 7838, RFC 8336 and RFC 9218.
package struct HTTP2FrameType: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let data = HTTP2FrameType(rawValue: 0)
  package static let headers = HTTP2FrameType(rawValue: 1)
  package static let priority = HTTP2FrameType(rawValue: 2)
  package static let rstStream = HTTP2FrameType(rawValue: 3)
  package static let settings = HTTP2FrameType(rawValue: 4)
  package static let pushPromise = HTTP2FrameType(rawValue: 5)
  package static let ping = HTTP2FrameType(rawValue: 6)
  package static let goAway = HTTP2FrameType(rawValue: 7)
  package static let windowUpdate = HTTP2FrameType(rawValue: 8)
  package static let continuation = HTTP2FrameType(rawValue: 9)
  package static let alternativeService = HTTP2FrameType(rawValue: 10)
  package static let origin = HTTP2FrameType(rawValue: 12)
  package static let priorityUpdate = HTTP2FrameType(rawValue: 16)

  /// Whether the payload is a part of a header block.
  package var carriesFieldBlock: Bool { self == .headers || self == .continuation || self == .pushPromise }
}

/// The flags of a frame; what a bit means depends on the type.
package struct HTTP2Flags: OptionSet, Sendable, BitwiseCopyable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// SETTINGS and PING.
  package static let ack = HTTP2Flags(rawValue: 0x01)
  /// DATA and HEADERS.
  package static let endStream = HTTP2Flags(rawValue: 0x01)
  package static let endHeaders = HTTP2Flags(rawValue: 0x04)
  package static let padded = HTTP2Flags(rawValue: 0x08)
  package static let priority = HTTP2Flags(rawValue: 0x20)
}

/// What SETTINGS may say that a listener needs: RFC 9113 section 6.5.
package enum HTTP2Settings {
  /// `SETTINGS_HEADER_TABLE_SIZE` as the last of `payload` has it, in bytes.
  package static func headerTableSize(_ payload: RawSpan) -> Int? {
    var size: Int?
    var offset = 0
    while offset <= payload.byteCount - 6 {
      if payload.bigEndian(at: offset, as: UInt16.self) == 1 {
        size = Int(payload.bigEndian(at: offset + 2, as: UInt32.self))
      }
      offset += 6
    }
    return size
  }
}
