/// The block cipher SEED, decryption only: RFC 4269.
struct SEED: BlockCipher {
  static let keyByteCount = 16

  /// Of the sixteen rounds, in the order in which they decrypt; the first of each pair is the upper half.
  private let roundKeys: [UInt64]
  private let tables = Self.tables

  /// `nil` for a key that has not 16 bytes.
  init?(key: [UInt8]) {
    guard key.count == Self.keyByteCount else { return nil }
    roundKeys = Self.schedule(UInt128(octets: key[...])).reversed()
  }

  /// RFC 4269 section 2.1.
  func decrypt(_ block: UInt128) -> UInt128 {
    var (left, right) = (UInt64(truncatingIfNeeded: block >> 64), UInt64(truncatingIfNeeded: block))
    for key in roundKeys { (left, right) = (right, left ^ Self.f(right ^ key, tables)) }
    // The last round does not swap the halves: they are swapped back.
    return UInt128(right) << 64 | UInt128(left)
  }

  /// RFC 4269 section 2.2, behind the addition of the round key.
  private static func f(_ mixed: UInt64, _ tables: [UInt32]) -> UInt64 {
    var (c, d) = (UInt32(truncatingIfNeeded: mixed >> 32), UInt32(truncatingIfNeeded: mixed))
    d = g(c ^ d, tables)
    c = g(c &+ d, tables)
    d = g(c &+ d, tables)
    return UInt64(c &+ d) << 32 | UInt64(d)
  }

  /// RFC 4269 section 2.2: the function G.
  private static func g(_ word: UInt32, _ tables: [UInt32]) -> UInt32 {
    (0..<4).reduce(0) { $0 ^ tables[$1 << 8 | Int(truncatingIfNeeded: word >> (8 * $1)) & 0xFF] }
  }

  /// RFC 4269 section 2.3.
  private static func schedule(_ key: UInt128) -> [UInt64] {
    var (left, right) = (UInt64(truncatingIfNeeded: key >> 64), UInt64(truncatingIfNeeded: key))
    return (0..<16).map { round in
      let constant = goldenRatio.rotated(left: round)
      let upper = UInt32(truncatingIfNeeded: left >> 32) &+ UInt32(truncatingIfNeeded: right >> 32) &- constant
      let lower = UInt32(truncatingIfNeeded: left) &- UInt32(truncatingIfNeeded: right) &+ constant
      if round % 2 == 0 { left = left.rotated(left: 56) } else { right = right.rotated(left: 8) }
      return UInt64(g(upper, tables)) << 32 | UInt64(g(lower, tables))
    }
  }

  /// KC1, which the constants of the other rounds are rotations of.
  private static let goldenRatio: UInt32 = 0x9E37_79B9

  // MARK: Tables

  /// What each byte of the input of G adds to its output, lowest byte first: the SS-boxes of RFC 4269 appendix A.
  private static let tables: [UInt32] = (0..<4).flatMap { byte in
    (byte % 2 == 0 ? box0 : box1).map { substituted in
      (0..<4).reduce(0) { $0 | UInt32(substituted & masks[(byte + $1) % 4]) << (8 * $1) }
    }
  }

  /// m0 to m3 of section 2.2.
  private static let masks: [UInt8] = [0xFC, 0xF3, 0xCF, 0x3F]

  private static let box0: [UInt8] = [
    169, 133, 214, 211, 84, 29, 172, 37, 93, 67, 24, 30, 81, 252, 202, 99, 40, 68, 32, 157, 224, 226, 200, 23, 165, 143,
    3, 123, 187, 19, 210, 238, 112, 140, 63, 168, 50, 221, 246, 116, 236, 149, 11, 87, 92, 91, 189, 1, 36, 28, 115, 152,
    16, 204, 242, 217, 44, 231, 114, 131, 155, 209, 134, 201, 96, 80, 163, 235, 13, 182, 158, 79, 183, 90, 198, 120,
    166, 18, 175, 213, 97, 195, 180, 65, 82, 125, 141, 8, 31, 153, 0, 25, 4, 83, 247, 225, 253, 118, 47, 39, 176, 139,
    14, 171, 162, 110, 147, 77, 105, 124, 9, 10, 191, 239, 243, 197, 135, 20, 254, 100, 222, 46, 75, 26, 6, 33, 107,
    102, 2, 245, 146, 138, 12, 179, 126, 208, 122, 71, 150, 229, 38, 128, 173, 223, 161, 48, 55, 174, 54, 21, 34, 56,
    244, 167, 69, 76, 129, 233, 132, 151, 53, 203, 206, 60, 113, 17, 199, 137, 117, 251, 218, 248, 148, 89, 130, 196,
    255, 73, 57, 103, 192, 207, 215, 184, 15, 142, 66, 35, 145, 108, 219, 164, 52, 241, 72, 194, 111, 61, 45, 64, 190,
    62, 188, 193, 170, 186, 78, 85, 59, 220, 104, 127, 156, 216, 74, 86, 119, 160, 237, 70, 181, 43, 101, 250, 227, 185,
    177, 159, 94, 249, 230, 178, 49, 234, 109, 95, 228, 240, 205, 136, 22, 58, 88, 212, 98, 41, 7, 51, 232, 27, 5, 121,
    144, 106, 42, 154,
  ]
  private static let box1: [UInt8] = [
    56, 232, 45, 166, 207, 222, 179, 184, 175, 96, 85, 199, 68, 111, 107, 91, 195, 98, 51, 181, 41, 160, 226, 167, 211,
    145, 17, 6, 28, 188, 54, 75, 239, 136, 108, 168, 23, 196, 22, 244, 194, 69, 225, 214, 63, 61, 142, 152, 40, 78, 246,
    62, 165, 249, 13, 223, 216, 43, 102, 122, 39, 47, 241, 114, 66, 212, 65, 192, 115, 103, 172, 139, 247, 173, 128, 31,
    202, 44, 170, 52, 210, 11, 238, 233, 93, 148, 24, 248, 87, 174, 8, 197, 19, 205, 134, 185, 255, 125, 193, 49, 245,
    138, 106, 177, 209, 32, 215, 2, 34, 4, 104, 113, 7, 219, 157, 153, 97, 190, 230, 89, 221, 81, 144, 220, 154, 163,
    171, 208, 129, 15, 71, 26, 227, 236, 141, 191, 150, 123, 92, 162, 161, 99, 35, 77, 200, 158, 156, 58, 12, 46, 186,
    110, 159, 90, 242, 146, 243, 73, 120, 204, 21, 251, 112, 117, 127, 53, 16, 3, 100, 109, 198, 116, 213, 180, 234, 9,
    118, 25, 254, 64, 18, 224, 189, 5, 250, 1, 240, 42, 94, 169, 86, 67, 133, 20, 137, 155, 176, 229, 72, 121, 151, 252,
    30, 130, 33, 140, 27, 95, 119, 84, 178, 29, 37, 79, 0, 70, 237, 88, 82, 235, 126, 218, 201, 253, 48, 149, 101, 60,
    182, 228, 187, 124, 14, 80, 57, 38, 50, 132, 105, 147, 55, 231, 36, 164, 203, 83, 10, 135, 217, 76, 131, 143, 206,
    59, 74, 183,
  ]
}
