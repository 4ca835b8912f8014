package import Signatures

/// A set of byte values: one bit each, so that membership costs a shift and a mask.
package struct ByteSet: Sendable, Equatable {
  private var words = SIMD4<UInt64>()

  package init() {}

  package init(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { insert(byte) }
  }

  package init(_ characters: String) { self.init(characters.utf8) }

  package mutating func insert(_ byte: UInt8) { words[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }

  package mutating func formUnion(_ other: ByteSet) { words |= other.words }

  package func union(_ other: ByteSet) -> ByteSet {
    var both = self
    both.formUnion(other)
    return both
  }

  package func contains(_ byte: UInt8) -> Bool { (words[Int(byte >> 6)] >> UInt64(byte & 63)) & 1 == 1 }

  /// The members, ascending.
  package var elements: [UInt8] { (UInt8.min...UInt8.max).filter(contains) }
}

// Words rather than stored constants: those of a type with an initialiser cost a call each time they are asked for.
extension ByteSet {
  package static var digits: ByteSet { ByteSet(ascii: 0x03ff_0000_0000_0000, 0) }
  static var lowerHex: ByteSet { ByteSet(ascii: 0x03ff_0000_0000_0000, 0x0000_007e_0000_0000) }
  package static var lowerLetters: ByteSet { ByteSet(ascii: 0, 0x07ff_fffe_0000_0000) }
  package static var upperLetters: ByteSet { ByteSet(ascii: 0, 0x0000_0000_07ff_fffe) }
  package static var letters: ByteSet { ByteSet(ascii: 0, 0x07ff_fffe_07ff_fffe) }
  package static var alphanumeric: ByteSet { ByteSet(ascii: 0x03ff_0000_0000_0000, 0x07ff_fffe_07ff_fffe) }
  package static let any = ByteSet(UInt8.min...UInt8.max)

  /// - Parameters:
  ///   - first: a bit for each of the bytes 0 to 63.
  ///   - second: for each of the next 64.
  private init(ascii first: UInt64, _ second: UInt64) { words = SIMD4(first, second, 0, 0) }
}

extension Alphabet {
  /// The characters of this alphabet.
  package var bytes: ByteSet {
    switch self {
    case .hex: .digits.union(ByteSet("abcdefABCDEF"))
    case .lowerHex: .digits.union(ByteSet("abcdef"))
    case .digits: .digits
    case .letters: .letters
    case .alphanumeric: .alphanumeric
    case .lowerAlphanumeric: .lowerLetters.union(.digits)
    case .upperAlphanumeric: .upperLetters.union(.digits)
    case .base32: .upperLetters.union(ByteSet("234567"))
    case .base64: .alphanumeric.union(ByteSet("+/="))
    case .base64url: .alphanumeric.union(ByteSet("-_"))
    case .word: .alphanumeric.union(ByteSet("_"))
    case .unreserved: .alphanumeric.union(ByteSet("-._~"))
    case .password: .alphanumeric.union(ByteSet("!#%&*+,-.;=?^_|~"))
    case .armour: .alphanumeric.union(ByteSet("+/=\r\n\t \\:.,()"))
    }
  }
}
