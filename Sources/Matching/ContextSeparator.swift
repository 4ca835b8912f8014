/// What stands between a name and the secret it names: `=`, `": "`, `: Bearer `, `","value":"`, `\n  value: `.
struct ContextSeparator: ~Copyable, ~Escapable {
  enum Outcome: Equatable {
    case failed, ranOut
    /// The secret starts at `end`.
    case matched(end: Int)
  }

  /// Longest in all: indentation and a word fit.
  static let longest = 40
  /// Shortest: a secret never stands next to its name.
  static let shortest = 1

  static let characters = ByteSet((UInt8.min...UInt8.max).filter(isCharacter))

  /// Asked of every hit: a switch is a test of bits, and a constant of this type would be a call.
  @inline(__always)
  private static func isCharacter(_ byte: UInt8) -> Bool {
    switch Unicode.Scalar(byte) {
    case " ", "\t", "\"", "'", "`", ":", "=", ">", "\\", ",", "(", "[", "{", "\r", "\n": true
    default: false
    }
  }

  /// Behind these only `value` leads on, as in YAML and in `"name":"…","value":"…"`: what else comes next is another
  /// line, another member of a list.
  private static let ends = ByteSet("\r\n,")
  /// Words that lead to a value.
  private static let value = Array("value".utf8)
  private static let words = [value] + ["bearer", "token", "basic", "key"].map { Array($0.utf8) }

  /// How much of what is named is looked at in a hurry.
  private static let glance = 20
  /// Percent-encoding may begin anywhere.
  private static let escape = UInt8(ascii: "%")

  /// Whether `shortest` bytes and more of `secret` may stand behind a separator at `start`: false only where it cannot.
  static func mayPrecede(_ secret: ByteSet, _ shortest: Int, at start: Int, in bytes: Span<UInt8>) -> Bool {
    guard start < bytes.count else { return true }
    guard isCharacter(bytes[start]) || bytes[start] == escape else { return false }
    var place = start
    while place - start < longest, place < bytes.count, isCharacter(bytes[place]) {
      // The letter of an escape belongs to it.
      place += bytes[place] == UInt8(ascii: "\\") ? Step(at: place, in: bytes)?.length ?? 1 : 1
    }
    guard place < bytes.count, !mayStartWord(bytes[place]) else { return true }
    for index in place..<min(bytes.count, place + min(shortest, glance)) {
      guard secret.contains(bytes[index]) || bytes[index] == escape else { return false }
    }
    return true
  }

  @inline(__always)
  private static func mayStartWord(_ byte: UInt8) -> Bool {
    switch Unicode.Scalar(byte | 0x20) {
    case "v", "b", "t", "k": true
    default: false
    }
  }

  private let bytes: Span<UInt8>
  private let start: Int
  private let isComplete: Bool
  private var place: Int
  /// The byte that stopped the walk is `%`: it may go on with percent-encoding taken off.
  var metEscape: Bool { place < bytes.count && bytes[place] == UInt8(ascii: "%") }

  @_lifetime(copy bytes)
  init(after start: Int, in bytes: Span<UInt8>, isComplete: Bool) {
    (self.bytes, self.start, self.isComplete, place) = (bytes, start, isComplete, start)
  }

  @_lifetime(self: copy self)
  mutating func walk() -> Outcome {
    var hasEnd = false
    for round in 0..<2 {
      let before = place
      while place - start < Self.longest, let step = Step(at: place, in: bytes) {
        hasEnd = hasEnd || step.isEnd
        place += step.length
      }
      guard place < bytes.count else { return isComplete ? .failed : .ranOut }
      guard place > before else { return .failed }
      guard round == 0 else { break }
      switch word() {
      case .failed: return hasEnd ? .failed : .matched(end: place)
      case .ranOut: return .ranOut
      case .matched(let end):
        guard !hasEnd || end - place == Self.value.count else { return .failed }
        (place, hasEnd) = (end, false)
      }
    }
    return hasEnd ? .failed : .matched(end: place)
  }

  /// One character of a separator, or two where it is written as an escape.
  private struct Step {
    let length: Int
    let isEnd: Bool

    init?(at place: Int, in bytes: Span<UInt8>) {
      guard place < bytes.count, isCharacter(bytes[place]) else { return nil }
      guard bytes[place] == UInt8(ascii: "\\"), place + 1 < bytes.count else {
        (length, isEnd) = (1, ContextSeparator.ends.contains(bytes[place]))
        return
      }
      switch bytes[place + 1] {
      case UInt8(ascii: "n"), UInt8(ascii: "r"): (length, isEnd) = (2, true)
      case UInt8(ascii: "t"): (length, isEnd) = (2, false)
      default: (length, isEnd) = (1, false)
      }
    }
  }

  /// One of the words, with a separator after it: a secret may start like one.
  private func word() -> Outcome {
    for word in Self.words {
      var count = 0
      while count < word.count, place + count < bytes.count, bytes[place + count] | 0x20 == word[count] { count += 1 }
      if place + count == bytes.count, !isComplete { return .ranOut }
      guard count == word.count, place + count < bytes.count else { continue }
      if Self.isCharacter(bytes[place + count]) { return .matched(end: place + count) }
    }
    return .failed
  }
}
