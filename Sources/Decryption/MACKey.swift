import Crypto
import FoundationEssentials

/// The hash function under the HMAC of a suite: RFC 5246 section 6.2.3.1, RFC 5289.
package enum MACAlgorithm: Hashable, Sendable {
  case md5, sha1, sha256, sha384

  /// Of key and code alike.
  package var byteCount: Int {
    switch self {
    case .md5: 16
    case .sha1: 20
    case .sha256: 32
    case .sha384: 48
    }
  }
}

/// A key of HMAC (RFC 2104), made ready once for all records.
enum MACKey {
  case md5(HMAC<Insecure.MD5>)
  case sha1(HMAC<Insecure.SHA1>)
  case sha256(HMAC<SHA256>)
  case sha384(HMAC<SHA384>)
  /// Of SSL 3.0, before HMAC: RFC 6101 section 5.2.3.1.
  case ssl3(MACAlgorithm, key: [UInt8])

  init(_ algorithm: MACAlgorithm, key: [UInt8]) {
    let key = SymmetricKey(data: key)
    self =
      switch algorithm {
      case .md5: .md5(HMAC(key: key))
      case .sha1: .sha1(HMAC(key: key))
      case .sha256: .sha256(HMAC(key: key))
      case .sha384: .sha384(HMAC(key: key))
      }
  }

  /// The code of `header` followed by `body`.
  func code(header: [UInt8], body: some DataProtocol) -> [UInt8] {
    switch self {
    case .md5(let key): Self.code(key, header, body)
    case .sha1(let key): Self.code(key, header, body)
    case .sha256(let key): Self.code(key, header, body)
    case .sha384(let key): Self.code(key, header, body)
    case .ssl3(.md5, let key): Self.ssl3Code(Insecure.MD5.self, padCount: 48, key, header, body)
    case .ssl3(_, let key): Self.ssl3Code(Insecure.SHA1.self, padCount: 40, key, header, body)
    }
  }

  /// `hash(key + pad_2 + hash(key + pad_1 + seq_num + type + length + content))`: the version is not part of it.
  private static func ssl3Code<H: HashFunction>(
    _: H.Type, padCount: Int, _ key: [UInt8], _ header: [UInt8], _ body: some DataProtocol
  ) -> [UInt8] {
    var inner = H()
    inner.update(data: key + [UInt8](repeating: 0x36, count: padCount))
    inner.update(data: header.prefix(9) + header.dropFirst(11))
    inner.update(data: body)
    var outer = H()
    outer.update(data: key + [UInt8](repeating: 0x5C, count: padCount))
    outer.update(data: [UInt8](inner.finalize()))
    return [UInt8](outer.finalize())
  }

  private static func code<H>(_ key: HMAC<H>, _ header: [UInt8], _ body: some DataProtocol) -> [UInt8] {
    var key = key
    key.update(data: header)
    key.update(data: body)
    return key.finalize().octets
  }
}
