import Wire

/// A frame found in a savefile, as plain values: where it lies and what its record says of it.
struct FrameRecord: BitwiseCopyable {
  var timestamp: Int64
  var wireByteCount: Int
  var linkType: LinkType
  var interface = 0
  /// Where the frame's bytes begin, and how many there are, in bytes from the start of the record.
  var offset: Int
  var byteCount: Int
  /// Length of the whole record, in bytes.
  var recordByteCount: Int

  /// The longest frame that is believed: MAXIMUM_SNAPLEN of libpcap and WTAP_MAX_PACKET_SIZE_STANDARD of Wireshark,
  /// so that all they write is read. Linux's largest super-packets are cut to it when they are captured.
  static let byteCountLimit = 262_144
}

/// The byte order that a savefile, or one section of it, is written in.
enum ByteOrder: BitwiseCopyable {
  case big, little
}

extension RawSpan {
  /// The integer at `offset`; out of bounds traps. Specialised here, where `bigEndian` of another module would be called.
  func integer<T: WireInteger>(at offset: Int, in order: ByteOrder, as type: T.Type = T.self) -> T {
    // SAFETY: the callee checks bounds and needs no alignment; WireInteger admits every bit pattern.
    let value = unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: T.self)
    return order == .big ? T(bigEndian: value) : T(littleEndian: value)
  }

  /// A 32-bit length or count.
  func length(at offset: Int, in order: ByteOrder) -> Int { Int(integer(at: offset, in: order, as: UInt32.self)) }
}
