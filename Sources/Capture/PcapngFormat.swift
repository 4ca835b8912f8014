import Wire

/// A pcapng file: draft-ietf-opsawg-pcapng. Sections of blocks; each section has its own byte order and interfaces.
///
/// ```
///  type 4, total length 4, body, total length again 4
/// ```
struct PcapngFormat {
  /// The largest block that is looked into, as in Wireshark; others are stepped over whatever their length.
  static let blockByteCountLimit = 16 << 20
  /// Interface descriptions in all sections of one file. Their indices run on from section to section.
  static let interfaceLimit = 65_536
  private static let smallestBlock = 12

  private var order = ByteOrder.little
  /// What packets need of their interface, apart from `interfaces`, so that looking at one touches no string.
  private var interfaceStates: [InterfaceState] = []
  private(set) var interfaces: [CapturedInterface] = []
  /// The first interface of the current section.
  private var firstInterface = 0
  /// The time of the packet before, which a Simple Packet Block takes over, having none.
  private var latestTime: Int64 = 0

  private struct InterfaceState: BitwiseCopyable {
    let clock: InterfaceClock
    let linkType: LinkType
    /// Zero is no limit.
    let snapshotByteCount: Int
  }

  private enum BlockType {
    static let sectionHeader: UInt32 = 0x0A0D_0D0A
    static let interfaceDescription: UInt32 = 1
    static let packet: UInt32 = 2
    static let simplePacket: UInt32 = 3
    static let enhancedPacket: UInt32 = 6
    static let decryptionSecrets: UInt32 = 0x0A
  }

  static func isMagic(_ magic: UInt32) -> Bool { magic == BlockType.sectionHeader }

  /// The next packet, whose block stands at the front of `source` when it is returned; nil at the end.
  mutating func next(
    _ source: inout ReadAhead, secrets: (SecretsType, RawSpan) -> Void
  ) throws(InputFlaw) -> FrameRecord? {
    while try source.require(Self.smallestBlock) {
      let type = source.bytes.integer(at: 0, in: order, as: UInt32.self)
      if type == BlockType.sectionHeader { order = try sectionOrder(source) }
      let total = source.bytes.length(at: 4, in: order)
      guard total >= Self.smallestBlock, total % 4 == 0 else {
        throw InputFlaw("a block claims \(total) bytes, which is no block's length")
      }
      switch type {
      case BlockType.enhancedPacket, BlockType.packet, BlockType.simplePacket:
        try hold(total, &source)
        let record = try packet(type, source.bytes.extracting(..<total))
        latestTime = record.timestamp
        return record
      case BlockType.sectionHeader, BlockType.interfaceDescription, BlockType.decryptionSecrets:
        try hold(total, &source)
        try note(type, source.bytes.extracting(8..<total - 4), secrets)
        source.advance(by: total)
      default: try step(over: total, &source)
      }
    }
    if source.count == 0 { return nil }
    throw InputFlaw("the file ends inside a block header (\(source.count) of \(Self.smallestBlock) bytes)")
  }

  /// The byte order of the section that begins here: section 4.1.
  private func sectionOrder(_ source: borrowing ReadAhead) throws(InputFlaw) -> ByteOrder {
    switch source.bytes.bigEndian(at: 8, as: UInt32.self) {
    case 0x1A2B_3C4D: return .big
    case 0x4D3C_2B1A: return .little
    default: throw InputFlaw("a section header has no byte-order magic")
    }
  }

  /// Makes the whole block stand at hand, its two lengths being the same.
  private func hold(_ total: Int, _ source: inout ReadAhead) throws(InputFlaw) {
    guard total <= Self.blockByteCountLimit else {
      throw InputFlaw("a block claims \(total) bytes, the limit is \(Self.blockByteCountLimit)")
    }
    guard try source.require(total) else {
      throw InputFlaw("the file ends inside a block (\(source.count) of \(total) bytes)")
    }
    let closing = source.bytes.length(at: total - 4, in: order)
    guard closing == total else { throw InputFlaw("a block of \(total) bytes ends with the length \(closing)") }
  }

  /// Steps over a block of no interest, of any length, without holding it.
  private func step(over total: Int, _ source: inout ReadAhead) throws(InputFlaw) {
    let place = source.position
    guard try source.skip(total - 4), try source.require(4) else {
      throw InputFlaw("the file ends inside a block of \(total) bytes", at: place)
    }
    let closing = source.bytes.length(at: 0, in: order)
    guard closing == total else {
      throw InputFlaw("a block of \(total) bytes ends with the length \(closing)", at: place)
    }
    source.advance(by: 4)
  }

  private mutating func note(
    _ type: UInt32, _ body: RawSpan, _ secrets: (SecretsType, RawSpan) -> Void
  ) throws(InputFlaw) {
    switch type {
    case BlockType.sectionHeader: try beginSection(body)
    case BlockType.interfaceDescription: try describeInterface(body)
    default: try decryptionSecrets(body, secrets)
    }
  }

  /// Byte-order magic 4, major 2, minor 2, section length 8, options.
  private mutating func beginSection(_ body: RawSpan) throws(InputFlaw) {
    guard body.byteCount >= 16 else { throw InputFlaw("a section header is too short") }
    let major = body.integer(at: 4, in: order, as: UInt16.self)
    guard major == 1 else { throw InputFlaw("pcapng version \(major) is not supported, only 1 is") }
    firstInterface = interfaces.count
  }

  /// Link type 2, reserved 2, snapshot length 4, options.
  private mutating func describeInterface(_ body: RawSpan) throws(InputFlaw) {
    guard body.byteCount >= 8 else { throw InputFlaw("an interface description is too short") }
    guard interfaces.count < Self.interfaceLimit else {
      throw InputFlaw("more than \(Self.interfaceLimit) interfaces are described")
    }
    let linkType = LinkType(rawValue: Int32(body.integer(at: 0, in: order, as: UInt16.self)))
    let options = try InterfaceOptions(body.extracting(8...), order)
    interfaceStates.append(
      InterfaceState(
        clock: InterfaceClock(resolution: options.resolution, offset: options.timeOffset), linkType: linkType,
        snapshotByteCount: body.length(at: 4, in: order)))
    interfaces.append(CapturedInterface(name: options.name, linkType: linkType))
  }

  /// Secrets type 4, secrets length 4, secrets, options: section 4.7.
  private func decryptionSecrets(
    _ body: RawSpan, _ secrets: (SecretsType, RawSpan) -> Void
  ) throws(InputFlaw) {
    guard body.byteCount >= 8, body.length(at: 4, in: order) <= body.byteCount - 8 else {
      throw InputFlaw("a decryption secrets block claims more than it holds")
    }
    let type = SecretsType(rawValue: body.integer(at: 0, in: order))
    secrets(type, body.extracting(8..<8 + body.length(at: 4, in: order)))
  }
}

// MARK: - Packets

extension PcapngFormat {
  private func packet(_ type: UInt32, _ block: RawSpan) throws(InputFlaw) -> FrameRecord {
    type == BlockType.simplePacket ? try simplePacket(block) : try timedPacket(type, block)
  }

  /// Length on the wire 4, bytes. Of the section's first interface: section 4.4.
  private func simplePacket(_ block: RawSpan) throws(InputFlaw) -> FrameRecord {
    guard block.byteCount >= 16 else { throw InputFlaw("a simple packet block is too short") }
    let state = try interface(0)
    let onWire = block.length(at: 8, in: order)
    let snapshot = state.snapshotByteCount == 0 ? Int.max : state.snapshotByteCount
    // What the block holds beyond the snapshot length is padding.
    let captured = min(onWire, snapshot, block.byteCount - 16)
    return try record(block, at: 12, captured, onWire, interface: 0, state, time: latestTime)
  }

  /// Enhanced: interface 4, time 8, captured length 4, length on the wire 4, bytes, options: section 4.3.
  /// Obsolete: interface 2, drops 2, the rest alike: appendix A.
  private func timedPacket(_ type: UInt32, _ block: RawSpan) throws(InputFlaw) -> FrameRecord {
    guard block.byteCount >= 32 else { throw InputFlaw("a packet block is too short") }
    let index =
      type == BlockType.packet
      ? Int(block.integer(at: 8, in: order, as: UInt16.self)) : block.length(at: 8, in: order)
    let state = try interface(index)
    let high = UInt64(block.integer(at: 12, in: order, as: UInt32.self))
    let low = UInt64(block.integer(at: 16, in: order, as: UInt32.self))
    let time = state.clock.nanoseconds(high << 32 | low)
    let captured = block.length(at: 20, in: order)
    let onWire = block.length(at: 24, in: order)
    return try record(block, at: 28, captured, onWire, interface: index, state, time: time)
  }

  private func record(
    _ block: RawSpan, at offset: Int, _ captured: Int, _ onWire: Int, interface: Int, _ state: InterfaceState,
    time: Int64
  ) throws(InputFlaw) -> FrameRecord {
    guard captured <= block.byteCount - 4 - offset else {
      throw InputFlaw("a packet claims \(captured) captured bytes in a block of \(block.byteCount)")
    }
    guard captured <= FrameRecord.byteCountLimit else {
      throw InputFlaw("a packet claims \(captured) captured bytes, the limit is \(FrameRecord.byteCountLimit)")
    }
    return FrameRecord(
      timestamp: time, wireByteCount: max(onWire, captured), linkType: state.linkType,
      interface: firstInterface + interface, offset: offset, byteCount: captured, recordByteCount: block.byteCount)
  }

  private func interface(_ index: Int) throws(InputFlaw) -> InterfaceState {
    guard index < interfaceStates.count - firstInterface else {
      throw InputFlaw("a packet names interface \(index), which is not described")
    }
    return interfaceStates[firstInterface + index]
  }
}
