import Decryption
import Wire

/// Protected records of every cipher suite and version under fixed keys: what does not authenticate must be refused.
/// Each step is a record.
enum RecordTarget {
  private static let suites: [UInt16] = [
    0x002F, 0x0035, 0x003C, 0x003D, 0xC028, 0x000A, 0x0009, 0x0004, 0x0005, 0x0001, 0x0002, 0x003B, 0x009C, 0x009D,
    0xCCA8, 0xC0AC, 0xC0AE, 0x1301, 0x1302, 0x1303, 0x1304, 0x1305, 0x0000,
  ]
  private static let random = [UInt8](repeating: 0x52, count: 32)

  static func run(_ input: RawSpan) {
    var choices = Choices(input)
    let suite = CipherSuite(rawValue: suites[Int(choices.byte()) % suites.count])
    let kind = choices.byte()
    let version = 0x0300 + UInt16(kind & 3)
    guard let opener = opener(suite, version: version, encryptThenMAC: kind & 4 != 0) else { return }
    var output: [UInt8] = []
    for step in Script(choices.rest).steps {
      let before = opener.sequenceNumber
      do throws(DecryptionError) {
        _ = try opener.open(
          contentType: 20 + step.code % 5, version: version, fragment: step.bytes.rawSpan, into: &output)
        require(output.count <= step.bytes.count, "a record grew while it was opened")
        require(opener.sequenceNumber == before + 1, "a record that was opened did not count")
      } catch {
        require(output.isEmpty, "a record that was refused left something behind")
        require(opener.sequenceNumber == before, "a record that was refused counted")
      }
      if step.code & 0x80 != 0 { opener.skipRecord() }
      if step.code & 0x40 != 0 { opener.updateTrafficSecret() }
    }
  }

  private static func opener(_ suite: CipherSuite, version: UInt16, encryptThenMAC: Bool) -> RecordOpener? {
    guard !suite.isTLS13 else {
      return RecordOpener(suite: suite, trafficSecret: [UInt8](repeating: 7, count: suite.hash.byteCount))
    }
    return TLS12Keys(
      suite: suite, version: version, masterSecret: [UInt8](repeating: 7, count: 48), clientRandom: random.rawSpan,
      serverRandom: random.rawSpan, encryptThenMAC: encryptThenMAC)?.client
  }
}
