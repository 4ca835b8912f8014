import Wire

/// A classic pcap file: draft-ietf-opsawg-pcap. A file header, then records to the end.
///
/// ```
///  magic 4, major 2, minor 2, reserved 8, snapshot length 4, FCS bits and link type 4
///  seconds 4, fraction 4, captured length 4, length on the wire 4, bytes
/// ```
struct PcapFormat: BitwiseCopyable {
  static let headerByteCount = 24
  private static let recordHeaderByteCount = 16

  private let order: ByteOrder
  private let nanosecondsPerTick: Int64
  private let lengthOrder: LengthOrder
  let linkType: LinkType

  /// Which of the two lengths of a record comes first: minor versions below 3 had them the other way round, and 3
  /// was written both ways; libpcap reads them so.
  private enum LengthOrder: BitwiseCopyable { case capturedFirst, wireFirst, smallerIsCaptured }

  enum Kind: BitwiseCopyable { case microseconds, nanoseconds }

  /// What the magic number says; nil when it is not that of a pcap file.
  static func kind(_ magic: UInt32) -> (Kind, ByteOrder)? {
    switch magic {
    case 0xA1B2_C3D4: (.microseconds, .big)
    case 0xD4C3_B2A1: (.microseconds, .little)
    case 0xA1B2_3C4D: (.nanoseconds, .big)
    case 0x4D3C_B2A1: (.nanoseconds, .little)
    default: nil
    }
  }

  /// Variants that were written by patched libpcaps and whose records differ; nil for any other magic number.
  static func variant(_ magic: UInt32) -> String? {
    switch magic {
    case 0xA1B2_CD34, 0x34CD_B2A1: "modified pcap (A. Kuznetzov's patch)"
    case 0xA1B2_34CD, 0xCD34_B2A1: "modified pcap (F. Mesquita's patch)"
    case 0xA12B_3C4D, 0x4D3C_2BA1: "modified pcap (Navtel)"
    case 0x1C00_01AC, 0xAC01_001C, 0x1C00_01AB, 0xAB01_001C: "IXIA pcap"
    default: nil
    }
  }

  /// - Parameter header: the first `headerByteCount` bytes of the file.
  init(_ kind: Kind, _ order: ByteOrder, header: RawSpan) throws(FormatRefusal) {
    let major = header.integer(at: 4, in: order, as: UInt16.self)
    let minor = header.integer(at: 6, in: order, as: UInt16.self)
    guard major == 2 else { throw FormatRefusal("pcap version \(major).\(minor) is not supported, only 2.x is") }
    self.order = order
    nanosecondsPerTick = kind == .nanoseconds ? 1 : 1_000
    lengthOrder = minor < 3 ? .wireFirst : minor == 3 ? .smallerIsCaptured : .capturedFirst
    // The upper 16 bits say whether and how long a frame check sequence follows each frame.
    linkType = LinkType(rawValue: Int32(header.integer(at: 20, in: order, as: UInt32.self) & 0xFFFF))
  }

  /// The next record, which stands at the front of `source` when it is returned; nil at the end.
  func next(_ source: inout ReadAhead) throws(InputFlaw) -> FrameRecord? {
    guard try source.require(Self.recordHeaderByteCount) else {
      if source.count == 0 { return nil }
      throw InputFlaw("the file ends inside a packet header (\(source.count) of \(Self.recordHeaderByteCount) bytes)")
    }
    let record = try record(source.bytes)
    guard try source.require(record.recordByteCount) else {
      let present = source.count - Self.recordHeaderByteCount
      throw InputFlaw("the file ends inside a packet (\(present) of \(record.byteCount) bytes)")
    }
    return record
  }

  private func record(_ header: RawSpan) throws(InputFlaw) -> FrameRecord {
    let seconds = Int64(header.integer(at: 0, in: order, as: UInt32.self))
    let ticks = Int64(header.integer(at: 4, in: order, as: UInt32.self))
    var captured = header.length(at: 8, in: order)
    var onWire = header.length(at: 12, in: order)
    switch lengthOrder {
    case .capturedFirst: break
    case .wireFirst: swap(&captured, &onWire)
    case .smallerIsCaptured: if captured > onWire { swap(&captured, &onWire) }
    }
    guard captured <= FrameRecord.byteCountLimit else {
      throw InputFlaw("a packet claims \(captured) captured bytes, the limit is \(FrameRecord.byteCountLimit)")
    }
    // Below 2^62 whatever the fields hold: 2^32 seconds and 2^32 microseconds.
    let timestamp = seconds &* 1_000_000_000 &+ ticks &* nanosecondsPerTick
    return FrameRecord(
      timestamp: timestamp, wireByteCount: max(onWire, captured), linkType: linkType,
      offset: Self.recordHeaderByteCount, byteCount: captured,
      recordByteCount: Self.recordHeaderByteCount + captured)
  }
}

/// Why a file that is a capture is not read.
struct FormatRefusal: Error {
  let reason: String
  init(_ reason: String) { self.reason = reason }
}
