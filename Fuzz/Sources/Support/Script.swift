import Wire

/// An input as a list of steps: two bytes that hardly occur elsewhere mark where one begins, a third says what it does.
///
/// Marks rather than lengths, so that what is inserted or removed in one step leaves the others as they are.
struct Script {
  struct Step {
    /// What stands behind the mark; 0 for bytes before the first one.
    var code: UInt8
    var bytes: [UInt8]
  }

  static let mark: [UInt8] = [0xF5, 0x5A]
  /// So many steps are read of one input.
  private static let stepLimit = 2_048

  private(set) var steps: [Step] = []

  init(_ input: RawSpan) {
    let octets = input.octets
    var (code, start, position) = (UInt8(0), 0, 0)
    while position + 2 < octets.count, steps.count < Self.stepLimit {
      guard octets[position] == Self.mark[0], octets[position + 1] == Self.mark[1] else {
        position += 1
        continue
      }
      add(code, input.extracting(start..<position))
      code = octets[position + 2]
      position += 3
      start = position
    }
    add(code, input.extracting(start...))
  }

  private mutating func add(_ code: UInt8, _ bytes: RawSpan) {
    guard code != 0 || !bytes.isEmpty else { return }
    var copy: [UInt8] = []
    copy.append(bytes)
    steps.append(Step(code: code, bytes: copy))
  }

  /// A step as it stands in an input.
  static func step(_ code: UInt8, _ bytes: [UInt8]) -> [UInt8] { mark + [code] + bytes }
}

/// Takes small numbers from the front of an input: what to try with the rest.
struct Choices: ~Escapable {
  private(set) var rest: RawSpan

  @_lifetime(copy input)
  init(_ input: RawSpan) { rest = input }

  @_lifetime(self: copy self)
  mutating func byte() -> UInt8 {
    guard !rest.isEmpty else { return 0 }
    let byte = rest.octets[0]
    rest = rest.extracting(1...)
    return byte
  }
}

/// Where an input is cut: pieces of one to a few dozen bytes, now and then a long one, as `seed` has it.
func pieces(of byteCount: Int, seed: UInt8) -> [Range<Int>] {
  var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
  var ranges: [Range<Int>] = []
  var start = 0
  while start < byteCount {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    let longest: UInt64 = seed < 64 ? 3 : state & 0xF00 == 0 ? 4_096 : 64
    let end = min(byteCount, start + 1 + Int(truncatingIfNeeded: state % longest))
    ranges.append(start..<end)
    start = end
  }
  return ranges
}
