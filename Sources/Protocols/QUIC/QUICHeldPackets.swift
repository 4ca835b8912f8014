import Wire

/// Packets that came before their keys, kept in case these come later.
struct QUICHeldPackets {
  struct Packet {
    var direction: Direction
    var level: QUICLevel
    var bytes: [UInt8]
    /// `nil` for a short header while nobody knows how long the ids in it are.
    var packetNumberOffset: Int?
  }

  /// Bytes held of one flow. The first packets are kept, not the last: what follows makes no sense without them.
  static let byteLimit = 65_536

  private var packets: [Packet] = []
  private(set) var byteCount = 0

  var isEmpty: Bool { packets.isEmpty }

  /// - Returns: whether there was room.
  mutating func hold(_ packet: RawSpan, _ direction: Direction, _ level: QUICLevel, packetNumberOffset: Int?) -> Bool {
    guard byteCount + packet.byteCount <= Self.byteLimit else { return false }
    var copy: [UInt8] = []
    copy.append(packet)
    packets.append(
      Packet(direction: direction, level: level, bytes: copy, packetNumberOffset: packetNumberOffset))
    byteCount += copy.count
    return true
  }

  /// Hands over all packets; those that still wait must be held again.
  mutating func takeAll() -> [Packet] {
    defer { (packets, byteCount) = ([], 0) }
    return packets
  }
}
