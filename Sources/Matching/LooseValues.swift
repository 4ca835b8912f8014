package import Observations
import Wire

/// Finds values that may be somebody's key though nothing names them. Where one is the same that went to a provider before
/// it matters, wherever it stands; all that is told of them is their marks.
///
/// A value is a run of the characters of tokens with a letter and a digit. A run is told whole, and so are its parts
/// between what stands inside some tokens and elsewhere between words: `/collect/<token>.txt`. Of a run in base64 or
/// hexadecimal, what it comes to is told too.
package enum LooseValues {
  package struct Value {
    package let range: Range<Int>
    package let mark: ValueMark
    package let encodings: [Encoding]
  }

  /// The signature that sightings of such values carry.
  package static let signature = "value"
  /// In bytes.
  package static let shortest = BearerToken.shortest
  /// Of those that have parts: paths, names of hosts and versions are shorter.
  private static let shortestOfParts = 32
  /// Of one message.
  package static let usual = 64

  /// The values in `range` of a message, in the order in which they stand.
  ///
  /// - Parameter most: no further runs are looked for once there are as many.
  package static func all(in bytes: RawSpan, _ range: Range<Int>? = nil, most: Int = usual) -> [Value] {
    var values: [Value] = []
    add(in: bytes, range ?? 0..<bytes.byteCount, to: &values, most: most)
    return values
  }

  package static func add(in bytes: RawSpan, _ range: Range<Int>, to values: inout [Value], most: Int = usual) {
    var place = range.lowerBound
    let part = bytes.extracting(..<range.upperBound)
    while values.count < most, let start = TokenRuns.firstRun(in: part, from: place) {
      place = TokenRuns.endOfRun(in: part, from: start)
      guard place - start <= BearerToken.longest else { continue }
      read(start..<place, of: bytes, &values)
    }
  }

  /// The same as sightings, but for those that `found` tells of already.
  static func scan(_ bytes: [UInt8], _ found: inout [Sighting]) {
    let told = found.map(\.range)
    for value in all(in: bytes.rawSpan) {
      let range = UInt64(value.range.lowerBound)..<UInt64(value.range.upperBound)
      guard !told.contains(where: { $0.overlaps(range) }) else { continue }
      found.append(Sighting(credential: Masking.unnamed(value), range: range, context: ""))
    }
  }

  private static func read(_ run: Range<Int>, of bytes: RawSpan, _ values: inout [Value]) {
    let octets = bytes.octets
    var whole = run
    while let last = whole.last, isSeparator(octets[last]) { whole = whole.dropLast() }
    while let first = whole.first, isSeparator(octets[first]) { whole = whole.dropFirst() }
    var (start, place) = (whole.lowerBound, whole.lowerBound)
    while place < whole.upperBound {
      var flags = bytes.extracting(..<whole.upperBound).partingFlags(at: place)
      while flags != 0 {
        let index = place + flags.trailingZeroBitCount
        flags &= flags &- 1
        tell(start..<index, octets, &values)
        start = index + 1
      }
      place += UInt64.bitWidth
    }
    if start > whole.lowerBound { tell(start..<whole.upperBound, octets, &values) }
    let isOneValue = start == whole.lowerBound || whole.count >= shortestOfParts
    guard isOneValue, tell(whole, octets, &values) else { return }
    // What pads base64.
    var end = whole.upperBound
    while end < min(bytes.byteCount, whole.upperBound + 2), octets[end] == UInt8(ascii: "=") { end += 1 }
    guard end > whole.upperBound else { return }
    let padded = whole.lowerBound..<end
    values.append(Value(range: padded, mark: ValueMark(octets.extracting(padded)), encodings: []))
  }

  /// Tells the value in `range`, and the one that it comes to.
  ///
  /// - Returns: whether it may be a token.
  @discardableResult
  private static func tell(_ range: Range<Int>, _ octets: Span<UInt8>, _ values: inout [Value]) -> Bool {
    let value = octets.extracting(range)
    guard mayBeToken(value) else { return false }
    values.append(Value(range: range, mark: ValueMark(value), encodings: []))
    if let inner = WrappedToken(value), inner.bytes.count >= shortest {
      values.append(Value(range: range, mark: ValueMark(inner.bytes.span), encodings: [inner.encoding]))
    }
    return true
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    switch Unicode.Scalar(byte) {
    case "/", ".", "+", "~": true
    default: false
    }
  }

  private static func mayBeToken(_ value: Span<UInt8>) -> Bool {
    guard value.count >= shortest else { return false }
    var (hasLetter, hasDigit) = (false, false)
    for index in value.indices {
      let byte = value[index]
      if byte &- 0x30 < 10 { hasDigit = true } else if (byte | 0x20) &- 0x61 < 26 { hasLetter = true }
      if hasLetter && hasDigit { return true }
    }
    return false
  }
}
