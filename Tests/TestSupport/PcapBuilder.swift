package import Wire

/// Builds classic pcap files in memory.
package enum PcapBuilder {
  package enum ByteOrder: Sendable, CaseIterable { case big, little }
  package enum Resolution: Sendable, CaseIterable { case microseconds, nanoseconds }

  /// A file of `records`, each a time in nanoseconds since the Unix epoch and a frame.
  ///
  /// - Parameter snapLength: frames are cut to it, as a capturing program would; their length on the wire is kept.
  package static func pcap(
    _ records: [(timestamp: Int64, frame: [UInt8])], linkType: LinkType = .ethernet, order: ByteOrder = .little,
    resolution: Resolution = .microseconds, snapLength: UInt32 = 262_144
  ) -> [UInt8] {
    var file = Writer(order: order)
    file.append(resolution == .microseconds ? 0xA1B2_C3D4 : 0xA1B2_3C4D)
    file.append(version: (2, 4))
    for word in [0, 0, snapLength, UInt32(bitPattern: linkType.rawValue)] { file.append(word) }
    for record in records {
      let (seconds, nanoseconds) = record.timestamp.quotientAndRemainder(dividingBy: 1_000_000_000)
      let captured = record.frame.prefix(Int(snapLength))
      file.append(UInt32(seconds))
      file.append(UInt32(resolution == .microseconds ? nanoseconds / 1000 : nanoseconds))
      file.append(UInt32(captured.count))
      file.append(UInt32(record.frame.count))
      file.bytes += captured
    }
    return file.bytes
  }

  private struct Writer {
    let order: ByteOrder
    var bytes: [UInt8] = []

    mutating func append(_ word: UInt32) {
      if order == .big { bytes.append(bigEndian: word) } else { bytes.append(littleEndian: word) }
    }

    mutating func append(version: (UInt16, UInt16)) {
      for part in [version.0, version.1] {
        if order == .big { bytes.append(bigEndian: part) } else { bytes.append(littleEndian: part) }
      }
    }
  }
}
