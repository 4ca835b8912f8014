import Matching
import Observations
import Wire

/// Takes a message body apart as it arrives and hands its content on: never collected, whatever its length.
struct HTTP1Body {
  enum Piece { case content, line }

  private enum Step {
    case content(remaining: Int?)
    case chunkSize
    case chunkData(remaining: Int)
    case chunkEnd
    case trailers
    case finished
    /// The chunking broke: what follows is looked through for the next message.
    case broken
  }

  private var step: Step
  /// A chunk-size or trailer line that a cut left unfinished; bounded by `HTTP1ChunkSize.lineLimit`.
  private var line: [UInt8] = []
  private var trailerByteCount = 0
  private(set) var contentByteCount = 0
  let isChunked: Bool

  init(_ framing: HTTP1Framing) {
    isChunked = framing == .chunked
    step =
      switch framing {
      case .none: .finished
      case .length(let length): .content(remaining: length)
      case .chunked: .chunkSize
      case .untilClose: .content(remaining: nil)
      }
  }

  var isFinished: Bool {
    if case .finished = step { true } else { false }
  }
  var isBroken: Bool {
    if case .broken = step { true } else { false }
  }
  var isUntilClose: Bool {
    if case .content(nil) = step { true } else { false }
  }

  /// Whether the body is not chunked, did not begin yet, and is over after the next `byteCount` bytes or before.
  func isWhole(in byteCount: Int) -> Bool {
    guard contentByteCount == 0, case .content(let length?) = step else { return false }
    return length <= byteCount
  }

  /// Consumes the run of body bytes at the front of `byteCount` more, where they are nothing else: no chunk line.
  ///
  /// - Returns: how many; `nil` where `consume` has to look at them.
  @inline(__always)
  mutating func takeContent(of byteCount: Int) -> Int? {
    guard case .content(let remaining) = step else { return nil }
    let count = min(remaining ?? byteCount, byteCount)
    contentByteCount += count
    if let remaining { step = count == remaining ? .finished : .content(remaining: remaining - count) }
    return count
  }

  /// Consumes from the front of `bytes`, calling `content` with each run of body bytes, and with each whole line that is
  /// a trailer, or has an extension behind a chunk's size.
  ///
  /// - Returns: how many bytes belonged to the body; fewer than given only when it finished or broke.
  mutating func consume(_ bytes: RawSpan, _ content: (RawSpan, Piece) -> Void) -> Int {
    var position = 0
    while position < bytes.byteCount, !isFinished, !isBroken {
      let rest = bytes.extracting(position...)
      switch step {
      case .content(let remaining):
        position += pass(rest, remaining ?? rest.byteCount, content)
        if let remaining { step = Self.after(remaining, rest, then: .finished) { .content(remaining: $0) } }
      case .chunkData(let remaining):
        position += pass(rest, remaining, content)
        step = Self.after(remaining, rest, then: .chunkEnd) { .chunkData(remaining: $0) }
      case .chunkSize, .chunkEnd, .trailers: position += takeLine(rest, content)
      case .finished, .broken: break
      }
    }
    return position
  }

  /// Bytes are missing. Where they lay inside content, the body goes on behind them.
  ///
  /// - Parameter byteCount: 0 when it is not known how many.
  /// - Returns: whether the body still knows its place.
  mutating func skip(_ byteCount: Int) -> Bool {
    switch step {
    case .content(nil): return true
    case .content(let remaining?) where byteCount > 0 && remaining >= byteCount:
      step = remaining == byteCount ? .finished : .content(remaining: remaining - byteCount)
      return true
    case .chunkData(let remaining) where byteCount > 0 && remaining >= byteCount:
      step = remaining == byteCount ? .chunkEnd : .chunkData(remaining: remaining - byteCount)
      return true
    default:
      step = .broken
      return false
    }
  }

  private mutating func pass(_ rest: RawSpan, _ limit: Int, _ content: (RawSpan, Piece) -> Void) -> Int {
    let count = min(limit, rest.byteCount)
    contentByteCount += count
    content(rest.extracting(..<count), .content)
    return count
  }

  private static func after(_ remaining: Int, _ rest: RawSpan, then next: Step, _ more: (Int) -> Step) -> Step {
    remaining <= rest.byteCount ? next : more(remaining - rest.byteCount)
  }

  /// Reads up to and including the next line feed.
  private mutating func takeLine(_ rest: RawSpan, _ content: (RawSpan, Piece) -> Void) -> Int {
    let feed = rest.firstOffset(of: 0x0A)
    let part = rest.extracting(..<(feed ?? rest.byteCount))
    guard line.count + part.byteCount <= HTTP1ChunkSize.lineLimit else {
      step = .broken
      return 0
    }
    if let feed, line.isEmpty {
      endLine(part, content)
      return feed + 1
    }
    line.append(part)
    guard let feed else { return rest.byteCount }
    let whole = line
    line = []
    endLine(whole.rawSpan, content)
    return feed + 1
  }

  /// A chunk's size alone is shorter: RFC 9112 section 7.1.
  private static let shortestExtended = 18

  private mutating func endLine(_ line: RawSpan, _ content: (RawSpan, Piece) -> Void) {
    if line.byteCount >= Self.shortestExtended { content(line, .line) }
    let isEmpty = line.trimmed(0..<line.byteCount).isEmpty
    switch step {
    case .chunkEnd:
      step = isEmpty ? .chunkSize : .broken
    case .chunkSize:
      guard let size = HTTP1ChunkSize.read(line) else {
        step = .broken
        return
      }
      step = size == 0 ? .trailers : .chunkData(remaining: size)
    default:
      trailerByteCount += line.byteCount
      step = isEmpty ? .finished : trailerByteCount > 65_536 ? .broken : .trailers
    }
  }
}
