extension Checksum {
  /// Digits of the base62 checksum: GitHub and npm put them in the order of ASCII.
  private static let base62 = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
  /// 62 to the 6th is the first power of 62 above 2 to the 32nd.
  package static let crc32Base62ByteCount = 6

  /// The six characters that `crc32Base62` asks for after `bytes`: CRC-32 (ISO-HDLC, that of zlib), most significant
  /// digit first.
  package static func crc32Base62(of bytes: some Sequence<UInt8>) -> [UInt8] {
    var rest = Int(crc32(bytes))
    var digits = [UInt8](repeating: base62[0], count: crc32Base62ByteCount)
    for place in digits.indices.reversed() {
      digits[place] = base62[rest % base62.count]
      rest /= base62.count
    }
    return digits
  }

  /// Bit by bit: a few dozen bytes for each secret found need no table.
  private static func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { register, byte in
      (0..<8).reduce(register ^ UInt32(byte)) { bits, _ in bits >> 1 ^ (bits & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
  }
}
