import Crypto
import CryptoExtras
import FoundationEssentials
import Wire

/// Opens records that HMAC authenticates, and a block cipher in CBC mode encrypts, RC4, or nothing.
struct MACRecords {
  /// Where the initialisation vector of a record comes from.
  enum Chaining {
    /// The first block of the record: RFC 4346 section 6.2.3.2.
    case explicit
    /// The last block of the record before, at first key material: RFC 2246 section 6.2.3.2. Empty after a record was
    /// lost, when it is not known.
    case implicit([UInt8])
  }

  private let macKey: MACKey
  private let macByteCount: Int
  private var cipher: Cipher
  /// RFC 6101 section 5.2.3.2: padding may hold anything.
  private let isSSL3: Bool
  private let encryptsThenMACs: Bool
  private var chaining: Chaining
  /// The last block of a record that did not open: what the next one is chained to if that record is given up.
  private var refusedBlock: [UInt8] = []
  private var header: [UInt8] = []

  init(
    mac: MACKey, macByteCount: Int, cipher: Cipher, chaining: Chaining, encryptsThenMACs: Bool, isSSL3: Bool
  ) {
    (macKey, self.macByteCount, self.cipher, self.chaining) = (mac, macByteCount, cipher, chaining)
    (self.encryptsThenMACs, self.isSSL3) = (encryptsThenMACs, isSSL3)
  }

  /// - Parameter output: empty at first; after an error of no meaning.
  mutating func open(
    _ header: RecordHeader, _ fragment: RawSpan, into output: inout [UInt8]
  ) throws(DecryptionError) {
    guard fragment.byteCount <= RecordLimits.ciphertext else { throw .malformed }
    guard cipher.blockByteCount > 1 else {
      output.append(fragment)
      // What was decrypted counts only if the code fits: a refused record leaves the key stream where it was.
      let before = cipher
      cipher.apply(to: &output)
      do throws(DecryptionError) { return try checkMAC(header, &output) } catch {
        cipher = before
        throw error
      }
    }
    guard encryptsThenMACs else {
      try decrypt(fragment, into: &output)
      try removePadding(from: &output, keeping: macByteCount)
      try checkMAC(header, &output)
      return advance(past: fragment)
    }
    let count = fragment.byteCount - macByteCount
    guard count >= 0 else { throw .malformed }
    let encrypted = fragment.extracting(..<count)
    remember(encrypted)
    header.bytes(length: count, into: &self.header)
    output.append(fragment)
    let code = macKey.code(header: self.header, body: output[..<count])
    guard code.elementsEqual(output[count...]) else { throw .authenticationFailed }
    try decrypt(encrypted, into: &output)
    try removePadding(from: &output, keeping: 0)
    guard output.count <= RecordLimits.plaintext else { throw .malformed }
    advance(past: encrypted)
  }

  /// A record was lost. The one after it cannot be read under implicit chaining unless the lost one was seen.
  mutating func skip() {
    if case .implicit = chaining { chaining = .implicit(refusedBlock) }
    refusedBlock = []
  }

  private mutating func decrypt(
    _ encrypted: RawSpan, into output: inout [UInt8]
  ) throws(DecryptionError) {
    guard encrypted.byteCount > 0, encrypted.byteCount % cipher.blockByteCount == 0 else { throw .malformed }
    var ivBytes: [UInt8] = []
    var start = 0
    switch chaining {
    case .explicit:
      ivBytes.append(encrypted.extracting(..<cipher.blockByteCount))
      start = cipher.blockByteCount
      guard encrypted.byteCount > start else { throw .malformed }
    case .implicit(let block):
      remember(encrypted)
      guard !block.isEmpty else { throw .authenticationFailed }
      ivBytes = block
    }
    // AES._CBC takes no span: the output serves as the copy.
    output.removeAll(keepingCapacity: true)
    output.append(encrypted.extracting(start...))
    guard let plaintext = cipher.decryptCBC(output, iv: ivBytes) else { throw .unsupported }
    output.removeAll(keepingCapacity: true)
    output.append(contentsOf: plaintext)
  }

  /// Each byte of padding, and the one that counts them, holds their number: RFC 5246 section 6.2.3.2.
  private func removePadding(from output: inout [UInt8], keeping rest: Int) throws(DecryptionError) {
    guard let last = output.last else { throw .authenticationFailed }
    let count = output.count - Int(last) - 1
    guard count >= rest, isSSL3 || output[count...].allSatisfy({ $0 == last }) else { throw .authenticationFailed }
    output.removeSubrange(count...)
  }

  /// Cuts off the code at the end of `output` and compares it.
  private mutating func checkMAC(_ header: RecordHeader, _ output: inout [UInt8]) throws(DecryptionError) {
    let count = output.count - macByteCount
    guard count >= 0, count <= RecordLimits.plaintext else { throw .malformed }
    header.bytes(length: count, into: &self.header)
    let code = macKey.code(header: self.header, body: output[..<count])
    guard code.elementsEqual(output[count...]) else { throw .authenticationFailed }
    output.removeSubrange(count...)
  }

  /// Keeps what the next record is chained to should this one be refused.
  private mutating func remember(_ encrypted: RawSpan) {
    guard case .implicit = chaining, encrypted.byteCount >= cipher.blockByteCount else { return }
    refusedBlock = lastBlock(of: encrypted)
  }

  private mutating func advance(past encrypted: RawSpan) {
    if case .implicit = chaining { chaining = .implicit(lastBlock(of: encrypted)) }
    refusedBlock = []
  }

  private func lastBlock(of encrypted: RawSpan) -> [UInt8] {
    var block: [UInt8] = []
    block.append(encrypted.extracting((encrypted.byteCount - cipher.blockByteCount)...))
    return block
  }
}
