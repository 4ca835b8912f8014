import Matching
import Observations
import Wire

/// DNS over TCP, both directions: messages with two bytes of length before each (RFC 1035 section 4.2.2, RFC 7766).
///
/// A message that cannot be read does not end the reading: its length tells where the next one starts. After a gap the
/// bytes are scanned as they are until a message shows.
final class DNSConnection {
  private struct Side {
    enum State { case framed, lost }

    var state = State.framed
    /// A message of which more is to come, its length included: at most 65,537 bytes.
    var held: [UInt8] = []
    var lostScan = ScanState()
  }

  private var client = Side()
  private var server = Side()
  private var talk = DNSTalk()

  // MARK: Events

  func data(_ bytes: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) {
    var position = 0
    while position < bytes.byteCount {
      let rest = bytes.extracting(position...)
      switch self[direction].state {
      case .framed: position += takeMessage(rest, direction, &context)
      case .lost: position += takeLost(rest, isSegmentStart: position == 0, direction, &context)
      }
    }
  }

  func gap(_ byteCount: Int, _ direction: Direction, _ context: inout AnalysisContext) {
    finish(direction, &context)
    self[direction].state = .lost
    context.counters.dnsResynchronisations &+= 1
  }

  /// Nothing in DNS depends on who closes first.
  func halfClosed(_ direction: Direction, _ context: inout AnalysisContext) {}

  func closed(_ context: inout AnalysisContext) {
    finish(.toServer, &context)
    finish(.toClient, &context)
  }

  // MARK: Messages

  /// - Returns: how many bytes were taken: never none.
  private func takeMessage(_ rest: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) -> Int {
    if self[direction].held.isEmpty, let length = Self.frameByteCount(rest), length <= rest.byteCount {
      read(rest.extracting(..<length), direction, &context)
      return length
    }
    var taken = 0
    // The length first, where a cut divides it.
    while self[direction].held.count < DNSRecognition.lengthByteCount, taken < rest.byteCount {
      self[direction].held.append(rest.bigEndian(at: taken))
      taken += 1
    }
    guard let length = Self.frameByteCount(self[direction].held.rawSpan) else { return taken }
    let count = min(rest.byteCount - taken, length - self[direction].held.count)
    self[direction].held.append(rest.extracting(taken..<taken + count))
    if self[direction].held.count >= length {
      let message = self[direction].held
      self[direction].held = []
      read(message.rawSpan, direction, &context)
    }
    return taken + count
  }

  /// Bytes of the message that `bytes` start with, its length included; `nil` until that is there.
  private static func frameByteCount(_ bytes: RawSpan) -> Int? {
    guard bytes.byteCount >= DNSRecognition.lengthByteCount else { return nil }
    return DNSRecognition.lengthByteCount + Int(bytes.bigEndian(at: 0, as: UInt16.self))
  }

  private func read(_ frame: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) {
    let message = frame.extracting(DNSRecognition.lengthByteCount...)
    guard let packet = try? DNSPacket(message), DNSRecognition.judge(packet, isUsualPort: true) == .certain else {
      context.counters.dnsFlaws &+= 1
      scanAlone(message, direction, &context)
      return
    }
    talk.tell(packet, message, direction, &context)
  }

  // MARK: Lost and found

  /// Scans bytes that have no place in a message, up to where the next one starts.
  private func takeLost(
    _ rest: RawSpan, isSegmentStart: Bool, _ direction: Direction, _ context: inout AnalysisContext
  ) -> Int {
    let start = messageStart(in: rest, isSegmentStart: isSegmentStart) ?? rest.byteCount
    if start > 0 {
      emit(context.scan(rest.extracting(..<start), state: &self[direction].lostScan), direction, &context)
    }
    if start < rest.byteCount {
      emit(context.finishScan(&self[direction].lostScan), direction, &context)
      self[direction].state = .framed
    }
    return start
  }

  /// Where in `rest` a message starts: anywhere if it is whole, at the front of a segment if its question is.
  private func messageStart(in rest: RawSpan, isSegmentStart: Bool) -> Int? {
    if isSegmentStart, DNSRecognition.stream(rest) == .certain { return 0 }
    var position = 0
    while position <= rest.byteCount - DNSRecognition.lengthByteCount - DNSHeader.byteCount {
      let length = Int(rest.bigEndian(at: position, as: UInt16.self))
      let start = position + DNSRecognition.lengthByteCount
      if length >= DNSHeader.byteCount, length <= rest.byteCount - start {
        let message = rest.extracting(start..<start + length)
        if DNSRecognition.datagram(message, isUsualPort: false) == .certain { return position }
      }
      position += 1
    }
    return nil
  }

  private func finish(_ direction: Direction, _ context: inout AnalysisContext) {
    switch self[direction].state {
    case .framed:
      let held = self[direction].held
      self[direction].held = []
      guard held.count > DNSRecognition.lengthByteCount else { return }
      readCut(held, direction, &context)
    case .lost: emit(context.finishScan(&self[direction].lostScan), direction, &context)
    }
  }

  /// A message whose rest will not come: its question is told where it is there.
  private func readCut(_ held: [UInt8], _ direction: Direction, _ context: inout AnalysisContext) {
    let message = held.rawSpan.extracting(DNSRecognition.lengthByteCount...)
    if let packet = try? DNSPacket(message), !packet.isEmpty,
      DNSRecognition.judge(packet, isUsualPort: true) == .certain
    {
      talk.tell(packet, message, direction, &context)
    } else {
      scanAlone(message, direction, &context)
    }
  }

  private func scanAlone(_ bytes: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) {
    emit(context.scanWhole(bytes, as: .head), direction, &context)
  }

  private func emit(_ found: [Sighting], _ direction: Direction, _ context: inout AnalysisContext) {
    for sighting in found {
      context.emit(sighting, at: .stream, direction: direction, transport: .dns, request: nil)
    }
  }

  private subscript(direction: Direction) -> Side {
    get { direction == .toServer ? client : server }
    _modify {
      if direction == .toServer { yield &client } else { yield &server }
    }
  }
}
