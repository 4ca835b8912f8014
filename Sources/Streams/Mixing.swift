/// Fixed constants and the one mixing step that every hash of this module is made of.
enum Mixing {
  /// wyhash's default secret: odd numbers with 32 bits set, balanced in every byte.
  static let constants: (UInt64, UInt64, UInt64, UInt64) = (
    0xA076_1D64_78BD_642F, 0xE703_7ED1_A0B4_28DB, 0x8EBC_6AF0_9C88_C6E3, 0x5899_65CC_7537_4CC3
  )

  /// The 128-bit product, its halves folded: every bit of the result depends on every bit of both factors.
  @inline(__always)
  static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }
}
