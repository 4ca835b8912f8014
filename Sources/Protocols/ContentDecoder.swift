import Decompression
import Matching
import Observations
import Wire

/// Undoes the content codings of one body as it streams by, and scans what comes out.
///
/// Content that does not decompress is scanned as it is: a wrong `Content-Encoding` must not hide a key.
final class ContentDecoder {
  private let layers: [Layer]
  private let budget: MemoryBudget
  private let budgetByteCount: Int
  /// The codings are too many, or there was no memory for them.
  let isRefused: Bool
  private var scan = ScanState()
  private var compressedByteCount = 0
  private var expandedByteCount = 0
  /// What came in before anything came out: it may turn out not to be compressed at all.
  private var opening: [UInt8] = []
  private static let openingByteLimit = 4_096
  /// Set once decompression failed or grew past its bound.
  private var isStopped = false
  /// Set where the body holds a DNS message.
  var doh: DoHReader?

  /// One coding; a class because arrays hold no noncopyable values.
  private final class Layer {
    let encoding: Encoding
    var decompressor: Decompressor

    init?(_ encoding: Encoding) {
      guard let coding = Coding(rawValue: encoding.rawValue),
        let decompressor = try? Decompressor(coding, verifiesChecksums: false)
      else { return nil }
      self.encoding = encoding
      self.decompressor = decompressor
    }
  }

  /// - Parameters:
  ///   - codings: in the order they were applied; undone from the last. Beyond the depth limit none is.
  ///   - budget: where the decompressors' memory comes from; without room the body is scanned as it is.
  init(_ codings: [Encoding], budget: MemoryBudget) {
    let isDeep = codings.count > AnalysisContext.codingDepthLimit
    let byteCount = codings.reduce(0) { $0 + (Coding(rawValue: $1.rawValue)?.memoryBound ?? 0) }
    isRefused = isDeep || !budget.take(byteCount)
    (self.budget, budgetByteCount) = (budget, isRefused ? 0 : byteCount)
    layers = isRefused ? [] : codings.reversed().compactMap(Layer.init)
    encodings = layers.map(\.encoding)
  }

  deinit { budget.giveBack(budgetByteCount) }

  /// The layers from outside in around what the last call found.
  private(set) var encodings: [Encoding]

  /// Scans the next piece of the body.
  ///
  /// - Returns: the secrets that it completed.
  func content(_ bytes: RawSpan, _ context: inout AnalysisContext) -> [Sighting] {
    guard !layers.isEmpty, !isStopped else {
      if !encodings.isEmpty { encodings = [] }
      doh?.append(bytes)
      return context.scan(bytes, state: &scan, as: .body)
    }
    compressedByteCount += bytes.byteCount
    if expandedByteCount == 0, opening.count < Self.openingByteLimit { opening.append(bytes) }
    var found: [Sighting] = []
    decode(bytes, depth: 0, &context, &found)
    if expandedByteCount > 0 { opening = [] }
    if !isStopped, layers[0].decompressor.isIgnoring {
      // What follows the compressed content is no content, and leaves all the same.
      isStopped = true
      found += finish(&context)
      let head = layers[0].decompressor.ignoredHead
      found += context.scan(head.rawSpan, state: &scan, as: .body)
      found += context.scan(bytes, state: &scan, as: .body)
    }
    return found
  }

  /// The body is over, or a gap follows.
  func finish(_ context: inout AnalysisContext) -> [Sighting] { context.finishScan(&scan) }

  /// The body is whole: tells the DNS message that it was.
  func tellDNS(_ direction: Direction, _ request: HTTPRequest?, _ context: inout AnalysisContext) {
    doh?.finish(direction, request, &context)
    doh = nil
  }

  /// Compressed content cannot go on behind a gap: what follows is scanned as it is.
  func gap(_ context: inout AnalysisContext) -> [Sighting] {
    doh = nil
    defer { if !layers.isEmpty { isStopped = true } }
    return finish(&context)
  }

  private func decode(_ bytes: RawSpan, depth: Int, _ context: inout AnalysisContext, _ found: inout [Sighting]) {
    let box = context.window(depth: depth)
    do throws(DecompressionError) {
      try layers[depth].decompressor.decompress(bytes, into: &box.window) { piece in
        if depth + 1 < layers.count {
          decode(piece, depth: depth + 1, &context, &found)
        } else {
          expandedByteCount += piece.byteCount
          doh?.append(piece)
          found += context.scan(piece, state: &scan, as: .body)
          if expandedByteCount > expansionLimit(context.settings) {
            context.counters.expansionLimitReached &+= 1
            isStopped = true
          }
        }
        return !isStopped
      }
    } catch {
      context.counters.decompressionFailures &+= 1
      found += finish(&context)
      isStopped = true
      // The opening ends with these bytes, unless it was too long to be kept.
      if expandedByteCount == 0 { encodings = [] }
      let isKept = depth == 0 && expandedByteCount == 0 && opening.count >= bytes.byteCount
      found +=
        isKept
        ? context.scan(opening.rawSpan, state: &scan, as: .body)
        : context.scan(bytes, state: &scan, as: .body)
      opening = []
    }
  }

  private func expansionLimit(_ settings: ProtocolSettings) -> Int {
    let (product, overflow) = compressedByteCount.multipliedReportingOverflow(by: settings.expansionRatioLimit)
    return overflow ? Int.max : max(product, settings.expansionFloor)
  }
}
