package import Wire

/// One captured frame, valid only until the next one is read.
package struct Frame: ~Copyable, ~Escapable {
  /// Nanoseconds since the Unix epoch, from the capture clock; always within `CaptureTime.range`.
  package let timestamp: Int64
  /// Bytes on the wire; `bytes` holds fewer when the snapshot length cut the frame.
  package let wireByteCount: Int
  package let linkType: LinkType
  /// Which interface of its source the frame was seen on, counted from 0.
  package let interface: Int
  package let bytes: RawSpan

  @_lifetime(copy bytes)
  package init(timestamp: Int64, wireByteCount: Int, linkType: LinkType, interface: Int = 0, bytes: RawSpan) {
    (self.timestamp, self.wireByteCount) = (timestamp, wireByteCount)
    (self.linkType, self.interface) = (linkType, interface)
    self.bytes = bytes
  }
}

/// Packet times: nanoseconds since the Unix epoch.
package enum CaptureTime {
  /// What a file may claim is clamped into this range, 1970 to 2116, so that no difference of two times overflows.
  package static let range: ClosedRange<Int64> = 0...1 << 62

  /// Seconds and a fraction as savefiles and the kernel have them, whatever their values.
  static func clamped(seconds: Int64, nanoseconds: Int64) -> Int64 {
    let (whole, isTooWide) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (time, isTooLate) = whole.addingReportingOverflow(nanoseconds)
    guard !isTooWide, !isTooLate else { return seconds < 0 ? range.lowerBound : range.upperBound }
    return min(max(time, range.lowerBound), range.upperBound)
  }
}

/// What kind of secrets a Decryption Secrets Block holds: draft-ietf-opsawg-pcapng section 4.7.
package struct SecretsType: RawRepresentable, Hashable, Sendable {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }

  /// "TLSK": the lines of an NSS key log file.
  package static let tlsKeyLog = SecretsType(rawValue: 0x544C_534B)
}

/// An interface that a capture file describes.
package struct CapturedInterface: Equatable, Sendable {
  /// `if_name` of pcapng, at most 255 bytes of it; a classic pcap file does not say.
  package let name: String?
  package let linkType: LinkType

  package init(name: String?, linkType: LinkType) { (self.name, self.linkType) = (name, linkType) }
}
