import Decryption
import Wire

/// How far the protection of a packet goes: RFC 9001 section 4.1.4.
enum QUICLevel: CaseIterable {
  case initial, early, handshake, application
}

/// Opens the packets of one direction at one level, once there are keys.
struct QUICOpener {
  /// One set, or several while the cipher is only guessed from the length of the secret.
  private var candidates: [QUICPacketKeys] = []
  /// Keys of the phases around the current one: RFC 9001 section 6.
  private var previous: QUICPacketKeys?
  private var next: QUICPacketKeys?
  private var phase = false
  private(set) var largest: UInt64?
  private(set) var keyUpdates: UInt64 = 0

  var hasKeys: Bool { !candidates.isEmpty }
  var hasOpened: Bool { largest != nil }

  init() {}

  /// Keys of one secret, for each of `algorithms`.
  mutating func install(_ secret: [UInt8], _ algorithms: [AEADKey.Algorithm], _ family: QUICVersion.Family) {
    candidates = algorithms.compactMap { QUICPacketKeys(secret: secret, algorithm: $0, family: family) }
  }

  /// Opens `packet`, exactly one packet.
  ///
  /// - Returns: its payload, or `nil` where no key fits.
  mutating func open(_ packet: RawSpan, packetNumberOffset: Int) -> [UInt8]? {
    for (index, keys) in candidates.enumerated() {
      guard
        let header = keys.header(
          of: packet, packetNumberOffset: packetNumberOffset, expected: largest.map { $0 &+ 1 } ?? 0),
        let payload = open(packet, header, keys)
      else { continue }
      if candidates.count > 1 { candidates = [candidates[index]] }
      largest = max(largest ?? 0, header.packetNumber)
      return payload
    }
    return nil
  }

  private mutating func open(_ packet: RawSpan, _ header: QUICPacketHeader, _ keys: QUICPacketKeys) -> [UInt8]? {
    let isShort = !QUICLongHeader.isLong(header.firstByte)
    guard isShort, header.keyPhase != phase else { return keys.open(packet, header) }
    // RFC 9001 section 6.5: a packet from before the update that is late.
    if let previous, header.packetNumber < largest ?? 0, let payload = previous.open(packet, header) { return payload }
    return update(packet, header, keys)
  }

  /// RFC 9001 section 6.2: the peer went on to its next keys, if they fit.
  private mutating func update(_ packet: RawSpan, _ header: QUICPacketHeader, _ keys: QUICPacketKeys) -> [UInt8]? {
    guard let updated = next ?? keys.updated() else { return nil }
    next = candidates.count == 1 ? updated : nil
    guard let payload = updated.open(packet, header) else { return nil }
    (previous, candidates, next) = (keys, [updated], nil)
    phase.toggle()
    keyUpdates &+= 1
    return payload
  }
}
