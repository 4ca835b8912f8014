import Testing
import Wire

@testable import Decryption

@Suite("Key derivation")
struct KeyDerivationTests {
  struct PRFVector: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let version: UInt16
    let hash: SecretHash
    let output: String
    let master: String
  }

  /// The first is the vector that the TLS working group published for RFC 5246; all agree with `openssl kdf TLS1-PRF`.
  static let vectors = [
    PRFVector(
      testDescription: "TLS 1.2, SHA-256", version: 0x0303, hash: .sha256,
      output: """
        e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af0fa0\
        22f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff70187347b66
        """,
      master: "27a53dd5f0ed89357614fd36fe1ba2e943f3b90cd94e12798835b5b95d547cb582863f8c8d89b20a31be7798e1d5b741"),
    PRFVector(
      testDescription: "TLS 1.2, SHA-384", version: 0x0303, hash: .sha384,
      output: """
        dd88775cd827187b67a3f7652b5c13f715791cc46e0274a6d3fb16651103defc544cd8afb68369a219bb918b8b21ddb1764a\
        f0a70339e6dec085e574f655851ba692513203536bdfc3675e53768210f0a2389dd324311a440c7c30ef44b391d914c3b0c7
        """,
      master: "5b57ecbc9da913eced0fa46875ec25296b75ad0002ebf167c73dd41dadce0be08254d6c29dedf86c5847a10fbb602979"),
    PRFVector(
      testDescription: "TLS 1.0", version: 0x0301, hash: .sha384,
      output: """
        661740e6f98bc901efd2738502a71c03f76dd2f86298549b1148eff06714cf0f6b7c532cd8c69f1530e0bb680eec34c495fa\
        75a8bfcc9c335484c0d3d194ab6e32975903c50ebcdbe9d67c0591bdbd80dddcc36d33ccd58adf96caae173f48dc40f983e2
        """,
      master: "7f8dcb35c58d896a09874523f968624a441ccadd6231f6fc006199638c25e83adf183e540a4fb7dbad7fd55deaab5e6f"),
  ]

  @Test("the PRF, RFC 5246 section 5 and RFC 2246 section 5", arguments: vectors)
  func prf(_ vector: PRFVector) {
    let output = PRF.output(
      secret: [UInt8](hexadecimal: "9bbe436ba940f017b17652849a71db35"), label: "test label",
      seed: [UInt8](hexadecimal: "a0ba9f936cda311827a6f796ffd5198c"), count: 100, version: vector.version,
      hash: vector.hash)
    #expect(output.hexadecimal == vector.output)
  }

  @Test("the master secret without its extension, RFC 5246 section 8.1", arguments: vectors)
  func master(_ vector: PRFVector) {
    let suite = CipherSuite(rawValue: vector.hash == .sha256 ? 0xC02F : 0xC030)
    let master = masterSecret(
      premaster: [UInt8](200..<248), suite: suite, version: vector.version,
      clientRandom: [UInt8](0..<32).rawSpan, serverRandom: [UInt8](100..<132).rawSpan, sessionHash: nil)
    #expect(master.hexadecimal == vector.master)
  }

  @Test("labels and lengths out of bounds give nothing")
  func bounds() {
    let secret = [UInt8](repeating: 1, count: 32)
    let long = String(repeating: "a", count: 250)
    #expect(hkdfExpandLabel(secret: secret, label: "key", length: 0, hash: .sha256).isEmpty)
    #expect(hkdfExpandLabel(secret: secret, label: "key", length: -1, hash: .sha256).isEmpty)
    #expect(hkdfExpandLabel(secret: secret, label: "key", length: 255 * 32 + 1, hash: .sha256).isEmpty)
    #expect(hkdfExpandLabel(secret: secret, label: "key", length: 255 * 32, hash: .sha256).count == 8_160)
    #expect(hkdfExpandLabel(secret: secret, label: long, length: 16, hash: .sha384).isEmpty)
    let context = [UInt8](repeating: 0, count: 256)
    #expect(hkdfExpandLabel(secret: secret, label: "key", context: context, length: 16, hash: .sha384).isEmpty)
  }

  @Test("the initial secrets of QUIC, RFC 9001 section A.1")
  func quic() {
    let initial = hkdfExtract(
      salt: [UInt8](hexadecimal: "38762cf7f55934b34d179ae6a4c80cadccbb7f0a"),
      secret: [UInt8](hexadecimal: "8394c8f03e515708"), hash: .sha256)
    let client = hkdfExpandLabel(secret: initial, label: "client in", length: 32, hash: .sha256)
    #expect(client.hexadecimal == "c00cf151ca5be075ed0ebfb5c80323c42d6b7db67881289af4008f1f6c357aea")
    let key = hkdfExpandLabel(secret: client, label: "quic key", length: 16, hash: .sha256)
    #expect(key.hexadecimal == "1f369613dd76d5467730efcbe3b1a22d")
    let mask = hkdfExpandLabel(secret: client, label: "quic hp", length: 16, hash: .sha256)
    #expect(mask.hexadecimal == "9f50449e04a0e810283a1e9933adedd2")
  }

  @Test(
    "header masks, RFC 9001 sections A.2 and A.5",
    arguments: [
      (
        AEADKey.Algorithm.aes128GCM, "9f50449e04a0e810283a1e9933adedd2", "d1b1c98dd7689fb8ec11d242b123dc9b",
        "437b9aec36"
      ),
      (
        .chaCha20Poly1305, "25a282b9e82f06f21f488917a4fc8f1b73573685608597d0efcb076b0ab7a7a4",
        "5e5cd55c41f69080575d7999c25a5bfb", "aefefe7d03"
      ),
    ])
  func headerMask(algorithm: AEADKey.Algorithm, key: String, sample: String, mask: String) throws {
    let protection = try #require(HeaderMask(algorithm, key: [UInt8](hexadecimal: key)))
    let sample = [UInt8](hexadecimal: sample)
    let (whole, cut) = (protection.mask(for: sample.rawSpan), protection.mask(for: sample.rawSpan.extracting(1...)))
    #expect(whole?.hexadecimal == mask)
    #expect(cut == nil)
    #expect(HeaderMask(algorithm, key: [1, 2, 3]) == nil)
  }

  @Test("a QUIC packet of RFC 9001 section A.5 opens")
  func packet() throws {
    let secret = [UInt8](hexadecimal: "9ac312a7f877468ebe69422748ad00a15443f18203a07d6060f688f30f21632b")
    let key = hkdfExpandLabel(secret: secret, label: "quic key", length: 32, hash: .sha256)
    let aead = try #require(AEADKey(.chaCha20Poly1305, key: key))
    let nonce = [UInt8](hexadecimal: "e0459b3474bdd0e46d417eb0")
    let header = [UInt8](hexadecimal: "4200bff4")
    let sealed = [UInt8](hexadecimal: "655e5cd55c41f69080575d7999c25a5bfb")
    var output: [UInt8] = []
    try aead.open(sealed.rawSpan, nonce: nonce, authenticating: header, into: &output)
    #expect(output == [1])
    #expect(throws: DecryptionError.authenticationFailed) {
      try aead.open(sealed.rawSpan, nonce: nonce, authenticating: [], into: &output)
    }
    #expect(throws: DecryptionError.malformed) {
      try aead.open(sealed.rawSpan.extracting(..<15), nonce: nonce, authenticating: header, into: &output)
    }
    #expect(throws: DecryptionError.unsupported) {
      try aead.open(sealed.rawSpan, nonce: [0], authenticating: header, into: &output)
    }
    #expect(AEADKey(.aes128GCM, key: key) == nil)
    #expect(output.isEmpty)
  }
}
