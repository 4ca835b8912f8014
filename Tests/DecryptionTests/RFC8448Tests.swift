import Testing
import Wire

@testable import Decryption

@Suite("TLS 1.3 records, RFC 8448 section 3")
struct RFC8448Tests {
  struct Vector: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let secret: String
    /// Records that went before under the same secret.
    let before: Int
    let record: String
    let contentType: UInt8
    let plaintext: String
  }

  static let vectors = [
    Vector(
      testDescription: "the server's handshake flight",
      secret: "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38", before: 0,
      record: """
        17030302a2d1ff334a56f5bff6594a07cc87b580233f500f45e489e7f33af35edf7869fcf40aa40aa2b8ea73f848a7ca0761\
        2ef9f945cb960b4068905123ea78b111b429ba9191cd05d2a389280f526134aadc7fc78c4b729df828b5ecf7b13bd9aefb0e\
        57f271585b8ea9bb355c7c79020716cfb9b1183ef3ab20e37d57a6b9d7477609aee6e122a4cf51427325250c7d0e50928944\
        4c9b3a648f1d71035d2ed65b0e3cdd0cbae8bf2d0b227812cbb360987255cc744110c453baa4fcd610928d809810e4b7ed1a\
        8fd991f06aa6248204797e36a6a73b70a2559c09ead686945ba246ab66e5edd8044b4c6de3fcf2a89441ac66272fd8fb330e\
        f8190579b3684596c960bd596eea520a56a8d650f563aad27409960dca63d3e688611ea5e22f4415cf9538d51a200c270342\
        72968a264ed6540c84838d89f72c24461aad6d26f59ecaba9acbbb317b66d902f4f292a36ac1b639c637ce343117b6596222\
        45317b49eeda0c6258f100d7d961ffb138647e92ea330faeea6dfa31c7a84dc3bd7e1b7a6c7178af36879018e3f252107f24\
        3d243dc7339d5684c8b0378bf30244da8c87c843f5e56eb4c5e8280a2b48052cf93b16499a66db7cca71e4599426f7d461e6\
        6f99882bd89fc50800becca62d6c74116dbd2972fda1fa80f85df881edbe5a37668936b335583b599186dc5c6918a396fa48\
        a181d6b6fa4f9d62d513afbb992f2b992f67f8afe67f76913fa388cb5630c8ca01e0c65d11c66a1e2ac4c85977b7c7a6999b\
        bf10dc35ae69f5515614636c0b9b68c19ed2e31c0b3b66763038ebba42f3b38edc0399f3a9f23faa63978c317fc9fa66a73f\
        60f0504de93b5b845e275592c12335ee340bbc4fddd502784016e4b3be7ef04dda49f4b440a30cb5d2af939828fd4ae3794e\
        44f94df5a631ede42c1719bfdabf0253fe5175be898e750edc53370d2b
        """, contentType: 22,
      plaintext: """
        080000240022000a00140012001d00170018001901000101010201030104001c00024001000000000b0001b9000001b50001\
        b0308201ac30820115a003020102020102300d06092a864886f70d01010b0500300e310c300a06035504031303727361301e\
        170d3136303733303031323335395a170d3236303733303031323335395a300e310c300a0603550403130372736130819f30\
        0d06092a864886f70d010101050003818d0030818902818100b4bb498f8279303d980836399b36c6988c0c68de55e1bdb826\
        d3901a2461eafd2de49a91d015abbc9a95137ace6c1af19eaa6af98c7ced43120998e187a80ee0ccb0524b1b018c3e0b6326\
        4d449a6d38e22a5fda430846748030530ef0461c8ca9d9efbfae8ea6d1d03e2bd193eff0ab9a8002c47428a6d35a8d88d79f\
        7f1e3f0203010001a31a301830090603551d1304023000300b0603551d0f0404030205a0300d06092a864886f70d01010b05\
        000381810085aad2a0e5b9276b908c65f73a7267170618a54c5f8a7b337d2df7a594365417f2eae8f8a58c8f8172f9319cf3\
        6b7fd6c55b80f21a03015156726096fd335e5e67f2dbf102702e608ccae6bec1fc63a42a99be5c3eb7107c3c54e9b9eb2bd5\
        203b1c3b84e0a8b2f759409ba3eac9d91d402dcc0cc8f8961229ac9187b42b4de100000f000084080400805a747c5d88fa9b\
        d2e55ab085a61015b7211f824cd484145ab3ff52f1fda8477b0b7abc90db78e2d33a5c141a078653fa6bef780c5ea248eeaa\
        a785c4f394cab6d30bbe8d4859ee511f602957b15411ac027671459e46445c9ea58c181e818e95b8c3fb0bf3278409d3be15\
        2a3da5043e063dda65cdf5aea20d53dfacd42f74f3140000209b9b141d906337fbd2cbdce71df4deda4ab42c309572cb7fff\
        ee5454b78f0718
        """),
    Vector(
      testDescription: "the client's Finished",
      secret: "b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21", before: 0,
      record: """
        170303003575ec4dc238cce60b298044a71e219c56cc77b0517fe9b93c7a4bfc44d87f38f80338ac98fc46deb384bd1caeac\
        ab6867d726c40546
        """, contentType: 22,
      plaintext: """
        14000020a8ec436d677634ae525ac1fcebe11a039ec17694fac6e98527b642f2edd5ce61
        """),
    Vector(
      testDescription: "the server's NewSessionTicket",
      secret: "a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643", before: 0,
      record: """
        17030300de3a6b8f90414a97d6959c3487680de5134a2b240e6cffac116e95d41d6af8f6b580dcf3d11d63c758db289a0159\
        40252f55713e061dc13e078891a38efbcf5753ad8ef170ad3c7353d16d9da773b9ca7f2b9fa1b6c0d4a3d03f75e09c30ba1e\
        62972ac46f75f7b981be63439b2999ce13064615139891d5e4c5b406f16e3fc181a77ca475840025db2f0a77f81b5ab05b94\
        c01346755f69232c86519d86cbeeac87aac347d143f9605d64f650db4d023e70e952ca49fe5137121c74bc2697687e248746\
        d6df353005f3bce18696129c8153556b3b6c6779b37bf15985684f
        """, contentType: 22,
      plaintext: """
        040000c90000001efad6aac502000000b22c035d829359ee5ff7af4ec900000000262a6494dc486d2c8a34cb33fa90bf1b00\
        70ad3c498883c9367c09a2be785abc55cd226097a3a982117283f82a03a143efd3ff5dd36d64e861be7fd61d2827db279cce\
        145077d454a3664d4e6da4d29ee03725a6a4dafcd0fc67d2aea70529513e3da2677fa5906c5b3f7d8f92f228bda40dda7214\
        70f9fbf297b5aea617646fac5c03272e970727c621a79141ef5f7de6505e5bfbc388e93343694093934ae4d3570008002a00\
        0400000400
        """),
    Vector(
      testDescription: "the client's application data",
      secret: "9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5", before: 0,
      record: """
        1703030043a23f7054b62c94d0affafe8228ba55cbefacea42f914aa66bcab3f2b9819a8a5b46b395bd54a9a20441e2b6297\
        4e1f5a6292a2977014bd1e3deae63aeebb21694915e4
        """, contentType: 23,
      plaintext: """
        000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031
        """),
    Vector(
      testDescription: "the server's application data",
      secret: "a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643", before: 1,
      record: """
        17030300432e937e11ef4ac740e538ad36005fc4a46932fc3225d05f82aa1b36e30efaf97d90e6dffc602dcb501a59a8fcc4\
        9c4bf2e5f0a21c0047c2abf332540dd032e167c2955d
        """, contentType: 23,
      plaintext: """
        000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031
        """),
    Vector(
      testDescription: "the client's alert",
      secret: "9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5", before: 1,
      record: """
        1703030013c9872760655666b74d7ff1153efd6db6d0b0e3
        """, contentType: 21,
      plaintext: """
        0100
        """),
    Vector(
      testDescription: "the server's alert",
      secret: "a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643", before: 2,
      record: """
        1703030013b58fd67166ebf599d24720cfbe7efa7a8864a9
        """, contentType: 21,
      plaintext: """
        0100
        """),
  ]

  @Test("opens", arguments: vectors)
  func opens(_ vector: Vector) throws {
    let suite = CipherSuite(rawValue: 0x1301)
    let opener = try #require(RecordOpener(suite: suite, trafficSecret: [UInt8](hexadecimal: vector.secret)))
    for _ in 0..<vector.before { opener.skipRecord() }
    let record = [UInt8](hexadecimal: vector.record)
    var output: [UInt8] = [1, 2, 3]
    let type = try opener.open(
      contentType: record[0], version: 0x0303, fragment: record.rawSpan.extracting(5...), into: &output)
    #expect(type == vector.contentType)
    #expect(output.hexadecimal == vector.plaintext)
    #expect(opener.sequenceNumber == UInt64(vector.before) + 1)
  }

  @Test("the key schedule is that of the trace")
  func keySchedule() {
    let zeros = [UInt8](repeating: 0, count: 32)
    let early = hkdfExtract(salt: [], secret: zeros, hash: .sha256)
    #expect(early.hexadecimal == "33ad0a1c607ec03b09e6cd9893680ce210adf300aa1f2660e1b22e10f170f92a")
    let emptyHash = [UInt8](
      hexadecimal: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    let derived = hkdfExpandLabel(secret: early, label: "derived", context: emptyHash, length: 32, hash: .sha256)
    #expect(derived.hexadecimal == "6f2615a108c702c5678f54fc9dbab69716c076189c48250cebeac3576c3611ba")
    let shared = [UInt8](hexadecimal: "8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d")
    let handshake = hkdfExtract(salt: derived, secret: shared, hash: .sha256)
    #expect(handshake.hexadecimal == "1dc826e93606aa6fdc0aadc12f741b01046aa6b99f691ed221a9f0ca043fbeac")
    let secret = [UInt8](hexadecimal: "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38")
    #expect(
      hkdfExpandLabel(secret: secret, label: "key", length: 16, hash: .sha256).hexadecimal
        == "3fce516009c21727d0f2e4e86ee403bc")
    #expect(
      hkdfExpandLabel(secret: secret, label: "iv", length: 12, hash: .sha256).hexadecimal
        == "5d313eb2671276ee13000b30")
  }
}
