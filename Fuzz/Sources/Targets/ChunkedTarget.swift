import Wire

@testable import Protocols

/// Bodies of HTTP/1, chunked and not, whole and in pieces: the content and the end must be the same.
enum ChunkedTarget {
  private struct Outcome: Equatable {
    var content: [UInt8] = []
    var consumed = 0
    /// Trailers and chunk extensions.
    var lines: [UInt8] = []
    var isFinished = false
    var isBroken = false
  }

  static func run(_ input: RawSpan) {
    var choices = Choices(input)
    let (kind, seed) = (choices.byte(), choices.byte())
    let framing: HTTP1Framing = kind < 224 ? .chunked : kind < 240 ? .length(Int(seed) * 16) : .untilClose
    let bytes = choices.rest
    let whole = outcome(framing, bytes, [0..<bytes.byteCount])
    let cut = outcome(framing, bytes, pieces(of: bytes.byteCount, seed: seed))
    // Where exactly a line that is too long is given up depends on the cut.
    guard !whole.isBroken || !cut.isBroken else { return }
    require(whole == cut, "the whole: \(whole), pieces: \(cut)")
  }

  private static func outcome(_ framing: HTTP1Framing, _ bytes: RawSpan, _ ranges: [Range<Int>]) -> Outcome {
    var body = HTTP1Body(framing)
    var outcome = Outcome()
    for range in ranges {
      let count = body.consume(bytes.extracting(range)) { bytes, piece in
        switch piece {
        case .content: outcome.content.append(bytes)
        case .line: outcome.lines.append(bytes)
        }
      }
      require(count <= range.count, "\(count) bytes taken of \(range.count)")
      outcome.consumed += count
      require(count == range.count || body.isFinished || body.isBroken, "bytes are left, and the body goes on")
      guard !body.isFinished, !body.isBroken else { break }
    }
    require(body.contentByteCount == outcome.content.count, "the content is counted wrongly")
    (outcome.isFinished, outcome.isBroken) = (body.isFinished, body.isBroken)
    return outcome
  }
}
