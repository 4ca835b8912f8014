import Decompression
import Matching
import Observations
import Wire

/// Undoes `permessage-deflate` in one direction: RFC 7692 section 7.2.2.
final class WebSocketInflater {
  /// What a sender leaves off the end of each message.
  private static let messageEnd: [UInt8] = [0x00, 0x00, 0xFF, 0xFF]

  private var decompressor: Decompressor
  private let keepsContext: Bool
  private let budget: MemoryBudget
  private let budgetByteCount: Int
  private var compressedByteCount = 0
  private var expandedByteCount = 0
  private var isFresh = true
  /// The message at hand cannot be read on: flawed, cut by a gap.
  private var isBroken = false
  /// It grew past its bound; nothing of this direction is undone any more.
  private var isStopped = false

  /// - Returns: `nil` where there is no memory for it.
  init?(keepsContext: Bool, budget: MemoryBudget) {
    let byteCount = Coding.deflate.memoryBound
    guard budget.take(byteCount) else { return nil }
    guard let decompressor = try? Decompressor(rawDeflate: ()) else {
      budget.giveBack(byteCount)
      return nil
    }
    self.decompressor = decompressor
    self.keepsContext = keepsContext
    (self.budget, budgetByteCount) = (budget, byteCount)
  }

  deinit { budget.giveBack(budgetByteCount) }

  /// A message begins. After a flaw the window is not known any more; messages that do not look back into it are still
  /// readable.
  func beginMessage() {
    guard !isStopped else { return }
    if !isFresh, !keepsContext || isBroken { decompressor.restart() }
    (isFresh, isBroken) = (false, false)
  }

  func gap() { isBroken = true }

  /// Hands what `bytes` stand for to the matcher; bytes that cannot be undone are scanned as they are.
  func content(_ bytes: RawSpan, _ scan: inout ScanState, _ context: inout AnalysisContext) -> [Sighting] {
    guard !isBroken, !isStopped else { return context.scan(bytes, state: &scan) }
    compressedByteCount &+= bytes.byteCount
    return decode(bytes, &scan, &context)
  }

  func endMessage(_ scan: inout ScanState, _ context: inout AnalysisContext) -> [Sighting] {
    isBroken || isStopped ? [] : decode(Self.messageEnd.rawSpan, &scan, &context)
  }

  private func decode(_ bytes: RawSpan, _ scan: inout ScanState, _ context: inout AnalysisContext) -> [Sighting] {
    let box = context.window(depth: 0)
    var found: [Sighting] = []
    do throws(DecompressionError) {
      try decompressor.decompress(bytes, into: &box.window) { piece in
        expandedByteCount &+= piece.byteCount
        found += context.scan(piece, state: &scan)
        if expandedByteCount > expansionLimit(context.settings) {
          context.counters.expansionLimitReached &+= 1
          isStopped = true
        }
        return !isStopped
      }
    } catch {
      context.counters.decompressionFailures &+= 1
      isBroken = true
      found += context.finishScan(&scan)
      found += context.scan(bytes, state: &scan)
    }
    return found
  }

  private func expansionLimit(_ settings: ProtocolSettings) -> Int {
    let (product, overflow) = compressedByteCount.multipliedReportingOverflow(by: settings.expansionRatioLimit)
    return overflow ? Int.max : max(product, settings.expansionFloor)
  }
}
