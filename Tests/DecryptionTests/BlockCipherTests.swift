import TestSupport
import Testing
import Wire

@testable import Decryption

@Suite("Block ciphers that Crypto lacks")
struct BlockCipherTests {
  struct Vector: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let algorithm: BlockAlgorithm
    let key: String
    let plaintext: String
    let ciphertext: String
  }

  static let vectors = [
    Vector(
      testDescription: "Camellia, 128 bits: RFC 3713 appendix A", algorithm: .camellia128,
      key: "0123456789abcdeffedcba9876543210", plaintext: "0123456789abcdeffedcba9876543210",
      ciphertext: "67673138549669730857065648eabe43"),
    Vector(
      testDescription: "Camellia, 256 bits: RFC 3713 appendix A", algorithm: .camellia256,
      key: "0123456789abcdeffedcba987654321000112233445566778899aabbccddeeff",
      plaintext: "0123456789abcdeffedcba9876543210", ciphertext: "9acc237dff16d76c20ef7c919e3a7509"),
    Vector(
      testDescription: "SEED: RFC 4269 appendix B.1", algorithm: .seed, key: "00000000000000000000000000000000",
      plaintext: "000102030405060708090a0b0c0d0e0f", ciphertext: "5ebac6e0054e166819aff1cc6d346cdb"),
    Vector(
      testDescription: "SEED: RFC 4269 appendix B.2", algorithm: .seed, key: "000102030405060708090a0b0c0d0e0f",
      plaintext: "00000000000000000000000000000000", ciphertext: "c11f22f20140505084483597e4370f43"),
    Vector(
      testDescription: "SEED: RFC 4269 appendix B.3", algorithm: .seed, key: "4706480851e61be85d74bfb3fd956185",
      plaintext: "83a2f8a288641fb9a4e9a5cc2f131c7d", ciphertext: "ee54d13ebcae706d226bc3142cd40d4a"),
    Vector(
      testDescription: "SEED: RFC 4269 appendix B.4", algorithm: .seed, key: "28dbc3bc49ffd87dcfa509b11d422be7",
      plaintext: "b41e6be2eba84a148e2eed84593c5ec7", ciphertext: "9b9b7bfcd1813cb95d0b3618f40f5122"),
    Vector(
      testDescription: "IDEA: the example of its description", algorithm: .idea,
      key: "00010002000300040005000600070008", plaintext: "0000000100020003",
      ciphertext: "11fbed2b01986de5"),
    Vector(
      testDescription: "IDEA, where most subkeys are 0 and stand for 2^16", algorithm: .idea,
      key: "80000000000000000000000000000000", plaintext: "0000000000000000",
      ciphertext: "b1f5f7f87901370f"),
  ]

  @Test("decrypt the vectors of their descriptions", arguments: vectors)
  func decrypts(_ vector: Vector) throws {
    let cipher = try #require(MACRecords.Cipher(.cbc(vector.algorithm, .sha1), key: [UInt8](hexadecimal: vector.key)))
    let (block, plaintext) = ([UInt8](hexadecimal: vector.ciphertext), [UInt8](hexadecimal: vector.plaintext))
    let iv = [UInt8](repeating: 0, count: cipher.blockByteCount)
    #expect(cipher.decryptCBC(block, iv: iv) == plaintext)
    // The same block again is chained to itself.
    #expect(cipher.decryptCBC(block + block, iv: iv) == plaintext + zip(plaintext, block).map { $0 ^ $1 })
    for cut in 0..<block.count { #expect(cipher.decryptCBC(Array(block[..<cut]), iv: iv) == []) }
  }

  @Test("take no key of another length")
  func keyLengths() {
    for count in 0...40 {
      let key = [UInt8](repeating: 1, count: count)
      #expect((Camellia(key: key) != nil) == [16, 32].contains(count))
      #expect((SEED(key: key) != nil) == (count == 16))
      #expect((IDEA(key: key) != nil) == (count == 16))
      #expect((TripleDES(key: key) != nil) == [8, 24].contains(count))
    }
  }

  @Test(
    "have the sizes that the key block is cut by",
    arguments: [
      BlockAlgorithm.aes128, .aes256, .camellia128, .camellia256, .seed, .idea, .des, .tripleDES,
    ])
  func sizes(algorithm: BlockAlgorithm) throws {
    let key = [UInt8](repeating: 7, count: algorithm.keyByteCount)
    let cipher = try #require(MACRecords.Cipher(.cbc(algorithm, .sha1), key: key))
    #expect(cipher.blockByteCount == algorithm.blockByteCount)
    let blocks = [UInt8](repeating: 9, count: 3 * cipher.blockByteCount)
    #expect(cipher.decryptCBC(blocks, iv: Array(blocks.prefix(cipher.blockByteCount)))?.count == blocks.count)
    #expect(MACRecords.Cipher(.cbc(algorithm, .sha1), key: key + [7]) == nil)
    #expect(MACRecords.Cipher(.cbc(algorithm, .sha1), key: []) == nil)
  }

  // MARK: Records

  /// Records of the client under the secrets of `LegacyCipherTests`, made with libgcrypt's ciphers.
  struct Records: Sendable, CustomTestStringConvertible {
    let suite: UInt16
    let version: UInt16
    let fragments: [String]

    var testDescription: String { "\(CipherSuite(rawValue: suite).name ?? "") in \(String(version, radix: 16))" }
  }

  static let records = [
    Records(
      suite: 0x0007, version: 0x0300,
      fragments: [
        """
        f953affa05f036cbef7bab891e2680d39585495d7a029138ef4b57e8b990f8f259dd92ed73c6edcf
        """,
        """
        8f15dd30c8293f45ed0ea8ac1c7423e8c8dc47ea93b026b1d43dde2f9bbd5a5cbb67515f2c7451d32c469814bb0e959c
        """,
      ]),
    Records(
      suite: 0x0007, version: 0x0301,
      fragments: [
        """
        66f946431c01f1317aad0d84003997d83aaa47ad02529b05d64b22912ed989534d707ebcf8b24f20
        """,
        """
        0a6084fdc3a6ed6be6ae4373e5327288ad15b1ab24d800b4531307c5cc5314204e3634ece8bce545bc3c2ea7a4d1d29a
        """,
      ]),
    Records(
      suite: 0x0007, version: 0x0303,
      fragments: [
        """
        57c618e80d1e65726cb2fa3933562fd5b176b3bae967dd3a79f7ac97687cc7e667505ded66336bdfbb313b214f39ea79
        """,
        """
        54f5155647af17207c3762c9e12bf49081ec772a13fe52c0a25fbd7ab9196f1f972cd92f38d5a913b7a573617a60b91fe8fe3855d2a3a3ff
        """,
      ]),
    Records(
      suite: 0x0009, version: 0x0302,
      fragments: [
        """
        17e2a6a5e0b124dc2063f4d481041d9102308c9672cde3df5b791e3e7ff508c6b08c0117dbaba6938f4f9afc239f77a7
        """,
        """
        8467714615b2de8dedd27cad9c9e35ba77b8d01b2dc476ea7951f7cb3d01f9d96154c91ec5a95daa76365fb7ea04d2c76b52afc19abd4582
        """,
      ]),
    Records(
      suite: 0x0012, version: 0x0303,
      fragments: [
        """
        702e82fd2b66cd9a4ff64e024aec5de41123026e2117619bf80d7b07a23a7c7e3b044e5c9768a076b916f21fa06e4612
        """,
        """
        50a0ffaa90d0c0ce3aa4107bd9615701b08e8b4438abe5ef48efb11cab489c89ac33a6f2d8a90299d2063f3aba53fce80f7649c99f99366a
        """,
      ]),
    Records(
      suite: 0x0044, version: 0x0300,
      fragments: [
        """
        a87e2ab1bdb09a6053112deedc5f219a5e8d27e9fa197d9e1ee645fc4a6cdcc934a5e6e46f12d7ec48946d7a90c69d67
        """,
        """
        195aab03bcb6a230c46d67790fe717687a6f25fc996f6b3aa73382c1a30236a95789983312327bef084256ff38d37d55
        """,
      ]),
    Records(
      suite: 0x0089, version: 0x0301,
      fragments: [
        """
        f59648403e04f80d02bc81e11e175c5352931a29647d5a318af97d3bef062ffed986789e15c8dd407f2a7f26fb2526c2
        """,
        """
        3a6746529363c699816c8ac36bf23041e810f670f6c7a3ab99ddcaefcf7ed2aa83c8746c4f4a809503c2e42d5e0d94f2
        """,
      ]),
    Records(
      suite: 0x00C3, version: 0x0303,
      fragments: [
        """
        144ee64dd36f2138320e597a9341a8645b375ebceea80e3e6241d0a807f344154d61b0bf866a7d9ffa752e8874efe7ccf36876b8e0a4bcce
        071125eed1bf2599e27c8c2c0b1bd8fca2896cd4707b64da
        """,
        """
        ca68ea41d512e89fd4f4f92c73d210811ebd9a414be806988b64a5c6c7d19d01d875667d541365a9a81a6dbca0b57ff5bd14d80331025419
        b397439e08653b8dbed0d2b5805de123d55d353551a5c4bb
        """,
      ]),
    Records(
      suite: 0xC073, version: 0x0303,
      fragments: [
        """
        79bf9cb4c03227574d3ddc003232336bb21b3fc4a1de68df56f0adf41f4d26620767a3f02c7c7880f349fcf81fa0f43a2bd1561548eb7734
        ccc52d352df1c4ce171fb9f7a3ede83066020b9f4e4cf4cb46df9ca2cf584b1a6dc5ceeaaff4bce5
        """,
        """
        c7b3cff59cb2891f628866c4f9b8405878bce4a96af1747d14ed037a21b5b146b7837f58c42eecf3efb85af52bf038513401000f9a69ead7
        8867a9336da5fa4e43e0e1c4a101df9e3f3cb9717c2ccdfbdbb111a12395853f4b002d42189b6d18
        """,
      ]),
    Records(
      suite: 0xC094, version: 0x0303,
      fragments: [
        """
        f4536d853529da1ecd3955a51f43663a415651326360e363f42c27906189042f5d135dfb2938e006f601777e91c89ea1594b2db212d20fe9
        da7631420382ff249662dc50d0fc41b174ccb4a64df0049c
        """,
        """
        973fd725832450671425628886ab0fd024cc600b64ce8db5e407ef53bf27df9b4ea7f6bf350d805e268a965cdc7e7acbc080c8321413cfe8
        92cf0b0758d48da843023f2abf42e5c4e89141bf2d249a56
        """,
      ]),
    Records(
      suite: 0x0099, version: 0x0300,
      fragments: [
        """
        6d7e97609da00f35189a0ef92cd9e965a9917046e14eabccf7ddc86de8d4659734a4293d85fb490d7292c75f5f656412
        """,
        """
        fe0b0678113a48a78d1415aee59ec2dcdc187a9c08ccd65264871cec239055508d727b77b6417e9bb2dafcec2518862c
        """,
      ]),
    Records(
      suite: 0x009B, version: 0x0302,
      fragments: [
        """
        33453d1192eb541bba3502d04628a950863a57bc0eaf86371a63fb1d0202c7a0450c253c05d85ffb75cc583bece99d8d49a779dbee40d6e5
        9662f824271a304f
        """,
        """
        dc5d59eaa55bdaa2bba05b700650aba4b56b3cfe53a7318d6b1b58b507083e55cda595c046a38db0a5f046517b0cc31d6cb3e7d0d3bcaeca
        1302274d1e4b48f1
        """,
      ]),
  ]

  private static let lines = ["GET / HTTP/1.1\r\n", "Host: example.com\r\n\r\n"]

  private static func open(
    _ opener: RecordOpener, _ records: Records, _ fragment: [UInt8]
  ) throws(DecryptionError) -> String {
    var output: [UInt8] = []
    _ = try opener.open(contentType: 23, version: records.version, fragment: fragment.rawSpan, into: &output)
    return String(decoding: output, as: UTF8.self)
  }

  @Test("open records, and refuse changed ones without losing their place", arguments: records)
  func opens(_ records: Records) throws {
    let opener = try #require(LegacyCipherTests.keys(records.suite, version: records.version)).client
    var generator = SeededGenerator(seed: UInt64(records.suite))
    for (fragment, line) in zip(records.fragments, Self.lines) {
      let fragment = [UInt8](hexadecimal: fragment)
      for count in 0..<fragment.count {
        #expect(throws: DecryptionError.self) { _ = try Self.open(opener, records, Array(fragment[..<count])) }
      }
      for _ in 0..<32 {
        var changed = fragment
        // In SSL 3.0 the last block is padding, which may be anything but its length.
        let place = Int.random(in: 0..<fragment.count - 32, using: &generator)
        changed[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        #expect(throws: DecryptionError.self) { _ = try Self.open(opener, records, changed) }
      }
      #expect(try Self.open(opener, records, fragment) == line)
    }
  }

  @Test("open nothing in noise, and never trap", arguments: records)
  func noise(_ records: Records) throws {
    let opener = try #require(LegacyCipherTests.keys(records.suite, version: records.version)).server
    var generator = SeededGenerator(seed: 4_269)
    for count in Array(0...100) + [1_024, 16_384, 18_432, 18_433] {
      let fragment = generator.bytes(count)
      #expect(throws: DecryptionError.self) { _ = try Self.open(opener, records, fragment) }
    }
    #expect(opener.sequenceNumber == 0)
  }
}
