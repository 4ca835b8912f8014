import Decompression

/// What all messages of one worker share while wrapped content is searched: limits, what they leave, and used buffers.
///
/// One per worker, never shared between threads.
package final class UnwrapWorkshop {
  package let limits: UnwrapLimits
  package internal(set) var counters = UnwrapCounters()
  let totals = UnwrapTotals()
  private var spareStreams: [WrappedStream] = []
  private var spareLevels: [UnwrapLevel] = []
  private var spareBuffers: [[UInt8]] = []
  private var spareUnwrappers: [Unwrapper] = []
  /// Kept for later use, of each kind: what a few nested messages need.
  private static let mostSpare = 64
  /// By depth, where decompressed content is written before it is looked at.
  private let windows: [WindowBuffer]

  package init(limits: UnwrapLimits = UnwrapLimits()) {
    self.limits = limits
    windows = (0...max(0, limits.depth)).map { _ in WindowBuffer() }
  }

  /// No message has anything of it.
  var isIdle: Bool { totals.openStreams == 0 && totals.heldByteCount == 0 && totals.decoderByteCount == 0 }

  func window(depth: Int) -> WindowBuffer { windows[max(0, min(depth, windows.count - 1))] }
}

/// Output of a decompressor, 16 KiB at most at a time.
final class WindowBuffer {
  var bytes = [UInt8](repeating: 0, count: 16_384)
}

// Unwrappers, streams and levels.
extension UnwrapWorkshop {
  func unwrapper() -> Unwrapper { spareUnwrappers.popLast() ?? Unwrapper(workshop: self) }

  /// Takes one back that has finished its message.
  func putBack(_ unwrapper: Unwrapper) {
    if spareUnwrappers.count < Self.mostSpare { spareUnwrappers.append(unwrapper) }
  }

  /// A stream for the content of one layer, or `nil` where a limit forbids it.
  func open(_ layer: WrappedLayer, depth: Int, account: UnwrapAccount, places: PlaceMap) -> WrappedStream? {
    guard depth < limits.depth, !account.isSpent else { return nil }
    guard account.openStreams < limits.streamsPerMessage, totals.openStreams < limits.streamsPerWorker else {
      counters.refusedStreams &+= 1
      return nil
    }
    totals.openStreams += 1
    account.openStreams += 1
    counters.streams &+= 1
    let stream = spareStreams.popLast() ?? WrappedStream(workshop: self)
    let level = depth + 1 < limits.depth ? self.level(depth: depth + 1, account: account, below: layer) : nil
    stream.begin(layer, account: account, places: places, level: level)
    return stream
  }

  func close(_ stream: WrappedStream, account: UnwrapAccount) {
    totals.openStreams -= 1
    account.openStreams -= 1
    if spareStreams.count < Self.mostSpare { spareStreams.append(stream) }
  }

  func level(depth: Int, account: UnwrapAccount, below layer: WrappedLayer? = nil) -> UnwrapLevel {
    let level = spareLevels.popLast() ?? UnwrapLevel(workshop: self)
    level.begin(depth: depth, account: account, below: layer)
    return level
  }

  func putBack(_ level: UnwrapLevel) {
    if spareLevels.count < Self.mostSpare { spareLevels.append(level) }
  }
}

// Memory.
extension UnwrapWorkshop {
  /// - Returns: whether a message may hold `count` more bytes.
  func hold(_ count: Int, _ account: UnwrapAccount) -> Bool {
    guard count <= limits.heldPerWorker - totals.heldByteCount else { return false }
    totals.heldByteCount += count
    account.heldByteCount += count
    return true
  }

  func release(_ count: Int, _ account: UnwrapAccount) {
    totals.heldByteCount -= count
    account.heldByteCount -= count
  }

  /// A decompressor, and the bytes to be handed to `release(decoder:)`; `nil` for want of memory.
  func decoder(_ coding: Coding?, _ account: UnwrapAccount) -> DecoderBox? {
    let byteCount = DecoderBox.memoryBound(coding)
    guard byteCount <= limits.decoderByteCount - totals.decoderByteCount,
      let box = DecoderBox(coding, byteCount: byteCount)
    else {
      counters.refusedDecoders &+= 1
      return nil
    }
    totals.decoderByteCount += byteCount
    account.decoderByteCount += byteCount
    return box
  }

  func release(decoder box: DecoderBox, _ account: UnwrapAccount) {
    totals.decoderByteCount -= box.byteCount
    account.decoderByteCount -= box.byteCount
  }

  func buffer() -> [UInt8] { spareBuffers.popLast() ?? [] }

  /// Takes a buffer back; what it held is overwritten.
  func putBack(_ buffer: consuming [UInt8]) {
    buffer.erase(0..<buffer.count)
    buffer.removeAll(keepingCapacity: true)
    if spareBuffers.count < Self.mostSpare { spareBuffers.append(buffer) }
  }
}

/// What all messages of a worker have together.
final class UnwrapTotals {
  fileprivate var openStreams = 0
  fileprivate var heldByteCount = 0
  fileprivate var decoderByteCount = 0

  /// A message was given up in its midst: what it had is free again.
  func writeOff(_ account: UnwrapAccount) {
    openStreams -= account.openStreams
    heldByteCount -= account.heldByteCount
    decoderByteCount -= account.decoderByteCount
  }
}

/// What one message may still spend.
final class UnwrapAccount {
  private let limits: UnwrapLimits
  private var spent = 0
  private var allowance: Int
  var openStreams = 0
  var heldByteCount = 0
  var decoderByteCount = 0
  private(set) var isSpent = false
  /// The beginning of some secret was met: what follows may stand elsewhere.
  var hasAnchors = false
  var kind = MessageKind.stream

  init(limits: UnwrapLimits) {
    self.limits = limits
    allowance = min(limits.workFloor, limits.workCeiling)
  }

  /// `count` more bytes of the message came in.
  func received(_ count: Int) {
    let (more, overflow) = count.multipliedReportingOverflow(by: limits.workRatio)
    allowance = overflow || more > limits.workCeiling - allowance ? limits.workCeiling : allowance + more
  }

  /// - Returns: whether the work was there to be spent.
  func charge(_ count: Int) -> Bool {
    guard !isSpent else { return false }
    isSpent = count > allowance - spent
    spent += min(count, allowance - spent)
    return !isSpent
  }

  func reset() {
    (spent, isSpent, hasAnchors) = (0, false, false)
    allowance = min(limits.workFloor, limits.workCeiling)
  }
}

/// A decompressor in a class, because arrays and options of classes hold no noncopyable values.
final class DecoderBox {
  var decompressor: Decompressor
  let byteCount: Int

  /// The largest window of zstd: 2 MiB, which it writes unless it is told otherwise. Less than in HTTP, as there may be
  /// several at once.
  private static let windowBits = 21

  static func memoryBound(_ coding: Coding?) -> Int {
    coding == .zstd ? (1 << windowBits) + (1 << 20) : (coding ?? .deflate).memoryBound
  }

  /// - Parameter coding: `nil` for raw deflate.
  init?(_ coding: Coding?, byteCount: Int) {
    self.byteCount = byteCount
    do throws(DecompressionError) {
      if let coding {
        decompressor = try Decompressor(coding, windowBits: Self.windowBits, verifiesChecksums: false)
      } else {
        decompressor = try Decompressor(rawDeflate: ())
      }
    } catch {
      return nil
    }
  }
}
