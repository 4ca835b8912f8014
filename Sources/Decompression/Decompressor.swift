/// Decodes one compressed stream as its bytes arrive; output is never collected.
///
/// A noncopyable owner of its codec's state, which it frees. How far a stream may expand is the caller's to say:
/// `body` returns false, or `step` is not called again.
package struct Decompressor: ~Copyable {
  /// The largest zstd window that HTTP allows, 8 MiB: RFC 9659 section 3.
  package static let defaultWindowBits = 23

  private let codec: Codec
  private let coding: Coding
  private var stage = Stage.opening(isFirst: true)
  /// The first bytes of the stream or of a further member: first held until they say what follows, then fed.
  private var head: [UInt8] = []
  private var failure: DecompressionError?
  private var sawTrailingBytes = false

  private enum Stage: Equatable {
    /// Before the first member, or after the end of one.
    case opening(isFirst: Bool)
    case inside
    case stopped
  }

  /// - Parameters:
  ///   - windowBits: base-2 logarithm of the largest zstd window accepted; 27 is what zstd(1) writes at most unless told
  ///     otherwise. The other codings have a fixed window.
  ///   - verifiesChecksums: whether a wrong CRC-32 or Adler-32 at the end counts as corrupt. It tells nothing that is
  ///     not known by then to who looks at the content while it passes.
  /// - Throws: `outOfMemory`.
  package init(
    _ coding: Coding, windowBits: Int = Self.defaultWindowBits, verifiesChecksums: Bool = true
  ) throws(DecompressionError) {
    self.coding = coding
    switch coding {
    case .gzip, .deflate:
      codec = .deflate(
        try DeflateDecoder(coding == .gzip ? .gzip : .zlib, verifiesChecksums: verifiesChecksums))
    case .br: codec = .brotli(try BrotliDecoder())
    case .zstd: codec = .zstd(try ZstdDecoder(windowBits: windowBits))
    }
  }

  /// Raw deflate (RFC 1951) that is never over: each message of WebSocket adds to it, and a block that says it is the
  /// last is followed by others (RFC 7692 section 7.2.3.4).
  ///
  /// - Throws: `outOfMemory`.
  package init(rawDeflate: Void) throws(DecompressionError) {
    coding = .deflate
    codec = .deflate(try DeflateDecoder(.raw, verifiesChecksums: false))
  }

  /// Forgets what was read: the next bytes begin a stream of raw deflate. Only for what `init(rawDeflate:)` made.
  package mutating func restart() {
    (stage, failure) = (.opening(isFirst: true), nil)
    head.removeAll(keepingCapacity: true)
  }

  /// The compressed stream said that it ended. Further gzip members and zstd frames are continued transparently, and
  /// until their end the stream is not finished again.
  package var isFinished: Bool { stage == .opening(isFirst: false) }

  /// Bytes followed the end of the stream that are neither zero padding nor a further member. They are ignored, as
  /// gzip(1) and browsers do; a capture file that has them is damaged.
  package var hasTrailingBytes: Bool { sawTrailingBytes || isFinished && !head.isEmpty }

  /// Such bytes were met for certain: the last input held the first of them, and all that is fed from now on is ignored.
  package var isIgnoring: Bool { sawTrailingBytes }
  /// The first of them, as far as they came with earlier input: they were held until it was known what they are.
  package private(set) var ignoredHead: [UInt8] = []

  /// Feeds `input` and calls `body` with each piece of output, at most `window.byteCount` bytes long, until `input`
  /// is used up or `body` returns false. After false the stream is over: what is fed later is ignored.
  ///
  /// - Throws: `corrupt` once what the codec made of the bytes before the flaw has been delivered, and again at every
  ///   later call. zstd decodes blocks of up to 128 KiB as a whole; brotli may keep back output of the same `input`.
  package mutating func decompress(
    _ input: RawSpan, into window: inout DecompressionWindow, _ body: (RawSpan) -> Bool
  ) throws(DecompressionError) {
    var rest = input
    guard !rest.isEmpty else { return }
    while true {
      let (consumed, produced) = try step(rest, onto: &window.storage, from: 0)
      if produced > 0, !body(window.output(produced)) {
        stage = .stopped
        return
      }
      rest = rest.extracting(consumed...)
      // A full window may hide more output, which comes without further input.
      let hasMore = !rest.isEmpty || produced == window.byteCount || failure != nil
      guard hasMore, consumed > 0 || produced > 0 else { return }
    }
  }

  /// Decodes as much of `input` as fits behind `offset` in `output`: for a caller that sets its own pace.
  ///
  /// - Returns: bytes taken from `input` and bytes written. Both are zero when there is nothing to do without more
  ///   input or more room.
  /// - Throws: `corrupt`, only when nothing was written by this call.
  package mutating func step(
    _ input: RawSpan, onto output: inout [UInt8], from offset: Int
  ) throws(DecompressionError) -> (consumed: Int, produced: Int) {
    if let failure { throw failure }
    guard offset >= 0, offset < output.count else { return (0, 0) }
    var taken = 0
    switch stage {
    case .stopped: return (input.byteCount, 0)
    case .opening(let isFirst):
      taken = open(input, isFirst: isFirst)
      guard stage == .inside else { return (taken, 0) }
    case .inside: break
    }
    if !head.isEmpty {
      let step = codec.step(RawSpan(_elements: head.span), onto: &output, from: offset)
      head.removeFirst(step.consumed)
      try settle(step)
      // More of the head is left only when the output is full.
      guard step.produced == 0, head.isEmpty, stage == .inside else { return (taken, step.produced) }
    }
    let step = codec.step(input.extracting(taken...), onto: &output, from: offset)
    try settle(step)
    return (taken + step.consumed, step.produced)
  }

  /// Gathers in `head` the bytes that say whether and how a member begins, and begins it.
  ///
  /// - Returns: bytes taken from `input`; all of it when nothing begins.
  private mutating func open(_ input: RawSpan, isFirst: Bool) -> Int {
    guard let needed = codec.headByteCount(isFirst: isFirst), !sawTrailingBytes else {
      return ignore(input, from: 0)
    }
    let earlier = head.count
    var taken = 0
    while taken < input.byteCount, head.count < needed {
      let byte = input.byte(at: taken)
      taken += 1
      let isPadding = !isFirst && head.isEmpty && byte == 0
      if !isPadding { head.append(byte) }
    }
    guard head.count == needed, taken < input.byteCount || needed > 0 else { return taken }
    guard codec.begin(with: head, isFirst: isFirst) else {
      sawTrailingBytes = true
      ignoredHead = Array(head.prefix(earlier))
      return input.byteCount
    }
    stage = .inside
    return taken
  }

  /// Steps over what follows the last member.
  private mutating func ignore(_ input: RawSpan, from start: Int) -> Int {
    var offset = start
    while !sawTrailingBytes, offset < input.byteCount {
      sawTrailingBytes = input.byte(at: offset) != 0
      offset += 1
    }
    return input.byteCount
  }

  /// Takes over what a step came to. A failure waits until the output before it has been handed out.
  private mutating func settle(_ step: CodecStep) throws(DecompressionError) {
    switch step.outcome {
    case .underway: return
    case .ended:
      stage = .opening(isFirst: false)
      head.removeAll(keepingCapacity: true)
    case .corrupt: failure = .corrupt(coding)
    case .outOfMemory: failure = .outOfMemory
    }
    if let failure, step.produced == 0 { throw failure }
  }
}
