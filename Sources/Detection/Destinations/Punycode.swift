/// The characters of an internationalised label: RFC 3492.
enum Punycode {
  /// - Parameter label: as it crosses the wire, `xn--…`; `nil` where it is none, or does not decode.
  static func decode(_ label: Substring) -> String? {
    guard label.utf8.starts(with: "xn--".utf8), label.utf8.count <= 63 else { return nil }
    let encoded = Array(label.utf8.dropFirst(4))
    let split = encoded.lastIndex(of: UInt8(ascii: "-"))
    var scalars = encoded[..<(split ?? 0)].map { Unicode.Scalar($0) }
    var (place, code, bias) = (0 as UInt32, initialCode, initialBias)
    var digits = encoded[(split.map { $0 + 1 } ?? 0)...]
    while !digits.isEmpty {
      let start = place
      guard advance(&place, &digits, bias) else { return nil }
      let count = UInt32(scalars.count + 1)
      bias = adapt(place - start, count, isFirst: start == 0)
      let (next, overflow) = code.addingReportingOverflow(place / count)
      guard !overflow, let scalar = Unicode.Scalar(next) else { return nil }
      code = next
      place %= count
      scalars.insert(scalar, at: Int(place))
      place += 1
    }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return String(text)
  }

  // RFC 3492 section 5.
  private static let base: UInt32 = 36
  private static let (lowest, highest): (UInt32, UInt32) = (1, 26)
  private static let initialCode: UInt32 = 128
  private static let initialBias: UInt32 = 72

  /// One variable-length integer, added to `place`: RFC 3492 section 6.2.
  private static func advance(_ place: inout UInt32, _ digits: inout ArraySlice<UInt8>, _ bias: UInt32) -> Bool {
    var (weight, position) = (1 as UInt32, base)
    while let byte = digits.popFirst(), let digit = value(of: byte) {
      let (part, partOverflow) = digit.multipliedReportingOverflow(by: weight)
      let (sum, sumOverflow) = place.addingReportingOverflow(part)
      guard !partOverflow, !sumOverflow else { return false }
      place = sum
      let threshold = position <= bias ? lowest : min(position - bias, highest)
      if digit < threshold { return true }
      let (heavier, overflow) = weight.multipliedReportingOverflow(by: base - threshold)
      guard !overflow else { return false }
      (weight, position) = (heavier, position + base)
    }
    return false
  }

  private static func value(of byte: UInt8) -> UInt32? {
    switch byte {
    case 0x61...0x7A: UInt32(byte) - 0x61
    case 0x30...0x39: UInt32(byte) - 0x30 + 26
    default: nil
    }
  }

  /// RFC 3492 section 6.1.
  private static func adapt(_ delta: UInt32, _ count: UInt32, isFirst: Bool) -> UInt32 {
    var delta = isFirst ? delta / 700 : delta / 2
    delta += delta / count
    var steps: UInt32 = 0
    while delta > (base - lowest) * highest / 2 {
      delta /= base - lowest
      steps += base
    }
    return steps + (base - lowest + 1) * delta / (delta + 38)
  }
}
