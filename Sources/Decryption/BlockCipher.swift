/// A block cipher under CBC mode.
package enum BlockAlgorithm: Hashable, Sendable {
  case aes128, aes256
  case camellia128, camellia256
  case seed, idea, des, tripleDES

  package var keyByteCount: Int {
    switch self {
    case .des: 8
    case .aes128, .camellia128, .seed, .idea: 16
    case .tripleDES: 24
    case .aes256, .camellia256: 32
    }
  }

  package var blockByteCount: Int {
    switch self {
    case .idea, .des, .tripleDES: 8
    case .aes128, .aes256, .camellia128, .camellia256, .seed: 16
    }
  }
}

/// A block cipher that Crypto lacks, decryption only.
protocol BlockCipher {
  /// A block as a number, whose highest byte is the first one.
  associatedtype Block: FixedWidthInteger & UnsignedInteger

  func decrypt(_ block: Block) -> Block

  /// Decrypts in CBC mode; `bytes` are whole blocks, `iv` is one.
  ///
  /// A requirement although all share one body: so it is compiled for each cipher, and fast behind `any BlockCipher`.
  func decryptCBC(_ bytes: [UInt8], iv: [UInt8]) -> [UInt8]
}

extension BlockCipher {
  var blockByteCount: Int { Block.bitWidth / 8 }

  func decryptCBC(_ bytes: [UInt8], iv: [UInt8]) -> [UInt8] {
    let count = blockByteCount
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    var previous = Block(octets: iv[...])
    for start in stride(from: 0, through: bytes.count - count, by: count) {
      let block = Block(octets: bytes[start..<start + count])
      let plain = decrypt(block) ^ previous
      previous = block
      for shift in stride(from: Block.bitWidth - 8, through: 0, by: -8) {
        output.append(UInt8(truncatingIfNeeded: plain >> shift))
      }
    }
    return output
  }
}

extension FixedWidthInteger where Self: UnsignedInteger {
  /// The number whose bytes these are, highest first; only the last ones count when there are too many.
  init(octets: ArraySlice<UInt8>) {
    self = octets.reduce(0) { $0 << 8 | Self($1) }
  }

  /// - Parameter count: 0 to the width in bits.
  func rotated(left count: Int) -> Self { self << count | self >> (Self.bitWidth - count) }
}
