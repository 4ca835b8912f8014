import Signatures

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension CompiledForm {
  /// Why what stands in `range` of `bytes`, and has this form, is no secret; `nil` where it is one.
  func drop(_ range: Range<Int>, of bytes: Span<UInt8>) -> DropReason? {
    let secret = bytes.extracting(range)
    guard !isOfOneValue else { return secret.sha256.elementsEqual(digest) ? nil : .value }
    var runs = runs(of: secret)
    defer { runs.erase(0..<runs.count) }
    guard hasValidChecksum(runs) else { return .checksum }
    guard claims.isEmpty || WebToken.holds(oneOf: claims, secret) else { return .claims }
    guard hasEntropy(runs) else { return .entropy }
    if let reason = Placeholder.reason(runs) { return reason }
    switch nature {
    case .addressPassword: if AddressPassword.isHarmless(range, of: bytes) { return .address }
    case .privateKey: if !PrivateKeyArmour.holdsKey(runs) { return .prose }
    case .generated:
      if !context.isEmpty, Placeholder.isName(runs) { return .name }
      if ReadableText.contains(runs) { return .readable }
      if hasCommonPrefix, admitsMoreThanHex, Placeholder.isDigest(runs) { return .hash }
    case .webToken: break
    }
    return PublishedExamples.contain(secret) ? .published : nil
  }

  /// The characters of all runs. A form's literals are fixed, so that what is left over by them is the runs.
  private func runs(of secret: Span<UInt8>) -> [UInt8] {
    var (text, place) = ([UInt8](), 0)
    var slack = secret.count - length.lowerBound
    for part in parts[secretParts] {
      switch part {
      case .literal(let bytes): place += bytes.count
      case .run(let alphabet, let length):
        var count = length.lowerBound
        // The usual form has one ranged run at most; with several the greedy split is close enough for statistics.
        while count < length.upperBound, slack > 0, place + count < secret.count,
          alphabet.contains(secret[place + count])
        {
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
    case .crc32Base62:
      runs.count > Checksum.crc32Base62ByteCount
        && Checksum.crc32Base62(of: runs.dropLast(Checksum.crc32Base62ByteCount))
          == Array(runs.suffix(Checksum.crc32Base62ByteCount))
    }
  }
}

/// Bits per character by the frequencies of the characters in `text` itself.
package func shannonEntropy(_ text: [UInt8]) -> Double {
  guard !text.isEmpty else { return 0 }
  var counts = [Int](repeating: 0, count: 256)
  for byte in text { counts[Int(byte)] += 1 }
  let total = Double(text.count)
  return counts.reduce(0) { sum, count in
    count == 0 ? sum : sum - Double(count) / total * log2(Double(count) / total)
  }
}
