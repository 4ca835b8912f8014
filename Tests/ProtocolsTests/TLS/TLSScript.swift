import Crypto
import Decryption
import Foundation
import TestSupport
import Wire

/// Bytes of TLS messages, made up when the tests run.
enum TLSScript {
  static let clientRandom = [UInt8](repeating: 0xC1, count: 32)
  static let serverRandom = [UInt8](repeating: 0x5E, count: 32)
  /// RFC 8446 section 4.1.3.
  static let retryRandom = [UInt8](SHA256.hash(data: Array("HelloRetryRequest".utf8)))

  // MARK: Layers

  static func vector(_ bytes: [UInt8], _ lengthBytes: Int) -> [UInt8] {
    (0..<lengthBytes).reversed().map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) } + bytes
  }

  static func record(_ type: UInt8, _ content: [UInt8], version: UInt16 = 0x0303) -> [UInt8] {
    [type, UInt8(version >> 8), UInt8(version & 255)] + vector(content, 2)
  }

  static func message(_ type: UInt8, _ body: [UInt8]) -> [UInt8] { [type] + vector(body, 3) }

  static func handshake(_ type: UInt8, _ body: [UInt8]) -> [UInt8] { record(22, message(type, body)) }

  static let changeCipherSpec = record(20, [1])
  static func applicationData(_ count: Int) -> [UInt8] { record(23, [UInt8](repeating: 0xEE, count: count)) }

  // MARK: Hellos

  typealias Extension = (type: UInt16, body: [UInt8])

  static func block(_ extensions: [Extension]) -> [UInt8] {
    vector(extensions.flatMap { [UInt8($0.type >> 8), UInt8($0.type & 255)] + vector($0.body, 2) }, 2)
  }

  static func clientHello(
    version: UInt16 = 0x0303, random: [UInt8] = clientRandom, sessionID: [UInt8] = [],
    suites: [UInt16] = [0x1A1A, 0x1301, 0xC02F], _ extensions: [Extension]
  ) -> [UInt8] {
    [UInt8(version >> 8), UInt8(version & 255)] + random + vector(sessionID, 1)
      + vector(suites.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }, 2) + [1, 0] + block(extensions)
  }

  static func serverHello(
    version: UInt16 = 0x0303, random: [UInt8] = serverRandom, sessionID: [UInt8] = [], suite: UInt16,
    _ extensions: [Extension]
  ) -> [UInt8] {
    [UInt8(version >> 8), UInt8(version & 255)] + random + vector(sessionID, 1)
      + [UInt8(suite >> 8), UInt8(suite & 255), 0] + block(extensions)
  }

  static func name(_ text: String) -> Extension { (0, vector([0] + vector(Array(text.utf8), 2), 2)) }
  static func protocols(_ names: [String]) -> Extension {
    (16, vector(names.flatMap { vector(Array($0.utf8), 1) }, 2))
  }
  static let offersTLS13: Extension = (43, vector([0x2A, 0x2A, 3, 4, 3, 3], 1))
  static let selectsTLS13: Extension = (43, [3, 4])
  static let grease: Extension = (0x4A4A, [0])
  /// RFC 9849 section 5.
  static func hidden(key: [UInt8], payload: UInt8 = 7) -> Extension {
    (0xFE0D, [0, 0, 1, 0, 1, 0x2B] + vector(key, 2) + vector([UInt8](repeating: payload, count: 144), 2))
  }

  static func certificate(isTLS13: Bool) -> [UInt8] {
    let entry = vector(Self.certificateBytes, 3) + (isTLS13 ? [0, 0] : [])
    return (isTLS13 ? [0] : []) + vector(entry, 3)
  }

  /// Self-signed, of a key that nobody kept.
  static let certificateBytes = [UInt8](
    Data(
      base64Encoded: """
        MIICXTCCAgKgAwIBAgIDChssMAoGCCqGSM49BAMCMGcxCzAJBgNVBAYTAkdCMQ0wCwYDVQQIDARLZW50MRMwEQYDVQQKDApUZXN0cywgTHRk\
        MRYwFAYDVQQDDA0qLnNlcnZlci50ZXN0MRwwGgYJKoZIhvcNAQkBFg1hQHNlcnZlci50ZXN0MB4XDTI2MTEyMTE1MDI0M1oXDTM2MTExODE1\
        MDI0M1owZzELMAkGA1UEBhMCR0IxDTALBgNVBAgMBEtlbnQxEzARBgNVBAoMClRlc3RzLCBMdGQxFjAUBgNVBAMMDSouc2VydmVyLnRlc3Qx\
        HDAaBgkqhkiG9w0BCQEWDWFAc2VydmVyLnRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQbyE9hJauq+s77y5reb5VCaUNa+7dZRAJu\
        C1qJrshsJTtnrOjEnhATeGGPIB8dNvk6lv4PXNZNXl3Z4PISzlAIo4GcMIGZMB0GA1UdDgQWBBTuaeARNeFfWmNvpJNXPqF+v7yHxjAfBgNV\
        HSMEGDAWgBTuaeARNeFfWmNvpJNXPqF+v7yHxjBMBgNVHREERTBDggtzZXJ2ZXIudGVzdIINKi5zZXJ2ZXIudGVzdIcEwAACAYcQIAENuAAA\
        AAAAAAAAAAAAAYENYUBzZXJ2ZXIudGVzdDAJBgNVHRMEAjAAMAoGCCqGSM49BAMCA0kAMEYCIQCre1+lOUC3G/T7minLFPBjV5NBjX2XoTXd\
        9bCMGxeErwIhAIUqObo911h+AdiSX0AuR7kp7jEihsZ67yiItSj+X8j7
        """) ?? Data())
}

/// Protects records with AES-128-GCM as a peer of TLS 1.3 does: RFC 8446 section 5.2.
struct TLS13Sealer {
  private var secret: [UInt8]
  private var sequence: UInt64 = 0

  init(secret: [UInt8]) { self.secret = secret }

  mutating func record(_ type: UInt8, _ content: [UInt8], padding: Int = 0) throws -> [UInt8] {
    let plain = content + [type] + [UInt8](repeating: 0, count: padding)
    let header: [UInt8] = [23, 3, 3] + TLSScript.vector([UInt8](repeating: 0, count: plain.count + 16), 2).prefix(2)
    let key = SymmetricKey(data: hkdfExpandLabel(secret: secret, label: "key", length: 16, hash: .sha256))
    var nonce = hkdfExpandLabel(secret: secret, label: "iv", length: 12, hash: .sha256)
    for index in 0..<8 { nonce[11 - index] ^= UInt8(truncatingIfNeeded: sequence >> (8 * UInt64(index))) }
    sequence += 1
    let box = try AES.GCM.seal(plain, using: key, nonce: AES.GCM.Nonce(data: nonce), authenticating: header)
    return header + box.ciphertext + box.tag
  }

  mutating func updateKey() {
    secret = hkdfExpandLabel(secret: secret, label: "traffic upd", length: 32, hash: .sha256)
    sequence = 0
  }
}

/// Protects records with AES-128-GCM as a peer of TLS 1.2 does: RFC 5246 sections 5 and 6.3, RFC 5288.
struct TLS12Sealer {
  private let key: [UInt8]
  private let salt: [UInt8]
  private var sequence: UInt64 = 0

  init(master: [UInt8], clientRandom: [UInt8] = TLSScript.clientRandom, isClient: Bool) {
    let seed = Array("key expansion".utf8) + TLSScript.serverRandom + clientRandom
    let block = Self.expand(master, seed, count: 40)
    (key, salt) = isClient ? (Array(block[..<16]), Array(block[32..<36])) : (Array(block[16..<32]), Array(block[36...]))
  }

  mutating func record(_ type: UInt8, _ content: [UInt8]) throws -> [UInt8] {
    let number = (0..<8).reversed().map { UInt8(truncatingIfNeeded: sequence >> (8 * UInt64($0))) }
    sequence += 1
    let header: [UInt8] = [type, 3, 3]
    let length = TLSScript.vector(content, 2).prefix(2)
    let box = try AES.GCM.seal(
      content, using: SymmetricKey(data: key), nonce: AES.GCM.Nonce(data: salt + number),
      authenticating: number + header + length)
    return header + TLSScript.vector(number + box.ciphertext + box.tag, 2)
  }

  /// P_SHA256: RFC 5246 section 5.
  private static func expand(_ secret: [UInt8], _ seed: [UInt8], count: Int) -> [UInt8] {
    func mac(_ data: [UInt8]) -> [UInt8] {
      [UInt8](HMAC<SHA256>.authenticationCode(for: data, using: SymmetricKey(data: secret)))
    }
    var (output, step): ([UInt8], [UInt8]) = ([], seed)
    while output.count < count {
      step = mac(step)
      output += mac(step + seed)
    }
    return Array(output.prefix(count))
  }
}
