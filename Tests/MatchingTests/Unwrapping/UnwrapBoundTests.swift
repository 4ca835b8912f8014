import Observations
import TestSupport
import Testing
import Wire

@testable import Matching

@Suite("Bounds of unwrapping")
struct UnwrapBoundTests {
  @Test("a bomb in base64 in gzip is given up, and counted")
  func bomb() throws {
    var matcher = try FormCase.matcher()
    var limits = UnwrapLimits()
    limits.workFloor = 1 << 20
    let workshop = UnwrapWorkshop(limits: limits)
    let zeros = [UInt8](repeating: 0x20, count: 8 << 20)
    let bomb = Disguise.base64.wrap(Compression.gzip(Compression.gzip(zeros)))
    #expect(matcher.unwrapped(DisguiseTests.message(bomb, isText: true), workshop: workshop).isEmpty)
    #expect(workshop.counters.exhausted == 1)
    #expect(workshop.counters.bytes <= UInt64(limits.workFloor + limits.workRatio * (bomb.count + 100)))
    // The next message is looked at as if nothing had been.
    let next = DisguiseTests.message(Disguise.gzip.wrap(DisguiseTests.loot(DisguiseTests.key)), isText: false)
    #expect(matcher.unwrapped(next, workshop: workshop).map(\.credential.fingerprint) == [sha256(DisguiseTests.key)])
  }

  @Test("more layers than the depth are left closed")
  func depth() throws {
    var matcher = try FormCase.matcher()
    let loot = DisguiseTests.loot(DisguiseTests.key)
    let deep = (0..<4).reduce(loot) { bytes, _ in Disguise.gzip.wrap(bytes) }
    #expect(matcher.unwrapped(deep).count == 1)
    let deeper = (0..<5).reduce(Compression.wrapped(loot + loot + loot)) { bytes, _ in
      Disguise.hex.wrap(bytes)
    }
    #expect(matcher.unwrapped(deeper).isEmpty)
  }

  @Test("streams at a time are bounded, those refused counted, and all given back")
  func streams() throws {
    var matcher = try FormCase.matcher()
    var limits = UnwrapLimits()
    (limits.streamsPerMessage, limits.decoderByteCount, limits.heldPerWorker) = (2, 0, 1_000)
    let workshop = UnwrapWorkshop(limits: limits)
    for chain in UnwrapCutTests.chains { _ = matcher.unwrapped(UnwrapCutTests.sample(chain), workshop: workshop) }
    #expect(workshop.counters.refusedStreams > 0 && workshop.counters.refusedDecoders > 0)
    let unheld = workshop.counters.unheld
    _ = matcher.unwrapped([UInt8](repeating: 0x61, count: 2_000), workshop: workshop)
    #expect(workshop.counters.unheld > unheld)
    #expect(workshop.isIdle)
  }

  @Test("placeholders stay placeholders inside")
  func placeholders() throws {
    var matcher = try FormCase.matcher()
    let text = Array(("key=sk-ant-" + "api03-" + String(repeating: "x", count: 93) + "AA\n").utf8)
    for disguise in Disguise.allCases {
      #expect(matcher.unwrapped(disguise.wrap(disguise.wrap(text))).isEmpty, "\(disguise)")
    }
  }

  @Test("a secret cut up over fields of JSON or a form is found, and only where a cut goes through it")
  func joined() throws {
    var matcher = try FormCase.matcher()
    let key = Array(DisguiseTests.key)
    let parts = [String(key[..<40]), String(key[40..<80]), String(key[80...])]
    for text in [
      "{\"a\": \"\(parts[0])\", \"b\": \"\(parts[1])\",\n\"c\": [\"\(parts[2])\"]}",
      "a=\(parts[0])&b=\(parts[1])&c=\(parts[2])", "GET /x?a=\(parts[0])&b=\(parts[1])&c=\(parts[2]) HTTP/1.1\r\n",
    ] {
      let found = matcher.unwrapped(Array(text.utf8))
      #expect(found.map(\.credential.fingerprint) == [sha256(DisguiseTests.key)], "\(text.prefix(20))")
      #expect(found.allSatisfy { $0.credential.encodings.isEmpty && $0.range.upperBound <= UInt64(text.utf8.count) })
    }
    #expect(matcher.unwrapped(Array("{\"a\":\"\(DisguiseTests.key)\",\"b\":\"xyz\"}".utf8)).count == 1)
  }

  @Test(
    "random bytes, base64, base64url and hex give no false alarm",
    arguments: [nil, Disguise.standard, Disguise.urlSafe, Alphabets.lowerHex])
  func falseAlarms(alphabet: String?) throws {
    var matcher = try FormCase.matcher()
    let workshop = UnwrapWorkshop()
    let unwrapper = Unwrapper(workshop: workshop)
    var noise = Noise(seed: 77, alphabet: alphabet.map { Array($0.utf8) })
    var state = ScanState()
    var found: [Sighting] = []
    for _ in 0..<8 {
      noise.advance()
      unwrapper.scan(noise.bytes.rawSpan, state: &state, matcher: &matcher) { found.append($0) }
    }
    unwrapper.finish(state: &state, matcher: &matcher) { found.append($0) }
    #expect(found == [])
    #expect(workshop.isIdle)
  }

  @Test("corruption and noise never trap, and cuts change nothing", arguments: 1...6 as ClosedRange<UInt64>)
  func corruption(seed: UInt64) throws {
    var matcher = try FormCase.matcher()
    let workshop = UnwrapWorkshop()
    var generator = SeededGenerator(seed: seed)
    for chain in UnwrapCutTests.chains {
      var bytes = UnwrapCutTests.sample(chain)
      for _ in 0..<Int(generator.next() % 8) {
        bytes[Int(generator.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: generator.next())
      }
      bytes.removeLast(Int(generator.next() % UInt64(bytes.count / 2)))
      let whole = matcher.unwrapped(bytes, workshop: workshop)
      let cut = Int(generator.next() % UInt64(bytes.count))
      #expect(
        matcher.unwrapped(bytes, cutAt: [cut], workshop: workshop) == whole, "seed \(seed), \(chain), cut at \(cut)")
    }
    #expect(workshop.isIdle)
  }
}

@Suite("Content that is made to cost")
struct CostlyContentTests {
  /// A message of one MiB of each takes a fraction of a second; what is quadratic takes minutes.
  @Test(
    "is read in linear time",
    arguments: [
      "x", "a", "0", "0x", "+-", "a+a-", "\\", "%", "%2", "&#", "=3D", "0 x", "\\x", "ab:", "1f", "\u{1}\u{0}", "/",
      "-_",
      "PK\u{3}\u{4}", "abcdefghijklmnopqrstuvwxyz+abcdefghijklmnopqrstuvwxyz-", "\\u004", "aGVsbG8=", "sk-",
    ])
  func linear(_ unit: String) throws {
    var matcher = try FormCase.matcher()
    let unit = Array(unit.utf8)
    let message = Array((0..<(1 << 20) / unit.count).map { _ in unit }.joined())
    let workshop = UnwrapWorkshop()
    let start = ContinuousClock.now
    _ = matcher.unwrapped(message, workshop: workshop)
    // A bound a hundred times what a debug build needs here: no measurement, an alarm.
    #expect(ContinuousClock.now - start < .seconds(60))
    #expect(workshop.isIdle)
  }
}
