import Streams
import Wire

@testable import Protocols

/// Segments, fragments and stream frames in any order, cut anyhow, whose content tells where in the stream it stands:
/// whatever the order, nothing may come out in a wrong place.
enum ReassemblyTarget {
  static func run(_ input: RawSpan) {
    var choices = Choices(input)
    switch choices.byte() % 3 {
    case 0: segments(choices.rest)
    case 1: fragments(choices.rest)
    default: streamFrames(choices.rest)
    }
  }

  /// The byte that stands at `offset` of every stream.
  private static func byte(at offset: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: (offset &* 0x9E37_79B1) >> 11)
  }

  private static func content(_ start: Int, _ byteCount: Int) -> [UInt8] {
    (start..<start + byteCount).map { byte(at: $0) }
  }

  private static func check(_ bytes: RawSpan, at start: Int) {
    let octets = bytes.octets
    for index in 0..<octets.count {
      require(octets[index] == byte(at: start + index), "the byte at \(start + index) is not the one sent there")
    }
  }

  /// A piece of a stream: where it starts, how long it is, and what else is said.
  private struct Piece {
    var start: Int
    var byteCount: Int
    var flags: UInt8

    init?(_ input: inout Choices) {
      guard input.rest.byteCount >= 5 else { return nil }
      start = Int(input.byte()) << 8 | Int(input.byte())
      byteCount = (Int(input.byte()) << 8 | Int(input.byte())) & 0x7FF
      flags = input.byte()
    }
  }

  // MARK: TCP

  private static let client = Endpoint(IPAddress(ipv4: 0x0A00_0001), port: 50_000)
  private static let server = Endpoint(IPAddress(ipv4: 0x0A00_0002), port: 80)

  private static func segments(_ input: RawSpan) {
    var choices = Choices(input)
    var limits = StreamLimits()
    (limits.flows, limits.heldBytesPerDirection, limits.heldSegmentsPerDirection) = (4, 8_192, 32)
    limits.heldBytes = 8_192
    // Near the end of the sequence space, so that it wraps.
    let first: UInt32 = choices.byte() & 1 == 0 ? 1_000 : 0xFFFF_F000
    var table = FlowTable(limits: limits)
    var listener = SegmentListener()
    var now: Int64 = 1 << 60
    let syn = packet(sequence: first &- 1, .syn, byteCount: 0)
    table.accept(syn, in: RawSpan(), at: now) { listener.take($0) }
    while let piece = Piece(&choices) {
      now &+= Int64(piece.flags >> 4) &* 200_000_000
      var flags = TCPFlags.ack
      if piece.flags & 15 == 1 { flags.insert(.fin) }
      if piece.flags & 15 == 2 { flags.insert(.rst) }
      let bytes = content(piece.start, piece.byteCount)
      var segment = packet(sequence: first &+ UInt32(piece.start), flags, byteCount: piece.byteCount)
      if piece.flags & 15 == 3 { segment.missingByteCount = 100 }
      segment.identification = UInt32(truncatingIfNeeded: now)
      if piece.flags & 15 == 4 {
        // The receiver's word instead of the sender's.
        segment = packet(sequence: 77, .ack, byteCount: 0)
        (segment.source, segment.destination) = (server, client)
        segment.tcp.acknowledgement = first &+ UInt32(piece.start)
      }
      table.accept(segment, in: bytes.rawSpan, at: now) { listener.take($0) }
    }
    table.finish { listener.take($0) }
    require(listener.opened == listener.closed, "\(listener.opened) flows opened, \(listener.closed) closed")
    require(table.activeFlowCount == 0, "flows are left")
  }

  private static func packet(sequence: UInt32, _ flags: TCPFlags, byteCount: Int) -> Packet {
    var packet = Packet(
      source: client, destination: server, transport: .tcp, payload: 0..<byteCount, datagramByteCount: 40 + byteCount)
    (packet.tcp.sequence, packet.tcp.flags) = (sequence, flags)
    return packet
  }

  /// Follows the client's stream by the lengths of what comes; after a gap of unknown length it only counts.
  private struct SegmentListener {
    var opened = 0
    var closed = 0
    private var position: Int? = 0

    mutating func take(_ event: borrowing StreamEvent) -> StreamVerdict {
      switch event.kind {
      case .opened(let record):
        opened += 1
        position = record.sawHandshake ? 0 : nil
      case .data:
        guard event.direction == .toServer, let start = position else { break }
        ReassemblyTarget.check(event.bytes, at: start)
        position = start + event.bytes.byteCount
      case .gap(let byteCount):
        require(byteCount >= 0, "a gap of \(byteCount) bytes")
        position = byteCount == 0 ? nil : position.map { $0 + byteCount }
      case .closed: closed += 1
      case .alternateData, .halfClosed, .datagram: break
      }
      return .goOn
    }
  }

  // MARK: IP fragments

  private static func fragments(_ input: RawSpan) {
    var choices = Choices(input)
    var limits = StreamLimits()
    (limits.fragments.datagrams, limits.fragments.bytes) = (4, 32 << 10)
    var defragmenter = Defragmenter(limits: limits)
    var now: Int64 = 1 << 60
    while let piece = Piece(&choices) {
      now &+= Int64(piece.flags >> 4) &* 1_000_000_000
      let start = piece.start & ~7
      let hasMore = piece.flags & 1 == 0
      let bytes = content(start, hasMore ? piece.byteCount & ~7 : piece.byteCount)
      var packet = Packet(
        source: Endpoint(client.address, port: 0), destination: Endpoint(server.address, port: 0), transport: .udp,
        payload: 0..<bytes.count, datagramByteCount: 20 + bytes.count)
      packet.identification = UInt32(piece.flags >> 1 & 3)
      (packet.fragment.offset, packet.fragment.hasMore) = (start, hasMore)
      defragmenter.accept(packet, in: bytes.rawSpan, at: now) { datagram, whole in
        check(datagram, at: 0)
        require(whole.payload == 0..<datagram.byteCount, "the payload is not the datagram")
      }
      require(defragmenter.pendingCount <= 4, "more datagrams wait than are allowed")
    }
  }

  // MARK: STREAM frames

  private static func streamFrames(_ input: RawSpan) {
    var choices = Choices(input)
    var stream = QUICReassembly()
    var position = 0
    while let piece = Piece(&choices) {
      let bytes = content(piece.start, piece.byteCount)
      switch piece.flags & 15 {
      case 1: stream.end(at: UInt64(piece.start + piece.byteCount))
      case 2:
        position += Int(stream.holeByteCount)
        stream.skipHole { delivered in
          check(delivered, at: position)
          position += delivered.byteCount
        }
      default:
        guard !stream.isFull else { break }
        _ = stream.take(bytes.rawSpan, at: UInt64(piece.start)) { delivered in
          check(delivered, at: position)
          position += delivered.byteCount
        }
      }
      require(stream.offset == UInt64(position), "the stream is at \(stream.offset), delivered were \(position)")
      require(stream.heldByteCount >= 0, "fewer bytes are held than none")
    }
  }
}
