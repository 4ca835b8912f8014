import Crypto
import CryptoExtras
import FoundationEssentials

extension MACRecords {
  /// What encrypts a record whose code stands beside it.
  enum Cipher {
    case none
    case rc4(RC4)
    case aes(SymmetricKey)
    case blocks(any BlockCipher)

    /// - Returns: `nil` for what is no such cipher, or another length of key.
    init?(_ protection: Protection, key: [UInt8]) {
      switch protection {
      case .null: self = .none
      case .rc4: self = .rc4(RC4(key: key))
      case .cbc(let algorithm, _): self.init(algorithm, key: key)
      case .aead: return nil
      }
    }

    private init?(_ algorithm: BlockAlgorithm, key: [UInt8]) {
      guard key.count == algorithm.keyByteCount else { return nil }
      let cipher: (any BlockCipher)?
      switch algorithm {
      case .aes128, .aes256:
        self = .aes(SymmetricKey(data: key))
        return
      case .camellia128, .camellia256: cipher = Camellia(key: key)
      case .seed: cipher = SEED(key: key)
      case .idea: cipher = IDEA(key: key)
      case .des, .tripleDES: cipher = TripleDES(key: key)
      }
      guard let cipher else { return nil }
      self = .blocks(cipher)
    }

    /// 1 where there are no blocks.
    var blockByteCount: Int {
      switch self {
      case .none, .rc4: 1
      case .aes: 16
      case .blocks(let cipher): cipher.blockByteCount
      }
    }

    /// Decrypts in place what is no block cipher's.
    mutating func apply(to bytes: inout [UInt8]) {
      guard case .rc4(var stream) = self else { return }
      self = .none
      stream.apply(to: &bytes)
      self = .rc4(stream)
    }

    /// - Parameter bytes: whole blocks.
    func decryptCBC(_ bytes: [UInt8], iv: [UInt8]) -> [UInt8]? {
      switch self {
      case .none, .rc4: return nil
      case .blocks(let cipher): return cipher.decryptCBC(bytes, iv: iv)
      case .aes(let key):
        guard let iv = try? AES._CBC.IV(ivBytes: iv),
          let plaintext = try? AES._CBC.decrypt(bytes, using: key, iv: iv, noPadding: true)
        else { return nil }
        return [UInt8](plaintext)
      }
    }
  }
}

extension Protection {
  /// Of the code beside each record; `aead` has none of its own, and needs none.
  var mac: MACAlgorithm {
    switch self {
    case .aead: .sha256
    case .cbc(_, let mac), .rc4(let mac), .null(let mac): mac
    }
  }
}

extension MACKey {
  init(_ algorithm: MACAlgorithm, key: [UInt8], version: UInt16) {
    self = version == TLSVersion.ssl3 ? .ssl3(algorithm, key: key) : MACKey(algorithm, key: key)
  }
}
