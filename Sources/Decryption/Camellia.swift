/// The block cipher Camellia with keys of 128 and 256 bits, decryption only: RFC 3713.
struct Camellia: BlockCipher {
  /// The 128-bit value that subkeys are cut from, and by how many bits it is rotated before.
  private typealias Source = (value: Int, rotation: Int)

  /// In the order in which they encrypt: two of whitening, then six of rounds and two of FL in turn, two of whitening.
  private let subkeys: [UInt64]
  private let tables = Self.tables

  /// - Parameter key: 16 or 32 bytes.
  init?(key: [UInt8]) {
    guard key.count == 16 || key.count == 32 else { return nil }
    subkeys = Self.schedule(
      UInt128(octets: key.prefix(16)), UInt128(octets: key.dropFirst(16)), isLong: key.count == 32)
  }

  /// RFC 3713 section 2.3.3: as encryption, with the subkeys in reverse.
  func decrypt(_ block: UInt128) -> UInt128 {
    let last = subkeys.count - 1
    var left = UInt64(truncatingIfNeeded: block >> 64) ^ subkeys[last - 1]
    var right = UInt64(truncatingIfNeeded: block) ^ subkeys[last]
    for (step, key) in subkeys[2..<last - 1].reversed().enumerated() {
      switch step % 8 {
      case 6: left = Self.fl(left, key)
      case 7: right = Self.inverseFL(right, key)
      case 1, 3, 5: left ^= Self.f(right, key, tables)
      default: right ^= Self.f(left, key, tables)
      }
    }
    return UInt128(right ^ subkeys[0]) << 64 | UInt128(left ^ subkeys[1])
  }

  // MARK: Functions of RFC 3713 section 2.4

  private static func f(_ input: UInt64, _ key: UInt64, _ tables: [UInt64]) -> UInt64 {
    let mixed = input ^ key
    var output: UInt64 = 0
    for byte in 0..<8 { output ^= tables[byte << 8 | Int(truncatingIfNeeded: mixed >> (56 - 8 * byte)) & 0xFF] }
    return output
  }

  private static func fl(_ input: UInt64, _ key: UInt64) -> UInt64 {
    let (key1, key2) = (UInt32(truncatingIfNeeded: key >> 32), UInt32(truncatingIfNeeded: key))
    let high = UInt32(truncatingIfNeeded: input >> 32)
    let low = UInt32(truncatingIfNeeded: input) ^ (high & key1).rotated(left: 1)
    return UInt64(high ^ (low | key2)) << 32 | UInt64(low)
  }

  private static func inverseFL(_ input: UInt64, _ key: UInt64) -> UInt64 {
    let (key1, key2) = (UInt32(truncatingIfNeeded: key >> 32), UInt32(truncatingIfNeeded: key))
    let low = UInt32(truncatingIfNeeded: input)
    let high = UInt32(truncatingIfNeeded: input >> 32) ^ (low | key2)
    return UInt64(high) << 32 | UInt64(low ^ (high & key1).rotated(left: 1))
  }

  // MARK: Subkeys, RFC 3713 section 2.2

  private static func schedule(_ left: UInt128, _ right: UInt128, isLong: Bool) -> [UInt64] {
    let first = twoRounds(left ^ right, sigma[0], sigma[1]) ^ left
    let a = twoRounds(first, sigma[2], sigma[3])
    let b = twoRounds(a ^ right, sigma[4], sigma[5])
    let values = [left, right, a, b]
    let subkeys = (isLong ? longSources : shortSources).flatMap { source in
      let rotated = values[source.value].rotated(left: source.rotation)
      return [UInt64(truncatingIfNeeded: rotated >> 64), UInt64(truncatingIfNeeded: rotated)]
    }
    // Of the shorter key, k9 is half of one value and k10 of another: the other halves are not used.
    return isLong ? subkeys : Array(subkeys[..<13] + subkeys[15...])
  }

  private static func twoRounds(_ value: UInt128, _ key1: UInt64, _ key2: UInt64) -> UInt128 {
    let left = UInt64(truncatingIfNeeded: value >> 64)
    let right = UInt64(truncatingIfNeeded: value) ^ f(left, key1, tables)
    return UInt128(left ^ f(right, key2, tables)) << 64 | UInt128(right)
  }

  /// KL is 0, KR 1, KA 2, KB 3.
  private static let shortSources: [Source] = [
    (0, 0), (2, 0), (0, 15), (2, 15), (2, 30), (0, 45), (2, 45), (0, 60), (2, 60), (0, 77), (0, 94), (2, 94), (0, 111),
    (2, 111),
  ]
  private static let longSources: [Source] = [
    (0, 0), (3, 0), (1, 15), (2, 15), (1, 30), (3, 30), (0, 45), (2, 45), (0, 60), (1, 60), (3, 60), (0, 77), (2, 77),
    (1, 94), (2, 94), (0, 111), (3, 111),
  ]
  private static let sigma: [UInt64] = [
    0xA09E_667F_3BCC_908B, 0xB67A_E858_4CAA_73B2, 0xC6EF_372F_E94F_82BE, 0x54FF_53A5_F1D3_6F1C, 0x10E5_27FA_DE68_2D1D,
    0xB056_88C2_B3E6_C1FD,
  ]

  // MARK: Tables

  /// What each byte of the input of F adds to its output: the S-boxes and the P-function in one.
  private static let tables: [UInt64] = spread.enumerated().flatMap { byte, mask in
    (0...255).map { input in UInt64(substitute(UInt8(input), at: byte)) &* mask }
  }

  /// RFC 3713 section 2.4.1 makes SBOX2 to SBOX4 of SBOX1.
  private static func substitute(_ input: UInt8, at byte: Int) -> UInt8 {
    switch byte {
    case 0, 7: box[Int(input)]
    case 1, 4: box[Int(input)].rotated(left: 1)
    case 2, 5: box[Int(input)].rotated(left: 7)
    default: box[Int(input.rotated(left: 1))]
    }
  }

  /// The P-function of section 2.4.1: of which bytes of the output each byte is part.
  private static let spread: [UInt64] = [
    0x0101_0100_0100_0001, 0x0001_0101_0101_0000, 0x0100_0101_0001_0100, 0x0101_0001_0000_0101, 0x0001_0101_0001_0101,
    0x0100_0101_0100_0101, 0x0101_0001_0101_0001, 0x0101_0100_0101_0100,
  ]

  private static let box: [UInt8] = [
    112, 130, 44, 236, 179, 39, 192, 229, 228, 133, 87, 53, 234, 12, 174, 65, 35, 239, 107, 147, 69, 25, 165, 33, 237,
    14, 79, 78, 29, 101, 146, 189, 134, 184, 175, 143, 124, 235, 31, 206, 62, 48, 220, 95, 94, 197, 11, 26, 166, 225,
    57, 202, 213, 71, 93, 61, 217, 1, 90, 214, 81, 86, 108, 77, 139, 13, 154, 102, 251, 204, 176, 45, 116, 18, 43, 32,
    240, 177, 132, 153, 223, 76, 203, 194, 52, 126, 118, 5, 109, 183, 169, 49, 209, 23, 4, 215, 20, 88, 58, 97, 222, 27,
    17, 28, 50, 15, 156, 22, 83, 24, 242, 34, 254, 68, 207, 178, 195, 181, 122, 145, 36, 8, 232, 168, 96, 252, 105, 80,
    170, 208, 160, 125, 161, 137, 98, 151, 84, 91, 30, 149, 224, 255, 100, 210, 16, 196, 0, 72, 163, 247, 117, 219, 138,
    3, 230, 218, 9, 63, 221, 148, 135, 92, 131, 2, 205, 74, 144, 51, 115, 103, 246, 243, 157, 127, 191, 226, 82, 155,
    216, 38, 200, 55, 198, 59, 129, 150, 111, 75, 19, 190, 99, 46, 233, 121, 167, 140, 159, 110, 188, 142, 41, 245, 249,
    182, 47, 253, 180, 89, 120, 152, 6, 106, 231, 70, 113, 186, 212, 37, 171, 66, 136, 162, 141, 250, 114, 7, 185, 85,
    248, 238, 172, 10, 54, 73, 42, 104, 60, 56, 241, 164, 64, 40, 211, 123, 187, 201, 67, 193, 21, 227, 173, 244, 119,
    199, 128, 158,
  ]
}
