import TestSupport
import Testing
import Wire

@Suite("QPACK representations and instructions, RFC 9204")
struct QPACKTests {
  @Test("the static table has the entries of appendix A")
  func staticTable() {
    let entries = QPACKStaticTable.entries
    func entry(_ index: Int) -> String {
      "\(String(decoding: entries[index].name, as: UTF8.self)): \(String(decoding: entries[index].value, as: UTF8.self))"
    }
    #expect(entries.count == 99)
    #expect(entry(0) == ":authority: " && entry(1) == ":path: /" && entry(17) == ":method: GET")
    #expect(entry(25) == ":status: 200" && entry(46) == "content-type: application/json")
    #expect(entry(63) == ":status: 100" && entry(71) == ":status: 500" && entry(84) == "authorization: ")
    #expect(entry(95) == "user-agent: " && entry(98) == "x-frame-options: sameorigin")
  }

  static let lines: [(bytes: [UInt8], line: QPACKFieldLine)] = [
    ([0xC1], .indexed(.fixed(1))), ([0x82], .indexed(.relative(2))), ([0x11], .indexed(.postBase(1))),
    ([0xFF, 0x01], .indexed(.fixed(64))),
  ]

  @Test("reads indexed lines", arguments: lines)
  func indexed(_ example: (bytes: [UInt8], line: QPACKFieldLine)) throws {
    var offset = 0
    #expect(try QPACKFieldLine.read(example.bytes.rawSpan, at: &offset) == example.line)
    #expect(offset == example.bytes.count)
  }

  /// Encoded count, insertions seen, entries at most, and the count that is meant: section 4.5.1.1.
  static let counts: [(encoded: UInt8, seen: UInt64, limit: UInt64, required: UInt64?)] = [
    (0, 10, 3, 0), (4, 10, 3, 9), (1, 0, 3, nil), (2, 0, 3, 1), (7, 10, 3, nil), (200, 0, 3, nil), (5, 10, 3, 10),
  ]

  @Test("restores the required insert count", arguments: counts)
  func insertCounts(_ example: (encoded: UInt8, seen: UInt64, limit: UInt64, required: UInt64?)) {
    var offset = 0
    let bytes = [example.encoded, 0]
    let prefix = try? QPACKSectionPrefix(
      bytes.rawSpan, at: &offset, insertCount: example.seen, maximumEntries: example.limit)
    #expect(prefix?.requiredInsertCount == example.required)
  }

  @Test("instructions that are cut are incomplete, at every byte")
  func instructions() throws {
    let bytes: [UInt8] = [0x3F, 0xBD, 0x01, 0xC0, 3, 97, 98, 99, 0x42, 120, 121, 1, 122, 0x02]
    for count in 0...bytes.count {
      var offset = 0
      let cut = Array(bytes[..<count])
      var read: [QPACKEncoderInstruction] = []
      do throws(ParseError) {
        while true { read.append(try QPACKEncoderInstruction.read(cut.rawSpan, at: &offset)) }
      } catch {
        if case .incomplete = error {} else { Issue.record("\(error)") }
      }
      if count == bytes.count {
        #expect(read.count == 4 && read.first == .setCapacity(220) && read.last == .duplicate(2))
      }
    }
  }

  @Test("noise never traps", arguments: [0x9ACC] as [UInt64])
  func noise(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<3_000 {
      let bytes = generator.bytes(Int(generator.next() % 24))
      var offset = 0
      _ = try? QPACKSectionPrefix(
        bytes.rawSpan, at: &offset, insertCount: generator.next() % 100, maximumEntries: generator.next() % 2_048)
      while offset < bytes.count, (try? QPACKFieldLine.read(bytes.rawSpan, at: &offset)) != nil {}
      offset = 0
      while offset < bytes.count, (try? QPACKEncoderInstruction.read(bytes.rawSpan, at: &offset)) != nil {}
    }
  }
}
