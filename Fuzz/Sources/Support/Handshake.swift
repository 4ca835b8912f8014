import Decryption
import Wire

/// Handshake messages of TLS 1.3, and the key log of the connections that the targets make up.
enum Handshake {
  static let random = [UInt8](repeating: 0x52, count: 32)

  static func vector(_ bytes: [UInt8], _ lengthBytes: Int) -> [UInt8] {
    (0..<lengthBytes).reversed().map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) } + bytes
  }

  static func message(_ type: UInt8, _ body: [UInt8]) -> [UInt8] { [type] + vector(body, 3) }

  static func record(_ type: UInt8, _ content: [UInt8]) -> [UInt8] { [type, 3, 3] + vector(content, 2) }

  private static func block(_ extensions: [(UInt8, [UInt8])]) -> [UInt8] {
    vector(extensions.flatMap { [0, $0.0] + vector($0.1, 2) }, 2)
  }

  static func clientHello(alpn: String) -> [UInt8] {
    let name: (UInt8, [UInt8]) = (0, vector([0] + vector(Array("a.example".utf8), 2), 2))
    let protocols: (UInt8, [UInt8]) = (16, vector(vector(Array(alpn.utf8), 1), 2))
    return message(
      1,
      [3, 3] + random + [0] + vector([0x13, 1, 0xC0, 0x2F], 2) + [1, 0] + block([name, protocols, (43, [2, 3, 4])]))
  }

  /// Chooses TLS_AES_128_GCM_SHA256.
  static let serverHello = message(
    2, [3, 3] + [UInt8](repeating: 7, count: 32) + [0, 0x13, 1, 0] + block([(43, [3, 4])]))

  /// The traffic secret of a label.
  static func secret(_ label: SecretLabel) -> [UInt8] {
    [UInt8](repeating: UInt8(truncatingIfNeeded: label.rawValue.utf8.count), count: 32)
  }

  /// Adds the secrets of `random`, all of them.
  static func addSecrets(to secrets: TLSSecrets) -> TLSSecrets {
    for label in SecretLabel.allCases where label != .clientRandom && label != .premasterSecret {
      let line = "\(label.rawValue) \(hexadecimal(random)) \(hexadecimal(secret(label)))"
      secrets.add(line: Array(line.utf8).rawSpan)
    }
    return secrets
  }

  static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }
}
