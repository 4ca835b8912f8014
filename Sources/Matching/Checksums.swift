import Signatures

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension CompiledForm {
  /// Whether `secret`, which has this form, also looks like the work of a generator: checksum, entropy, no placeholder.
  func isPlausible(_ secret: Span<UInt8>) -> Bool {
    let runs = runs(of: secret)
    return hasValidChecksum(runs) && hasEntropy(runs) && !Placeholder.isLikely(runs)
  }

  /// The characters of all runs. A form's literals are fixed, so that what is left over by them is the runs.
  private func runs(of secret: Span<UInt8>) -> [UInt8] {
    var (text, place) = ([UInt8](), 0)
    var slack = secret.count - length.lowerBound
    for part in parts {
      switch part {
      case .literal(let bytes): place += bytes.count
      case .run(let alphabet, let length):
        var count = length.lowerBound
        // The usual form has one ranged run at most; with several the greedy split is close enough for statistics.
        while count < length.upperBound, slack > 0, place + count < secret.count, alphabet.contains(secret[place + count]) {
          (count, slack) = (count + 1, slack - 1)
        }
        for offset in place..<min(place + count, secret.count) { text.append(secret[offset]) }
        place += count
      }
    }
    return text
  }

  private func hasEntropy(_ runs: [UInt8]) -> Bool { minimumEntropy <= 0 || shannonEntropy(runs) >= minimumEntropy }

  private func hasValidChecksum(_ runs: [UInt8]) -> Bool {
    switch checksum {
    case .none: true
    case .crc32Base62: runs.count > 6 && base62(crc32(runs.dropLast(6))) == Array(runs.suffix(6))
    }
  }
}

/// Bits per character by the frequencies of the characters in `text` itself.
func shannonEntropy(_ text: [UInt8]) -> Double {
  guard !text.isEmpty else { return 0 }
  var counts = [Int](repeating: 0, count: 256)
  for byte in text { counts[Int(byte)] += 1 }
  let total = Double(text.count)
  return counts.reduce(0) { sum, count in
    count == 0 ? sum : sum - Double(count) / total * log2(Double(count) / total)
  }
}

/// CRC-32 of IEEE 802.3, as in zlib: reflected, polynomial 0xEDB88320.
func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
  var crc = ~UInt32(0)
  for byte in bytes {
    crc ^= UInt32(byte)
    for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
  }
  return ~crc
}

/// `value` in six characters of 0-9 A-Z a-z, padded with zeros on the left: 62^6 exceeds 2^32.
func base62(_ value: UInt32) -> [UInt8] {
  let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
  var (text, rest) = ([UInt8](repeating: digits[0], count: 6), value)
  for place in text.indices.reversed() {
    text[place] = digits[Int(rest % 62)]
    rest /= 62
  }
  return text
}
